"""Crash reports in the window: notice and dialog."""
