"""Portable file operations, standard library only."""
