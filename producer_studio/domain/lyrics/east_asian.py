"""Syllables and rhymes of Japanese, Korean and Chinese.

Korean and Chinese have a syllable for each character; Japanese is counted in morae, as it is sung:
small kana add none, "っ", "ん" and "ー" are one each. How Chinese characters are read in Japanese
is not written, so such lines are not counted.
"""

import re
from collections.abc import Sequence

from producer_studio.domain.lyrics.chinese_finals import FINALS
from producer_studio.domain.lyrics.words import Script, Word

_SMALL_KANA = re.compile("[ぁぃぅぇぉゃゅょゎァィゥェォャュョヮ]")
_KANA_ROWS = {
    "a": "あかさたなはまやらわがざだばぱぁゃゎ",
    "i": "いきしちにひみりぎじぢびぴぃ",
    "u": "うくすつぬふむゆるぐずづぶぷぅゅゔ",
    "e": "えけせてねへめれげぜでべぺぇ",
    "o": "おこそとのほもよろをごぞどぼぽぉょ",
}
_VOWEL_OF = {sign: vowel for vowel, row in _KANA_ROWS.items() for sign in row}
_FINAL_OF = {sign: final for final, signs in FINALS.items() for sign in signs}
_FIRST_HANGUL = 0xAC00
_FINALS, _VOWELS = 28, 21


def count_japanese(words: Sequence[Word]) -> int | None:
    """Counts the morae of a line in kana; None with Chinese characters."""
    if any(word.script is Script.HAN for word in words):
        return None
    return sum(len(_SMALL_KANA.sub("", word.text)) for word in words)


def rhyme_japanese(word: str) -> frozenset[str]:
    """Returns the vowels of the last two morae of a word that ends in kana."""
    vowels: list[str] = []
    for sign in word:
        kana = chr(ord(sign) - 0x60) if "ァ" <= sign <= "ヶ" else sign
        if kana == "ん":
            vowels.append("n")
        elif kana == "ー" and vowels:
            vowels.append(vowels[-1])
        elif kana in _VOWEL_OF:
            if _SMALL_KANA.match(kana) and vowels:
                vowels.pop()
            vowels.append(_VOWEL_OF[kana])
    return frozenset({"".join(vowels[-2:])} if len(vowels) > 1 else ())


def count_characters(words: Sequence[Word]) -> int:
    """Counts the syllables of Korean or Chinese."""
    return sum(len(word.text) for word in words)


def rhyme_korean(word: str) -> frozenset[str]:
    """Returns the vowels of the last two syllables and the consonant at the end."""
    codes = [ord(sign) - _FIRST_HANGUL for sign in word]
    if len(codes) < 2:
        return frozenset()
    vowels = [code // _FINALS % _VOWELS for code in codes[-2:]]
    return frozenset({f"{vowels[0]}-{vowels[1]}-{codes[-1] % _FINALS}"})


def rhyme_chinese(word: str) -> frozenset[str]:
    """Returns the group of finals of the last character, where it has one reading."""
    final = _FINAL_OF.get(word[-1])
    return frozenset({final} if final else ())
