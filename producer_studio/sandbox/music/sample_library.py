"""Recorded samples of instruments, from `resources/instruments`.

`packaging/instruments.py` writes that folder; its docstring describes `index.json`. A sample is
decoded when a note first needs it.
"""

import json
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import av
import numpy as np

from producer_studio.sandbox.music.wavetable import Samples

#: Samples are held at this multiple of their own rate, so that linear interpolation is clean.
OVERSAMPLING = 2
_MAX_CACHED_BYTES = 40 << 20
_TILT_FROM_HZ = 700.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleZone:
    """Keys that one sample sounds for; the fields of `soundfont.Zone` in `packaging`.

    Attributes:
        loop: Start and end in samples, or None for a sample that ends.
        rate: Hz.
    """

    keys: tuple[int, int]
    root: int
    cents: int
    sample: str
    rate: int
    loop: tuple[int, int] | None
    gain_db: float
    attack_s: float
    hold_s: float
    decay_s: float
    sustain_db: float
    cutoff_hz: float


@dataclass(frozen=True, slots=True)
class SampledInstrument:
    """Zones of an instrument; `soft_filter` is the ratio of the filter's corner at a soft note."""

    soft_filter: float
    zones: tuple[SampleZone, ...]

    def zones_at(self, pitch: float) -> list[SampleZone]:
        """Returns the zones of a MIDI pitch, or of the nearest one that has any."""
        key = min(max(round(pitch), self.zones[0].keys[0]), max(z.keys[1] for z in self.zones))
        return [zone for zone in self.zones if zone.keys[0] <= key <= zone.keys[1]]


@lru_cache(maxsize=1)
def sampled_instruments() -> dict[str, SampledInstrument]:
    """Returns all instruments by name."""
    return {
        name: SampledInstrument(one["soft_filter"], tuple(_zone(row) for row in one["zones"]))
        for name, one in _read_index()["instruments"].items()
    }


@lru_cache(maxsize=1)
def sampled_strokes() -> dict[str, tuple[SampleZone, ...]]:
    """Returns the zones of all strokes of the drum kit by name; they sound at key 60."""
    drums = _read_index()["drums"]
    return {name: tuple(_zone(row) for row in rows) for name, rows in drums.items()}


def find_sample_folder() -> Path:
    """Finds the folder of samples, in an installed package or beside a checkout.

    Raises:
        FileNotFoundError: The installation is incomplete.
    """
    package = Path(__file__).resolve().parents[2]
    for parent in (package, package.parent):
        folder = parent / "resources" / "instruments"
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"The folder of instruments is missing next to {package}.")


def _read_index() -> dict[str, Any]:
    index: dict[str, Any] = json.loads((find_sample_folder() / "index.json").read_text("utf-8"))
    return index


def _zone(row: dict[str, Any]) -> SampleZone:
    low, high = row["keys"]
    return SampleZone(**{**row, "keys": (low, high), "loop": row["loop"] and tuple(row["loop"])})


class SampleCache:
    """Decoded and filtered samples of this process, the last used ones up to a size in bytes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.size = 0
        self._entries: OrderedDict[tuple[str, float, float], Samples] = OrderedDict()

    def get(self, zone: SampleZone, cutoff_hz: float, tilt: float) -> Samples:
        key = (zone.sample, cutoff_hz, tilt)
        found = self._entries.get(key)
        if found is None:
            found = _filter_and_oversample(decode_sample(zone.sample), zone.rate, cutoff_hz, tilt)
            self._entries[key] = found
            self.size += found.nbytes
            while self.size > self._limit and len(self._entries) > 1:
                self.size -= self._entries.popitem(last=False)[1].nbytes
        self._entries.move_to_end(key)
        return found


_CACHE = SampleCache(_MAX_CACHED_BYTES)


def load_sample(zone: SampleZone, cutoff_hz: float, tilt: float) -> Samples:
    """Loads a zone's sample at `OVERSAMPLING` times its rate, filtered; (n,).

    Args:
        cutoff_hz: Corner of a low-pass of the second order.
        tilt: Exponent by which higher frequencies are softer; 0.3 is 1.8 dB an octave.

    Returns:
        A shared array; callers must not modify it.
    """
    return _CACHE.get(zone, cutoff_hz, tilt)


def decode_sample(name: str) -> Samples:
    """Decodes one file of the folder, (n,), at the sample's own rate."""
    with av.open(str(find_sample_folder() / name)) as container:
        stream = container.streams.audio[0]
        # Loops may end at the very last sample, which the demuxer of some streams would cut off.
        stream.codec_context.options = {"flags2": "+skip_manual"}
        blocks = [frame.to_ndarray()[0] for frame in container.decode(stream)]
    return np.asarray(np.concatenate(blocks), np.float32)


def _filter_and_oversample(raw: Samples, rate: int, cutoff_hz: float, tilt: float) -> Samples:
    size = _fast_length(len(raw) + 512)
    spectrum = np.fft.rfft(raw, size)
    hertz = np.fft.rfftfreq(size, 1 / rate).astype(np.float32)
    gain = np.asarray(1 / np.sqrt(1 + (hertz / np.float32(cutoff_hz)) ** 4), np.float32)
    gain /= np.sqrt(1 + (np.float32(12) / np.maximum(hertz, np.float32(0.1))) ** 4)  # no offset
    if tilt:
        gain *= (1 + hertz / np.float32(_TILT_FROM_HZ)) ** np.float32(-tilt)
    wide = np.fft.irfft(spectrum * gain, size * OVERSAMPLING)[: len(raw) * OVERSAMPLING]
    wide *= OVERSAMPLING
    return np.asarray(wide, np.float32)


def _fast_length(length: int) -> int:
    """Returns a length, a little longer, that a Fourier transform is fast at."""
    step = 1 << max(0, length.bit_length() - 4)
    return -(-length // step) * step
