"""Which frame of which item was rendered when."""

from bisect import bisect_right
from dataclasses import dataclass

from producer_studio.audio.engine.track import Item


@dataclass(frozen=True, slots=True)
class Place:
    """A frame of an item."""

    item: Item
    position: int


@dataclass(frozen=True, slots=True)
class _Entry:
    time: float
    item: Item
    position: float
    speed: float

    def position_at(self, time: float) -> float:
        return self.position + max(0.0, time - self.time) * self.speed


class PositionLog:
    """Maps rendered frames to positions, back to a few seconds ago.

    A position is asked for as of what is heard, which the device plays later than it was rendered.
    """

    def __init__(self, kept_frames: int) -> None:
        """Keeps at least `kept_frames` frames."""
        self._kept_frames = kept_frames
        self._entries: list[_Entry] = []

    def add(self, time: float, item: Item, position: float, speed: float) -> None:
        """Notes what is rendered from a frame on, until the next note; speed 0 stands still."""
        entries = self._entries
        # What was planned for later than this is void: a change came in between.
        while entries and entries[-1].time > time:
            entries.pop()
        if entries:
            last = entries[-1]
            continues = last.item is item and last.speed == speed
            if continues and abs(last.position_at(time) - position) < 1e-3:
                return
            if last.time == time:
                entries.pop()
        entries.append(_Entry(time, item, position, speed))
        while len(entries) > 1 and entries[1].time < time - self._kept_frames:
            del entries[0]

    def at(self, time: float) -> Place | None:
        """Returns what was, or will be, rendered as a frame; None before the first note."""
        if not self._entries:
            return None
        found = bisect_right(self._entries, time, key=lambda entry: entry.time) - 1
        entry = self._entries[max(0, found)]
        return Place(entry.item, round(entry.position_at(time)))
