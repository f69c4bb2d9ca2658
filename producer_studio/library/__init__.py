"""SQLite database of clips and jobs, and the clips' files on disk."""

from producer_studio.library.clip_listing import (
    ClipPage,
    PageCursor,
    SmartList,
    SmartListCounts,
    SortOrder,
)
from producer_studio.library.errors import LibraryDamaged, LibraryTooNew
from producer_studio.library.library import Library
from producer_studio.library.media_store import MediaKind
from producer_studio.library.search.parser import Query, parse_query

__all__ = [
    "ClipPage",
    "Library",
    "LibraryDamaged",
    "LibraryTooNew",
    "MediaKind",
    "PageCursor",
    "Query",
    "SmartList",
    "SmartListCounts",
    "SortOrder",
    "parse_query",
]
