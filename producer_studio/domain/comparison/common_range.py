"""Part of the time that clips have in common, where their lengths must not tell them apart."""

from collections.abc import Iterable

_MARGIN_S = 0.25
"""Playback stops so much before the end of the shortest clip, which would end by itself."""


def common_length_s(lengths_s: Iterable[float]) -> float:
    """Returns how long all clips are played.

    Args:
        lengths_s: Their lengths in seconds; 0 where unknown, which is left out.

    Returns:
        Seconds; 0 if no length is known.
    """
    shortest_s = min((length for length in lengths_s if length > 0.0), default=0.0)
    return max(shortest_s / 2, shortest_s - _MARGIN_S)


def first_part(peaks: bytes, share: float) -> bytes:
    """Returns the peaks of the first part of a clip.

    Args:
        peaks: Of the whole clip, at equal distances.
        share: Of its length, 0 to 1.
    """
    return peaks[: max(1, round(len(peaks) * min(1.0, share)))]
