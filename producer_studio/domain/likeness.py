"""How alike two clips sound, from what is measured of them."""

import math
from dataclasses import dataclass

from producer_studio.domain.musical_key import key_circle_position
from producer_studio.translation import mark

FEATURE_VERSION = 1
"""Counts how the feature vector of a clip is computed; others are not compared with it."""

FEATURE_COUNT = 22
"""Numbers of a feature vector."""

SIMILAR_PARTS = mark(
    "spectral balance, tonal or noisy sound, onsets, dynamics, tempo (half and double are equal), "
    "key and loudness"
)
"""Everything that likeness is made of, for the user."""

_TEMPO_WEIGHT = 0.8
_KEY_WEIGHT = 0.15
_LOUDNESS_WEIGHT = 0.15

_UNKNOWN_TEMPO = 0.25
_UNKNOWN_KEY = 0.5
_LOUDNESS_DB = 12.0


@dataclass(frozen=True, slots=True)
class Likeness:
    """Distances of two clips; 0 is equal in each.

    Attributes:
        sound: Distance of the feature vectors; 1 is clearly another sound.
        tempo: In octaves, 0 to 0.5: half and double are equal.
        key: 0 for equal or relative keys, to 1 for those with the fewest notes in common.
        loudness: 0 to 1.
    """

    sound: float
    tempo: float = _UNKNOWN_TEMPO
    key: float = _UNKNOWN_KEY
    loudness: float = 0.0

    @property
    def distance(self) -> float:
        """The weighted sum."""
        return (
            self.sound
            + _TEMPO_WEIGHT * self.tempo
            + _KEY_WEIGHT * self.key
            + _LOUDNESS_WEIGHT * self.loudness
        )

    @property
    def percent(self) -> int:
        """100 for an equal clip, and less the less alike."""
        return round(100 * math.exp(-self.distance))


def tempo_distance(bpm: float | None, other: float | None) -> float:
    """Returns the difference of two tempos in octaves, 0 to 0.5."""
    if not bpm or not other:
        return _UNKNOWN_TEMPO
    octaves = math.log2(bpm / other)
    return abs(octaves - round(octaves))


def key_distance(key: str, other: str) -> float:
    """Returns the distance of two keys on the circle of fifths, 0 to 1."""
    one, two = key_circle_position(key), key_circle_position(other)
    if one is None or two is None:
        return _UNKNOWN_KEY
    steps = abs(one - two)
    return min(steps, 12 - steps) / 6


def loudness_distance(lufs: float | None, other: float | None) -> float:
    """Returns the difference of two loudnesses, 0 to 1."""
    if lufs is None or other is None:
        return 0.0
    return min(1.0, abs(lufs - other) / _LOUDNESS_DB)
