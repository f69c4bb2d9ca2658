"""The dialects: each a package with its own validation, answers and errors."""
