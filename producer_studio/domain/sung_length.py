"""How long lyrics may take to be sung, from clips whose lyrics and length are known."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from producer_studio.domain.lyrics.language import Language, detect_language
from producer_studio.domain.lyrics.sections import parse_section_name
from producer_studio.domain.lyrics.words import MAX_LINE_LENGTH
from producer_studio.domain.prompt_advice import Issue, Severity
from producer_studio.translation import join_texts, mark

MIN_CLIPS = 3
"""Fewer clips say nothing about others."""

_MIN_SYLLABLES = 20
_MAX_UNKNOWN_SHARE = 0.1
_MAX_LENGTH = 20_000
"""Characters of the longest lyrics that are counted: more than an hour of singing."""
_PLAUSIBLE_S = (0.1, 3.0)
"""Seconds a syllable, with all instrumental parts; outside of these the lyrics were not sung."""


@dataclass(frozen=True, slots=True)
class SungPace:
    """How long a syllable takes in the user's own clips, with all that is not sung.

    Attributes:
        seconds: The median.
        clips: Number of clips that it rests on.
    """

    seconds: float
    clips: int

    def length_s(self, syllables: int) -> float:
        """Returns how long lyrics of so many syllables may take."""
        return self.seconds * syllables


def count_lyrics(text: str, count: Callable[[str, Language], int | None]) -> int | None:
    """Counts the syllables of lyrics.

    Args:
        text: The lyrics.
        count: Counts those of a line, given the language of the text.

    Returns:
        None for very short and very long ones, and where more than a tenth of the lines cannot be
            counted; the others are then taken to be as long on average.
    """
    if len(text) > _MAX_LENGTH:
        return None
    lines = [
        line for line in text.splitlines() if line.strip() and parse_section_name(line) is None
    ]
    language = detect_language(text)
    counts = [count(line, language) if len(line) <= MAX_LINE_LENGTH else None for line in lines]
    known = [count for count in counts if count is not None]
    if not known or len(known) < len(lines) * (1 - _MAX_UNKNOWN_SHARE):
        return None
    total = round(sum(known) * len(lines) / len(known))
    return total if total >= _MIN_SYLLABLES else None


def measure_pace(songs: Iterable[tuple[int, float]]) -> SungPace | None:
    """Returns the pace of songs; None for fewer than `MIN_CLIPS`.

    Args:
        songs: Number of syllables and length in seconds of each.
    """
    low, high = _PLAUSIBLE_S
    paces: Sequence[float] = [
        pace for syllables, length_s in songs if low <= (pace := length_s / syllables) <= high
    ]
    return SungPace(median(paces), len(paces)) if len(paces) >= MIN_CLIPS else None


def length_advice(syllables: int, pace: SungPace, asked_s: float | None) -> Issue:
    """Says how long lyrics may take to be sung, and how many clips that rests on.

    Args:
        syllables: Their number.
        pace: That of the user's clips.
        asked_s: Length that is asked for; None if the service chooses it.
    """
    length_s = pace.length_s(syllables)
    text = mark(
        "About {length} when sung, as in {number} of your clips",
        length=_minutes(length_s),
        number=pace.clips,
    )
    if asked_s is None or asked_s / _MAX_RATIO <= length_s <= asked_s * _MAX_RATIO:
        return Issue(Severity.EMPTY, text, "lyrics")
    asked = mark("{length} is asked for", length=_minutes(asked_s))
    return Issue(Severity.WEAK, join_texts((text, asked), "; "), "lyrics")


_MAX_RATIO = 1.4
"""Between what is sung and what is asked for, beyond which they do not fit together."""


def _minutes(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"
