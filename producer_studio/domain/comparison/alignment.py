"""Alignment of clips: which moment of one belongs to a moment of another."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from producer_studio.domain.tempo import HIGHEST_BPM, LOWEST_BPM


@dataclass(frozen=True, slots=True)
class Timeline:
    """Bars of a clip, as far as they are known.

    Attributes:
        bpm: Beats per minute; None if unknown.
        head_s: Seconds of silence before the first bar.
    """

    bpm: float | None = None
    head_s: float = 0.0


def has_bars(timelines: Sequence[Timeline]) -> bool:
    """Whether all tempos are known and plausible, so that the clips can be aligned by bar."""
    return all(one.bpm is not None and LOWEST_BPM <= one.bpm <= HIGHEST_BPM for one in timelines)


def align_by_bar(position_s: float, source: Timeline, target: Timeline) -> float:
    """Returns the position in another clip that is in the same bar.

    A measured tempo may be half or double the real one: the ratio is taken in the octave around 1.
    The silence at the start counts as no bar; a position in it stays at the start.

    Args:
        position_s: Seconds from the start of the first clip.

    Raises:
        ValueError: A tempo is unknown.
    """
    if source.bpm is None or target.bpm is None or not has_bars((source, target)):
        raise ValueError("Both tempos must be known.")
    ratio = source.bpm / target.bpm
    ratio /= 2.0 ** round(math.log2(ratio))
    return max(0.0, target.head_s + max(0.0, position_s - source.head_s) * ratio)
