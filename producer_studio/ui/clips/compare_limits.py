"""Numbers of clips that can be compared."""

MIN_COMPARED = 2
MAX_COMPARED = 8
