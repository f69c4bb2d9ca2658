"""Songs of Demo Studio whose sound, waveforms and measurements the clips of a library get."""

import hashlib
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from producer_studio.audio.measure import measure
from producer_studio.domain.clip import AudioMeasurements
from producer_studio.sandbox.music.piece_rendering import SAMPLE_RATE, Piece, perform

_SOUNDS = (
    "lofi hip hop, mellow, 84 bpm", "ambient, wide", "rock, driving", "jazz trio",
    "house, bright, 124 bpm", "orchestral, epic", "folk, warm", "synthwave, night",
)  # fmt: skip
_EXCERPT_S = 3
_LEVELS = (1.0, 0.82, 0.64, 0.5)


@dataclass(frozen=True, slots=True)
class Song:
    """A rendered song.

    Attributes:
        measured: Of the whole song.
        features: Its feature vector.
        waveforms: Its waveform as it is, reversed, and at lower levels.
        excerpt: Sound file of the first seconds; the clips' files are names of it.
        excerpt_measured: Measurements of the excerpt.
        excerpt_features: Feature vector of the excerpt.
        excerpt_waveform: Waveform of the excerpt.
    """

    sound: str
    measured: AudioMeasurements
    features: bytes
    waveforms: tuple[bytes, ...]
    excerpt: Path
    excerpt_measured: AudioMeasurements
    excerpt_features: bytes
    excerpt_waveform: bytes
    sha256: str
    size_bytes: int


def render_songs(folder: Path, count: int = len(_SOUNDS)) -> list[Song]:
    """Renders songs into a folder; each takes about a second."""
    return [
        _render(sound, folder / f"song {number}.wav", folder / f"excerpt {number}.wav")
        for number, sound in enumerate(_SOUNDS[:count])
    ]


def _render(sound: str, whole: Path, excerpt: Path) -> Song:
    mix = perform(Piece(sound=sound, instrumental=True, seed="7")).mix
    samples = np.rint(np.clip(mix, -1, 1) * 32_767).astype("<i2")
    start = len(samples) // 3
    _write(whole, samples)
    _write(excerpt, samples[start : start + _EXCERPT_S * SAMPLE_RATE])
    found, part = measure(whole), measure(excerpt)
    whole.unlink()
    bins = found.peaks.bins
    waveforms = [
        level_bins[::step]
        for level in _LEVELS
        for level_bins in [bins.translate(bytes(round(value * level) for value in range(256)))]
        for step in (1, -1)
    ]
    content = excerpt.read_bytes()
    return Song(
        sound, found.sound, found.features, tuple(waveforms),
        excerpt, part.sound, part.features, part.peaks.bins,
        hashlib.sha256(content).hexdigest(), len(content),
    )  # fmt: skip


def _write(path: Path, samples: np.ndarray[tuple[int, ...], np.dtype[np.int16]]) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(samples.tobytes())
