"""Theme, fonts, icons and the style sheet."""
