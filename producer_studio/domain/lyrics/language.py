"""Language of lyrics, told by letters that few languages use and by function words."""

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache

from producer_studio.domain.lyrics.words import Script, Word, parse_words, scripts_of, word_set


class Language(StrEnum):
    """Languages with rules for syllables, by their ISO 639-1 code."""

    ENGLISH = "en"
    GERMAN = "de"
    SPANISH = "es"
    ITALIAN = "it"
    FRENCH = "fr"
    PORTUGUESE = "pt"
    RUSSIAN = "ru"
    POLISH = "pl"
    JAPANESE = "ja"
    KOREAN = "ko"
    CHINESE = "zh"
    UNKNOWN = ""
    """Any without rules."""


# Words of grammar; a word of several languages counts less for each of them.
_FUNCTION_WORDS: dict[Language, frozenset[str]] = {
    Language.ENGLISH: word_set(
        "the and you of to is it my we your for with that be are at this all but when from like "
        "just i i'm it's don't can't there what will have has had they she her his our one into "
        "through where who how been every let's never over under again away tonight in on so if "
        "not me no he was were up down out now then them love still know by as or do say i've "
        "you're i'll we're can an am us too won't didn't ain't it'll gonna wanna"
    ),
    Language.GERMAN: word_set(
        "und der die das nicht ich ist ein eine mit auf für dich mich wir du dem den im zu sich "
        "auch wie wenn nur noch mein dein meine deine sie es er von bei aus so was mir dir uns "
        "bin bist sind hat hab habe wird war kein keine durch über unter vor nach doch immer "
        "einen einem einer am vom zum zur alles nichts wo ihr kann will hier da heute schon "
        "seh seine weil bis"
    ),
    Language.SPANISH: word_set(
        "que el los las una por para con del tu te yo está como más pero cuando amor corazón de "
        "la y en un no se lo me mi es si su al sin sobre ya todo nada soy eres estoy voy quiero "
        "muy esta este donde desde hasta porque nos mis tus hay siempre nunca ese esa fue"
    ),
    Language.ITALIAN: word_set(
        "che di per sono mio tuo nel della cuore amore il la e un una non ti mi lo le gli i si "
        "con del al da in è sei ho hai ha se come più ma io tu noi questo questa dove quando sul "
        "nella alla dalla mia tua anche ancora perché sempre mai tutto solo qui dei delle senza "
        "ci ogni sulla nei poi era"
    ),
    Language.FRENCH: word_set(
        "le les des est et je dans pas mon ton nous vous sur avec qui ce il elle la un une de du "
        "en que ne se te me tu ma ta sa on au aux pour sans plus mais où comme tout toi moi suis "
        "j'ai c'est d'un d'une n'est qu'on l'amour cette ces mes tes ses quand encore sous par "
        "y a son leur était jamais toujours rien même"
    ),
    Language.PORTUGUESE: word_set(
        "não um uma em com meu você que de do da o a e os as no na se te me eu tu por para pra "
        "mais mas quando minha teu tua seu sua é foi são está sou tem vou nos dos das ao à como "
        "sem já só onde tudo nada esse essa ela ele isso até muito também num numa pelo pela "
        "quem nem sempre"
    ),
    Language.POLISH: word_set(
        "nie się jest że jak i w z na do to co ja ty mój moja mnie mi ci cię już tylko gdy kiedy "
        "tak jego jej od po za ale czy przez dla my nas być był była jeszcze bez niech twój "
        "twoje moje sam pod nad tu tam ten ta o bo więc wciąż nic"
    ),
}
_OTHER_WORDS = word_set(
    "het een niet ik van och jag inte det som yang dan aku kau bir ve bu ben är på og jeg ikke "
    "hvor deg mig dig av att ett vi har den zijn voor maar ook mijn jij je dit wel çok değil "
    "için ne sen kita tak ada untuk dengan nu și este să pe o cu az egy nem és hogy ja on ei "
    "että se olen sinä minä"
)
"""Function words of languages without rules: Dutch, Swedish, Turkish, Malay, and others."""

_SHARES = Counter(word for words in _FUNCTION_WORDS.values() for word in words)
"""In how many languages each word is one of grammar."""

_LETTERS: dict[Language, str] = {
    Language.GERMAN: "äöüß",
    Language.SPANISH: "ñ¿¡áíóú",
    Language.ITALIAN: "àèìòù",
    Language.FRENCH: "àâçèéêëîïôùûœ",
    Language.PORTUGUESE: "ãõâêôáçóú",
    Language.POLISH: "ąćęłńśźżó",
}
_FOREIGN_LETTERS = frozenset("åøæčďěľňřšťůžğışőűđșță")
_LETTER_WEIGHT = 0.6
_FEW_WORDS = 12
_TELLING_CHARACTERS = 1_500
"""A text is judged by its beginning, so that typing in a long one costs no more."""
_RUSSIAN_ALPHABET = frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюя'")


def detect_language(text: str) -> Language:
    """Returns the language of a text; a few Latin words that do not tell count as English."""
    return _detect_cached(text[:_TELLING_CHARACTERS])


@lru_cache(maxsize=64)
def _detect_cached(text: str) -> Language:
    return _detect(parse_words(text), None) or Language.UNKNOWN


@lru_cache(maxsize=2048)
def detect_line_language(line: str, context: Language | None) -> Language:
    """Returns the language of a line among others.

    Args:
        context: Language of the whole text, also of lines that do not tell; None for a line
            alone.
    """
    return _detect(parse_words(line), context) or Language.UNKNOWN


def _detect(words: Sequence[Word], context: Language | None) -> Language | None:
    scripts = scripts_of(words)
    if Script.OTHER in scripts:
        return None
    if Script.KANA in scripts:
        return Language.JAPANESE
    if Script.HANGUL in scripts:
        return Language.KOREAN
    if Script.HAN in scripts:
        return Language.JAPANESE if context is Language.JAPANESE else Language.CHINESE
    if Script.CYRILLIC in scripts:
        letters = {sign for word in words if word.script is Script.CYRILLIC for sign in word.text}
        return Language.RUSSIAN if letters <= _RUSSIAN_ALPHABET else None
    if Script.LATIN not in scripts:
        return context
    return _detect_latin([word.text for word in words if word.script is Script.LATIN], context)


def _detect_latin(words: Sequence[str], context: Language | None) -> Language | None:
    scores = {language: _score(words, language) for language in _FUNCTION_WORDS}
    signs = set("".join(words))
    if signs & _FOREIGN_LETTERS:
        return None
    best = max(scores, key=lambda language: scores[language])
    other = sum(word in _OTHER_WORDS for word in words)
    if other > scores[best] + (0 if context is None else 1):
        return None
    if context is None:
        if not scores[best]:
            few = len(words) < _FEW_WORDS and signs <= set("abcdefghijklmnopqrstuvwxyzéïëôüö'")
            return Language.ENGLISH if few else None
        return best
    if context not in scores:
        return best if scores[best] > other else None
    # The other lines' language is more likely than a tie, or than one word's difference.
    return best if scores[best] > scores[context] + 1 else context


def _score(words: Sequence[str], language: Language) -> float:
    known = _FUNCTION_WORDS[language]
    special = _LETTERS.get(language, "")
    score = 0.0
    for word in words:
        if word in known:
            score += 1 / _SHARES[word]
        if special and any(sign in special for sign in word):
            score += _LETTER_WEIGHT
    return score
