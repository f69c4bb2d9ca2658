"""Clip actions, rows, caches, menu and drag, shared by library, inspector and player."""
