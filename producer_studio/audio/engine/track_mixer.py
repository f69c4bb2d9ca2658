"""The sum of an item's tracks, at their levels."""

import numpy as np

from producer_studio.audio.engine.cursor import Step
from producer_studio.audio.engine.levels import channel_peaks
from producer_studio.audio.engine.track import Gain, Item
from producer_studio.audio.frame_samples import Block, empty_block

_AHEAD_FRAMES = 2_048
_RAMP_FRAMES = 256


class TrackMixer:
    """Mixes the tracks of an item that are heard.

    Several tracks are mixed for about three blocks at once: between the blocks of a device other
    programs use the processor's caches, and the first instructions cost more than the samples.

    Attributes:
        item: The item.
        gains: Its tracks that are heard, as they were when they were last taken over.
    """

    def __init__(self, item: Item) -> None:
        self.item = item
        self.gains = item.gains()
        # The item's own may change while these gains are still heard.
        self._is_mix = item.is_mix
        self._old_gains: tuple[Gain, ...] | None = None
        self._ahead = empty_block(0)
        self._ahead_from = 0

    def set_gains(self) -> bool:
        """Takes over the levels of the item's tracks; False if others than before are heard."""
        gains = self.item.gains()
        if [(one.track, one.offset) for one in gains] != [
            (one.track, one.offset) for one in self.gains
        ]:
            return False
        self._is_mix = self.item.is_mix
        if gains != self.gains:
            # Of several changes before the next block, the first one begins with what is heard.
            self._old_gains = self._old_gains or self.gains
            self.gains, self._ahead = gains, empty_block(0)
        return True

    def add(self, step: Step, target: Block) -> None:
        """Adds the tracks that are heard to a block of zeros."""
        old_gains, self._old_gains = self._old_gains, None
        if old_gains is not None:
            self._add_changed(step, target, old_gains)
        elif self._is_mix and self.gains:
            self._add_mixed(step, target)
        elif self.gains:
            (gain,) = self.gains
            block = gain.track.source.read(step.position + gain.offset, step.count)
            target += block if gain.left == gain.right == 1.0 else block * _factors(gain)

    def _add_mixed(self, step: Step, target: Block) -> None:
        done = 0
        while done < step.count:
            begin = step.position + done - self._ahead_from
            if not 0 <= begin < len(self._ahead):
                self._ahead_from += begin
                self._ahead = self._mix(self._ahead_from, step.count - done)
                begin = 0
            piece = self._ahead[begin : begin + step.count - done]
            target[done : done + len(piece)] += piece
            done += len(piece)

    def _mix(self, position: int, least: int) -> Block:
        """Mixes so many frames, and some more if they are decoded."""
        count = max(least, _AHEAD_FRAMES)
        if not all(one.track.source.has(position + one.offset, count) for one in self.gains):
            count = least
        # All at once: numpy takes as long to begin as for the samples of a track.
        heard = np.empty((len(self.gains), 2, count), np.float32)
        for planes, gain in zip(heard, self.gains, strict=True):
            planes[:] = gain.track.source.read(position + gain.offset, count).T
        if any(gain.left != 1.0 or gain.right != 1.0 for gain in self.gains):
            heard *= np.array([(gain.left, gain.right) for gain in self.gains], "f4")[:, :, None]
        for gain, peaks in zip(self.gains, channel_peaks(heard), strict=True):
            gain.track.meter.add(peaks, count)
        mixed: Block = heard.sum(axis=0).T
        return mixed

    def _add_changed(self, step: Step, target: Block, old_gains: tuple[Gain, ...]) -> None:
        for gain, old in zip(self.gains, old_gains, strict=True):
            block = gain.track.source.read(step.position + gain.offset, step.count)
            factors = _factors(gain)
            change = _factors(old) - factors
            count = min(step.count, _RAMP_FRAMES)
            ramp = np.linspace(1.0, 0.0, count, endpoint=False, dtype=np.float32)[:, None]
            curve = np.broadcast_to(factors, (step.count, 2)).copy(order="F")
            curve[:count] += ramp * change
            heard = block * curve
            gain.track.meter.measure(heard)
            target += heard


def _factors(gain: Gain) -> Block:
    return np.array((gain.left, gain.right), np.float32)
