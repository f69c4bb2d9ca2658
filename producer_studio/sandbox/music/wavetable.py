"""Evolving wavetables: a note is a chain of spectra, read by one running phase.

Each key frame is one period of a wave with its own spectrum; while the note sounds, neighbouring
key frames are blended. Reading costs a few nanoseconds per sample whatever the spectrum.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

SAMPLE_RATE = 44100
Samples = npt.NDArray[np.float32]

_BITS = 13
_SIZE = 1 << _BITS
_SHIFT = np.uint32(32 - _BITS)
_SAMPLE_NUMBERS = np.arange(1 << 21, dtype=np.uint32)
_CEILING_HZ = 15000.0


def harmonic_numbers(frequency: float, limit: int = 400) -> npt.NDArray[np.float64]:
    """Returns 1, 2, 3 … up to the highest audible harmonic."""
    count = int(min(limit, max(1, _CEILING_HZ // frequency)))
    return np.arange(1, count + 1, dtype=np.float64)


@lru_cache(maxsize=8)
def _phases(kind: str) -> npt.NDArray[np.complex64]:
    numbers = np.arange(1, 1001, dtype=np.float64)
    if kind == "sine":
        angle = np.full(1000, -np.pi / 2)
    else:  # spread phases avoid peaks in the wave
        angle = 2 * np.pi * ((numbers * numbers * 0.6180339887) % 1.0)
    return np.exp(1j * angle).astype(np.complex64)


def build_wave_tables(amplitudes: npt.NDArray[np.float64], phases: str = "sine") -> Samples:
    """Builds one period per row from harmonic amplitudes.

    Args:
        amplitudes: (key frames, harmonics).

    Returns:
        (key frames, 8192).
    """
    frames, harmonics = amplitudes.shape
    spectrum = np.zeros((frames, _SIZE // 2 + 1), np.complex64)
    spectrum[:, 1 : harmonics + 1] = amplitudes * _phases(phases)[:harmonics]
    return np.fft.irfft(spectrum, axis=1).astype(np.float32) * np.float32(_SIZE / 2)


def compute_phase(frequency: float, length: int, start: float = 0.0) -> npt.NDArray[np.uint32]:
    """Returns the phase of a steady tone, a whole turn being 2**32."""
    step = np.uint32(int(frequency / SAMPLE_RATE * 4294967296.0) & 0xFFFFFFFF)
    phase = _SAMPLE_NUMBERS[:length] * step
    phase += np.uint32(int(start * 4294967296.0) & 0xFFFFFFFF)
    return phase


def add_vibrato(
    phase: npt.NDArray[np.uint32], frequency: float, rate: float, cents: float, onset_s: float
) -> None:
    """Adds vibrato in place: `cents` deep, `rate` in Hz, growing over `onset_s`."""
    if cents <= 0:
        return
    deviation = frequency * (2 ** (cents / 1200) - 1)
    turns = deviation / rate / (2 * np.pi)
    time = _SAMPLE_NUMBERS[: len(phase)].astype(np.float32) * np.float32(1 / SAMPLE_RATE)
    depth = np.minimum(time * np.float32(1 / max(onset_s, 0.01)), 1) * np.float32(turns)
    wobble = np.sin(time * np.float32(2 * np.pi * rate)) * depth
    phase += (wobble * np.float32(4294967296.0)).astype(np.int64).astype(np.uint32)


def play_wavetable(tables: Samples, edges: list[int], phase: npt.NDArray[np.uint32]) -> Samples:
    """Plays the chain of key frames along a phase.

    Args:
        tables: (key frames, 8192).
        edges: Sample at which each key frame is reached; the first is 0, the last the end.
        phase: Phase from `compute_phase`.
    """
    index = (phase >> _SHIFT).astype(np.intp)
    out = np.empty(len(phase), np.float32)
    for frame in range(len(edges) - 1):
        start, stop = edges[frame], min(edges[frame + 1], len(phase))
        if stop <= start:
            continue
        part = index[start:stop]
        here = tables[frame].take(part)
        if frame + 1 < len(tables):
            there = tables[frame + 1].take(part)
            there -= here
            there *= np.linspace(0, 1, stop - start, endpoint=False, dtype=np.float32)
            here += there
        out[start:stop] = here
    return out


def shape_noise(noise: Samples, low_hz: float, high_hz: float, slope: float = 2.0) -> Samples:
    """Band-limits noise by its spectrum, with soft edges."""
    spectrum = np.fft.rfft(noise)
    length = noise.shape[-1]
    hertz = np.fft.rfftfreq(length, 1 / SAMPLE_RATE).astype(np.float32) + 1.0
    gain = 1 / np.sqrt(1 + (hertz / high_hz) ** (2 * slope))
    gain /= np.sqrt(1 + (low_hz / hertz) ** (2 * slope))
    return np.fft.irfft(spectrum * gain, length).astype(np.float32)
