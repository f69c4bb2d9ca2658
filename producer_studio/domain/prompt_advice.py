"""Checks and advice for a prompt before it costs credits.

The services accept nearly any text, and charge before they fail on a placeholder. The
recommendations of "MusicAPI, Producer API" and "MusicAPI, Producer examples" are turned into short
messages here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce

from producer_studio.domain.lyrics.sections import count_words, parse_sections
from producer_studio.domain.operation import Operation
from producer_studio.domain.sound_vocabulary import WordKind, names_kind
from producer_studio.translation import Message, mark

TITLE_LIMIT = 80
"""Characters ("MusicAPI, Producer API")."""

RECOMMENDED_SOUND_WORDS = 10
RECOMMENDED_LYRICS_WORDS = 20


_JUDGED_LENGTH = 10_000
"""Characters by which a text is judged, more than services accept: a key costs no more beyond."""


class Severity(StrEnum):
    EMPTY = "empty"
    BLOCKING = "blocking"
    """The request would be rejected or wasted: the button is disabled until the user fixes it."""
    WEAK = "weak"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class Issue:
    """Problem or advice; `field` is the recipe field that it refers to."""

    severity: Severity
    text: str
    field: str = "sound"

    @property
    def sentence(self) -> str:
        """The text with a period at its end."""
        return self.text if self.text.endswith(".") else mark("{text}.", text=self.text)


_PLACEHOLDER_WORDS = frozenset(
    {
        "test", "tests", "testing", "music", "song", "la", "blah", "asdf", "foo", "bar", "lorem",
        "ipsum", "placeholder", "abc", "xyz", "hello", "hey", "something", "anything", "sample",
        "lyrics", "here", "sound", "audio", "track", "my", "the", "a", "your", "this", "is", "na",
    }
)  # fmt: skip
_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*", re.UNICODE)


def count_sound_words(sound: str) -> int:
    return len(_WORD.findall(sound))


def is_placeholder(text: str) -> bool:
    """Whether a text is only a placeholder such as "test" or "la la la".

    The list follows the poor examples of "MusicAPI, Producer API".
    """
    words = [word.lower() for word in _WORD.findall(text)]
    return bool(words) and all(word in _PLACEHOLDER_WORDS for word in words)


_PARTIAL_OPERATION_ADVICE: Mapping[Operation, str] = {
    Operation.EXTEND: mark("Describe what is new in this part"),
    Operation.REPLACE: mark("Describe what changes in this section"),
    Operation.SWAP_VOCALS: mark("Describe the voice: who sings, how high, how close"),
}
"""Advice for operations that make a part of a song.

The documents' recommendations for a whole song do not apply to them.
"""


def check_sound(sound: str, operation: Operation = Operation.CREATE) -> Issue:
    """Checks a sound prompt, as an operation uses it."""
    sound = sound[:_JUDGED_LENGTH]
    number_of_words = count_sound_words(sound)
    part = _PARTIAL_OPERATION_ADVICE.get(operation)
    if number_of_words == 0:
        return Issue(
            Severity.EMPTY, part or mark("Describe a style, instruments, a mood and a tempo")
        )
    if is_placeholder(sound):
        return Issue(
            Severity.BLOCKING,
            mark("A placeholder like this usually fails and can cost credits. Describe the sound."),
        )
    if part is not None:
        return Issue(Severity.EMPTY, part)
    if number_of_words < RECOMMENDED_SOUND_WORDS:
        return Issue(
            Severity.WEAK,
            mark("Short prompts fail more often: ten words or more name instruments and mood"),
        )
    missing = [
        name
        for name, kind in (
            (mark("instruments"), WordKind.INSTRUMENT),
            (mark("a mood"), WordKind.MOOD),
            (mark("a tempo"), WordKind.TEMPO),
        )
        if not names_kind(sound, kind)
    ]
    if missing:
        # Translators: names are such as "instruments and a mood".
        text = mark("Consider naming {names} as well", names=reduce(_and, missing))
        return Issue(Severity.WEAK, text)
    return Issue(Severity.GOOD, mark("Instruments, mood and tempo are clear"))


def check_lyrics(lyrics: str, operation: Operation = Operation.CREATE) -> Issue | None:
    """Checks lyrics, as an operation uses them; None when there is no advice."""
    lyrics = lyrics[:_JUDGED_LENGTH]
    number_of_words = count_words(lyrics)
    if number_of_words == 0:
        return None
    sung = "\n".join(line for section in parse_sections(lyrics) for line in section.lines)
    if is_placeholder(sung):
        return Issue(
            Severity.BLOCKING,
            mark("Placeholder lyrics usually fail and can cost credits. Write a few real lines."),
            "lyrics",
        )
    if operation in {Operation.EXTEND, Operation.REPLACE}:
        # Limit for a new part: a section of fifteen seconds fits a line or two.
        return None
    if number_of_words < RECOMMENDED_LYRICS_WORDS:
        return Issue(Severity.WEAK, mark("Lyrics of 20 to 30 words or more work best"), "lyrics")
    if not any(section.name for section in parse_sections(lyrics)):
        return Issue(
            Severity.WEAK, mark("Sections such as [Verse] and [Chorus] shape the song"), "lyrics"
        )
    return None


def _and(first: Message, second: Message) -> Message:
    return mark("{words} and {word}", words=first, word=second)
