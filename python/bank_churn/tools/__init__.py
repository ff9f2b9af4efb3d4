"""What every room uses: files, settings, progress."""
