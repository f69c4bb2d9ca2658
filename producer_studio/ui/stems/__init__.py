"""Mixer of the stems of a song."""
