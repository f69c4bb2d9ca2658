"""Integration with the desktop: media controls, notifications, progress in the task bar."""
