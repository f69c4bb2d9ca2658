"""Playback: audio output and the player bar at the bottom of the window."""
