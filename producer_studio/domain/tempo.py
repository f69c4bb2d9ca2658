"""Tempo as it is asked for in words, and the octave that a measured tempo is given in."""

import re

_BPM = re.compile(
    r"(?<![\d.,])(\d{2,3}(?:[.,]\d+)?)\s*-?\s*(?:bpm|beats per minute)\b", re.IGNORECASE
)
_BPM_FIRST = re.compile(
    r"\b(?:bpm|tempo)\s*(?:of|is|:|=|~|≈)?\s*(\d{2,3}(?:[.,]\d+)?)\b", re.IGNORECASE
)
_LOWEST, _HIGHEST = 30.0, 300.0
_TOLERANCE = 0.06
_OCTAVES = (1.0, 0.5, 2.0, 0.25, 4.0)


def requested_tempo(sound: str) -> float | None:
    """Returns the beats per minute that a sound prompt asks for.

    None when it names no tempo, or more than one.
    """
    found = {
        float(number.replace(",", "."))
        for pattern in (_BPM, _BPM_FIRST)
        for number in pattern.findall(sound)
    }
    plausible = {number for number in found if _LOWEST <= number <= _HIGHEST}
    return plausible.pop() if len(plausible) == 1 else None


def in_requested_octave(bpm: float, requested: float | None) -> float:
    """Halves or doubles a measured tempo where that brings it to the requested one.

    A measurement cannot tell 62 from 124 beats per minute; whoever asked for one of them can. A
    measured tempo that is no octave of the requested one within 6 % is returned as it is.
    """
    if requested is None:
        return bpm
    for factor in _OCTAVES:
        if abs(bpm * factor / requested - 1.0) <= _TOLERANCE:
            return round(bpm * factor, 1)
    return bpm
