"""Exports of clips to files."""
