"""Phrases of a sound prompt, the parts between commas, and changes of single words in it."""

import re
from dataclasses import dataclass

from producer_studio.domain.sound_vocabulary import BPM, KEY, FoundWord, find_words

MAX_PHRASE_LENGTH = 80
"""Characters; what is longer is a sentence, which nobody wants to complete."""

_SEPARATORS = ",;\n\u3001\uff0c\uff1b"
_SPLIT = re.compile(f"[{_SEPARATORS}]+")
_ENDS = " \t\n,;.\u3002\u3001\uff0c\uff1b"
_CONNECTIVES = frozenset({"and", "with", "or", "plus", "&", "in", "of", "at", "a", "an", "the"})
"""Words that stand for nothing once what they connect is gone."""


@dataclass(frozen=True, slots=True)
class OpenPhrase:
    """Phrase that is being typed.

    Attributes:
        start: Offset of its first character.
        end: Offset of the cursor.
        text: What is between them.
    """

    start: int
    end: int
    text: str


def split_phrases(sound: str) -> list[str]:
    """Returns the phrases of a sound in their order, without surrounding spaces and stops."""
    return [phrase for part in split_parts(sound) if (phrase := clean_phrase(part))]


def split_parts(sound: str) -> list[str]:
    """Returns the parts between commas as they are written; some may be empty."""
    return _SPLIT.split(sound)


def clean_phrase(part: str) -> str:
    """Returns a part without surrounding spaces and stops; it may become empty."""
    return " ".join(part.split()).strip(" .")


def open_phrase(sound: str, position: int) -> OpenPhrase | None:
    """Returns the phrase that ends at a position; None in the middle of one, and at its start."""
    rest = sound[position:].lstrip(" \t")
    if rest and rest[0] not in _SEPARATORS:
        return None
    start = max(sound.rfind(sign, 0, position) for sign in _SEPARATORS) + 1
    typed = sound[start:position]
    text = typed.lstrip()
    return OpenPhrase(position - len(text), position, text) if text else None


def add_word(sound: str, word: str) -> str:
    """Adds a word as the last phrase; a tempo in BPM or a key takes the place of another one."""
    for pattern in (BPM, KEY):
        if pattern.fullmatch(word) and (found := pattern.search(sound)):
            return sound[: found.start()] + word + sound[found.end() :]
    kept = sound.rstrip(_ENDS)
    return f"{kept}, {word}" if kept else word


def remove_word(sound: str, word: str) -> str:
    """Removes a word wherever it is; a phrase of which nothing is left goes with its comma."""
    for found in reversed([one for one in find_words(sound) if one.word == word]):
        sound = _remove(sound, found)
    return sound


def _remove(sound: str, found: FoundWord) -> str:
    start = max(sound.rfind(sign, 0, found.start) for sign in _SEPARATORS) + 1
    separator = _SPLIT.search(sound, found.end)
    end = separator.start() if separator else len(sound)
    head = sound[start : found.start].split()
    tail = sound[found.end : end].split()
    # "piano and strings" becomes "piano", "in A minor" nothing.
    while head and not tail and head[-1].casefold() in _CONNECTIVES:
        head.pop()
    while tail and not head and tail[0].casefold() in _CONNECTIVES:
        tail.pop(0)
    before, after = sound[:start], sound[end:]
    phrase = " ".join((*head, *tail)).strip()
    if not phrase or phrase == ".":
        if not before:
            return after.lstrip(_SEPARATORS + " \t")
        return before.rstrip(_SEPARATORS + " \t") + (after or phrase)
    space = " " if before and not before.endswith("\n") else ""
    return f"{before}{space}{phrase}{after}"
