"""Crash reports in the window: the offer, and the dialog that shows one."""
