"""What everybody may read, so that no figure about a few clients and no client's amount follows from it."""
