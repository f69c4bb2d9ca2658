"""Comparing clips: levels, alignment, blind tests, and what differs in their recipes."""
