"""Fetching of everything that services still have of the library's clips; free."""
