"""Loudness matching."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LevelMatch:
    """Gain that makes a clip as loud as the quietest one.

    Attributes:
        gain_db: 0 or below.
        is_known: Whether the loudness was measured; otherwise the gain is 0.
    """

    gain_db: float
    is_known: bool


def match_loudness(loudness_lufs: Sequence[float | None]) -> list[LevelMatch]:
    """Returns the gains that make all as loud as the quietest; none amplifies, so none clips.

    Args:
        loudness_lufs: Integrated loudness of each; None or not finite if unknown or silent.
    """
    known = [one for one in loudness_lufs if one is not None and math.isfinite(one)]
    quietest = min(known, default=0.0)
    return [
        LevelMatch(quietest - one, is_known=True)
        if one is not None and math.isfinite(one)
        else LevelMatch(0.0, is_known=False)
        for one in loudness_lufs
    ]
