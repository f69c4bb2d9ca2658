"""Performances on disk: two FLAC stems and a plan."""

import json
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from producer_studio.sandbox.music.media import read_exact
from producer_studio.sandbox.music.piece import Performance
from producer_studio.sandbox.music.uploads import performance_from_audio
from producer_studio.sandbox.music.wavetable import SAMPLE_RATE, Samples

__all__ = ["load_performance", "performance_from_audio", "save_performance"]

_BACKING, _VOCALS, _PLAN = "backing.flac", "vocals.flac", "plan.json"


def save_performance(performance: Performance, folder: Path) -> None:
    """Writes a performance without loss (its stems lie on the grid of 16-bit samples)."""
    folder.mkdir(parents=True, exist_ok=True)
    _write_flac(performance.backing, folder / _BACKING)
    _write_flac(performance.vocals, folder / _VOCALS)
    (folder / _PLAN).write_text(json.dumps(performance.plan, ensure_ascii=False), encoding="utf-8")


def load_performance(folder: Path) -> Performance:
    """Reads what `save_performance` wrote, bit for bit.

    Raises:
        FileNotFoundError: there is none in this folder.
    """
    plan = json.loads((folder / _PLAN).read_text(encoding="utf-8"))
    return Performance(read_exact(folder / _BACKING), read_exact(folder / _VOCALS), plan)


def _write_flac(samples: Samples, path: Path) -> None:
    whole = np.rint(samples * np.float32(32768)).astype(np.int16)
    with av.open(str(path), "w", format="flac") as container:
        stream = container.add_stream(
            "flac", rate=SAMPLE_RATE, layout="stereo", options={"compression_level": "0"}
        )
        stream.format = "s16"
        stream.time_base = Fraction(1, SAMPLE_RATE)
        frame = av.AudioFrame.from_ndarray(whole.reshape(1, -1), format="s16", layout="stereo")
        frame.sample_rate = SAMPLE_RATE
        frame.pts = 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
