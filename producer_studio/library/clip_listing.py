"""What a list of clips is asked for by: order, smart list, page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId


class SortKey(StrEnum):
    ADDED = "added"
    TITLE = "title"
    MODEL = "model"
    LENGTH = "length"
    RATING = "rating"


@dataclass(frozen=True, slots=True)
class SortOrder:
    """An order; clips that are equal in it stand newest first."""

    key: SortKey = SortKey.ADDED
    descending: bool = True


NEWEST_FIRST = SortOrder()


class SmartList(StrEnum):
    """The lists that fill themselves."""

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
    """Where a page ended: the next one begins behind it."""

    key: SortValue
    seq: int


@dataclass(frozen=True, slots=True)
class ClipPage:
    """Part of a list.

    Attributes:
        ids: In order.
        next: Given to `Library.page` as `after`; None when this was the last page.
        problem: What could not be understood in the query, as one sentence; empty when all was.
    """

    ids: list[ClipId]
    next: PageCursor | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ClipPageWithRows:
    """A page, and what its first rows show.

    Attributes:
        rows: The clips of the first ids, in order, without those that are known already.
        peaks: Stored magnitudes of those that have any, one byte each.
    """

    page: ClipPage
    rows: Sequence[Clip] = ()
    peaks: Mapping[ClipId, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SmartListCounts:
    """How many clips each smart list has."""

    all: int = 0
    favourites: int = 0
    unheard: int = 0
    uploads: int = 0
    lyrics: int = 0
    videos: int = 0
    trashed: int = 0
