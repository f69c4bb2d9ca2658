"""Downloads of media files and archives from links that are not trusted."""
