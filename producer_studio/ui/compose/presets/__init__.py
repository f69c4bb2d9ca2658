"""Presets of the compose form, beside it."""
