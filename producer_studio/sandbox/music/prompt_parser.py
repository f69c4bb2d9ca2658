"""Parser for the sound prompt: tempo, key, meter, style, mood and instruments."""

import re
from dataclasses import dataclass
from functools import lru_cache

from producer_studio.sandbox.music.prompt_vocabulary import (
    BRIGHT,
    CALM,
    DARK,
    EFFECTS,
    ENERGETIC,
    FAST,
    HALF_TIME,
    INSTRUMENTS,
    METERS,
    PLAIN_WORDS,
    SLOW,
    STYLES,
    UNPLAYED_WORDS,
    VOICES,
)

KEY_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
PITCH_CLASSES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}

_BPM = re.compile(
    r"(\d{2,3}(?:\.\d+)?)\s*-?\s*(?:bpm|beats per minute)"
    r"|(?:bpm|tempo)\s*(?:of|:|=|at)?\s*(\d{2,3})",
    re.IGNORECASE,
)
_ACCIDENTAL = r"\s*-?\s*(#|♯|b(?![a-z])|♭|sharp|flat)?"
_KEY = re.compile(
    rf"(?:\b(in|key(?:\s+of)?:?)\s+)?(?<![A-Za-z])([A-Ga-g]){_ACCIDENTAL}\s*-?\s*"
    r"(major|minor|maj|min)\b(\s+key)?",
    re.IGNORECASE,
)
_SHORT_KEY = re.compile(rf"(?i:\b(?:in|key(?:\s+of)?:?))\s+([A-G]){_ACCIDENTAL}(m)?(?![A-Za-z])")
# Scripts whose words are not divided by spaces, and have one letter or more.
_CJK = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_LETTER = rf"[^\W\d_{_CJK}]"
_WORD = re.compile(rf"[{_CJK}]+|{_LETTER}(?:{_LETTER}|['-]){{2,}}|(?<!\d)\d{{1,2}}/\d{{1,2}}(?!\d)")
_LAST_LATIN = "\u024f"
_FRACTION = re.compile(r"(?<=\d)\s*/\s*(?=\d)")
_MOOD_ENDING = r"(?:s|y|ly|ally|er|est|ed|ing|ness|ic|ity|th)?"
# Genres are coined with these endings; meters are written as fractions.
_GENRE = re.compile(r"(?:core|wave|step|gaze|tronica|trance|house|techno|funk|jazz)$")
_NEGATION = re.compile(r"\b(?:no|without|minus)\s+([\w-]+)(\s+[\w-]+)?")
_NOT = re.compile(r"\bnot\s+(?!only\b|just\b)(?:(?:too|so|very|overly|that)\s+)?[\w-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedPrompt:
    """Parsed sound prompt; None or empty for everything that it does not mention.

    Attributes:
        bpm: Beats per minute, 40-220.
        tonic: Pitch class, 0 = C.
        tempo_bias, energy, brightness: -1..1, from words such as slow, driving, dark.
        instruments: Names from `prompt_vocabulary.INSTRUMENTS` in the order of mention.
        meter: Name of a `Meter`, or "".
        unknown_words: Words about music that change nothing; all words, where nothing was found.
    """

    styles: tuple[str, ...] = ()
    bpm: float | None = None
    tonic: int | None = None
    mode: str | None = None
    tempo_bias: float = 0.0
    energy: float = 0.0
    brightness: float = 0.0
    instruments: tuple[str, ...] = ()
    banned: tuple[str, ...] = ()
    voice: str = ""
    effects: tuple[str, ...] = ()
    meter: str = ""
    half_time: bool = False
    unknown_words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Term:
    """Term found in a prompt: what it stands for, and where it is."""

    name: str
    start: int
    stop: int


def parse_prompt(sound: str) -> ParsedPrompt:
    """Parses a prompt.

    Args:
        sound: Free English text, as in the field `sound` of "MusicAPI, Producer API".
    """
    text = " ".join(sound.split())
    lower = _FRACTION.sub("/", text.lower().replace("’", "'"))
    wanted, refused = _divide_refused(lower)
    tonic, mode = _parse_key(text)
    styles = _find_terms(STYLES, wanted)
    instruments = _uncovered(_find_terms(INSTRUMENTS, wanted), styles)
    return ParsedPrompt(
        styles=_names(styles),
        bpm=_parse_bpm(lower),
        tonic=tonic,
        mode=mode,
        tempo_bias=_score_bias(wanted, FAST, SLOW),
        energy=_score_bias(wanted, ENERGETIC, CALM),
        brightness=_score_bias(wanted, BRIGHT, DARK),
        instruments=_names(instruments),
        banned=_names(_find_terms(INSTRUMENTS, refused)),
        voice=next(iter(_names(_find_terms(VOICES, wanted))), ""),
        effects=_names(_find_terms(EFFECTS, wanted)),
        meter=next(iter(_names(_find_terms(METERS, wanted))), ""),
        half_time=any(_mood_pattern(word).search(wanted) for word in HALF_TIME),
        unknown_words=_find_unknown(wanted, is_understood=bool(styles or instruments)),
    )


def _divide_refused(lower: str) -> tuple[str, str]:
    """Returns what a prompt wants, and the words that it refuses."""
    refused = []

    def keep_rest(match: re.Match[str]) -> str:
        first, second = match.group(1), match.group(2) or ""
        # "no drums piano" refuses the drums alone, "no electric guitar" and "no heavy drums" both.
        both = [term for term in _find_terms(INSTRUMENTS, first + second) if not term.start]
        ends_early = any(term.stop <= len(first) for term in both)
        refused.append(first if ends_early else first + second)
        return f" {second} " if ends_early else " "

    wanted = _NOT.sub(" ", _NEGATION.sub(keep_rest, lower))
    return wanted, " ".join(refused)


def _parse_bpm(lower: str) -> float | None:
    match = _BPM.search(lower)
    if match is None:
        return None
    return min(220.0, max(40.0, float(match.group(1) or match.group(2))))


def _parse_key(text: str) -> tuple[int | None, str | None]:
    for match in _KEY.finditer(text):
        lead, letter, sign, mode, suffix = match.groups()
        # "a minor key", "a major change": an article, not the note A
        article = letter == "a" and sign is None and (suffix or not lead)
        if article:
            continue
        return _pitch_class(letter, sign), "major" if mode.lower().startswith("maj") else "minor"
    short = _SHORT_KEY.search(text)
    if short is not None:
        return _pitch_class(short.group(1), short.group(2)), "minor" if short.group(3) else None
    for mode in ("minor", "major"):
        if re.search(rf"\b{mode}\b", text, re.IGNORECASE):
            return None, mode
    return None, None


def _pitch_class(letter: str, accidental: str | None) -> int:
    shift = {"#": 1, "♯": 1, "sharp": 1, "b": -1, "♭": -1, "flat": -1}
    return (PITCH_CLASSES[letter.upper()] + shift.get((accidental or "").lower(), 0)) % 12


def _find_terms(table: dict[str, tuple[str, ...]], text: str) -> list[_Term]:
    """Returns the terms in the order of mention; a longer one hides those inside it."""
    found = [
        _Term(name, match.start(), match.end())
        for name, words in table.items()
        for word in words
        for match in _pattern(word).finditer(text)
    ]
    found.sort(key=lambda term: term.start)
    return _uncovered(found, found)


@lru_cache(maxsize=2048)
def _pattern(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z0-9/]){re.escape(word)}(?:e?s)?(?![a-z/])")


@lru_cache(maxsize=512)
def _mood_pattern(word: str) -> re.Pattern[str]:
    """Returns a pattern of a mood and its forms: of "heavy" also "heavily" and "heavier"."""
    stem = re.escape(word[:-1])
    last = {"y": "[yi]", "e": "e?"}.get(word[-1], re.escape(word[-1]) + "{1,2}")
    return re.compile(rf"(?<![^\W_]){stem}{last}{_MOOD_ENDING}(?![^\W_])")


def _uncovered(terms: list[_Term], longer: list[_Term]) -> list[_Term]:
    """Returns the terms that no longer one contains."""
    return [
        term
        for term in terms
        if not any(
            other.start <= term.start
            and term.stop <= other.stop
            and other.stop - other.start > term.stop - term.start
            for other in longer
        )
    ]


def _names(terms: list[_Term]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(term.name for term in terms))


def _find_unknown(text: str, *, is_understood: bool) -> tuple[str, ...]:
    """Returns the words that no table has.

    Where a style or an instrument was found, prose around it is not worth telling.
    """
    known = [
        (term.start, term.stop)
        for table in (STYLES, INSTRUMENTS, VOICES, EFFECTS, METERS)
        for term in _find_terms(table, text)
    ]
    moods = (*FAST, *SLOW, *ENERGETIC, *CALM, *BRIGHT, *DARK, *HALF_TIME)
    for word in moods:
        known += [match.span() for match in _mood_pattern(word).finditer(text)]
    known += [match.span() for match in (*_BPM.finditer(text), *_KEY.finditer(text))]
    unknown = []
    for match in _WORD.finditer(text):
        word = match.group()
        covered = any(start < match.end() and match.start() < stop for start, stop in known)
        if covered or word in PLAIN_WORDS or word.removesuffix("s") in PLAIN_WORDS:
            continue
        is_music = word in UNPLAYED_WORDS or _GENRE.search(word) or "/" in word
        # All tables are English: a word in other letters changes nothing.
        is_foreign = word[0] > _LAST_LATIN
        if is_music or is_foreign or not is_understood:
            unknown.append(word)
    return tuple(dict.fromkeys(unknown))


def _score_bias(text: str, up: tuple[str, ...], down: tuple[str, ...]) -> float:
    rises = sum(_mood_pattern(word).search(text) is not None for word in up)
    score = rises - sum(_mood_pattern(word).search(text) is not None for word in down)
    return max(-1.0, min(1.0, 0.5 * score))
