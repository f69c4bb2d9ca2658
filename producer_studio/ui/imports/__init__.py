"""Import of files from outside: dialog, progress and result."""
