"""Text normalisation for the word index, for queries and for sorting."""

import unicodedata

# Scripts written without spaces between words (and Hangul, whose particles are attached): each
# character becomes a word of its own, so that any sequence of characters can be found anywhere.
_UNSPACED_RANGES = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1100, 0x11FF),  # Hangul Jamo
    (0x1780, 0x17FF),  # Khmer
    (0x2E80, 0x2FDF),  # CJK radicals
    (0x3005, 0x3007),
    (0x3021, 0x3029),
    (0x3041, 0x30FF),  # Hiragana, Katakana
    (0x3100, 0x31BF),  # Bopomofo
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xA960, 0xA97F),
    (0xAC00, 0xD7FF),
    (0xF900, 0xFAFF),
    (0x1B000, 0x1B16F),
    (0x20000, 0x323AF),
)

# Letters that Unicode does not decompose into a base letter and an accent, as typed on a keyboard
# that lacks them. Case folding already turns `ß` into two letters. A new entry needs a schema step
# that rebuilds the index: rows are removed from it by the words they were inserted with.
_PLAIN_LETTERS = str.maketrans(
    {
        "æ": "ae", "ǣ": "ae", "ǽ": "ae", "œ": "oe", "ø": "o", "ǿ": "o", "ł": "l", "đ": "d",
        "ð": "d", "þ": "th", "ħ": "h", "ŧ": "t", "ı": "i",
    }
)  # fmt: skip


def normalize_for_index(text: str) -> str:
    """Normalises text for the index: one form per character, no case, unspaced scripts split.

    The index itself removes accents.
    """
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKC", text).casefold()
    if plain.isascii():
        return plain
    plain = plain.translate(_PLAIN_LETTERS)
    return "".join(f" {sign} " if is_unspaced_character(sign) else sign for sign in plain)


def is_unspaced_character(character: str) -> bool:
    point = ord(character)
    return point >= _UNSPACED_RANGES[0][0] and any(
        low <= point <= high for low, high in _UNSPACED_RANGES
    )


def fold_text(text: str) -> str:
    """Folds text for sorting and comparing: no case, no accents, plain letters, single spaces."""
    if text.isascii():
        return " ".join(text.casefold().split())
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_PLAIN_LETTERS)
    apart = unicodedata.normalize("NFKD", plain)
    return " ".join("".join(s for s in apart if not unicodedata.combining(s)).split())


def has_searchable_word(text: str) -> bool:
    """Whether the index stores anything of a text (punctuation alone cannot be searched)."""
    return any(
        unicodedata.category(sign)[0] in "LN" or unicodedata.category(sign) == "Co" for sign in text
    )


def build_match_phrase(text: str, *, prefix: bool) -> str:
    """Builds one FTS5 phrase from a text; with `prefix` its last word matches as a prefix."""
    words = normalize_for_index(text).replace('"', " ").replace("\0", " ").strip()
    star = "*" if prefix and words and not is_unspaced_character(words[-1]) else ""
    return f'"{words}"{star}'
