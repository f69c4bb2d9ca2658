"""Programs that read tags and lengths, each with what it makes of a file."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import mutagen

FIELDS = (
    "title", "artist", "album_artist", "album", "genre", "date", "bpm", "key", "copyright",
    "comment", "lyrics",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Read:
    """What a program says of a file.

    Attributes:
        tags: By field, every value it gives, for some programs read several tags of a file.
        length_s: None where it says none.
    """

    tags: Mapping[str, list[str]]
    length_s: float | None


@dataclass(frozen=True, slots=True)
class Reader:
    """A program.

    Attributes:
        command: What must be installed; empty for a library of this environment.
        suffixes: Endings that it reads.
        unread: Fields that it does not show, by ending, whoever wrote the file.
        tolerance_s: How far its length may be from the true one, by ending, where it estimates or
            counts what the encoder has added.
        line_break: What it shows in the place of one.
    """

    name: str
    command: str
    read: Callable[[Path], Read]
    suffixes: tuple[str, ...] = (".mp3", ".wav", ".flac", ".m4a")
    unread: Mapping[str, frozenset[str]] = field(default_factory=dict)
    tolerance_s: Mapping[str, float] = field(default_factory=dict)
    line_break: str = "\n"

    @property
    def is_there(self) -> bool:
        return not self.command or shutil.which(self.command) is not None


def _output(*command: str) -> str:
    run = subprocess.run(command, capture_output=True, check=True, timeout=60)
    return run.stdout.decode("utf-8", "replace")


def _gathered(
    found: Iterator[tuple[str, object]], names: Mapping[str, str], length_s: float | None
) -> Read:
    tags: dict[str, list[str]] = {}
    for name, value in found:
        known = names.get(name.casefold())
        if known is not None and str(value):
            tags.setdefault(known, []).append(str(value))
    return Read(tags, length_s)


_EXIFTOOL = {
    "title": "title",
    "artist": "artist",
    "band": "album_artist",
    "albumartist": "album_artist",
    "album": "album",
    "product": "album",
    "genre": "genre",
    "recordingtime": "date",
    "date": "date",
    "datecreated": "date",
    "contentcreatedate": "date",
    "beatsperminute": "bpm",
    "bpm": "bpm",
    "initialkey": "key",
    "copyright": "copyright",
    "comment": "comment",
    "lyrics": "lyrics",
}


def _exiftool(path: Path) -> Read:
    data = json.loads(_output("exiftool", "-j", "-n", "-a", "-G4", str(path)))[0]
    plain = [(name.rpartition(":")[2], value) for name, value in data.items()]
    # Dates have colons there, and texts in no language the suffix of one.
    found = [
        (name.removesuffix("-xxx"), re.sub(r"^(\d{4}):(\d\d):", r"\1-\2-", str(value)))
        for name, value in plain
    ]
    return _gathered(iter(found), _EXIFTOOL, dict(plain)["Duration"])


_MEDIAINFO = {
    "track": "title",
    "title": "title",
    "performer": "artist",
    "album_performer": "album_artist",
    "album": "album",
    "genre": "genre",
    "recorded_date": "date",
    "bpm": "bpm",
    "initialkey": "key",
    "initial_key": "key",
    "copyright": "copyright",
    "comment": "comment",
    "lyrics": "lyrics",
}


def _mediainfo(path: Path) -> Read:
    tracks = json.loads(_output("mediainfo", "--Output=JSON", str(path)))["media"]["track"]
    general = tracks[0]
    extra = general.pop("extra", {})
    sound = next(track for track in tracks if track["@type"] == "Audio")
    length = float(sound.get("Duration", general.get("Duration", 0)))
    # A text with the character that it separates values by stands in quotes.
    found = [
        (name, value[1:-1] if isinstance(value, str) and value[:1] == value[-1:] == '"' else value)
        for name, value in (general | extra).items()
    ]
    return _gathered(iter(found), _MEDIAINFO, length)


_KID3 = {
    "title": "title",
    "artist": "artist",
    "album artist": "album_artist",
    "album": "album",
    "genre": "genre",
    "date": "date",
    "bpm": "bpm",
    "initial key": "key",
    "initialkey": "key",  # of MP4
    "copyright": "copyright",
    "comment": "comment",
    "lyrics": "lyrics",
}


def _kid3(path: Path) -> Read:
    asked = json.dumps({"method": "get", "params": ["all"]})
    file = json.loads(_output("kid3-cli", "-c", asked, str(path)))["result"]["taggedFile"]
    frames = [
        (frame["name"], frame["value"])
        for tag in ("tag1", "tag2", "tag3")
        for frame in file.get(tag, {}).get("frames", ())
    ]
    minutes, _, seconds = file["format"].split()[-1].partition(":")
    return _gathered(iter(frames), _KID3, int(minutes) * 60.0 + int(seconds))


_EYED3 = {
    "title": "title",
    "artist": "artist",
    "album_artist": "album_artist",
    "album": "album",
    "genre": "genre",
    "recording_date": "date",
    "bpm": "bpm",
    "comment": "comment",
    "lyrics": "lyrics",
}
_EYED3_TEXTS = re.compile(
    r"^(Comment|Lyrics): \[Description: \] \[Lang: XXX\]\n(.*?)\n"
    r"(?=(?:\w+: \[Description|-{5}|\w+ Image:))",
    re.DOTALL | re.MULTILINE,
)


def _eyed3(path: Path) -> Read:
    data = json.loads(_output("eyeD3", "-P", "json", str(path)))
    texts = _EYED3_TEXTS.findall(_output("eyeD3", "--no-color", str(path)))
    return _gathered(iter([*data.items(), *texts]), _EYED3, data["info"]["time_secs"])


_VORBIS = {
    "title": "title",
    "artist": "artist",
    "albumartist": "album_artist",
    "album": "album",
    "genre": "genre",
    "date": "date",
    "bpm": "bpm",
    "initialkey": "key",
    "copyright": "copyright",
    "comment": "comment",
    "lyrics": "lyrics",
}


def _metaflac(path: Path) -> Read:
    found = [
        (name, _output("metaflac", f"--show-tag={name}", str(path)).partition("=")[2].rstrip("\n"))
        for name in _VORBIS
    ]
    samples, rate = _output(
        "metaflac", "--show-total-samples", "--show-sample-rate", str(path)
    ).split()
    return _gathered(iter(found), _VORBIS, int(samples) / int(rate))


_MUTAGEN = _VORBIS | {
    "tit2": "title",
    "tpe1": "artist",
    "tpe2": "album_artist",
    "talb": "album",
    "tcon": "genre",
    "tdrc": "date",
    "tbpm": "bpm",
    "tkey": "key",
    "tcop": "copyright",
    "comm::xxx": "comment",
    "uslt::xxx": "lyrics",
    "©nam": "title",
    "©art": "artist",
    "aart": "album_artist",
    "©alb": "album",
    "©gen": "genre",
    "©day": "date",
    "tmpo": "bpm",
    "----:com.apple.itunes:initialkey": "key",
    "cprt": "copyright",
    "©cmt": "comment",
    "©lyr": "lyrics",
}


def _mutagen(path: Path) -> Read:
    file: Any = mutagen.File(path)  # type: ignore[attr-defined]
    return _gathered(
        ((name, _plain(value)) for name, value in file.tags.items()), _MUTAGEN, file.info.length
    )


def _plain(value: object) -> str:
    first = value[0] if isinstance(value, list) else value
    return first.decode() if isinstance(first, bytes) else str(first)


_FFPROBE = {
    "title": "title",
    "artist": "artist",
    "album_artist": "album_artist",
    "album": "album",
    "genre": "genre",
    "date": "date",
    "tbpm": "bpm",
    "bpm": "bpm",
    "tkey": "key",
    "initialkey": "key",
    "copyright": "copyright",
    "comment": "comment",
    "lyrics": "lyrics",
    "lyrics-xxx": "lyrics",
}


def _ffprobe(path: Path) -> Read:
    shown = ("-v", "error", "-show_format", "-of", "json")
    data = json.loads(_output("ffprobe", *shown, str(path)))["format"]
    return _gathered(iter(data.get("tags", {}).items()), _FFPROBE, float(data["duration"]))


_FRAMES_S = 0.08
"""Three frames of MP3 at 44.1 kHz: the encoder's delay, its padding and the info frame."""

_PRIMING_S = 0.0233
"""The first frame of AAC, which the edit list takes away from the sound."""

READERS = (
    # It divides the size of the file by the bytes of a second, and says so.
    Reader(
        "exiftool",
        "exiftool",
        _exiftool,
        tolerance_s={".mp3": _FRAMES_S, ".wav": 0.05},
    ),
    Reader("mediainfo", "mediainfo", _mediainfo, tolerance_s={".mp3": _FRAMES_S}, line_break=" / "),
    # It shows whole seconds.
    Reader(
        "kid3-cli",
        "kid3-cli",
        _kid3,
        tolerance_s=dict.fromkeys((".mp3", ".wav", ".flac", ".m4a"), 1.0),
    ),
    Reader(
        "eyeD3",
        "eyeD3",
        _eyed3,
        (".mp3",),
        unread={".mp3": frozenset({"key", "copyright"})},
        tolerance_s={".mp3": _FRAMES_S},
    ),
    Reader("metaflac", "metaflac", _metaflac, (".flac",)),
    Reader("mutagen", "", _mutagen, tolerance_s={".m4a": _PRIMING_S}),
    # It reads LIST INFO where there is one, which has no such fields, and not the id3 chunk beside.
    Reader(
        "ffprobe",
        "ffprobe",
        _ffprobe,
        unread={
            ".wav": frozenset({"album_artist", "bpm", "key", "lyrics"}),
            ".m4a": frozenset({"bpm"}),
        },
        tolerance_s={".mp3": _FRAMES_S},
    ),
)
