"""Renders the sound engine to arrays."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from producer_studio.audio.decode import decode
from producer_studio.audio.engine.engine import Engine
from producer_studio.audio.engine.events import EngineEvent
from tests.support.signals import tone, write_wave

RATE = 48_000
STEP = 1e-3
"""-60 dBFS."""

Sound = NDArray[np.float32]


def full_decode(path: Path) -> Sound:
    """The whole file at its own rate, by the decoder that measures and exports."""
    return np.concatenate(list(decode(path)))


def tone_file(path: Path, seconds: float, hertz: float = 300.0, level: float = 0.3) -> Path:
    return write_wave(path, tone(seconds, hertz, level))


def noise_file(path: Path, frames: int, seed: int, rate: int = RATE) -> Path:
    """Noise: each frame of it is like no other."""
    noise = 0.3 * np.random.default_rng(seed).uniform(-1, 1, (frames, 2))
    return write_wave(path, noise, rate)


def render_to_end(engine: Engine, block: int = 777) -> tuple[Sound, list[EngineEvent]]:
    """Everything up to the block in which the playback ended, and what was reported."""
    parts, events = [], []
    while engine.is_playing:
        parts.append(engine.render(block))
        events += engine.take_events()
    return np.concatenate(parts), events


def largest_step(sound: Sound) -> float:
    """The largest jump between two frames beyond what smooth tones below 500 Hz do.

    The fourth difference of such a tone is below 2e-5; a jump stays in it, up to six times as high.
    """
    return float(np.abs(np.diff(sound.astype(np.float64), n=4, axis=0)).max())


def longest_silence(sound: Sound) -> int:
    """Number of frames of the longest run of zeros on both channels."""
    silent = np.concatenate(([0], (np.abs(sound).max(axis=1) == 0).astype(np.int8), [0]))
    edges = np.flatnonzero(np.diff(silent))
    return int(max(edges[1::2] - edges[::2], default=0))
