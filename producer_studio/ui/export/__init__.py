"""Export of clips to files: dialog, progress and tray."""
