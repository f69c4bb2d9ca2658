"""Files on any file system, with the standard library alone."""
