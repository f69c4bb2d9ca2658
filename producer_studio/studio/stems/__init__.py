"""Stems of songs: which belong together, the names of their files, and their mixes."""
