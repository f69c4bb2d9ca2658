"""Videos of clips, in the window and on the full screen."""
