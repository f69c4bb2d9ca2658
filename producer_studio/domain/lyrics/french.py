"""Syllables and rhymes of French.

A mute e is sung before a consonant, and neither before a vowel nor at the end of a line or of a
sentence, as verse counts it. An i or y before a vowel is one syllable with it, unless two
consonants stand before it ("ou-bli-er"); u and ou are one with a vowel only in "ui" and "oui".
"""

import re
from collections.abc import Sequence

from producer_studio.domain.lyrics.nuclei import Nuclei, apply_rules, compile_rules
from producer_studio.domain.lyrics.words import Word, word_set

_VOWELS = "aàâäeéèêëiîïoôöuùûüyœ"
_VOWEL = re.compile(
    rf"(?:(?<![bcdfgptv][rl])[iy](?=[{_VOWELS}]))?"
    r"(?:eau|oeu|œu|au|ou|oû|où|oi|oî|oy|ai|aî|ay|ei|ey|eû|eu|ui|uy|[aàâäeéèêëiîïoôöuùûüyœ])"
)
_READING = compile_rules(
    ("qu", "k"),
    ("q$", "k"),
    ("gu(?=[eiyéèêë])", "g"),
    ("ge(?=[aouâôû])", "j"),
    ("ueil", "eul"),
    ("œil|oeil", "eul"),
    ("(?<=[lczf])oo(?=[lt]|$)", "ou"),
    ("(?<=[oe]u)i(?=l)", ""),
    ("^aoû", "oû"),
    ("^saoul", "soul"),
    ("^([pf])aon", r"\1an"),
    ("moelle", "mwalle"),
    ("po[êe]le", "pwale"),
    ("^pays", "païs"),
    ("^abbaye", "abbaïe"),
    ("^oui", "wi"),
    ("^louis", "lwis"),
    ("^jean", "jan"),
    ("seoir", "soir"),
    ("(?<=[aiouéy])e(?=ment|r[aio]|rez)", ""),
)
_VERB_MENT = re.compile(
    r"^(?:ai|dor|for|fer|ani|expri|impri|enflam|consom|nom|ra|cal|ar|char|ani|consu|parfu|fu|"
    r"allu|pri|esti|ai|endor|sè|transfor|infor|confir|affir|refer|renfer|chô|bla|cla|pâ)ment$"
)
_NASAL_ENT = re.compile(
    r"^(?:(?:em|re|cou|au)?vent|sou?vent|argent|[dlg]ent|absent|présent|(?:mé)?content|serpent|"
    r"(?:ac|ré|dé|inno|adoles|convales|efferves|pour)?cent|talent|violent|(?:in)?différent|"
    r"(?:ap|trans)?parent|torrent|(?:acc|inc|prés|rés|occ|év|stri)ident|(?:im)?prudent|ardent|"
    r"urgent|agent|excellent|équivalent|insolent|silent|(?:in)?intelligent|indulgent|laurent|"
    r"(?:fré|élo|consé|délin)quent|(?:pré|anté)cédent|(?:cont|pert|imm|ém)inent|permanent|"
    r"(?:res|con|pres)?sent|(?:div|conv|ém)?ergent|sergent|concurrent|(?:in)?compétent|"
    r"(?:in|ad)?(?:co)?hérent|"
    r"(?:sou|re|de|par|sur|con|ob|main|sub|inter|pré|pro|ad|dé|é|entre|mainte)*[vt]ient|"
    r"(?:im)?patient|(?:ré|in)?cipient|récipient|orient|client|ingrédient|inconvénient|quotient|"
    r"gradient|(?:in)?conscient|déficient|(?:co)?efficient)$"
)
_ASPIRATED = re.compile(
    r"h(?:aut|a[ïi]|aine|aleter|alt|anch|ant|ard|asard|ât|aus|ém|éris|ér[oô]s|eurt|ibou|iss|"
    r"onte|ors|oule|uit|url|utte|ache|arp|aill|ameau|amac|angar|allo|ollande|oquet)"
)
_OPEN_ER = word_set("hiver enfer amer cher fer mer ver hier fier cancer outre-mer hamster")
_MUTE = re.compile(r"e(?:s|nt)?$")


def analyse(word: str) -> Nuclei:
    """Finds the vowels of a word with a mute e at its end; the last full one is stressed."""
    text = apply_rules(word, _READING)
    starts = [match.start() for match in _VOWEL.finditer(text)]
    if len(starts) > 1 and _is_mute(word, text, starts[-1]) and text[starts[-1] - 1] in _VOWELS:
        starts.pop()  # "rue", "aimée": never sung
        return Nuclei(text, tuple(starts), len(starts) - 1)
    is_mute = len(starts) > 1 and _is_mute(word, text, starts[-1])
    stressed = len(starts) - (2 if is_mute else 1)
    return Nuclei(text, tuple(starts), stressed if starts else None)


def count(words: Sequence[Word]) -> int:
    """Counts the sung syllables of a line."""
    total = 0
    for place, word in enumerate(words):
        parts = [part for part in word.text.split("'") if part]
        for index, part in enumerate(parts):
            found = analyse(part)
            total += len(found.starts)
            ends = index == len(parts) - 1
            if found.stressed is None or found.stressed == len(found.starts) - 1 or not ends:
                continue
            following = words[place + 1] if place + 1 < len(words) else None
            if (
                word.ends_sentence
                or following is None
                or (part.endswith("e") and _begins_with_vowel(following.text))
            ):
                total -= 1
    return total


def rhyme(word: str) -> frozenset[str]:
    """Returns the sound from the last full vowel on, without silent letters."""
    part = word.rsplit("'", 1)[-1]
    found = analyse(part)
    ending = found.stressed_ending()
    if not ending:
        return frozenset()
    is_feminine = found.stressed != len(found.starts) - 1 and bool(_MUTE.search(ending))
    if is_feminine:
        ending = _MUTE.sub("", ending)
        if ending[-1] in "gc":
            ending = ending[:-1] + {"g": "j", "c": "s"}[ending[-1]]
    else:
        ending = re.sub(r"(?<=.)es?$", "", ending) if ending[:-1].strip("e") else ending
        if part.endswith("er") and len(found.starts) > 1 and part not in _OPEN_ER:
            return frozenset({"é"})
        if re.search(r"ez$", part):
            return frozenset({"é"})
        ending = re.sub(r"(?<=.)[stxdpzg]+$", "", ending)
    return frozenset({_to_sound(ending, part, is_feminine=is_feminine)})


_CONSONANTS = compile_rules(
    ("ph", "f"), ("ch", "ʃ"), ("gn", "ɲ"), ("ss|ç|c(?=[eiéèêy])", "s"), ("c", "k"),
    (r"([bdfgklmnprst])\1", r"\1"), ("g(?=[eiéèêy])", "j"), ("x$", "ks"),
)  # fmt: skip
_TAILS = compile_rules(
    ("^(?:i?e)ill?", "èj"), ("^aill?", "aj"), ("^eul$", "øj"), ("^eull", "øj"), ("^oull", "uj"),
)  # fmt: skip
_VOWEL_SOUNDS = compile_rules(
    ("^[iy](?=[aàâeéèêoôœu])", ""), ("eau|au|ô", "o"), ("œu|oeu|eû|eu|œ", "ø"),
    ("ou|oû|où", "w"), ("oi|oî|oy", "wa"), ("ui|uy|î|ï|y", "i"), ("ai|aî|ay|ei|ey|è|ê|ë", "è"),
    ("^e(?=.)", "è"), ("à|â", "a"), ("û|ü|ù", "u"),
)  # fmt: skip


_HARD_L = re.compile(r"ville$|^mille$|tranquille$|distille$|oscille$")


def _to_sound(ending: str, word: str, *, is_feminine: bool) -> str:
    nasal = re.match(
        r"([iy]?)(ain|ein|aim|eim|oin|[iyu][nm]|[ae][nm]|o[nm])(?![nmaeiouéèy])", ending
    )
    if nasal and not (is_feminine and nasal.end() == len(ending)):
        vowel = nasal.group(2)
        if vowel[0] in "iyu" or vowel[:2] in {"ai", "ei"} or (nasal.group(1) and vowel == "en"):
            sound = "ẽ"
        elif vowel == "oin":
            sound = "wẽ"
        else:
            sound = "õ" if vowel[0] == "o" else "ã"
        return sound + apply_rules(ending[nasal.end() :], _CONSONANTS)
    if ending == "e" and word.endswith("et"):
        ending = "è"
    if ending == "ill" and is_feminine:
        return "il" if _HARD_L.search(word) else "ij"
    return apply_rules(apply_rules(apply_rules(ending, _TAILS), _VOWEL_SOUNDS), _CONSONANTS)


def _is_mute(word: str, text: str, start: int) -> bool:
    ending = text[start:]
    if ending in {"e", "es"}:
        return True
    if ending != "ent":
        return False
    if _NASAL_ENT.search(word):
        return False
    return not word.endswith("ment") or bool(_VERB_MENT.search(word))


def _begins_with_vowel(word: str) -> bool:
    if word[0] == "h":
        return not _ASPIRATED.match(word)
    return word[0] in _VOWELS and not word.startswith(("onze", "oui", "ya", "yo"))
