"""Parts of the lyrics editor."""
