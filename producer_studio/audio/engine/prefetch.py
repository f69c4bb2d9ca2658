"""Ranges that sources must decode ahead of a cursor."""

from dataclasses import dataclass, field

from producer_studio.audio.engine.cursor import Cursor
from producer_studio.audio.engine.source import Source, Span
from producer_studio.audio.engine.track import Item

_AHEAD_S = 1.5
_BEHIND_S = 0.4
"""More than a change of speed, or the latency of a device, goes back."""

_STEP_S = 1.0
_PHASES = 8
_URGENT_S = 0.5
"""Lead of the audible tracks before silent ones are decoded further."""


@dataclass(slots=True)
class _SourceSpans:
    """Request to a source: frames to decode, the most urgent first, and frames to keep."""

    wanted: list[Span] = field(default_factory=list)
    kept: list[Span] = field(default_factory=list)


@dataclass(slots=True)
class _Anchor:
    """Frame from which steps are counted, so that none begins before the goal of a seek."""

    item: Item | None = None
    frame: int = 0

    def follow(self, cursor: Cursor) -> int:
        """Returns how far the cursor has come from the anchor, which moves if it has jumped."""
        if cursor.item is not self.item or cursor.position < self.frame:
            self.item, self.frame = cursor.item, cursor.position
        return cursor.position - self.frame


class Prefetch:
    """Asks the sources of items for the frames that come next.

    A source is asked again only after a second, or when something changed: a thread that wakes up
    for each block would cost more than decoding. The tracks of an item take turns.
    """

    def __init__(self, rate: int, *, holds: bool = True) -> None:
        """Creates it for a sample rate in Hz.

        Args:
            rate: Sample rate of the sources.
            holds: Whether tracks that are not heard wait until those that are heard are decoded
                for half a second. That needs `update` to be called again and again.
        """
        self._ahead = round(_AHEAD_S * rate)
        self._behind = round(_BEHIND_S * rate)
        self._step = round(_STEP_S * rate)
        self._urgent = round(_URGENT_S * rate)
        self._holds = holds
        self._asked: tuple[object, ...] = ()
        self._is_urgent = False
        self._anchor, self._goal_anchor = _Anchor(), _Anchor()

    def reset(self) -> None:
        """Lets the next `update` ask in any case."""
        self._asked = ()
        self._anchor, self._goal_anchor = _Anchor(), _Anchor()

    def update(
        self,
        cursor: Cursor | None,
        following: Item | None,
        goal: Cursor | None = None,
        *,
        speed: float = 1.0,
    ) -> None:
        """Asks for what is played next.

        Args:
            cursor: The present position.
            following: The item after it.
            goal: A position that is waited for: the tracks that are heard are asked for it first,
                the others only afterwards.
            speed: At another one than 1, frames before the position are needed as well.
        """
        asked = (
            self._key(cursor, self._anchor),
            following,
            self._key(goal, self._goal_anchor),
            speed,
        )
        if asked == self._asked and not self._is_urgent:
            return
        is_urgent = self._holds and self._lacks(goal or cursor)
        if asked == self._asked and is_urgent:
            return
        self._asked, self._is_urgent = asked, is_urgent
        requests: dict[Source, _SourceSpans] = {}
        for place, anchor in ((goal, self._goal_anchor), (cursor, self._anchor)):
            if place is not None:
                # What is left for a goal is only kept, in case that it is near.
                is_left = place is cursor and goal is not None
                self._add(requests, place, anchor, speed, heard_only=is_urgent or is_left)
        for track in following.tracks if following else ():
            start = max(0, track.offset)
            request = requests.setdefault(track.source, _SourceSpans())
            spans = request.kept if is_urgent else request.wanted
            spans.append((start, start + self._ahead))
        for source, request in requests.items():
            source.want(request.wanted, request.kept)

    def _key(self, cursor: Cursor | None, anchor: _Anchor) -> object:
        if cursor is None:
            return None
        step = anchor.follow(cursor) // (self._step // _PHASES)
        return cursor.item, anchor.frame, step, cursor.loop

    def _lacks(self, place: Cursor | None) -> bool:
        """Returns whether tracks that are heard are not decoded for half a second."""
        if place is None:
            return False
        return not all(
            gain.track.source.has(place.position + gain.offset, self._urgent)
            for gain in place.item.gains()
        )

    def _add(
        self,
        requests: dict[Source, _SourceSpans],
        place: Cursor,
        anchor: _Anchor,
        speed: float,
        *,
        heard_only: bool,
    ) -> None:
        heard = {gain.track for gain in place.item.gains()} if heard_only else ()
        lead = 0 if speed == 1.0 else self._behind
        loop_start = self._loop_start(place)
        for number, track in enumerate(place.item.tracks):
            request = requests.setdefault(track.source, _SourceSpans())
            is_wanted = not heard_only or track in heard
            spans = request.wanted if is_wanted else request.kept
            now = self._step_at(place, anchor, number) + track.offset
            spans.append((now - lead, now + self._ahead + self._step))
            if loop_start is not None:
                # The head of the loop is there before its end is reached.
                start = loop_start + track.offset
                spans.append((start, start + self._ahead))
            request.kept.append((now - self._behind, now))

    def _step_at(self, place: Cursor, anchor: _Anchor, number: int) -> int:
        """Returns the frame at which the present step of a track began."""
        phase = self._step // _PHASES * (number % _PHASES)
        come = (place.position - anchor.frame + phase) // self._step * self._step - phase
        return anchor.frame + max(0, come)

    @staticmethod
    def _loop_start(place: Cursor) -> int | None:
        """Returns where the loop begins; None if there is none that wraps."""
        if place.loop is None or place.loop_stop(place.item.expected_end) is None:
            return None
        return place.loop.start
