"""A library in a temporary folder, and clips for it."""

from tests.support.library_fixtures import library, make_clip

__all__ = ["library", "make_clip"]
