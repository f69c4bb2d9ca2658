"""The catalogue of clips and jobs in SQLite, and the clips' files on disk."""

from producer_studio.library.clip_listing import Counts, Cursor, Page, Smart, Sort, SortKey
from producer_studio.library.errors import LibraryDamaged, LibraryTooNew
from producer_studio.library.library import Library
from producer_studio.library.media_store import MediaKind
from producer_studio.library.search.parser import Query, parse

__all__ = [
    "Counts",
    "Cursor",
    "Library",
    "LibraryDamaged",
    "LibraryTooNew",
    "MediaKind",
    "Page",
    "Query",
    "Smart",
    "Sort",
    "SortKey",
    "parse",
]
