"""Parameters and results of clip list queries: order, smart list, page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from producer_studio.domain.clip import Clip
from producer_studio.domain.clip_list import ClipList
from producer_studio.domain.ids import ClipId, PressId

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
class ClipRows:
    """Clips with all that their rows show.

    Attributes:
        peaks: Stored waveforms of those that have one, one byte per magnitude.
        prices: Expected price of each press of several takes, in credits, where it is known.
        sweeps: Presses that are sweeps.
        charges: Credits charged for the request of each clip, less refunds, where they are known.
        presets: Names of the presets of presses that were made from one.
    """

    clips: Sequence[Clip] = ()
    peaks: Mapping[ClipId, bytes] = field(default_factory=dict)
    prices: Mapping[PressId, float] = field(default_factory=dict)
    sweeps: frozenset[PressId] = frozenset()
    charges: Mapping[ClipId, float] = field(default_factory=dict)
    presets: Mapping[PressId, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClipPageWithRows:
    """First page of a list, with the clips of its first rows.

    Attributes:
        listed: The rows of the page; groups also have their takes of later pages.
        rows: The clips of the first rows, without those that the caller knows already.
    """

    page: ClipPage
    listed: ClipList
    rows: ClipRows = field(default_factory=ClipRows)


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
