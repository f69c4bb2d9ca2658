"""Preferences, accounts, paths and secrets of the user."""
