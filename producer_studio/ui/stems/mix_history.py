"""Undo steps of the mixer: levels, pans, mutes and solos."""

from collections.abc import Sequence
from dataclasses import dataclass

from producer_studio.domain.track_mix import TrackMix
from producer_studio.studio.clips import UndoStep

Mixes = tuple[TrackMix, ...]


@dataclass(frozen=True, slots=True)
class MixStep:
    """How the stems were heard before a step, or after it if it is undone."""

    mixes: Mixes


@dataclass(frozen=True, slots=True)
class LibraryStep:
    """A step of the library that was made from the mixer, such as a mix that was saved.

    Attributes:
        step: None for the last step of the library, as which it was redone.
    """

    step: UndoStep | None


class MixHistory:
    """Steps of one song, in the order in which they were made; one for each gesture."""

    def __init__(self) -> None:
        self._undone: list[MixStep | LibraryStep] = []
        self._done: list[MixStep | LibraryStep] = []
        self._control: object = None

    @property
    def is_empty(self) -> bool:
        """Whether there was no step at all, undone or not."""
        return not self._done and not self._undone

    def clear(self) -> None:
        """Forgets all steps, for other stems."""
        self._done, self._undone = [], []
        self._control = None

    def begin_step(self) -> None:
        """Lets the next change be a step of its own; called when a gesture begins."""
        self._control = None

    def record(self, before: Sequence[TrackMix], control: object) -> None:
        """Records a change; of the same control it belongs to the step before, in a gesture.

        Args:
            before: How the stems were heard before it.
            control: What was changed, such as the level of the first stem.
        """
        self._undone = []
        if control != self._control:
            self._done.append(MixStep(tuple(before)))
            self._control = control

    def record_library_step(self, step: UndoStep) -> None:
        """Records a step of the library."""
        self._undone = []
        self._done.append(LibraryStep(step))
        self._control = None

    def undo(self, now: Sequence[TrackMix]) -> MixStep | LibraryStep | None:
        """Returns what is to be restored; None if there is nothing.

        Args:
            now: How the stems are heard.
        """
        return self._move(self._done, self._undone, tuple(now))

    def redo(self, now: Sequence[TrackMix]) -> MixStep | LibraryStep | None:
        """Returns what is to be restored; None if there is nothing."""
        step = self._move(self._undone, self._done, tuple(now))
        if isinstance(step, LibraryStep):
            # The library's own history has another object for it then.
            self._done[-1] = LibraryStep(None)
        return step

    def _move(
        self,
        source: list[MixStep | LibraryStep],
        target: list[MixStep | LibraryStep],
        now: Mixes,
    ) -> MixStep | LibraryStep | None:
        self._control = None
        while source:
            step = source.pop()
            if isinstance(step, LibraryStep):
                target.append(step)
                return step
            if step.mixes != now:
                target.append(MixStep(now))
                return step
            # A drag that ended where it began is no step.
        return None
