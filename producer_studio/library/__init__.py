"""The catalogue of clips and jobs in SQLite, and the clips' files on disk."""

from producer_studio.library.catalogue import Library
from producer_studio.library.faults import LibraryDamaged, LibraryTooNew
from producer_studio.library.files import MediaKind
from producer_studio.library.listing import Counts, Cursor, Page, Smart, Sort, SortKey
from producer_studio.library.query import Query, parse

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
