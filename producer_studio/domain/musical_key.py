"""Musical keys: normal form for storage, and the spellings of one key."""

import re
from functools import lru_cache

_CLASSES = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
_SHARPS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_FLATS = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
_KEY = re.compile(r"([a-g])[\s-]*(#|♯|b|♭|sharp|flat|)[\s-]*(m|min|minor|maj|major)?")
_REMEMBERED_KEYS = 128
"""Clips are compared with thousands of others, whose keys have few spellings."""
_SHIFTS = {"#": 1, "♯": 1, "sharp": 1, "b": -1, "♭": -1, "flat": -1, "": 0}


def normalise_key(text: str) -> str:
    """Normalises a key for storage, such as "F minor" for "fm" and "Bb major" for "B♭".

    Sharps and flats are preserved where such a key is in use. Without a mode it is major. Empty
    when the text is not a key.
    """
    found = _match_key(text)
    if found is None:
        return ""
    tone = _pitch_class(found)
    name = (_FLATS if _SHIFTS[found[2]] < 0 else _SHARPS)[tone]
    return f"{name} {_mode(found[3]) if found[3] else 'major'}"


def key_pitch_class(text: str) -> int | None:
    """Returns the tonic of a key, 0 (C) to 11 (B); None if the text is no key."""
    found = _match_key(text)
    return None if found is None else _pitch_class(found)


@lru_cache(_REMEMBERED_KEYS)
def key_circle_position(text: str) -> int | None:
    """Returns the place on the circle of fifths, 0 (C major, A minor) to 11; None if no key.

    Relative keys, which have the same notes, have the same place. Without a mode it is major.
    """
    found = _match_key(text)
    if found is None:
        return None
    is_minor = bool(found[3]) and _mode(found[3]) == "minor"
    return (_pitch_class(found) + (3 if is_minor else 0)) * 7 % 12


def list_key_spellings(text: str) -> tuple[str, ...]:
    """Lists all stored spellings of a key, such as ("G# minor", "Ab minor"); empty if invalid.

    Without a mode both modes are included.
    """
    found = _match_key(text)
    if found is None:
        return ()
    tone = _pitch_class(found)
    modes = ("major", "minor") if not found[3] else (_mode(found[3]),)
    names = dict.fromkeys((_SHARPS[tone], _FLATS[tone]))
    accidentals = {"#": "♯", "b": "♭"}
    written = [
        name if len(name) == 1 or plain else name[0] + accidentals[name[1]]
        for name in names
        for plain in (True, False)
    ]
    return tuple(f"{name} {mode}" for name in dict.fromkeys(written) for mode in modes)


def list_related_keys(text: str) -> tuple[str, ...]:
    """Lists all stored spellings of a key and of those that share six or seven of its notes.

    Those are its relative, and its neighbours on the circle of fifths: for A minor also C major,
    E minor and D minor. Empty if the text is no key. Without a mode both modes are included.
    """
    found = _match_key(text)
    if found is None:
        return ()
    tone = _pitch_class(found)
    related: list[str] = []
    for mode in ("major", "minor") if not found[3] else (_mode(found[3]),):
        minor = mode == "minor"
        relative = (tone + 3) % 12 if minor else (tone + 9) % 12
        related += list_key_spellings(f"{_SHARPS[tone]} {mode}")
        related += list_key_spellings(f"{_SHARPS[relative]} {'major' if minor else 'minor'}")
        for fifth in (7, 5):
            related += list_key_spellings(f"{_SHARPS[(tone + fifth) % 12]} {mode}")
    return tuple(dict.fromkeys(related))


def _match_key(text: str) -> re.Match[str] | None:
    plain = text.strip()
    if plain.endswith("M"):  # "CM" is C major, "Cm" C minor
        plain += "aj"
    return _KEY.fullmatch(plain.casefold())


def _pitch_class(found: re.Match[str]) -> int:
    return (_CLASSES[found[1]] + _SHIFTS[found[2]]) % 12


def _mode(word: str) -> str:
    return "major" if word.startswith("maj") else "minor"
