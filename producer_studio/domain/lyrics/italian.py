"""Syllables and rhymes of Italian.

An i or u without stress is one syllable with the vowel beside it, and silent in "cia", "gia",
"scia" and "glia". Where i or u is stressed without an accent ("poesia", "paura") a list of endings
tells. Vowels that meet between two words are sung together (sinalefe), but not across a
punctuation mark.
"""

import re
from collections.abc import Sequence

from producer_studio.domain.lyrics.nuclei import Nuclei, apply_rules, compile_rules, find_runs
from producer_studio.domain.lyrics.words import Word

_VOWELS = "aeiouàèéìíòóùú"
_STRONG = "aeoàèéòó"
_ACCENTED = "àèéìíòóùú"
_STRESSED_I = re.compile(
    r"(?:allegr|armon|bug|compagn|fantas|foll|gelos|malincon|mag|melod|nostalg|poes|sinfon|energ|"
    r"iron|patt?|simpat|antipat|agon|anarch|perifer|ferrov|poliz|pul?iz|pazz|categor|teor|profez|"
    r"utop|epidem|cortes|ipocris|terap|garanz|signor|novell|mal?att|agenz|strateg|scrivan|trattor|"
    r"fattor|farmac|prigion|borghes|parod|dinast|etn|giur|chirurg|calor|telefon|eucarist|eres|"
    r"mar|luc|matt|lombard|turch|roman|bulgar|tunis|ungher|algher|oss|baron|idolatr|gerarch|"
    r"log|graf|sof|fob|metr|nom|crat|craz|fon|arch|patr(?!ia)|[^t]er)i[ae]$"
    r"|^(?:v|sc|sp|reg|strega?)i[ae]$"
    r"|(?:add|obl|pend|des|mormor|brus|calpest|frusc|zampill|avv|inv|restr)io$|^(?:sc|sp|legg)io$"
)
_UNSTRESSED_ERIA = re.compile(r"(?:^s|^f|mat|mis|art|intemp)eri[ae]$")
_OTHER_STRESSED_I = re.compile(r"^(s|st|d)iano$|^(per)iod[oi]$|^(quals)iasi$|^(card)iac[oaie]")
_STRESSED_U = re.compile(r"^(?:im|s?pa)pa?ur|paur|^baul|rauc?h|^saur")
_CLUSTER = re.compile(r"(?:[bcdfptv][rl]|gr)i(?=[aeoàèéòó].)")
_READING = compile_rules(
    ("qu", "qw"),
    ("gu(?=[aeiouàèéìòù])", "gw"),
    ("(?<=[cg])i(?=[aeouàèéòù])", ""),
    ("(?<=gl)i(?=[aeouàèéòù])", ""),
    ("h", "h"),
)
_SOUNDS = compile_rules(
    ("à", "a"), ("è|é", "e"), ("ì|í", "i"), ("ò|ó", "o"), ("ù|ú", "u"),
)  # fmt: skip
# Stressed on the last vowel but two as often as on the last but one.
_UNSURE = re.compile(
    r"(?:ano|ono|ero|ic[oaie]|iche|ichi|abil[ei]|ibil[ei]|ol[oaie]|im[oaie]|in[ei]|id[oaie]|ore)$"
)
_SURE = re.compile(r"(?:amore|cuore|dolore|colore|sapore|calore|fiore|rumore|timore|valore|onore)$")
_ONE_SYLLABLE = frozenset({"ciao"})


def analyse(word: str) -> Nuclei:
    """Finds the vowels of a word; the stressed one only where the spelling tells."""
    if word in _ONE_SYLLABLE:
        return Nuclei(word, (len(word) - 2,), 0)
    if _STRESSED_I.search(word) and not _UNSTRESSED_ERIA.search(word):
        word = word[:-2] + "ì" + word[-1]
    if found := _OTHER_STRESSED_I.match(word):
        place = next(end for end in (found.end(group) for group in range(1, 5)) if end >= 0)
        word = word[:place] + "ì" + word[place + 1 :]
    if found := _STRESSED_U.search(word):
        word = word[: found.start()] + found.group().replace("u", "ù") + word[found.end() :]
    text = word
    for part in _CLUSTER.finditer(word):
        text = text[: part.end() - 1] + "ì" + text[part.end() :]
    text = apply_rules(text, _READING)
    starts = find_runs(text, _VOWELS, _is_break)
    if len(starts) == 1 and re.search(r"[iu][aeo]$", text):
        # "Mi-o", "tu-a", "vi-a": no other vowel can be stressed.
        starts = (starts[0], len(text) - 1)
        return Nuclei(text, starts, 0)
    return Nuclei(text, starts, _find_stress(text, starts))


def count(words: Sequence[Word]) -> int:
    """Counts the sung syllables of a line."""
    total = 0
    before: Word | None = None
    for word in words:
        parts = word.text.split("'")
        total += sum(len(analyse(part).starts) for part in parts if part)
        if (
            before is not None
            and not before.has_pause
            and before.text[-1] in _VOWELS
            and word.text.lstrip("h")[:1] in set(_VOWELS)
        ):
            total -= 1
        before = word
    return total


def rhyme(word: str) -> frozenset[str]:
    """Returns the sound from the stressed vowel on, where the spelling tells which it is."""
    part = word.rsplit("'", 1)[-1]
    found = analyse(part)
    if len(found.starts) > 2 and _UNSURE.search(part) and not _SURE.search(part):
        return frozenset()
    ending = found.stressed_ending("iu")
    return frozenset({apply_rules(ending, _SOUNDS)} if ending else ())


def _is_break(text: str, place: int) -> bool:
    before, sign = text[place - 1], text[place]
    if before in _STRONG and sign in _STRONG:
        return True
    if sign in "ìíùú":
        return before in _STRONG
    if before in "ìíùú":
        return True
    between = place > 0 and before in _STRONG and sign in "iu"
    # A weak vowel between two others begins a syllable with the second: "a-iu-to", "no-ia".
    return between and place + 1 < len(text) and text[place + 1] in _VOWELS


def _find_stress(text: str, starts: tuple[int, ...]) -> int | None:
    if not starts:
        return None
    if text[-1] in _ACCENTED:
        return len(starts) - 1
    accent = next((place for place, sign in enumerate(text) if sign in _ACCENTED), None)
    if accent is not None:
        return max(index for index, start in enumerate(starts) if start <= accent)
    return len(starts) - (2 if len(starts) > 1 and text[-1] in _VOWELS else 1)
