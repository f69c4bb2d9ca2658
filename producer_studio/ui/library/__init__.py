"""Library panel: the list of clips with the running jobs above it."""
