"""Parser for lyrics: sections, lines, syllables."""

import re
import unicodedata
from dataclasses import dataclass

_SECTION = re.compile(r"^\s*\[([^\[\]]{1,60})\]\s*$")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*|\d+", re.UNICODE)
_VOWELS = "aeiouy"
_VOWEL_RUN = re.compile(r"[aeiouy]+")
_DIAERESIS = re.compile(r"[aeiouy][aeiouy]\u0308")
"""Vowels as in "naïve": the second one is a syllable of its own."""

_FEW_WORDS = 12
_SCRIPTS = {
    "latin": re.compile(r"[A-Za-z\u00c0-\u024f'\u2019]+"),
    "cyrillic": re.compile(r"[\u0400-\u04ff'\u2019]+"),
    "hangul": re.compile(r"[\uac00-\ud7a3]+"),
    "han": re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+"),
    "kana": re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u30fc]+"),
}
_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u30fc]")
_SMALL_KANA = re.compile(r"[ぁぃぅぇぉゃゅょゎァィゥェォャュョヮ]")
"""Small kana, which add no mora: "きょ" is one; "っ", "ん" and "ー" are one each."""
_CYRILLIC_VOWELS = re.compile(r"[аеёиоуыэюяіїєАЕЁИОУЫЭЮЯІЇЄ]")

# Function words that identify a language; those shared by several languages are left out.
_ENGLISH = {
    "the", "and", "you", "of", "to", "is", "it", "my", "we", "your", "for", "with", "that", "be",
    "are", "at", "this", "all", "but", "when", "from", "like", "just", "i", "i'm", "it's",
    "don't", "can't", "there", "what", "will", "have", "has", "had", "they", "she", "her", "his",
    "our", "one", "into", "through", "where", "who", "how", "been", "every", "let's", "never",
    "over", "under", "again", "away", "tonight",
}  # fmt: skip
_FOREIGN = {
    "und", "der", "das", "nicht", "ich", "ist", "ein", "eine", "mit", "auf", "für", "dich",
    "mich", "wir", "du", "dem", "im", "zu", "sich", "auch", "wie", "wenn", "nur", "noch", "mein",
    "dein", "sie", "es", "er", "von", "bei", "aus", "que", "el", "los", "las", "una", "por",
    "para", "con", "del", "tu", "te", "yo", "está", "como", "más", "pero", "cuando", "amor",
    "corazón", "le", "les", "des", "est", "et", "je", "dans", "pas", "mon", "ton", "nous", "vous",
    "sur", "avec", "qui", "ce", "il", "elle", "che", "di", "per", "sono", "mio", "tuo", "nel",
    "della", "cuore", "amore", "não", "um", "uma", "em", "com", "meu", "você", "nie", "się",
    "jest", "że", "jak", "het", "een", "niet", "ik", "van", "en", "och", "jag", "inte", "det",
    "som", "yang", "dan", "aku", "kau", "bir", "ve", "bu", "ben", "l'amour", "j'ai", "c'est",
    "d'un",
}  # fmt: skip

# Common words for which the rules below are wrong.
_EXCEPTIONS = {
    "every": 2, "everything": 3, "evening": 2, "people": 2, "little": 2, "being": 2, "going": 2,
    "seeing": 2, "doing": 2, "lion": 2, "quiet": 2, "poem": 2, "poet": 2, "area": 3, "idea": 3,
    "real": 1, "heaven": 2, "business": 2, "different": 2, "chocolate": 2, "beautiful": 3,
    "science": 2, "riot": 2, "diary": 3, "violet": 3, "piano": 3, "radio": 3, "video": 3,
    "something": 2, "sometimes": 2, "somewhere": 2, "someone": 2, "somebody": 3, "lonely": 2,
    "breathe": 1, "electric": 3,
    "rhythm": 2, "fire": 1, "desire": 2, "hour": 1, "our": 1, "power": 2, "flower": 2,
    "shower": 2, "tower": 2, "cruel": 2, "fuel": 2, "jewel": 2, "ruin": 2, "create": 2,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LyricsSection:
    """Section of lyrics: its `[Name]` and sung lines; the name is empty before the first mark."""

    name: str
    lines: tuple[str, ...]


def parse_section_name(line: str) -> str | None:
    """Parses a section mark such as `[Chorus]`; returns None for any other line."""
    found = _SECTION.match(line)
    return found.group(1).strip() if found else None


def parse_sections(text: str) -> list[LyricsSection]:
    """Splits lyrics at their section marks; empty lines are dropped."""
    parts: list[tuple[str, list[str]]] = [("", [])]
    for line in text.splitlines():
        name = parse_section_name(line)
        if name is not None:
            parts.append((name, []))
        elif line.strip():
            parts[-1][1].append(line.strip())
    return [LyricsSection(name, tuple(lines)) for name, lines in parts if name or lines]


def count_words(text: str) -> int:
    """Counts the sung words: section marks are ignored, each CJK character counts as a word."""
    count = 0
    for line in text.splitlines():
        if parse_section_name(line) is not None:
            continue
        for word in _split_words(line):
            count += len(word) if _is_cjk(word[0]) else 1
    return count


def is_english(text: str) -> bool:
    """Whether the Latin words of a text are English, judged by its function words.

    A few words without any of those are assumed to be English.
    """
    words = [word.lower() for word in _split_words(text) if _SCRIPTS["latin"].match(word)]
    english = sum(word in _ENGLISH for word in words)
    foreign = sum(word in _FOREIGN for word in words)
    return english > foreign or (not foreign and len(words) < _FEW_WORDS)


def count_syllables(
    line: str, *, english: bool | None = None, japanese: bool = False
) -> int | None:
    """Counts the syllables of a line; None where no rule applies to its language.

    English is counted by its spelling (an error of one in about every eighth line); languages in
    Cyrillic letters by their vowels; Korean and Chinese by characters; Japanese, in kana only, by
    morae, as it is sung.

    Args:
        english: Whether the surrounding lines are English, for a line whose language is not
            evident; None without context.
        japanese: Whether the surrounding lines are Japanese: Chinese characters then have no fixed
            length.
    """
    if parse_section_name(line) is not None:
        return 0
    words = _split_words(line)
    scripts = {_detect_script(word) for word in words if not word.isdigit()}
    if "" in scripts or (("kana" in scripts or japanese) and "han" in scripts):
        return None
    if "latin" in scripts and not _is_english_line(words, context=english):
        return None
    if any(word.isdigit() for word in words) and scripts - {"latin"}:
        return None
    return sum(_count_word_syllables(word) for word in words)


def has_kana(text: str) -> bool:
    """Whether a text is Japanese: no other language uses kana."""
    return bool(_KANA.search(text))


def _is_english_line(words: list[str], *, context: bool | None) -> bool:
    lowered = [word.lower() for word in words]
    english = sum(word in _ENGLISH for word in lowered)
    foreign = sum(word in _FOREIGN for word in lowered)
    if english != foreign:
        return english > foreign
    return is_english(" ".join(words)) if context is None else context


def _detect_script(word: str) -> str:
    """Detects the script of a word; empty for scripts without a rule."""
    for name, pattern in _SCRIPTS.items():
        if pattern.fullmatch(word):
            return name
    return ""


def _split_words(line: str) -> list[str]:
    # A combining accent would otherwise split the word in two.
    return _WORD.findall(unicodedata.normalize("NFC", line))


def _is_cjk(character: str) -> bool:
    return unicodedata.east_asian_width(character) in {"W", "F"}


def _count_word_syllables(word: str) -> int:
    if word.isdigit():
        return len(word)
    if _is_cjk(word[0]):
        return len(_SMALL_KANA.sub("", word))
    if _SCRIPTS["cyrillic"].fullmatch(word):
        return len(_CYRILLIC_VOWELS.findall(word))
    marked = unicodedata.normalize("NFKD", word.lower().replace("\u2019", "'")).split("'")[0]
    stem = "".join(character for character in marked if not unicodedata.combining(character))
    if stem in _EXCEPTIONS:
        return _EXCEPTIONS[stem]
    runs = len(_VOWEL_RUN.findall(stem))
    if runs == 0:
        return 1
    if not unicodedata.combining(marked[-1]):  # the final vowel of "café" is sung
        runs -= _count_silent_endings(stem)
    runs += len(_DIAERESIS.findall(marked))
    runs += len(re.findall(r"i[ao](?!u)|[^q]ua|eo|[^e]ying|uou", stem))
    runs -= len(re.findall(r"[tcsg]i[ao]|eou", stem))
    return max(1, runs)


def _count_silent_endings(stem: str) -> int:
    if stem.endswith("e") and not stem.endswith(("le", "ee", "ie", "oe", "ye", "ue")):
        return 1
    if stem.endswith("le") and len(stem) > 2 and stem[-3] in _VOWELS:
        return 1
    if stem.endswith("ed") and len(stem) > 3 and stem[-3] not in "td" + _VOWELS:
        return 1
    if (
        stem.endswith("es")
        and len(stem) > 3
        and not stem.endswith(
            ("ses", "zes", "xes", "ches", "shes", "ges", "ces", "ies", "oes", "les")
        )
    ):
        return 1
    return 0
