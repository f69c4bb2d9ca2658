"""Clips that are played next, as the user put them."""

from collections import deque
from collections.abc import Collection, Iterable, Sequence

from PySide6.QtCore import QObject, Signal

from producer_studio.domain.ids import ClipId
from producer_studio.studio.preferences import PreferenceStore

_MAX_CLIPS = 1_000
_MAX_STEPS = 100


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
        # Without clips that were played since: undoing a change would queue them again.
        self._steps: deque[list[ClipId]] = deque(maxlen=_MAX_STEPS)
        self._replaced: list[ClipId] | None = None

    @property
    def ids(self) -> Sequence[ClipId]:
        return tuple(self._ids)

    @property
    def can_undo(self) -> bool:
        """Whether there is a change of the user's to undo."""
        return bool(self._steps)

    @property
    def replaced(self) -> Sequence[ClipId]:
        """Clips that `undo_replacement` would queue again; empty if there is nothing to undo."""
        found = self._replaced
        return tuple(found or ()) if any(one is found for one in self._steps) else ()

    def add(self, clips: Iterable[ClipId]) -> None:
        """Appends clips, up to a thousand in all."""
        self._set([*self._ids, *clips])

    def add_next(self, clips: Iterable[ClipId]) -> None:
        """Inserts clips at the start."""
        self._set([*clips, *self._ids])

    def replace(self, clips: Iterable[ClipId]) -> None:
        """Puts clips in place of all others.

        Where the last change was one of these, too, both are undone at once.
        """
        new = list(clips)[:_MAX_CLIPS]
        if not self._steps or self._steps[-1] is not self._replaced:
            self._replaced = self._ids
            self._steps.append(self._replaced)
        self._replace(new)

    def undo_replacement(self) -> None:
        """Undoes the last `replace`, with all changes since; does nothing if it was undone."""
        if any(one is self._replaced for one in self._steps):
            while (state := self._steps.pop()) is not self._replaced:
                pass
            self._replace(state)

    def remove(self, place: int) -> None:
        """Removes the clip at a place, from 0."""
        self._set([*self._ids[:place], *self._ids[place + 1 :]])

    def move(self, place: int, to: int) -> None:
        """Moves a clip to another place; does nothing if there is no clip at the first."""
        if not 0 <= place < len(self._ids):
            return
        moved = [*self._ids[:place], *self._ids[place + 1 :]]
        moved.insert(to, self._ids[place])
        self._set(moved)

    def clear(self) -> None:
        """Removes all clips."""
        self._set([])

    def drop(self, clips: Collection[ClipId]) -> None:
        """Removes clips that were deleted, which is no change to undo."""
        left = [one for one in self._ids if one not in clips]
        if left != self._ids:
            self._replace(left)

    def take(self, place: int = 0) -> ClipId:
        """Removes a clip and those before it, and returns it.

        That those before it were skipped can be undone.

        Raises:
            IndexError: There is no clip at this place.
        """
        clip, rest = self._ids[place], self._ids[place + 1 :]
        if place:
            self._steps.append(self._ids)
        for state in self._steps:
            if clip in state:
                state.remove(clip)
        while self._steps and self._steps[-1] == rest:
            self._steps.pop()
        self._replace(rest)
        return clip

    def undo(self) -> None:
        """Undoes the last change; does nothing if there is none."""
        if self._steps:
            self._replace(self._steps.pop())

    def _set(self, ids: list[ClipId]) -> None:
        limited = ids[:_MAX_CLIPS]
        if limited != self._ids:
            self._steps.append(self._ids)
            self._replace(limited)

    def _replace(self, ids: list[ClipId]) -> None:
        self._ids = ids
        self._preferences.change(queue=tuple(ids))
        self.changed.emit()
