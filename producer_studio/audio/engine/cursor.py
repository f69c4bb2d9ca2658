"""The way of a play head: through a loop, and from an item to the next."""

from collections.abc import Iterator
from dataclasses import dataclass

from producer_studio.audio.engine.track import Item

SHORTEST_LOOP_FRAMES = 32


@dataclass(frozen=True, slots=True)
class Loop:
    """Frames that are repeated: from `start` to before `stop`; None is the end of the item."""

    start: int
    stop: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """Consecutive frames of one item."""

    item: Item
    position: int
    count: int


@dataclass(slots=True)
class Cursor:
    """A place in an item, and where it goes on from there.

    Attributes:
        item: What is played.
        position: Next frame of it.
        loop: Region that is repeated, once the position is in it or before it.
        following: Played after the item's last frame; None stops there.
    """

    item: Item
    position: int
    loop: Loop | None = None
    following: Item | None = None

    def copy(self) -> "Cursor":
        """Returns a cursor of its own at the same place."""
        return Cursor(self.item, self.position, self.loop, self.following)

    def steps(self, frames: int) -> Iterator[Step]:
        """Moves by a number of frames and yields what they are; fewer at the end of everything."""
        while frames > 0:
            wraps, stop = self._next_stop()
            count = frames if stop is None else min(frames, stop - self.position)
            if count > 0:
                yield Step(self.item, self.position, count)
                self.position += count
                frames -= count
            elif wraps and self.loop is not None:
                self.position = self.loop.start
            elif self.following is not None:
                self.item, self.position = self.following, 0
                self.following = self.loop = None
            else:
                return

    def loop_stop(self, end: int | None) -> int | None:
        """Returns where the loop wraps if the item has `end` frames; None if it does not."""
        if self.loop is None:
            return None
        stop = self.loop.stop
        if stop is None or (end is not None and stop > end):
            stop = end
        if stop is None or stop - self.loop.start < SHORTEST_LOOP_FRAMES or self.position > stop:
            return None
        return stop

    def _next_stop(self) -> tuple[bool, int | None]:
        end = self.item.end
        stop = self.loop_stop(end)
        return (False, end) if stop is None else (True, stop)
