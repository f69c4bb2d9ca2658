"""The proof on Linux: the package in bare Debian roots, used as its users would use it."""
