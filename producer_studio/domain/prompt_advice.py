"""Checks and advice for a prompt before it costs credits.

The services accept nearly any text, and charge before they fail on a placeholder. The
recommendations of "MusicAPI, Producer API" and "MusicAPI, Producer examples" are turned into short
messages here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import urlsplit

from producer_studio.domain.lyrics import count_words, parse_sections
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.strength import COVER_STRENGTH, STRENGTHS

TITLE_LIMIT = 80
"""Characters ("MusicAPI, Producer API")."""

WEBHOOK_URL_LIMIT = 1024
"""Characters of a webhook's URL ("MusicAPI, Producer API")."""

RECOMMENDED_SOUND_WORDS = 10
RECOMMENDED_LYRICS_WORDS = 20

_TIME_TOLERANCE_S = 0.1
"""Times are entered in tenths of a second; the end of a clip may be rounded up."""


class Severity(StrEnum):
    EMPTY = "empty"
    BLOCKING = "blocking"
    """The request would be rejected or wasted: the button is disabled until the user fixes it."""
    WEAK = "weak"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class Issue:
    """Problem or advice; `field` is the recipe field that it refers to."""

    severity: Severity
    text: str
    field: str = "sound"


_PLACEHOLDER_WORDS = frozenset(
    {
        "test", "tests", "testing", "music", "song", "la", "blah", "asdf", "foo", "bar", "lorem",
        "ipsum", "placeholder", "abc", "xyz", "hello", "hey", "something", "anything", "sample",
        "lyrics", "here", "sound", "audio", "track", "my", "the", "a", "your", "this", "is", "na",
    }
)  # fmt: skip
_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*", re.UNICODE)

_INSTRUMENTS = re.compile(
    r"\b(piano|guitar|drum|bass|string|violin|cello|synth|sax|trumpet|brass|flute|organ|choir|"
    r"vocal|voice|pad|bell|harp|percussion|beat|horn|keys|rhodes|banjo|ukulele|808|hi-?hat|"
    r"snare|kick|arpegg|orchestra|clarinet|timpani|mandolin|harmonica|vinyl|riff)\w*",
    re.IGNORECASE,
)
_MOOD = re.compile(
    r"\b(calm|chill|warm|dark|bright|happy|sad|melanchol|energetic|epic|dreamy|mellow|soft|gentle|"
    r"power|aggress|romantic|nostalg|uplift|emotional|intimate|dramatic|peaceful|upbeat|moody|"
    r"late.night|hopeful|tender|euphoric|sultry|smooth|heavy|playful|haunting|atmospher|relax|"
    r"bittersweet|anthem|groovy|funky|lush|raw)\w*",
    re.IGNORECASE,
)
_TEMPO = re.compile(
    r"\b(\d{2,3}\s*bpm|slow|fast|mid-?tempo|up-?tempo|down-?tempo|driving|ballad|laid.back|"
    r"four.on.the.floor|swing|shuffle|half.time|double.time|upbeat|groove|brushed|lofi|lo-fi|"
    r"chill|pulsing|energetic|calm|relaxed)\w*",
    re.IGNORECASE,
)


def count_sound_words(sound: str) -> int:
    return len(_WORD.findall(sound))


def is_placeholder(text: str) -> bool:
    """Whether a text is only a placeholder such as "test" or "la la la".

    The list follows the poor examples of "MusicAPI, Producer API".
    """
    words = [word.lower() for word in _WORD.findall(text)]
    return bool(words) and all(word in _PLACEHOLDER_WORDS for word in words)


_PARTIAL_OPERATION_ADVICE: Mapping[Operation, str] = {
    Operation.EXTEND: "Name what is new in this part",
    Operation.REPLACE: "Name what changes in this section",
    Operation.SWAP_VOCALS: "Name the voice: who sings, how high, how close",
}
"""Advice for operations that make a part of a song.

The documents' recommendations for a whole song do not apply to them.
"""


def check_sound(sound: str, operation: Operation = Operation.CREATE) -> Issue:
    """Checks a sound prompt, as an operation uses it."""
    number_of_words = count_sound_words(sound)
    part = _PARTIAL_OPERATION_ADVICE.get(operation)
    if number_of_words == 0:
        return Issue(Severity.EMPTY, part or "Name a style, instruments, a mood and a tempo")
    if is_placeholder(sound):
        return Issue(
            Severity.BLOCKING,
            "A placeholder like this usually fails and can cost credits. Describe the sound.",
        )
    if part is not None:
        return Issue(Severity.EMPTY, part)
    if number_of_words < RECOMMENDED_SOUND_WORDS:
        return Issue(
            Severity.WEAK,
            "Short prompts fail more often: ten words or more name instruments and mood",
        )
    missing = [
        name
        for name, pattern in (("instruments", _INSTRUMENTS), ("a mood", _MOOD), ("a tempo", _TEMPO))
        if not pattern.search(sound)
    ]
    if missing:
        return Issue(Severity.WEAK, f"Consider naming {' and '.join(missing)} as well")
    return Issue(Severity.GOOD, "Instruments, mood and tempo are clear")


def check_lyrics(lyrics: str, operation: Operation = Operation.CREATE) -> Issue | None:
    """Checks lyrics, as an operation uses them; None when there is no advice."""
    number_of_words = count_words(lyrics)
    if number_of_words == 0:
        return None
    sung = "\n".join(line for section in parse_sections(lyrics) for line in section.lines)
    if is_placeholder(sung):
        return Issue(
            Severity.BLOCKING,
            "Placeholder lyrics usually fail and can cost credits. Write a few real lines.",
            "lyrics",
        )
    if operation in {Operation.EXTEND, Operation.REPLACE}:
        # Limit for a new part: a section of fifteen seconds fits a line or two.
        return None
    if number_of_words < RECOMMENDED_LYRICS_WORDS:
        return Issue(Severity.WEAK, "Lyrics of 20 to 30 words or more work best", "lyrics")
    if not any(section.name for section in parse_sections(lyrics)):
        return Issue(
            Severity.WEAK, "Sections such as [Verse] and [Chorus] shape the song", "lyrics"
        )
    return None


def find_issues(recipe: Recipe, source_s: float = 0.0) -> list[Issue]:
    """Finds all problems that prevent a recipe from being sent, most important first.

    They apply to every service; a dialect may add limits of its own.

    Args:
        source_s: Length of the source in seconds; 0 if unknown.
    """
    issues: list[Issue] = []
    sung = "" if recipe.instrumental else recipe.lyrics.strip()
    instruction = recipe.instruction.strip() if recipe.operation.needs_source else ""
    prompt_text = recipe.sound.strip() or sung or instruction
    if recipe.operation.needs_text and not prompt_text:
        issues.append(Issue(Severity.EMPTY, "Write a sound or lyrics first"))
    if recipe.operation.needs_text and is_placeholder(recipe.sound):
        issues.append(check_sound(recipe.sound, recipe.operation))
    lyrics_advice = check_lyrics(sung, recipe.operation) if sung else None
    if lyrics_advice and lyrics_advice.severity is Severity.BLOCKING:
        issues.append(lyrics_advice)
    if len(recipe.title) > TITLE_LIMIT:
        over = len(recipe.title) - TITLE_LIMIT
        issues.append(
            Issue(
                Severity.BLOCKING,
                f"The title is {over} {'character' if over == 1 else 'characters'} too long: "
                f"{TITLE_LIMIT} is the limit",
                "title",
            )
        )
    if recipe.operation.needs_source and recipe.source is None and recipe.source_remote is None:
        issues.append(Issue(Severity.EMPTY, "Choose a clip to work on first", "source"))
    for strength in (*STRENGTHS, COVER_STRENGTH):
        value = getattr(recipe, strength.name)
        if value is not None and not strength.contains(value):
            issues.append(
                Issue(
                    Severity.BLOCKING,
                    f"{strength.label} must be between {strength.low:g} and {strength.high:g}",
                    strength.name,
                )
            )
    if (
        recipe.starts_at_s is not None
        and recipe.ends_at_s is not None
        and recipe.ends_at_s <= recipe.starts_at_s
    ):
        issues.append(Issue(Severity.BLOCKING, "The end must come after the start", "ends_at_s"))
    elif recipe.operation.needs_source and source_s:
        issues += _find_times_past_end(recipe, source_s)
    if recipe.webhook_url and not _is_valid_webhook_url(recipe.webhook_url):
        issues.append(
            Issue(
                Severity.BLOCKING,
                "The webhook address must start with https://, hold no user name or password, and "
                "have at most 1024 characters",
                "webhook_url",
            )
        )
    if recipe.operation is Operation.UPLOAD and not (recipe.audio_url or recipe.audio_file):
        issues.append(
            Issue(Severity.EMPTY, "Choose a file, or give its public address", "audio_url")
        )
    if recipe.operation is Operation.LYRICS and not recipe.prompt.strip():
        issues.append(Issue(Severity.EMPTY, "Say what the song is about", "prompt"))
    return issues


def _find_times_past_end(recipe: Recipe, source_s: float) -> list[Issue]:
    """Finds times after the end of the source."""
    starts, ends = recipe.starts_at_s, recipe.ends_at_s
    length = f"The clip is {_format_time(source_s)} long"
    if starts is not None and recipe.operation is Operation.REPLACE and starts >= source_s:
        text = f"{length}: the section must begin before its end"
        return [Issue(Severity.BLOCKING, text, "starts_at_s")]
    if starts is not None and starts > source_s + _TIME_TOLERANCE_S:
        text = f"{length}: it can be continued from its end at the latest"
        return [Issue(Severity.BLOCKING, text, "starts_at_s")]
    if ends is not None and ends > source_s + _TIME_TOLERANCE_S:
        text = f"{length}: the section must end by then"
        return [Issue(Severity.BLOCKING, text, "ends_at_s")]
    return []


def _format_time(seconds: float) -> str:
    """Formats a time such as "1:05.2", as the user enters it."""
    tenths = int(seconds * 10)
    return f"{tenths // 600}:{tenths // 10 % 60:02d}.{tenths % 10}"


def _is_valid_webhook_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
        is_local = parts.hostname == "localhost" or ip_address(parts.hostname or "").is_loopback
    except ValueError:
        is_local = False
    if "@" in url.partition("://")[2].partition("/")[0]:
        return False  # everyone with access to the URL would see the password
    may_be_sent = url.startswith("https://") or (is_local and url.startswith("http://"))
    return may_be_sent and len(url) <= WEBHOOK_URL_LIMIT
