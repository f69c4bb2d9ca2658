"""Parameters and results of clip list queries: order, smart list, page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId

BY_ADDED = "added"


@dataclass(frozen=True, slots=True)
class SortOrder:
    """Sort order; equal clips are listed newest first.

    Attributes:
        by: Name of the field; one of `fields.SORTS`.
    """

    by: str = BY_ADDED
    descending: bool = True


NEWEST_FIRST = SortOrder()


class SmartList(StrEnum):
    """Predefined lists with a fixed filter."""

    ALL = "all"
    FAVOURITES = "favourites"
    UNHEARD = "unheard"
    UPLOADS = "uploads"
    LYRICS = "lyrics"
    VIDEOS = "videos"
    TRASH = "trash"


SortValue = str | float | int


@dataclass(frozen=True, slots=True)
class PageCursor:
    """End of a page, where the next one begins."""

    key: SortValue
    seq: int


@dataclass(frozen=True, slots=True)
class ClipPage:
    """Part of a list.

    Attributes:
        ids: In order.
        next: Passed to `ClipQueries.page` as `after`; None if this was the last page.
        problem: First error in the query, as one sentence; empty if the query is valid.
    """

    ids: list[ClipId]
    next: PageCursor | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ClipPageWithRows:
    """Page with the clips of its first rows.

    Attributes:
        rows: The clips of the first ids, in order, without those that the caller knows already.
        peaks: Stored waveforms of those that have one, one byte per magnitude.
    """

    page: ClipPage
    rows: Sequence[Clip] = ()
    peaks: Mapping[ClipId, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SmartListCounts:
    """Number of clips in each smart list."""

    all: int = 0
    favourites: int = 0
    unheard: int = 0
    uploads: int = 0
    lyrics: int = 0
    videos: int = 0
    trashed: int = 0
