"""A play head: the mix along a cursor's way, at a speed."""

from collections.abc import Iterator

import numpy as np

from producer_studio.audio.engine.cursor import Cursor, Step
from producer_studio.audio.engine.levels import channel_peaks
from producer_studio.audio.engine.position_log import PositionLog
from producer_studio.audio.engine.stretcher import Stretcher
from producer_studio.audio.engine.track import Gain, Item, Track
from producer_studio.audio.frame_samples import Block, silent_block

_FED_FRAMES = 1_024
_RAMP_FRAMES = 256


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
        self._item = cursor.item
        self._gains = cursor.item.gains()
        self._old_gains: tuple[Gain, ...] | None = None
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
        return not self._is_finished and self.cursor.item is self._item

    def set_gains(self) -> bool:
        """Takes over the levels of the item's tracks; False if others than before are heard."""
        gains = self._item.gains()
        if [(one.track, one.offset) for one in gains] != [
            (one.track, one.offset) for one in self._gains
        ]:
            return False
        if gains != self._gains:
            self._old_gains, self._gains = self._gains, gains
        return True

    def is_ready(self, frames: int) -> bool:
        """Returns whether frames can be rendered without waiting, or the end comes before."""
        return next(self._missing(frames), None) is None

    def wait(self, frames: int) -> None:
        """Waits for one part of what is missing; `is_ready` tells whether there is more."""
        for track, start, count in self._missing(frames):
            track.source.wait(start, count)
            return

    def read(self, frames: int) -> Block:
        """Renders float32 of shape (n, 2); fewer than `frames` only at the end of everything."""
        block = self._direct(frames) if self._stretcher is None else self._stretched(frames)
        self._time += len(block)
        return block

    def _missing(self, frames: int) -> Iterator[tuple[Track, int, int]]:
        """Yields the tracks, first frames and numbers of frames that are still to be decoded."""
        for step in self._coming(frames):
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
        if self.speed != 1.0:
            if self._is_finished:
                return
            available = 0 if self._stretcher is None else self._stretcher.available
            frames = round(max(0, frames - available) * self.speed)
            frames += Stretcher.needed_frames(self._rate) if frames else 0
            if self._stretcher is None:
                yield self._lead()
        yield from self.cursor.copy().steps(frames)

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
        return self._gains if item is self._item else item.gains()

    def _mix(self, step: Step, target: Block) -> None:
        """Adds the tracks that are heard to a block of zeros."""
        if step.item is not self._item:
            self._item, self._gains, self._old_gains = step.item, step.item.gains(), None
        old_gains, self._old_gains = self._old_gains, None
        if old_gains is not None:
            self._mix_changed(step, target, old_gains)
        elif self._item.is_mix:
            self._mix_many(step, target)
        elif self._gains:
            (gain,) = self._gains
            block = gain.track.source.read(step.position + gain.offset, step.count)
            target += block if gain.left == gain.right == 1.0 else block * _factors(gain)

    def _mix_many(self, step: Step, target: Block) -> None:
        if not self._gains:
            return
        # All at once: numpy takes as long to begin as for the samples of a track.
        heard = np.empty((len(self._gains), 2, step.count), np.float32)
        for planes, gain in zip(heard, self._gains, strict=True):
            planes[:] = gain.track.source.read(step.position + gain.offset, step.count).T
        heard *= np.stack([_factors(gain) for gain in self._gains])[:, :, np.newaxis]
        target += heard.sum(axis=0).T
        for gain, peaks in zip(self._gains, channel_peaks(heard), strict=True):
            gain.track.meter.add(peaks, step.count)

    def _mix_changed(self, step: Step, target: Block, old_gains: tuple[Gain, ...]) -> None:
        for gain, old in zip(self._gains, old_gains, strict=True):
            block = gain.track.source.read(step.position + gain.offset, step.count)
            factors = _factors(gain)
            change = _factors(old) - factors
            count = min(step.count, _RAMP_FRAMES)
            ramp = np.linspace(1.0, 0.0, count, endpoint=False, dtype=np.float32)[:, None]
            curve = np.broadcast_to(factors, (step.count, 2)).copy(order="F")
            curve[:count] += ramp * change
            target += block * curve


def _factors(gain: Gain) -> Block:
    return np.array((gain.left, gain.right), np.float32)
