"""Templates of the compose form, beside it."""
