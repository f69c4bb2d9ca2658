"""Record of one playback of a clip: whether it counts as a play, and where it was left."""

import logging

from producer_studio.domain.clip import Clip
from producer_studio.domain.errors import ServiceError
from producer_studio.studio.play_history import HEARD_S, PlayHistory, position_when_left
from producer_studio.ui.tasks import Tasks

log = logging.getLogger(__name__)

_STORE_INTERVAL_S = 15.0
"""Playback between two writes of the position; a killed program loses no more than this."""


class PlayRecord:
    """Counts a playback once, and stores its position while it goes on and when it is left."""

    def __init__(self, history: PlayHistory, tasks: Tasks, origin: object) -> None:
        """Begins without a clip; `origin` is that of the changes (`LibraryChange.origin`)."""
        self._history = history
        self._tasks = tasks
        self._origin = origin
        self._clip: Clip | None = None
        self._heard_s = self._stored_at_s = 0.0
        self._is_counted = False

    def begin(self, clip: Clip) -> None:
        """Begins with another clip, or with the same one anew."""
        self._clip = clip
        self._heard_s = self._stored_at_s = 0.0
        self._is_counted = False

    def forget(self) -> None:
        """Ends without storing anything: the clip was deleted."""
        self._clip = None

    def add(self, seconds: float, position_s: float) -> None:
        """Adds time that was heard, up to a position in seconds."""
        self._heard_s += seconds
        if self._clip is None:
            return
        if not self._is_counted and self._heard_s >= HEARD_S:
            self._count()
        if self._heard_s - self._stored_at_s >= _STORE_INTERVAL_S:
            self.leave(position_s)

    def finish(self) -> None:
        """Counts a playback to the end, if it was not yet; the next one begins at the start."""
        clip = self._clip
        if clip is None:
            return
        if not self._is_counted:
            self._count(reached_end=True)
        self._store(clip, 0.0)
        self.begin(clip)

    def leave(self, position_s: float) -> None:
        """Stores where the clip is left, if it was heard long enough; without waiting for it."""
        position = self._position_to_store(position_s)
        if self._clip is not None and position is not None:
            self._store(self._clip, position)

    async def close(self, position_s: float) -> None:
        """Stores where the clip is left, and waits for it; nothing is recorded after it."""
        position = self._position_to_store(position_s)
        if self._clip is not None and position is not None:
            await self._history.store_position(self._clip.id, position)
        self._clip = None

    def _position_to_store(self, position_s: float) -> float | None:
        clip = self._clip
        if clip is None:
            return None
        return position_when_left(position_s, self._heard_s, clip.duration_s)

    def _store(self, clip: Clip, position_s: float) -> None:
        self._stored_at_s = self._heard_s
        self._tasks.restart(
            f"store position of {clip.id}",
            self._history.store_position(clip.id, position_s),
            on_error=_log_failure,
        )

    def _count(self, *, reached_end: bool = False) -> None:
        assert self._clip is not None  # noqa: S101 - only called with one
        clip = self._clip.id
        self._is_counted = True
        self._tasks.start(
            f"count play of {clip}",
            self._history.record_play(
                clip, self._heard_s, reached_end=reached_end, origin=self._origin
            ),
        )


def _log_failure(error: ServiceError) -> None:
    # A full disk is reported by what matters more; this is tried again in a moment.
    log.warning("Cannot store a position: %s", error.message)
