"""The list of clips in the middle of the window, with the running jobs above it."""
