"""Clips that are played next, as the user put them."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QObject, Signal

from producer_studio.domain.ids import ClipId
from producer_studio.studio.preferences import PreferenceStore

_MAX_CLIPS = 1_000


class PlayQueue(QObject):
    """Queue of clips; it is kept in the preferences, and so survives a restart.

    Signals:
        changed: Clips were added, removed or moved.
    """

    changed = Signal()

    def __init__(self, preferences: PreferenceStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._ids = [ClipId(one) for one in preferences.value.queue]

    @property
    def ids(self) -> Sequence[ClipId]:
        return tuple(self._ids)

    def add(self, clips: Iterable[ClipId]) -> None:
        """Appends clips, up to a thousand in all."""
        self._set([*self._ids, *clips])

    def add_next(self, clips: Iterable[ClipId]) -> None:
        """Inserts clips at the start."""
        self._set([*clips, *self._ids])

    def remove(self, place: int) -> None:
        """Removes the clip at a place, from 0."""
        self._set([*self._ids[:place], *self._ids[place + 1 :]])

    def move(self, place: int, to: int) -> None:
        """Moves a clip to another place."""
        moved = [*self._ids[:place], *self._ids[place + 1 :]]
        moved.insert(to, self._ids[place])
        self._set(moved)

    def clear(self) -> None:
        """Removes all clips."""
        self._set([])

    def take(self, place: int = 0) -> ClipId:
        """Removes a clip and those before it, and returns it."""
        clip = self._ids[place]
        self._set(self._ids[place + 1 :])
        return clip

    def _set(self, ids: list[ClipId]) -> None:
        limited = ids[:_MAX_CLIPS]
        if limited != self._ids:
            self._ids = limited
            self._preferences.change(queue=tuple(limited))
            self.changed.emit()
