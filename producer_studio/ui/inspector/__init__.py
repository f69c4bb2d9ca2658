"""Inspector of the selected clips, at the right of the window."""
