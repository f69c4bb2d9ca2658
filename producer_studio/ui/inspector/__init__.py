"""Everything about the selected clip, at the right of the window."""
