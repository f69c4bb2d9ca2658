"""How a track is heard in a mix, such as a stem."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from producer_studio.domain.decibels import signed_gain_text

LOWEST_GAIN_DB, HIGHEST_GAIN_DB = -40.0, 6.0
"""Range of levels above silence, which is minus infinity."""


@dataclass(frozen=True, slots=True)
class TrackMix:
    """How a track is heard.

    Attributes:
        gain_db: Level in dB; minus infinity for silence.
        pan: -1 for left to 1 for right.
        is_muted: Not heard in the mix; a selected track is heard all the same.
        is_soloed: Tracks that are not soloed are not heard in the mix while any is.
    """

    gain_db: float = 0.0
    pan: float = 0.0
    is_muted: bool = False
    is_soloed: bool = False

    @property
    def gain_text(self) -> str:
        """Level such as "−1.5 dB", "0.0 dB" or "−∞ dB"."""
        if math.isinf(self.gain_db):
            return "\u2212∞ dB"
        return signed_gain_text(self.gain_db)

    @property
    def pan_text(self) -> str:
        """Place between the channels: "C", "L 30" or "R 100"."""
        percent = round(abs(self.pan) * 100)
        return f"{'L' if self.pan < 0 else 'R'} {percent}" if percent else "C"

    def to_json(self) -> dict[str, Any]:
        """Returns the fields; silence is null, as JSON has no infinity."""
        return asdict(self) | {"gain_db": None if math.isinf(self.gain_db) else self.gain_db}

    @classmethod
    def from_json(cls, value: object) -> Self:
        """Reads what `to_json` returned; a field that is not valid has its default."""
        fields = value if isinstance(value, dict) else {}
        gain_db = fields.get("gain_db", 0.0)
        return cls(
            gain_db=-math.inf
            if gain_db is None
            else _limit(gain_db, LOWEST_GAIN_DB, HIGHEST_GAIN_DB),
            pan=_limit(fields.get("pan"), -1.0, 1.0),
            is_muted=fields.get("is_muted") is True,
            is_soloed=fields.get("is_soloed") is True,
        )


@dataclass(frozen=True, slots=True)
class MixFile:
    """Finished file of a mix.

    Attributes:
        path: Its path.
        peak: Largest magnitude before it was limited to full scale, which is 1.
    """

    path: Path
    peak: float


def heard_tracks(mixes: Sequence[TrackMix]) -> list[bool]:
    """Returns which tracks are heard, by their mutes and solos."""
    any_solo = any(mix.is_soloed for mix in mixes)
    return [not mix.is_muted and (mix.is_soloed or not any_solo) for mix in mixes]


def _limit(value: object, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        return 0.0
    # A whole number may be larger than any float.
    return float(min(high, max(low, value)))
