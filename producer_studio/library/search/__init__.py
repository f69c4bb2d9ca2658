"""Search queries: parsing, translation to SQL, and the word index."""
