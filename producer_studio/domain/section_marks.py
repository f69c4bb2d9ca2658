"""Guesses where the sections of the lyrics begin in the sound."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from producer_studio.domain.lyrics.sections import parse_section_name, parse_sections

_SILENT = 6
"""Magnitude up to which a peak counts as silence, about −33 dBFS."""
_INSTRUMENTAL_CHARS = 60
"""Assumed length of a section without lines, such as a solo, in characters of sung text."""
_SEARCHED_SHARE = 0.06
_SEARCHED_S = 12.0
"""How far from where it is expected a section may begin."""
_WINDOW_S = 4.0
_LEAST_CHANGE = 0.12
"""Least change of the mean peak from before to after, as a share of its range over the clip."""
_LEAST_STEP = 8.0
_MAX_SECTIONS = 200
"""Sections of a text that may be one of a song; each is searched for."""


@dataclass(frozen=True, slots=True)
class SectionMark:
    """A section of the lyrics, and where it may begin in seconds."""

    name: str
    at_s: float


def sounding_range(peaks: bytes, duration_s: float) -> tuple[float, float]:
    """Returns where sound begins and ends, in seconds, without silence at both ends.

    Args:
        peaks: Magnitudes 0 to 255 at equal distances over the clip.
        duration_s: Length of the clip.
    """
    loud = [place for place, peak in enumerate(peaks) if peak > _SILENT]
    if not loud:
        return 0.0, duration_s
    return loud[0] / len(peaks) * duration_s, (loud[-1] + 1) / len(peaks) * duration_s


def guess_sections(lyrics: str, peaks: bytes, duration_s: float) -> list[SectionMark]:
    """Returns the sections whose begin the loudness supports, in order.

    Each is expected where its share of the text puts it, and marked at the greatest change of
    loudness near there. Without a clear change it is left out. The first one begins with the sound.

    Args:
        lyrics: Text with `[Section]` lines.
        peaks: Magnitudes 0 to 255 at equal distances over the clip.
        duration_s: Length of the clip; 0 if unknown.
    """
    sections = [section for section in parse_sections(lyrics) if section.name or section.lines]
    if not 2 <= len(sections) <= _MAX_SECTIONS or not peaks or duration_s <= 0:
        return []
    start_s, end_s = sounding_range(peaks, duration_s)
    weights = [sum(map(len, section.lines)) or _INSTRUMENTAL_CHARS for section in sections]
    shares = [0, *accumulate(weights)]
    changes = _changes(peaks, max(1, round(_WINDOW_S / duration_s * len(peaks))))
    least = max(_LEAST_STEP, _LEAST_CHANGE * (max(peaks) - min(peaks)))
    reach = max(1, round(min(_SEARCHED_S, duration_s * _SEARCHED_SHARE) / duration_s * len(peaks)))
    marks: list[SectionMark] = []
    for section, share in zip(sections, shares, strict=False):
        if not share:
            marks.append(SectionMark(section.name, start_s))
            continue
        expected = round(
            (start_s + (end_s - start_s) * share / shares[-1]) / duration_s * len(peaks)
        )
        near = range(max(0, expected - reach), min(len(peaks), expected + reach + 1))
        best = max(near, key=lambda place: (changes[place], -abs(place - expected)))
        at_s = best / len(peaks) * duration_s
        if changes[best] >= least and at_s > marks[-1].at_s + _WINDOW_S:
            marks.append(SectionMark(section.name, at_s))
    return [mark for mark in marks if mark.name] if len(marks) > 1 else []


def _changes(peaks: Sequence[int], window: int) -> list[float]:
    """Difference of the means after and before each place."""
    sums = [0, *accumulate(peaks)]
    changes = []
    for place in range(len(peaks)):
        before, after = max(0, place - window), min(len(peaks), place + window)
        if place in {before, after}:
            changes.append(0.0)
            continue
        changes.append(
            abs(
                (sums[after] - sums[place]) / (after - place)
                - (sums[place] - sums[before]) / (place - before)
            )
        )
    return changes


def estimate_line(
    lines: Sequence[str], position_s: float, sounding_s: tuple[float, float]
) -> int | None:
    """Returns the index of the line that may be sung at a position; None outside the sound.

    Lines are taken to last as long as they are; section marks take time only without lines.

    Args:
        lines: All lines of the lyrics, with empty lines and `[Section]` marks.
        position_s: Position in the clip, in seconds.
        sounding_s: Where the sound begins and ends.
    """
    start_s, end_s = sounding_s
    if not start_s <= position_s < end_s:
        return None
    weights = [_line_weight(lines, place) for place in range(len(lines))]
    wanted = (position_s - start_s) / (end_s - start_s) * sum(weights)
    for place, reached in enumerate(accumulate(weights)):
        if wanted < reached:
            return place
    return None


def _line_weight(lines: Sequence[str], place: int) -> int:
    line = lines[place].strip()
    if parse_section_name(line) is None:
        return len(line)
    following = next((each.strip() for each in lines[place + 1 :] if each.strip()), "[]")
    is_instrumental = parse_section_name(following) is not None or following == "[]"
    return _INSTRUMENTAL_CHARS if is_instrumental else 0
