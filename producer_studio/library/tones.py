"""Musical keys as people write them."""

import re

_CLASSES = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
_SHARPS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_FLATS = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
_KEY = re.compile(r"([a-g])\s*([#♯b♭]?)[\s-]*(m|min|minor|maj|major)?")


def spellings(text: str) -> tuple[str, ...]:
    """Every way the key is stored, such as ("G# minor", "Ab minor"); empty when it is none.

    Without a mode both modes are meant.
    """
    found = _KEY.fullmatch(text.strip().casefold())
    if found is None:
        return ()
    shift = {"#": 1, "♯": 1, "b": -1, "♭": -1}.get(found[2], 0)
    tone = (_CLASSES[found[1]] + shift) % 12
    modes = ("major", "minor") if not found[3] else (_mode(found[3]),)
    names = dict.fromkeys((_SHARPS[tone], _FLATS[tone]))
    accidentals = {"#": "♯", "b": "♭"}
    written = [
        name if len(name) == 1 or plain else name[0] + accidentals[name[1]]
        for name in names
        for plain in (True, False)
    ]
    return tuple(f"{name} {mode}" for name in dict.fromkeys(written) for mode in modes)


def _mode(word: str) -> str:
    return "major" if word.startswith("maj") else "minor"
