"""Hints beside fields of the form: what the services' documents recommend for what it has now.

Unlike the issues of `prompt_advice`, nothing is wrong with the form: a hint is shown quietly, where
no issue is. Everything here is from "MusicAPI, Producer examples", whose sections are named, unless
it says otherwise. The documents know no negative prompts and no weights of words.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from producer_studio.domain.form import Form
from producer_studio.domain.lyrics.sections import count_words
from producer_studio.domain.operation import Operation
from producer_studio.domain.prompt_advice import (
    RECOMMENDED_LYRICS_WORDS,
    RECOMMENDED_SOUND_WORDS,
    count_sound_words,
)
from producer_studio.domain.sound_vocabulary import WordKind, names_kind
from producer_studio.domain.strength import (
    COVER_STRENGTH,
    LYRICS_STRENGTH,
    SOUND_STRENGTH,
    WEIRDNESS,
    Strength,
)
from producer_studio.translation import Message, mark


@dataclass(frozen=True, slots=True)
class Hint:
    """Recommendation for one field.

    Attributes:
        field: Field of the form beside which it is shown.
        text: A clause without a period.
        value: Value that follows it, for a strength; None if there is none.
        needed_field: Further field without which it is of no use; empty for none.
    """

    field: str
    text: str
    value: float | None = None
    needed_field: str = ""


_COMMERCIAL = re.compile(
    r"\b(?:pop|dance-?pop|k-?pop|commercial|radio|chart|jingle|advert\w*|mainstream|top 40)\b",
    re.IGNORECASE,
)
_EXPERIMENTAL = re.compile(
    r"\b(?:experimental|avant-?garde|glitch\w*|unconventional|abstract|idm|noise music)\b",
    re.IGNORECASE,
)
_LYRICAL = re.compile(
    r"\b(?:singer-?songwriter|storytelling|chanson|ballad|spoken word|rap\w*|hip[\s-]?hop)\b",
    re.IGNORECASE,
)
_INSTRUMENTAL = re.compile(
    r"\b(?:instrumental|no (?:vocals?|voices?|singing|lyrics)|without (?:vocals?|voices?|singing))",
    re.IGNORECASE,
)
_SINGER = re.compile(
    r"\b(?:fe)?male\b|\b(?:(?:wo)?m[ae]n|girl|boy|child\w*|kids?|choir|duet|soprano|alto|tenor|"
    r"baritone|diva|robot\w*)\b",
    re.IGNORECASE,
)
_OTHER_STYLE = re.compile(
    r"\b(?:remix|version|style|reimagin\w*|turned into|as an?)\b", re.IGNORECASE
)
_DETAILED_VOICE_WORDS = 5
_WHOLE_SONGS = frozenset({Operation.CREATE, Operation.COVER})


@dataclass(frozen=True, slots=True)
class _Range:
    """Recommended values of a strength."""

    low: float
    high: float

    @property
    def middle(self) -> float:
        return round((self.low + self.high) / 2, 2)


_COMMERCIAL_WEIRDNESS = _Range(0.2, 0.4)
"""§10: "Commercial Production: Keep weirdness low"."""

_EXPERIMENTAL_WEIRDNESS = _Range(0.7, 0.9)
"""§10: "Experimental Music: Increase weirdness"."""

_LYRICAL_STRENGTH = _Range(0.7, 0.9)
"""§10: "Lyric-Focused Songs"."""

_INSTRUMENTAL_SOUND_STRENGTH = _Range(0.8, 1.0)
"""§10: "Instrumental Focus"."""

_OTHER_STYLE_STRENGTH = _Range(0.6, 1.0)
"""§5: "Dramatic reimagining"; lower values are a "subtle reinterpretation"."""


def find_hints(form: Form, accepted_fields: frozenset[str]) -> dict[str, Hint]:
    """Returns the hints for a form by their fields, at most one for each.

    Args:
        accepted_fields: Fields that the account accepts for the form's operation.
    """
    if "instrumental" not in accepted_fields:
        form = form.with_changes(instrumental=False)
    hints: dict[str, Hint] = {}
    for find in _FINDERS:
        for hint in find(form):
            if hint.field in accepted_fields and hint.needed_field in {"", *accepted_fields}:
                hints.setdefault(hint.field, hint)
    return hints


def _find_about_instrumental(form: Form) -> Iterator[Hint]:
    """§3: "Set make_instrumental to true to ensure no vocals"."""
    if form.operation not in _WHOLE_SONGS:
        return
    if not form.instrumental and not form.lyrics.strip() and _INSTRUMENTAL.search(form.sound):
        text = mark("Only Instrumental, below, makes sure that nobody sings")
        yield Hint("sound", text, needed_field="instrumental")
    elif form.instrumental and names_kind(form.sound, WordKind.VOICE):
        yield Hint("sound", mark("Instrumental is on: a voice in the sound is not heard"))


def _find_about_part(form: Form) -> Iterator[Hint]:
    """§4: lyrics for a new verse or outro; §6: "Ensure the new content fits stylistically"."""
    if not count_sound_words(form.sound):
        return
    is_silent = not form.instrumental and not form.lyrics.strip()
    if form.operation is Operation.EXTEND and is_silent:
        text = mark("For a new verse or an outro that is sung, add its lyrics below")
        yield Hint("sound", text, needed_field="lyrics")
    elif form.operation is Operation.REPLACE:
        yield Hint("sound", mark("The new part should fit the style of what surrounds it"))


def _find_about_voice(form: Form) -> Iterator[Hint]:
    """§2: "Mention vocal style if make_instrumental is false"; §8 and §9 for swaps."""
    if not count_sound_words(form.sound):
        return
    has_voice = names_kind(form.sound, WordKind.VOICE)
    if form.operation is Operation.SWAP_VOCALS:
        if not _SINGER.search(form.sound):
            yield Hint("sound", mark("Say who sings as well: female, male, a child, a choir"))
        elif count_sound_words(form.sound) < _DETAILED_VOICE_WORDS:
            text = mark("More detail helps: style, technique such as vibrato, effects")
            yield Hint("sound", text)
    elif form.operation is Operation.SWAP_SOUND and has_voice:
        yield Hint("sound", mark("The voice stays: describe instruments, genre and production"))
    elif form.operation in _WHOLE_SONGS and not form.instrumental and not has_voice:
        yield Hint("sound", mark("Say how it is sung as well, such as “soft female vocals”"))


def _find_about_genre(form: Form) -> Iterator[Hint]:
    """§2: "Include specific instruments, mood, tempo, and genre"."""
    is_whole = form.operation in _WHOLE_SONGS and count_sound_words(form.sound) > 0
    if is_whole and not names_kind(form.sound, WordKind.GENRE):
        yield Hint("sound", mark("A genre makes the sound clearer"))


def _find_about_weirdness(form: Form) -> Iterator[Hint]:
    """§10, and "MusicAPI, Producer API": use weirdness sparingly, it is less predictable."""
    if _EXPERIMENTAL.search(form.sound):
        if form.weirdness < _EXPERIMENTAL_WEIRDNESS.low:
            text = mark("Experimental music: {low} to {high}")
            yield _recommend(WEIRDNESS, text, _EXPERIMENTAL_WEIRDNESS)
    elif _COMMERCIAL.search(form.sound) and form.weirdness > _COMMERCIAL_WEIRDNESS.high:
        text = mark("Commercial music: {low} to {high}")
        yield _recommend(WEIRDNESS, text, _COMMERCIAL_WEIRDNESS)
    elif form.weirdness >= _EXPERIMENTAL_WEIRDNESS.low:
        yield Hint(WEIRDNESS.name, mark("More variation, and less predictable"))


def _find_about_lyrics(form: Form) -> Iterator[Hint]:
    """§10 for songs in which the words matter most."""
    if form.instrumental or form.lyrics_strength >= _LYRICAL_STRENGTH.low:
        return
    is_lyrical = _LYRICAL.search(form.sound) is not None
    if is_lyrical and count_words(form.lyrics) >= RECOMMENDED_LYRICS_WORDS:
        text = mark("Songs that live by their words: {low} to {high}")
        yield _recommend(LYRICS_STRENGTH, text, _LYRICAL_STRENGTH)


def _find_about_sound_strength(form: Form) -> Iterator[Hint]:
    """§10 for instrumentals, which have the sound alone; §9 for another band."""
    follows_sound = form.instrumental or form.operation is Operation.SWAP_SOUND
    is_detailed = count_sound_words(form.sound) >= RECOMMENDED_SOUND_WORDS
    if follows_sound and is_detailed and form.sound_strength < _INSTRUMENTAL_SOUND_STRENGTH.low:
        text = mark("To follow a detailed sound closely: {low} to {high}")
        yield _recommend(SOUND_STRENGTH, text, _INSTRUMENTAL_SOUND_STRENGTH)


def _find_about_cover(form: Form) -> Iterator[Hint]:
    """§5: "Use cover_strength to control how different the cover sounds"."""
    is_other = form.operation is Operation.COVER and _OTHER_STYLE.search(form.sound)
    if is_other and form.cover_strength < _OTHER_STYLE_STRENGTH.low:
        text = mark("For another style: {low} to {high}")
        yield _recommend(COVER_STRENGTH, text, _OTHER_STYLE_STRENGTH)


def _recommend(strength: Strength, text: Message, values: _Range) -> Hint:
    return Hint(strength.name, text.with_values(low=values.low, high=values.high), values.middle)


_FINDERS: tuple[Callable[[Form], Iterator[Hint]], ...] = (
    _find_about_instrumental,
    _find_about_part,
    _find_about_voice,
    _find_about_genre,
    _find_about_weirdness,
    _find_about_lyrics,
    _find_about_sound_strength,
    _find_about_cover,
)
