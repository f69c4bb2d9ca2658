"""What is asked of the synthesiser, and what it gives back."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from producer_studio.sandbox.music.wavetable import SAMPLE_RATE, Samples


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What is asked, in the words of the musicapi dialect (seed 000).

    Attributes:
        lyrics_strength, weirdness: 0..1; sound_strength, cover_strength: 0.2..1.
        starts_at, ends_at: seconds, for extend_music and replace_music.
        length_s: how many seconds extend_music adds; by default as many as the form wants.
        longest_s: create_music and extend_music write no more than this, where no length is asked.
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
    """Two stems and the plan they were made from.

    Attributes:
        backing: (n, 2), -1..1, the instrumental stem, on the grid of 16-bit samples.
        vocals: (n, 2), the vocal stem, zeros when nobody sings.
        plan: plain values; key, mode, bpm, style, form [[name, start_s, end_s]], seed, title, …
    """

    backing: Samples
    vocals: Samples
    plan: dict[str, Any]

    @property
    def mix(self) -> Samples:
        """Both stems together, exactly."""
        return np.asarray(self.backing + self.vocals, np.float32)

    @property
    def duration_s(self) -> float:
        return len(self.backing) / SAMPLE_RATE
