"""Playlists: clips in the user's own order."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, Self

from producer_studio.domain.ids import ClipId, PlaylistId, PlaylistItemId


@dataclass(frozen=True, slots=True, kw_only=True)
class Playlist:
    """A playlist without its clips.

    Attributes:
        name: On one line.
        position: Place among the lists of the user, ascending.
    """

    id: PlaylistId
    name: str
    position: float = 0.0
    notes: str = ""
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def with_changes(self, **changes: Any) -> Self:  # noqa: ANN401 - fields have many types
        """Returns a copy with some fields changed."""
        return replace(self, **changes)


@dataclass(frozen=True, slots=True)
class PlaylistItem:
    """One place of a playlist; a clip may have several.

    Attributes:
        position: Place in the playlist, ascending.
    """

    id: PlaylistItemId
    playlist: PlaylistId
    clip: ClipId
    position: float
    added_at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class PlaylistTotal:
    """Number and length in seconds of what a playlist has, without the trash."""

    count: int = 0
    length_s: float = 0.0


def positions_between(low: float | None, high: float | None, count: int) -> list[float] | None:
    """Returns positions between two others, in ascending order.

    Args:
        low: Position before them; None for the start of the list.
        high: Position after them; None for its end.

    Returns:
        None if there is no room for that many distinct numbers: all must be numbered anew.
    """
    if low is None:
        start, step = ((high if high is not None else 1.0) - count, 1.0)
    elif high is None:
        start, step = low + 1.0, 1.0
    else:
        step = (high - low) / (count + 1)
        start = low + step
    found = [start + step * place for place in range(count)]
    ends = [*([] if low is None else [low]), *found, *([] if high is None else [high])]
    is_ascending = all(one < other for one, other in pairwise(ends))
    return found if is_ascending else None
