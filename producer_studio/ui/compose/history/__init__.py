"""History of presses, beside the compose form."""
