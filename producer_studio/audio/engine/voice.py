"""A play head: the mix along a cursor's way, at a speed."""

from collections.abc import Iterable, Iterator

from producer_studio.audio.engine.cursor import Cursor, Loop, Step
from producer_studio.audio.engine.position_log import PositionLog
from producer_studio.audio.engine.stretcher import Stretcher
from producer_studio.audio.engine.track import Gain, Item, Track
from producer_studio.audio.engine.track_mixer import TrackMixer
from producer_studio.audio.frame_samples import Block, silent_block

_FED_FRAMES = 2_048
_CHECKED_FRAMES = 4_096


class Voice:
    """Renders consecutive frames.

    What is heard is fixed when it is created: the transport replaces the voice to change it. Only
    levels of the same tracks may change, by `set_gains`.
    """

    def __init__(self, cursor: Cursor, speed: float, rate: int, log: PositionLog) -> None:
        """Creates a voice; the log records which frames are rendered at which position."""
        self.cursor = cursor
        self.speed = speed
        self._rate = rate
        self._log = log
        self._stretcher: Stretcher | None = None
        self._is_finished = False
        self._mixer = TrackMixer(cursor.item)
        self._decoded = range(0)
        self._decoded_way: tuple[Item, Loop | None, Item | None] | None = None
        self._time = 0
        self._begin = 0

    def begin(self, time: int) -> None:
        """Gets ready to read; `time` frames were rendered before the first frame of this voice."""
        self._time = self._begin = time
        if self.speed != 1.0:
            self._stretcher = Stretcher(self.speed, self._rate)
            lead = self._lead()
            block = silent_block(lead.count)
            self._mix(lead, block)
            self._stretcher.lead_in(block)

    @property
    def may_change_following(self) -> bool:
        """Whether nothing of a following item, and no end, is on its way yet."""
        return not self._is_finished and self.cursor.item is self._mixer.item

    def set_gains(self) -> bool:
        """Takes over the levels of the item's tracks; False if others than before are heard."""
        return self._mixer.set_gains()

    def is_ready(self, frames: int) -> bool:
        """Returns whether frames can be rendered without waiting, or the end comes before."""
        if self.speed != 1.0 and self._stretcher is None:
            return next(self._missing(self._coming(frames)), None) is None
        needed = self._needed_frames(frames)
        cursor, decoded = self.cursor, self._decoded
        position, way = cursor.position, (cursor.item, cursor.loop, cursor.following)
        if way == self._decoded_way and position in decoded and position + needed <= decoded.stop:
            return True
        # Further at once: to look at each track takes longer than to mix them.
        further = needed + _CHECKED_FRAMES
        steps = list(cursor.copy().steps(further))
        is_straight = len(steps) == 1 and steps[0].count == further
        if is_straight and next(self._missing(steps), None) is None:
            self._decoded, self._decoded_way = range(position, position + further), way
            return True
        return next(self._missing(self._coming(frames)), None) is None

    def wait(self, frames: int) -> None:
        """Waits for one part of what is missing; `is_ready` tells whether there is more."""
        for track, start, count in self._missing(self._coming(frames)):
            track.source.wait(start, count)
            return

    def read(self, frames: int) -> Block:
        """Renders float32 of shape (n, 2); fewer than `frames` only at the end of everything."""
        block = self._direct(frames) if self._stretcher is None else self._stretched(frames)
        self._time += len(block)
        return block

    def _missing(self, steps: Iterable[Step]) -> Iterator[tuple[Track, int, int]]:
        """Yields the tracks, first frames and numbers of frames that are still to be decoded."""
        for step in steps:
            stop = step.position + step.count
            heard = [(gain.track, gain.offset) for gain in self._gains_of(step.item)]
            if all(track.end is not None and track.end <= stop for track, _ in heard):
                # Where they end, the others tell whether the item does.
                heard = [(track, track.offset) for track in step.item.tracks]
            for track, offset in heard:
                if not track.source.has(step.position + offset, step.count):
                    yield track, step.position + offset, step.count

    def _lead(self) -> Step:
        count = Stretcher.lead_frames(self._rate)
        return Step(self.cursor.item, self.cursor.position - count, count)

    def _coming(self, frames: int) -> Iterator[Step]:
        if self.speed != 1.0 and self._stretcher is None:
            yield self._lead()
        yield from self.cursor.copy().steps(self._needed_frames(frames))

    def _needed_frames(self, frames: int) -> int:
        """Returns how many frames are to be mixed for so many rendered ones."""
        if self.speed == 1.0:
            return frames
        if self._is_finished:
            return 0
        available = 0 if self._stretcher is None else self._stretcher.available
        count = round(max(0, frames - available) * self.speed)
        return count + Stretcher.needed_frames(self._rate) if count else 0

    def _direct(self, frames: int) -> Block:
        made = silent_block(frames)
        done = 0
        for step in self.cursor.steps(frames):
            self._log.add(self._time + done, step.item, step.position, 1.0)
            self._mix(step, made[done : done + step.count])
            done += step.count
        return made[:done]

    def _stretched(self, frames: int) -> Block:
        stretcher = self._stretcher
        assert stretcher is not None  # noqa: S101 - only called with one
        while stretcher.available < frames and not self._is_finished:
            fed = False
            for step in self.cursor.steps(_FED_FRAMES):
                time = self._begin + stretcher.fed / self.speed
                self._log.add(time, step.item, step.position, self.speed)
                block = silent_block(step.count)
                self._mix(step, block)
                stretcher.feed(block)
                fed = True
            if not fed:
                stretcher.finish()
                self._is_finished = True
        return stretcher.read(frames)

    def _gains_of(self, item: Item) -> tuple[Gain, ...]:
        return self._mixer.gains if item is self._mixer.item else item.gains()

    def _mix(self, step: Step, target: Block) -> None:
        """Adds the tracks that are heard to a block of zeros."""
        if step.item is not self._mixer.item:
            self._mixer = TrackMixer(step.item)
        self._mixer.add(step, target)
