"""Ranges that sources must decode ahead of a cursor."""

from producer_studio.audio.engine.cursor import Cursor
from producer_studio.audio.engine.source import Source, Span
from producer_studio.audio.engine.stretcher import Stretcher
from producer_studio.audio.engine.track import Item

_AHEAD_S = 1.5
_BEHIND_S = 0.4
"""More than a change of speed, or the latency of a device, goes back."""

_STEP_S = 0.25


class Prefetch:
    """Asks the sources of items for the frames that come next.

    A source is asked again only after a quarter of a second, or when something changed: a thread
    that wakes up for each block would cost more than decoding.
    """

    def __init__(self, rate: int) -> None:
        self._ahead = round(_AHEAD_S * rate)
        self._behind = round(_BEHIND_S * rate)
        self._step = round(_STEP_S * rate)
        self._lead = Stretcher.lead_frames(rate)
        self._asked: tuple[object, ...] = ()

    def reset(self) -> None:
        """Lets the next `update` ask in any case."""
        self._asked = ()

    def update(
        self, cursor: Cursor | None, following: Item | None, goal: Cursor | None = None
    ) -> None:
        """Asks for what is played next.

        Args:
            cursor: The present position.
            following: The item after it.
            goal: A position that is waited for: the tracks that are heard are asked for it first,
                the others only afterwards.
        """
        asked = (self._key(cursor), following, self._key(goal))
        if asked == self._asked:
            return
        self._asked = asked
        requested: dict[Source, list[Span]] = {}
        if goal is not None:
            heard = {gain.track for gain in goal.item.gains()}
            for track in goal.item.tracks:
                if track in heard:
                    self._add(requested, goal, track.source, track.offset)
        if cursor is not None:
            for track in cursor.item.tracks:
                self._add(requested, cursor, track.source, track.offset)
        for track in following.tracks if following else ():
            start = max(0, track.offset)
            requested.setdefault(track.source, []).append((start, start + self._ahead))
        for source, spans in requested.items():
            source.want(spans)

    def _key(self, cursor: Cursor | None) -> object:
        if cursor is None:
            return None
        return cursor.item, cursor.position // self._step, cursor.loop

    def _add(
        self, requested: dict[Source, list[Span]], cursor: Cursor, source: Source, offset: int
    ) -> None:
        spans = requested.setdefault(source, [])
        now = cursor.position // self._step * self._step + offset
        stop = cursor.loop_stop(cursor.item.expected_end)
        spans.append((now - self._lead, now + self._ahead + self._step))
        if stop is not None and cursor.loop is not None:
            # The head of the loop is there before its end is reached.
            start = cursor.loop.start + offset
            spans.append((start, start + self._ahead))
        spans.append((now - self._behind, now - self._lead))
