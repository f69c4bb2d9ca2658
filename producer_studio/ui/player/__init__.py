"""Listening: the sound itself, and the bar at the bottom of the window."""
