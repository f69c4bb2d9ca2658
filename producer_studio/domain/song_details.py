"""Statements about a song in its tags, and in JSON that a service or tool wrote beside it.

Both are untrusted: a value that cannot be used counts as missing.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Self

from producer_studio.domain.clip import MAX_TRACK_NUMBER
from producer_studio.domain.field_reader import MAX_NAME_LENGTH, MAX_TITLE_LENGTH
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.recipe_parser import MAX_FIELD_LENGTH
from producer_studio.domain.text import fold_name, to_single_line
from producer_studio.domain.timestamps import from_unix_time, parse_timestamp

_MAX_DEPTH = 6
_MAX_RESULTS = 500
"""Songs in one JSON file that are compared with the name of the audio file."""

_ALIASES: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "name", "inam"),
    "artist": ("artist", "artists", "display_name", "author", "iart", "album_artist"),
    "album": ("album", "iprd"),
    "track": ("tracknumber", "track_number", "itrk", "trck", "track"),
    "genre": ("genre", "genres", "igny", "ignr"),
    "date": ("date", "created_at", "createdat", "created", "year", "icrd", "completedat"),
    "sound": (
        "sound", "sound_prompt", "style", "styles", "style_prompt", "gpt_description_prompt",
        "tags",
    ),
    "lyrics": ("lyrics", "lyric", "unsyncedlyrics", "unsynced lyrics", "lyrics-xxx", "lyrics-eng"),
    "seed": ("seed",),
    "model": ("model_version", "model_name", "mv", "major_model_version", "model"),
    "key": ("initialkey", "initial_key", "key", "musical_key"),
    "bpm": ("bpm", "tbpm", "tempo"),
}  # fmt: skip
"""Names of each statement, preferred ones first; in lower case."""

_PROMPTS = ("prompt", "input_prompt", "text_prompt")
"""Names of a text that some services take as the sound and others as the lyrics."""

_RESULT_LISTS = frozenset({"data", "tracks", "clips", "songs", "items", "results", "audios"})
_RESULT_GROUPS = frozenset({"result", "response", "data", "output", "song", "track", "clip"})
_GROUPS = frozenset(
    {"request", "metadata", "params", "producerparams", "recipe", "input", "task"}
)  # fmt: skip
_IDS = ("id", "clip_id", "audio_id", "song_id", "track_id", "uuid")
_LINKS = ("audio_url", "audiourl", "file_url", "wav_url", "url")
_MIN_ID_LENGTH = 6
# Not `\s*`: of many blank lines each would be followed to the last.
_SECTION = re.compile(r"^[^\S\n]*\[[^\]\n]{1,40}\]", re.MULTILINE)
_PROVIDER_MODELS = frozenset({"producer", "riffusion", "suno", "udio"})
"""Values of "model" that name a service and no model of it."""

_YEAR = re.compile(r"^(\d{4})(?:-(\d{2}))?$")
_MIN_SECONDS, _MAX_SECONDS = 1e8, 1e11
RECIPE_KEY = "producer_studio_recipe"


@dataclass(frozen=True, slots=True, kw_only=True)
class SongDetails:
    """Metadata of an imported song; empty where nothing is stated.

    Attributes:
        track_number: Its number on the album, 1 to 999.
        made_at: Time at which it was made.
        recipe: Recipe that this program embedded in an exported file, unparsed.
    """

    title: str = ""
    artist: str = ""
    album: str = ""
    track_number: int | None = None
    genre: str = ""
    sound: str = ""
    lyrics: str = ""
    seed: str = ""
    model: str = ""
    key: str = ""
    bpm: float | None = None
    made_at: datetime | None = None
    recipe: Mapping[str, Any] | None = None

    def with_missing(self, other: "SongDetails") -> Self:
        """Returns a copy whose missing values are those of another source."""
        missing = {
            one.name: getattr(other, one.name)
            for one in fields(self)
            if not getattr(self, one.name)
        }
        return replace(self, **missing)

    def build_recipe(self) -> Recipe:
        """Returns a recipe that asks for a song like this one, as far as it is known."""
        plain = Recipe(title=self.title, sound=self.sound, lyrics=self.lyrics, seed=self.seed)
        return plain.with_changes(model=self.model) if self.model else plain


def read_details(values: Mapping[str, Any]) -> SongDetails:
    """Reads what one group of values states, such as the tags of a file, and its comment.

    Args:
        values: Values by their names, in any case.
    """
    details = _read_group(values)
    # Some tools write all that they know into the comment. A comment of a comment is not read:
    # a file may have hundreds of them.
    comments = [value for name, value in values.items() if str(name).lower() == "comment"]
    comment = _parse_object(comments[-1]) if comments else None
    return details.with_missing(_read_group(comment)) if comment else details


def _read_group(values: Mapping[str, Any]) -> SongDetails:
    known = {str(name).lower(): value for name, value in values.items()}
    if isinstance(known.get("tags"), list):
        del known["tags"]  # those that a user gave, and not a description of the sound
    found = {name: _find_text(known, aliases) for name, aliases in _ALIASES.items()}
    prompt = _find_text(known, _PROMPTS)
    if _is_lyrics(prompt):
        found["lyrics"] = found["lyrics"] or prompt
    else:
        found["sound"] = found["sound"] or prompt
    if found["model"].lower() in _PROVIDER_MODELS:
        found["model"] = ""
    return SongDetails(
        title=to_single_line(found["title"])[:MAX_TITLE_LENGTH],
        artist=to_single_line(found["artist"])[:MAX_TITLE_LENGTH],
        album=to_single_line(found["album"])[:MAX_TITLE_LENGTH],
        track_number=_parse_track_number(found["track"]),
        genre=to_single_line(found["genre"])[:MAX_NAME_LENGTH],
        sound=found["sound"][:MAX_FIELD_LENGTH],
        lyrics=found["lyrics"][:MAX_FIELD_LENGTH],
        seed=to_single_line(found["seed"])[:MAX_NAME_LENGTH],
        model=to_single_line(found["model"])[:MAX_NAME_LENGTH],
        key=to_single_line(found["key"])[:MAX_NAME_LENGTH],
        bpm=_parse_bpm(found["bpm"]),
        made_at=parse_song_date(found["date"]),
        recipe=_parse_object(known.get(RECIPE_KEY)),
    )


def read_json_details(text: str, name: str) -> SongDetails:
    """Reads what a JSON file states of a song: a service's response, a list, or one object.

    Args:
        name: Name of the song's file; in a list of several songs, the one is taken whose id, link
            or title it contains.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return SongDetails()
    details = SongDetails()
    for group in _find_groups(data, fold_name(name), 0):
        details = details.with_missing(read_details(group))
    return details


def parse_song_date(text: str) -> datetime | None:
    """Parses a date of a tag: ISO 8601, a year, a month, or seconds or milliseconds since 1970."""
    text = text.strip()
    year = _YEAR.match(text)
    if year is not None:
        return parse_timestamp(f"{year[1]}-{year[2] or '01'}-01")
    if text.replace(".", "", 1).isdecimal():
        seconds = float(text) / 1000 if float(text) > _MAX_SECONDS else float(text)
        return from_unix_time(seconds) if _MIN_SECONDS < seconds < _MAX_SECONDS else None
    return parse_timestamp(text) or parse_timestamp(text[:10])


def _find_text(known: Mapping[str, Any], names: Sequence[str]) -> str:
    for name in names:
        text = _to_text(known.get(name))
        if text:
            return text
    return ""


def _to_text(value: object) -> str:
    match value:
        case str():
            return value.strip()
        case bool():
            return ""
        case int() | float():
            return str(value)
        case [str() | int(), *_]:
            # Of several artists or styles.
            return ", ".join(str(one) for one in value if isinstance(one, str | int))
        case _:
            return ""


def _is_lyrics(text: str) -> bool:
    return bool(_SECTION.search(text)) or text.count("\n") >= 3


def _parse_bpm(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 20 <= value <= 400 else None


def _parse_track_number(text: str) -> int | None:
    """Parses "7", or "7/12" of 12."""
    number = text.partition("/")[0].strip()
    is_number = number.isascii() and number.isdecimal() and len(number) < 9
    value = int(number) if is_number else 0
    return value if 1 <= value <= MAX_TRACK_NUMBER else None


def _parse_object(value: object) -> Mapping[str, Any] | None:
    if isinstance(value, Mapping):
        return value
    if not isinstance(value, str):
        return None
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _find_groups(data: object, name: str, depth: int) -> Iterator[Mapping[str, Any]]:
    """Yields the objects that are about a song, the most specific ones first."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(data, list):
        chosen = _choose_result(data, name)
        if chosen is not None:
            yield from _find_groups(chosen, name, depth + 1)
        return
    if not isinstance(data, dict):
        return
    named = [(str(key).lower(), value) for key, value in data.items()]
    for key, value in named:
        is_result = key in _RESULT_LISTS and isinstance(value, list)
        if is_result or (key in _RESULT_GROUPS and isinstance(value, dict)):
            yield from _find_groups(value, name, depth + 1)
    yield data
    for key, value in named:
        if key in _GROUPS and isinstance(value, dict):
            yield from _find_groups(value, name, depth + 1)


def _choose_result(results: Sequence[object], name: str) -> Mapping[str, Any] | None:
    """Returns the song of a list that a file's name belongs to; the only one belongs to any."""
    songs = [one for one in results[:_MAX_RESULTS] if isinstance(one, dict)]
    if len(songs) == 1:
        return songs[0]
    by_mark = [one for one in songs if any(mark in name for mark in _marks(one))]
    if by_mark:
        return by_mark[0]
    titled = [one for one in songs if _is_titled(one, name)]
    return titled[0] if len(titled) == 1 else None


def _marks(song: Mapping[str, Any]) -> Iterator[str]:
    known = {str(key).lower(): value for key, value in song.items()}
    for key in _IDS:
        value = known.get(key)
        if isinstance(value, str) and len(value) >= _MIN_ID_LENGTH:
            yield fold_name(value)
    for key in _LINKS:
        value = known.get(key)
        if isinstance(value, str):
            stem = value.split("?")[0].rpartition("/")[2].rpartition(".")[0]
            if len(stem) >= _MIN_ID_LENGTH:
                yield fold_name(stem)


def _is_titled(song: Mapping[str, Any], name: str) -> bool:
    title = song.get("title")
    return isinstance(title, str) and bool(title.strip()) and fold_name(title.strip()) in name
