"""Notes about clips that arrive or are stored in English: damaged sound, unknown words."""

import re
from collections.abc import Callable

from producer_studio.translation import Message, mark, sentences
from producer_studio.translation.languages import ENGLISH
from producer_studio.translation.numbers import FixedDecimal

ENDS_EARLY = mark("The audio ends early: {present} of {whole} seconds are present.")
STOPS_EARLY = mark("The audio ends early: the file stops in the middle, after {seconds} seconds.")
KEPT_AS_IT_IS = mark("The service delivers no better file, so it was kept as it is.")
NOT_AUDIO = mark("This is not a supported audio file, such as {formats}.")

UNKNOWN_WORDS = mark("Demo Studio does not know these words of the sound: {words}")


def parse_media_note(note: str) -> str:
    """Returns a note as a text that can be translated.

    Args:
        note: As stored, or as Demo Studio sent it; of any program or version.
    """
    damage, kept, end = note.partition(f" {KEPT_AS_IT_IS}")
    if kept and not end:
        return sentences(parse_media_note(damage), KEPT_AS_IT_IS)
    for pattern, template, parse in _TEMPLATES:
        found = pattern.fullmatch(note)
        if found is not None:
            values = {name: parse(value) for name, value in found.groupdict().items()}
            return template.with_values(**values)
    return Message(note)


def _parse_seconds(text: str) -> object:
    return FixedDecimal(float(text.replace(ENGLISH.group_separator, "")), 1)


def _pattern(template: Message, value: str) -> re.Pattern[str]:
    parts = re.split(r"\\{(\w+)\\}", re.escape(template.template))
    named = (f"(?P<{part}>{value})" if place % 2 else part for place, part in enumerate(parts))
    return re.compile("".join(named))


_SECONDS = rf"[0-9{ENGLISH.group_separator}]{{1,12}}\.[0-9]"
_TEMPLATES: tuple[tuple[re.Pattern[str], Message, Callable[[str], object]], ...] = (
    (_pattern(ENDS_EARLY, _SECONDS), ENDS_EARLY, _parse_seconds),
    (_pattern(STOPS_EARLY, _SECONDS), STOPS_EARLY, _parse_seconds),
    (_pattern(NOT_AUDIO, ".{1,100}"), NOT_AUDIO, str),
    (_pattern(UNKNOWN_WORDS, ".{1,2000}"), UNKNOWN_WORDS, str),
)
