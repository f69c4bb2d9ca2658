"""Advice on a prompt before it costs anything (seeds 000 and 002).

The services take nearly any text, and fail on empty-handed ones after charging; what the documents
recommend is turned into short notes here.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import urlsplit

from producer_studio.domain.lyrics import sections, word_count
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.strength import COVER_STRENGTH, STRENGTHS

TITLE_LIMIT = 80
"""Characters (seed 000)."""

WEBHOOK_LIMIT = 1024
"""Characters of a webhook's address (seed 000)."""

ADVISED_SOUND_WORDS = 10
ADVISED_LYRICS_WORDS = 20


class Advice(StrEnum):
    EMPTY = "empty"
    BLOCKING = "blocking"
    """It would be refused or wasted: the button waits for the user to mend it."""
    WEAK = "weak"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class Note:
    """One remark; `field` is the recipe's field that it is about."""

    advice: Advice
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


def sound_words(sound: str) -> int:
    return len(_WORD.findall(sound))


def is_placeholder(text: str) -> bool:
    """Whether a text is only filler such as "test" or "la la la" (seed 000, poor examples)."""
    words = [word.lower() for word in _WORD.findall(text)]
    return bool(words) and all(word in _PLACEHOLDER_WORDS for word in words)


def sound_note(sound: str) -> Note:
    """The one line under the sound editor."""
    words = sound_words(sound)
    if words == 0:
        return Note(Advice.EMPTY, "Name a style, instruments, a mood and a tempo")
    if is_placeholder(sound):
        return Note(
            Advice.BLOCKING,
            "A placeholder like this usually fails and can cost credits. Describe the sound.",
        )
    if words < ADVISED_SOUND_WORDS:
        return Note(
            Advice.WEAK,
            "Short prompts fail more often: ten words or more name instruments and mood",
        )
    missing = [
        name
        for name, pattern in (("instruments", _INSTRUMENTS), ("a mood", _MOOD), ("a tempo", _TEMPO))
        if not pattern.search(sound)
    ]
    if missing:
        return Note(Advice.WEAK, f"Consider naming {' and '.join(missing)} as well")
    return Note(Advice.GOOD, "Instruments, mood and tempo are clear")


def lyrics_note(lyrics: str) -> Note | None:
    """Advice on lyrics; None when there is nothing to say."""
    words = word_count(lyrics)
    if words == 0:
        return None
    sung = "\n".join(line for section in sections(lyrics) for line in section.lines)
    if is_placeholder(sung):
        return Note(
            Advice.BLOCKING,
            "Placeholder lyrics usually fail and can cost credits. Write a few real lines.",
            "lyrics",
        )
    if words < ADVISED_LYRICS_WORDS:
        return Note(Advice.WEAK, "Lyrics of 20 to 30 words or more work best", "lyrics")
    if not any(section.name for section in sections(lyrics)):
        return Note(Advice.WEAK, "Sections such as [Verse] and [Chorus] shape the song", "lyrics")
    return None


def obstacles(recipe: Recipe) -> list[Note]:
    """Everything that keeps a recipe from being sent, most important first.

    A dialect may add limits of its own; these hold everywhere.
    """
    notes: list[Note] = []
    sung = "" if recipe.instrumental else recipe.lyrics.strip()
    told = recipe.instruction.strip() if recipe.operation.needs_source else ""
    said = recipe.sound.strip() or sung or told
    if recipe.operation.needs_words and not said:
        notes.append(Note(Advice.EMPTY, "Write a sound or lyrics first"))
    if recipe.operation.needs_words and is_placeholder(recipe.sound):
        notes.append(sound_note(recipe.sound))
    lyrics_advice = lyrics_note(sung) if sung else None
    if lyrics_advice and lyrics_advice.advice is Advice.BLOCKING:
        notes.append(lyrics_advice)
    if len(recipe.title) > TITLE_LIMIT:
        over = len(recipe.title) - TITLE_LIMIT
        notes.append(
            Note(
                Advice.BLOCKING,
                f"The title is {over} {'character' if over == 1 else 'characters'} too long: "
                f"{TITLE_LIMIT} is the limit",
                "title",
            )
        )
    if recipe.operation.needs_source and recipe.source is None and recipe.source_remote is None:
        notes.append(Note(Advice.EMPTY, "Choose a clip to work on first", "source"))
    for strength in (*STRENGTHS, COVER_STRENGTH):
        value = getattr(recipe, strength.name)
        if value is not None and not strength.contains(value):
            notes.append(
                Note(
                    Advice.BLOCKING,
                    f"{strength.label} must be between {strength.low:g} and {strength.high:g}",
                    strength.name,
                )
            )
    if (
        recipe.starts_at_s is not None
        and recipe.ends_at_s is not None
        and recipe.ends_at_s <= recipe.starts_at_s
    ):
        notes.append(Note(Advice.BLOCKING, "The end must come after the start", "ends_at_s"))
    if recipe.webhook_url and not _is_webhook(recipe.webhook_url):
        notes.append(
            Note(
                Advice.BLOCKING,
                "The webhook address must start with https://, hold no user name or password, and "
                "have at most 1024 characters",
                "webhook_url",
            )
        )
    if recipe.operation is Operation.UPLOAD and not (recipe.audio_url or recipe.audio_file):
        notes.append(Note(Advice.EMPTY, "Give the public address of the file", "audio_url"))
    if recipe.operation is Operation.LYRICS and not recipe.prompt.strip():
        notes.append(Note(Advice.EMPTY, "Say what the song is about", "prompt"))
    return notes


def _is_webhook(url: str) -> bool:
    try:
        parts = urlsplit(url)
        here = parts.hostname == "localhost" or ip_address(parts.hostname or "").is_loopback
    except ValueError:
        here = False
    if "@" in url.partition("://")[2].partition("/")[0]:
        return False  # a password would be shown to whoever sees the address
    may_be_sent = url.startswith("https://") or (here and url.startswith("http://"))
    return may_be_sent and len(url) <= WEBHOOK_LIMIT
