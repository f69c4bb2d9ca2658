"""Gains, fades and meters."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from producer_studio.audio.frame_samples import Block


@dataclass(frozen=True, slots=True)
class MixSettings:
    """Settings of a track.

    Attributes:
        gain_db: Level in dB.
        pan: -1 for left to 1 for right; the other side is attenuated.
        is_muted: Not heard in a mix; a selected track is heard all the same.
        is_soloed: Tracks that are not soloed are not heard while any is.
    """

    gain_db: float = 0.0
    pan: float = 0.0
    is_muted: bool = False
    is_soloed: bool = False


def linear(gain_db: float) -> float:
    """Returns the factor of a gain in dB."""
    return math.pow(10.0, gain_db / 20.0)


def channel_gains(settings: MixSettings) -> tuple[float, float]:
    """Returns the factors of the left and the right channel, without mute and solo."""
    gain = linear(settings.gain_db)
    return gain * min(1.0, 1.0 - settings.pan), gain * min(1.0, 1.0 + settings.pan)


def channel_peaks(planes: Block) -> list[Any]:
    """Returns the peaks of sounds of shape (…, n), without the last axis, as lists."""
    peaks: list[Any] = np.abs(planes).max(axis=-1).tolist()
    return peaks


def crossfade(old: Block, new: Block) -> Block:
    """Fades from one sound to another at constant power, over their whole length.

    The curves of uncorrelated sounds would lift what both have in common by up to 3 dB: they are
    lowered by as much as the two are alike. Two equal sounds stay exactly as they are.
    """
    x = (np.arange(len(old), dtype=np.float32) + 0.5) / np.float32(max(1, len(old)))
    angle = np.float32(np.pi / 2) * x * x * (3.0 - 2.0 * x)
    fall, rise = np.cos(angle), np.sin(angle)
    before, after = float(np.vdot(old, old)), float(np.vdot(new, new))
    common = max(0.0, float(np.vdot(old, new)))
    if common > 0.0:
        power = fall * fall * before + rise * rise * after
        lowered = np.sqrt(power / (power + 2.0 * common * fall * rise))
        fall, rise = fall * lowered, rise * lowered
    return np.asarray(old * fall[:, None] + new * rise[:, None], np.float32)


class VolumeRamp:
    """Master volume that changes without clicks."""

    def __init__(self, ramp_frames: int) -> None:
        """Creates a full volume whose changes take `ramp_frames` frames."""
        self._ramp_frames = ramp_frames
        self._now = self._target = 1.0
        self._left = 0

    def move_to(self, target: float) -> None:
        """Begins to change to a factor."""
        self._target, self._left = target, self._ramp_frames

    def apply(self, block: Block) -> None:
        """Multiplies the next block, of shape (n, 2), in place."""
        count = min(len(block), self._left)
        if count:
            end = self._now + (self._target - self._now) * count / self._left
            ramp = np.linspace(self._now, end, count + 1, dtype=np.float32)[1:]
            block[:count] *= ramp[:, None]
            self._left -= count
            self._now = end if self._left else self._target
        if self._now != 1.0:
            block[count:] *= np.float32(self._now)


class OutputMeter:
    """Peak of each channel, falling by 20 dB in 1.5 s.

    Attributes:
        peaks: Left and right, linear; read it from any thread.
    """

    def __init__(self, rate: int) -> None:
        self._fall = math.pow(10.0, -1.0 / (1.5 * rate))
        self.peaks = (0.0, 0.0)

    def measure(self, block: Block) -> None:
        """Takes the next block of shape (n, 2)."""
        if len(block):
            self.add(channel_peaks(block.T), len(block))

    def add(self, peaks: Sequence[float], frames: int) -> None:
        """Takes the peaks of both channels in the next frames."""
        kept = math.pow(self._fall, frames)
        left, right = self.peaks
        self.peaks = (max(peaks[0], left * kept), max(peaks[1], right * kept))
