"""Plays of clips: what counts as heard, and where playback goes on the next time."""

from producer_studio.domain.ids import ClipId
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.library.library import Library
from producer_studio.studio.events import Events

HEARD_S = 10.0
"""Seconds of playback after which a clip counts as heard."""

RESUMED_LENGTH_S = 60.0
"""Shortest clip that is resumed; a shorter one is heard from its start."""

_END_S = 10.0
"""A clip that is left so close to its end has ended."""


def position_when_left(position_s: float, heard_s: float, length_s: float) -> float | None:
    """Returns the position to be stored of a clip that is left.

    Args:
        position_s: Where it is left.
        heard_s: Seconds of it that were heard since it was loaded.
        length_s: Its length; 0 if unknown.

    Returns:
        Seconds; 0 for the start, and None if it was not heard long enough to change anything.
    """
    if heard_s < HEARD_S:
        return None
    return position_s if is_resumed_at(position_s, length_s) else 0.0


def is_resumed_at(position_s: float, length_s: float) -> bool:
    """Whether a clip of that length that was left at a position goes on there."""
    return length_s >= RESUMED_LENGTH_S and HEARD_S <= position_s < length_s - _END_S


class PlayHistory:
    """Counts plays and stores positions; undo does not include them.

    In a library that can only be browsed nothing is counted or stored. Changes raise `StorageError`
    if the library cannot be written.
    """

    def __init__(self, library: Library, events: Events) -> None:
        self._library = library
        self._events = events

    async def record_play(
        self,
        clip: ClipId,
        played_s: float,
        *,
        reached_end: bool = False,
        origin: object | None = None,
    ) -> bool:
        """Counts a play and marks the clip as heard, if ten seconds were played, or its end.

        To be called once for each playback: after ten seconds, or at the end of a shorter clip.

        Args:
            played_s: Seconds that were played, without those that were skipped.
            reached_end: Whether the clip was played to its end.

        Returns:
            Whether it was counted.
        """
        if self._library.read_only or not (played_s >= HEARD_S or reached_end):
            return False
        is_counted = await self._library.playback.add_play(clip)
        if is_counted:
            self._events.publish(LibraryChange(frozenset({clip}), ChangeKind.DETAILS, origin))
        return is_counted

    async def store_position(self, clip: ClipId, position_s: float) -> None:
        """Stores the position where a clip was left, in seconds; 0 for one that has ended."""
        if not self._library.read_only:
            await self._library.playback.set_position(clip, position_s)

    async def load_position(self, clip: ClipId) -> float:
        """Returns the position where a clip was left, in seconds; 0 for its start."""
        return await self._library.playback.get_position(clip)
