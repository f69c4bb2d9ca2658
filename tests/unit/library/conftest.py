"""A library in a temporary folder, and clips for it."""

from tests.support.library_fixtures import database, library, make_clip

__all__ = ["database", "library", "make_clip"]
