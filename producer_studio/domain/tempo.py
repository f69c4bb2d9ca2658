"""Tempi: bounds, parsing, and octave correction of measured ones."""

import re

from producer_studio.domain.field_reader import is_finite_number

_BPM = re.compile(
    r"(?<![\d.,])(\d{2,3}(?:[.,]\d+)?)\s*-?\s*(?:bpm|beats per minute)\b", re.IGNORECASE
)
_BPM_FIRST = re.compile(
    r"\b(?:bpm|tempo)\s*(?:of|is|:|=|~|≈)?\s*(\d{2,3}(?:[.,]\d+)?)\b", re.IGNORECASE
)
_BPM_INPUT = re.compile(r"≈?\s*(\d{1,3}(?:[.,]\d{1,4})?)\s*(?:bpm)?", re.IGNORECASE)
_LOWEST, _HIGHEST = 30.0, 300.0
_TOLERANCE = 0.06
_OCTAVES = (1.0, 0.5, 2.0, 0.25, 4.0)

LOWEST_BPM, HIGHEST_BPM = 20.0, 400.0
"""Bounds of a tempo that a user can set."""

MIN_CERTAIN_CONFIDENCE = 0.1
"""A measured tempo below this confidence is shown with "≈"."""


def is_tempo_certain(confidence: float | None) -> bool:
    """Whether a measured tempo can be shown without "≈".

    Args:
        confidence: 0 to 1, by how much the measured tempo is more likely than the next likely one,
            usually half or double of it: at 0.1 the other one explains the audio nine tenths as
            well. 1 when the tempo is the requested one. None if it was not measured, which is not
            certain.
    """
    return confidence is not None and confidence >= MIN_CERTAIN_CONFIDENCE


def validate_bpm(value: object) -> float | None:
    """Validates a tempo set by a user and rounds it to a hundredth; None if invalid."""
    if not is_finite_number(value):
        return None
    bpm = round(float(value), 2)
    return bpm if LOWEST_BPM <= bpm <= HIGHEST_BPM else None


def scale_bpm(override: float | None, measured: float | None, factor: float) -> float | None:
    """Multiplies a clip's tempo; None if it has none or the result is invalid.

    Args:
        override: Tempo set by the user; None for none.
        measured: Measured tempo. Its decimals are not significant, nor are those of the result.
    """
    if override is not None:
        return validate_bpm(override * factor)
    if measured is None or not is_finite_number(measured * factor):
        return None
    return validate_bpm(round(measured * factor))


def parse_bpm(text: str) -> float | None:
    """Parses a tempo such as "98,5" or "120 BPM"; None if invalid."""
    found = _BPM_INPUT.fullmatch(text.strip())
    return validate_bpm(float(found[1].replace(",", "."))) if found else None


def find_requested_tempo(sound: str) -> float | None:
    """Finds the beats per minute named in a sound prompt.

    None when it names no tempo, or more than one.
    """
    found = {
        float(number.replace(",", "."))
        for pattern in (_BPM, _BPM_FIRST)
        for number in pattern.findall(sound)
    }
    plausible = {number for number in found if _LOWEST <= number <= _HIGHEST}
    return plausible.pop() if len(plausible) == 1 else None


def fit_to_requested_octave(bpm: float, requested: float | None) -> float | None:
    """Halves or doubles a measured tempo where that matches the requested one.

    A measurement cannot distinguish 62 from 124 beats per minute; the requested tempo can. A
    measured tempo that is no octave of the requested one within 6 % does not match it.

    Returns:
        The tempo; None when it does not match, or none was requested.
    """
    if requested is None:
        return None
    for factor in _OCTAVES:
        if abs(bpm * factor / requested - 1.0) <= _TOLERANCE:
            return round(bpm * factor, 1)
    return None
