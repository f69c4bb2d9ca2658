"""Counts the sung syllables of a line of lyrics, by the rules of its language."""

from producer_studio.domain.lyrics import english
from producer_studio.domain.lyrics.language import Language, detect_line_language
from producer_studio.domain.lyrics.language_rules import load_rules
from producer_studio.domain.lyrics.sections import parse_section_name
from producer_studio.domain.lyrics.words import MAX_LINE_LENGTH, Script, parse_words, scripts_of

NO_PRONUNCIATIONS = english.NoPronunciations()


def count_syllables(
    line: str,
    context: Language | None = None,
    pronunciations: english.Pronunciations = NO_PRONUNCIATIONS,
) -> int | None:
    """Counts the sung syllables of a line; None where no rule applies, or it is not one to sing.

    Words in Latin letters among others are counted as English. Digits are counted in English alone,
    one by one.

    Args:
        line: A line of the lyrics.
        context: Language of the whole text, for lines that do not tell theirs; None for a
            line alone.
        pronunciations: Dictionary of English; without it the spelling tells, less well.
    """
    if len(line) > MAX_LINE_LENGTH:
        return None
    if parse_section_name(line) is not None:
        return 0
    words = parse_words(line)
    if not words:
        return 0
    language = detect_line_language(line, context)
    scripts = scripts_of(words)
    if language is Language.ENGLISH or scripts == {Script.DIGITS}:
        return english.count(words, pronunciations)
    rules = load_rules(language)
    if rules is None or Script.DIGITS in scripts:
        return None
    latin = [word for word in words if word.script is Script.LATIN]
    if len(scripts) > 1 and latin:
        count = rules.count([word for word in words if word.script is not Script.LATIN])
        return None if count is None else count + english.count(latin, pronunciations)
    return rules.count(words)
