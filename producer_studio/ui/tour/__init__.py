"""Automated tour: runs the main workflow in the real window and takes screenshots."""
