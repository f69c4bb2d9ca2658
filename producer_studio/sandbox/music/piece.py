"""Input and output of the synthesiser: piece and performance."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from producer_studio.sandbox.music.wavetable import SAMPLE_RATE, Samples


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Parameters of a piece, named as in the musicapi dialect ("MusicAPI, Producer API").

    Attributes:
        lyrics_strength, weirdness: 0..1; sound_strength, cover_strength: 0.2..1.
        starts_at, ends_at: Seconds, for extend_music and replace_music.
        length_s: Seconds that extend_music adds; by default as many as the form requires.
        longest_s: Maximum length for create_music and extend_music without a requested length.
    """

    task_type: str = "create_music"
    sound: str = ""
    lyrics: str = ""
    seed: str = ""
    model: str = "FUZZ-2.0"
    instrumental: bool = False
    lyrics_strength: float = 0.5
    sound_strength: float = 0.5
    weirdness: float = 0.5
    starts_at: float | None = None
    ends_at: float | None = None
    cover_strength: float | None = None
    length_s: float | None = None
    longest_s: float | None = None


@dataclass(frozen=True, slots=True)
class Performance:
    """Two stems and the plan that they were rendered from.

    Attributes:
        backing: (n, 2), -1..1, the instrumental stem, on the grid of 16-bit samples.
        vocals: (n, 2), the vocal stem, zeros without a voice.
        plan: Plain values; key, mode, bpm, style, form [[name, start_s, end_s]], seed, title, …
    """

    backing: Samples
    vocals: Samples
    plan: dict[str, Any]

    @property
    def mix(self) -> Samples:
        """Exact sum of both stems."""
        return np.asarray(self.backing + self.vocals, np.float32)

    @property
    def duration_s(self) -> float:
        return len(self.backing) / SAMPLE_RATE
