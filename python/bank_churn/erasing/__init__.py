"""Taking one client out of everything that the project keeps."""
