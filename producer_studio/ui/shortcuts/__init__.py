"""Keyboard shortcuts: the table of all, the keys that the user chose, and what a key may be."""
