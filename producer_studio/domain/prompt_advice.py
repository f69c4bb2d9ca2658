"""Advice on a prompt before it costs anything (seeds 000 and 002).

The services take nearly any text, and fail on empty-handed ones after charging; what the documents
recommend is turned into short notes here.
"""

import re
from collections.abc import Mapping
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

_TENTH_S = 0.1
"""Times are given to a tenth of a second; the end of a clip may be rounded up."""


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


_PART_OF_A_SONG: Mapping[Operation, str] = {
    Operation.EXTEND: "Name what is new in this part",
    Operation.REPLACE: "Name what changes in this section",
    Operation.SWAP_VOCALS: "Name the voice: who sings, how high, how close",
}
"""Operations that make a part of a song, with advice on their sound: what the documents recommend
for a whole one does not hold for it."""


def sound_note(sound: str, operation: Operation = Operation.CREATE) -> Note:
    """Advice on a sound, as an operation uses it."""
    words = sound_words(sound)
    part = _PART_OF_A_SONG.get(operation)
    if words == 0:
        return Note(Advice.EMPTY, part or "Name a style, instruments, a mood and a tempo")
    if is_placeholder(sound):
        return Note(
            Advice.BLOCKING,
            "A placeholder like this usually fails and can cost credits. Describe the sound.",
        )
    if part is not None:
        return Note(Advice.EMPTY, part)
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


def lyrics_note(lyrics: str, operation: Operation = Operation.CREATE) -> Note | None:
    """Advice on lyrics, as an operation uses them; None when there is nothing to say."""
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
    if operation in {Operation.EXTEND, Operation.REPLACE}:
        # Words of a new part: a section of fifteen seconds has room for a line or two.
        return None
    if words < ADVISED_LYRICS_WORDS:
        return Note(Advice.WEAK, "Lyrics of 20 to 30 words or more work best", "lyrics")
    if not any(section.name for section in sections(lyrics)):
        return Note(Advice.WEAK, "Sections such as [Verse] and [Chorus] shape the song", "lyrics")
    return None


def obstacles(recipe: Recipe, source_s: float = 0.0) -> list[Note]:
    """Everything that keeps a recipe from being sent, most important first.

    A dialect may add limits of its own; these hold everywhere.

    Args:
        source_s: Length of the source in seconds; 0 where it is not known.
    """
    notes: list[Note] = []
    sung = "" if recipe.instrumental else recipe.lyrics.strip()
    told = recipe.instruction.strip() if recipe.operation.needs_source else ""
    said = recipe.sound.strip() or sung or told
    if recipe.operation.needs_words and not said:
        notes.append(Note(Advice.EMPTY, "Write a sound or lyrics first"))
    if recipe.operation.needs_words and is_placeholder(recipe.sound):
        notes.append(sound_note(recipe.sound, recipe.operation))
    lyrics_advice = lyrics_note(sung, recipe.operation) if sung else None
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
    elif recipe.operation.needs_source and source_s:
        notes += _beyond_the_end(recipe, source_s)
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


def _beyond_the_end(recipe: Recipe, source_s: float) -> list[Note]:
    """Times that lie behind the end of the source."""
    starts, ends = recipe.starts_at_s, recipe.ends_at_s
    length = f"The clip is {_clock(source_s)} long"
    if starts is not None and recipe.operation is Operation.REPLACE and starts >= source_s:
        words = f"{length}: the section must begin before its end"
        return [Note(Advice.BLOCKING, words, "starts_at_s")]
    if starts is not None and starts > source_s + _TENTH_S:
        words = f"{length}: it can be continued from its end at the latest"
        return [Note(Advice.BLOCKING, words, "starts_at_s")]
    if ends is not None and ends > source_s + _TENTH_S:
        words = f"{length}: the section must end by then"
        return [Note(Advice.BLOCKING, words, "ends_at_s")]
    return []


def _clock(seconds: float) -> str:
    """Such as "1:05.2", as the times are typed."""
    tenths = int(seconds * 10)
    return f"{tenths // 600}:{tenths // 10 % 60:02d}.{tenths % 10}"


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
