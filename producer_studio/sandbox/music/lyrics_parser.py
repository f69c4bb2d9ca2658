"""Parser for lyrics to sing: sections, lines, syllables, vowels."""

import re
import unicodedata
from dataclasses import dataclass

_HEADER = re.compile(r"^\s*[\[(]\s*([A-Za-z][\w \-']*?)\s*\d*\s*(?:[-:,].*)?[\])]\s*$")
_GROUP = re.compile(r"[aeiouy]+")
_WORD = re.compile(r"[a-zA-Z']+|[^\W\d_]")
KINDS = {
    "intro": "intro",
    "verse": "verse",
    "pre": "pre",
    "chorus": "chorus",
    "hook": "chorus",
    "refrain": "chorus",
    "bridge": "bridge",
    "break": "bridge",
    "drop": "drop",
    "solo": "solo",
    "instrumental": "solo",
    "interlude": "solo",
    "build": "build",
    "outro": "outro",
    "end": "outro",
}
# Spelling to sung vowel; two letters are a diphthong.
_VOWELS = {
    "ee": "i", "ea": "i", "ie": "i", "ei": "ei", "ey": "ei", "ai": "ei", "ay": "ei", "oo": "u",
    "ou": "au", "ow": "ou", "oa": "ou", "oe": "ou", "oi": "oi", "oy": "oi", "au": "o", "aw": "o",
    "ue": "u", "ui": "u", "ew": "u", "eau": "ou", "eye": "ai", "you": "u", "io": "io", "ia": "ia",
    "a": "a", "e": "e", "i": "I", "o": "o", "u": "A", "y": "i", "uy": "ai",
}  # fmt: skip
_LONG = {"a": "ei", "e": "i", "i": "ai", "o": "ou", "u": "u", "y": "ai"}


@dataclass(frozen=True, slots=True)
class Syllable:
    """One sung syllable: consonants before, a vowel or diphthong, consonants after."""

    onset: str
    vowel: str
    coda: str


@dataclass(frozen=True, slots=True)
class LyricsStanza:
    name: str
    kind: str
    lines: tuple[str, ...]


def parse_stanzas(lyrics: str) -> list[LyricsStanza]:
    """Splits lyrics at their [Section] headers; without headers each paragraph is one."""
    found: list[LyricsStanza] = []
    name, kind, lines = "", "", list[str]()
    paragraphs = 0

    def close() -> None:
        if name or lines:
            found.append(LyricsStanza(name or "Verse", kind or "verse", tuple(lines)))
        lines.clear()

    for raw in lyrics.replace("\r", "").split("\n"):
        header = _HEADER.match(raw)
        if header is not None and _section_kind(header.group(1)):
            close()
            name = re.sub(r"\s+", " ", raw.strip()[1:-1]).strip().title()[:40]
            kind = _section_kind(header.group(1))
        elif not raw.strip():
            if lines and not name:
                close()
                paragraphs += 1
        elif _WORD.search(raw):
            if not name and not lines and found:
                kind = "chorus" if paragraphs % 2 else "verse"
                lines.append(raw.strip())
                name = ""
            else:
                lines.append(raw.strip())
    close()
    return [
        LyricsStanza(
            "Chorus" if one.kind == "chorus" and one.name == "Verse" else one.name,
            one.kind,
            one.lines,
        )
        for one in found
    ]


def _section_kind(header: str) -> str:
    lower = header.lower()
    return next((kind for word, kind in KINDS.items() if lower.startswith(word)), "")


def split_syllables(line: str) -> list[Syllable]:
    """Splits one line into syllables, by rules of thumb for English spelling.

    Accents are dropped; letters of other scripts count as one syllable each.
    """
    found: list[Syllable] = []
    for match in _WORD.finditer(_strip_accents(line)):
        word = match.group().lower().replace("'", "")
        if word.isascii() and word:
            found.extend(_word_syllables(word))
        elif word:  # other scripts: one syllable per letter, as in Japanese
            found.append(Syllable("", "aeiou"[ord(word[0]) % 5], ""))
    return found


def _strip_accents(line: str) -> str:
    """Removes the accents of letters."""
    parts = unicodedata.normalize("NFKD", line.replace("ß", "ss"))
    return unicodedata.normalize("NFC", "".join(c for c in parts if not "\u0300" <= c <= "\u036f"))


def _word_syllables(word: str) -> list[Syllable]:
    body = word
    silent = (
        len(word) > 2 and word.endswith("e") and not word.endswith(("ee", "le", "ie", "ye", "oe"))
    )
    long_vowel = (silent and word[-2] not in "aeiouyxv") or word.endswith(("ive", "ove", "ave"))
    if silent:
        body = word[:-1]
    elif word.endswith("ed") and len(word) > 3 and word[-3] not in "td":
        body = word[:-2] + "d"
    if body.startswith("y") and len(body) > 1 and body[1] in "aeiou":
        groups = list(_GROUP.finditer("j" + body[1:]))
    else:
        groups = list(_GROUP.finditer(body))
    if not groups:
        return [Syllable(body, "A", "")]
    parts: list[Syllable] = []
    previous_end = 0
    for number, group in enumerate(groups):
        last = number == len(groups) - 1
        end = len(body) if last else _syllable_boundary(group.end(), groups[number + 1].start())
        spelling = group.group()
        vowel = _VOWELS.get(spelling) or _VOWELS.get(spelling[:2]) or _VOWELS[spelling[0]]
        if (
            len(spelling) == 1
            and last
            and (
                (long_vowel and group.end() < len(body))
                or (group.end() == len(body) and len(groups) == 1)
            )
        ):
            vowel = _LONG[spelling]
        elif spelling == "i" and body[group.end() :].startswith(("gh", "nd", "ld")):
            vowel = "ai"
        elif spelling == "o" and body[group.end() :].startswith(("w", "ld", "ll")):
            vowel = "ou"
        parts.append(Syllable(body[previous_end : group.start()], vowel, body[group.end() : end]))
        previous_end = end
    return parts


def _syllable_boundary(left: int, right: int) -> int:
    """Returns where consonants between two vowels divide: the last one begins the next syllable."""
    return max(left, right - 1)
