"""Random order in which each clip comes once."""

import random
from collections.abc import Sequence

from producer_studio.domain.ids import ClipId

_TRIES = 32


class Shuffle:
    """Draws clips of a list that were not played in this round."""

    def __init__(self, seed: int | None = None) -> None:
        self._random = random.Random(seed)
        self._played: dict[ClipId, None] = {}
        self._drawn: ClipId | None = None

    def note(self, clip: ClipId) -> None:
        """Notes that a clip is played."""
        self._played.pop(clip, None)
        self._played[clip] = None
        self._drawn = None

    def previous(self) -> ClipId | None:
        """Forgets the clip that was played last, and returns the one before."""
        if self._played:
            self._played.popitem()
        self._drawn = None
        return next(reversed(self._played), None)

    def draw(self, clips: Sequence[ClipId], *, repeats: bool) -> ClipId | None:
        """Returns the next clip, the same until one is played; None once all were.

        Args:
            clips: The list, of any length.
            repeats: Whether a new round begins once all were played.
        """
        if self._drawn is None or self._drawn in self._played:
            self._drawn = self._draw(clips)
            if self._drawn is None and repeats and len(clips) > 1:
                last = next(reversed(self._played), None)
                self._played = {} if last is None else {last: None}
                self._drawn = self._draw(clips)
        return self._drawn

    def _draw(self, clips: Sequence[ClipId]) -> ClipId | None:
        for _ in range(min(_TRIES, len(clips))):
            clip = self._random.choice(clips)
            if clip not in self._played:
                return clip
        unplayed = [clip for clip in clips if clip not in self._played]
        return self._random.choice(unplayed) if unplayed else None
