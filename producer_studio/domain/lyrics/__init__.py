"""Lyrics: sections, words, languages, syllables and rhymes."""
