"""Crash reports: recorded, redacted and stored on this computer only."""
