"""Tag values of an exported file: texts, cover image, and removal of what a service wrote."""

import io
import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from importlib.metadata import version
from pathlib import Path
from typing import Any, BinaryIO

import av
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from mutagen.apev2 import APENoHeaderError, APEv2

log = logging.getLogger(__name__)

_FORMATS = (
    "webp_pipe,png_pipe,jpeg_pipe,gif,bmp_pipe,tiff_pipe,mov,mp4,m4a,3gp,3g2,mj2,avif,image2pipe"
)
_MOST_STREAMS = 4
_OPTIONS = {
    "format_whitelist": _FORMATS,
    "protocol_whitelist": "",
    "max_streams": str(_MOST_STREAMS),
}
_DECODER_OPTIONS = {"max_pixels": "50000000"}
"""Limit of 7,000 by 7,000 pixels, which take up to 400 MB.

A file of 2 MB can declare a hundred times more. FFmpeg checks this before it decodes; its default
limit is 2 GB.
"""

# Opening a file already decodes a picture of each stream. PyAV 19 passes options to the container
# and to all streams; before, the streams have a list of their own, which is declared as strings.
_OPEN_OPTIONS: dict[str, Any] = (
    {"options": _OPTIONS | _DECODER_OPTIONS}
    if int(version("av").split(".")[0]) >= 19
    else {"options": _OPTIONS, "stream_options": [_DECODER_OPTIONS] * _MOST_STREAMS}
)

_LARGEST_PX = 3000
_JPEG = b"\xff\xd8\xff"
_START = b"\xff\xd8"
_JFIF = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
_QUALITY = "2"
"""Quality of FFmpeg's JPEG encoder, 2 to 31; size and error match libjpeg's quality 90."""


def convert_cover_to_jpeg(data: bytes) -> bytes | None:
    """Converts a picture to JPEG, which every tag format supports; a JPEG is returned unchanged.

    A PNG cover takes some 600 kB in each exported file, the JPEG 70 kB.

    Blocking. A picture of more than 50 million pixels is rejected before it is decoded; one that is
    wider or higher than 3000 px is scaled down.

    Returns:
        None if it is not a readable picture.
    """
    if data.startswith(_JPEG):
        return data
    frame = decode_picture(data)
    if frame is None:
        return None
    try:
        return encode_jpeg(frame, min(1.0, _LARGEST_PX / max(frame.width, frame.height)))
    except (av.error.FFmpegError, ValueError) as error:
        log.info("Cannot convert cover: %r", error)
        return None


def decode_picture(data: bytes) -> VideoFrame | None:
    """Decodes a picture of at most 50 million pixels; None if it is not a readable one."""
    try:
        with av.open(io.BytesIO(data), "r", **_OPEN_OPTIONS) as container:
            container.streams.video[0].codec_context.options = _DECODER_OPTIONS
            frame: VideoFrame = next(container.decode(video=0))
            return frame
    except (av.error.FFmpegError, StopIteration, ValueError, IndexError) as error:
        log.info("Cannot read cover: %r", error)
        return None


def encode_jpeg(frame: VideoFrame, scale: float) -> bytes:
    """Encodes a picture as JPEG, scaled by a factor.

    Raises:
        FFmpegError: It has a format that cannot be converted.
    """
    width, height = (max(2, round(side * scale / 2) * 2) for side in (frame.width, frame.height))
    made = io.BytesIO()
    with av.open(made, "w", format="mjpeg") as container:
        stream = container.add_stream("mjpeg", rate=1, options={"qmin": _QUALITY, "qmax": _QUALITY})
        assert isinstance(stream, VideoStream)  # noqa: S101 - for the type checker
        stream.width, stream.height, stream.pix_fmt = width, height, "yuvj420p"
        picture = frame.reformat(width, height, "yuvj420p")
        picture.pts = 0
        container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    # FFmpeg omits this segment, and some readers detect a JPEG by it.
    return made.getvalue().replace(_START, _START + _JFIF, 1)


# mypy: untyped-calls-exclude=mutagen


_URL_MARK = "://"
_BLOCK = 1 << 20
_OVERLAP = 16


def contains_url(value: object) -> bool:
    """Whether a tag's value contains a URL: text, bytes of any encoding, or lists of them."""
    match value:
        case str():
            return _URL_MARK in value
        case bytes() | bytearray():
            # Without its zeros, UTF-16 text in ASCII range is ASCII.
            return _URL_MARK.encode() in bytes(value).replace(b"\0", b"")
        case Mapping():
            return any(map(contains_url, (*value.keys(), *value.values())))
        case list() | tuple():
            return any(map(contains_url, value))
        case int() | float():
            return False
        case _:
            return hasattr(value, "__dict__") and contains_url(vars(value))


def range_contains_url(file: BinaryIO, start: int, length: int) -> bool:
    """Whether a range of a file contains a URL; reads it in blocks."""
    file.seek(start)
    tail = b""
    while length > 0 and (block := file.read(min(_BLOCK, length))):
        length -= len(block)
        if contains_url(tail + block):
            return True
        tail = block[-_OVERLAP:]
    return False


def remove_ape_tag_with_urls(path: Path) -> None:
    """Removes an APEv2 tag that contains a URL from the end of an MP3 file.

    Raises:
        MutagenError: The tag is damaged, or the disk rejects the write.
    """
    try:
        found = APEv2(path)
    except APENoHeaderError:
        return
    if contains_url(dict(found.items())):
        found.delete(path)


RECIPE_TAG = "PRODUCER_STUDIO_RECIPE"
SOFTWARE = "Producer Studio"
_MAX_RECIPE_BYTES = 4_000_000
"""Longer than any recipe: its texts have 100,000 characters at most."""

_KEY = re.compile(r"^([A-G])([#b\u266f\u266d]?)\s*(m|min|minor|maj|major)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class TagSet:
    """All tags that are written into a file; empty fields are omitted.

    Attributes:
        date: Such as "2026-11-20".
        track_number: Its number on the album.
        bpm: Beats per minute.
        key: As in the library, "F minor".
        cover: A PNG or JPEG picture; others are omitted.
        recipe: As returned by `Recipe.to_json`.
    """

    title: str = ""
    artist: str = ""
    album_artist: str = ""
    album: str = ""
    copyright: str = ""
    genre: str = ""
    date: str = ""
    track_number: int | None = None
    bpm: float | None = None
    key: str = ""
    lyrics: str = ""
    cover: bytes | None = None
    comment: str = ""
    recipe: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Removes characters that tags cannot contain: NUL, which ends texts; lone surrogates."""
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(value, str):
                clean = value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
                object.__setattr__(self, item.name, clean)

    @property
    def recipe_text(self) -> str:
        """The recipe as stored JSON text; empty if there is none."""
        if not self.recipe:
            return ""
        text = json.dumps(self.recipe, ensure_ascii=False)
        # A lone surrogate cannot be encoded in UTF-8, but escaped in JSON.
        return text if _is_utf8(text) else json.dumps(self.recipe)

    @property
    def id3_key(self) -> str:
        """The key in ID3's notation: "Fm", "C#", "Ebm"; empty if unknown."""
        found = _KEY.match(self.key.strip())
        if not found:
            return ""
        tone, accidental, mode = found.groups()
        accidental_mark = accidental.lower().replace("\u266f", "#").replace("\u266d", "b")
        # A lone "M" means major in common notation.
        minor = mode is not None and mode != "M" and mode.lower() in {"m", "min", "minor"}
        return f"{tone.upper()}{accidental_mark}{'m' if minor else ''}"

    @property
    def rounded_bpm(self) -> int | None:
        return round(self.bpm) if self.bpm else None

    @property
    def cover_mime_type(self) -> str:
        """The picture's MIME type; empty if there is none or it is of another type."""
        cover = self.cover or b""
        if cover.startswith(b"\x89PNG\r\n\x1a\n"):
            return "image/png"
        return "image/jpeg" if cover.startswith(b"\xff\xd8\xff") else ""


def _is_utf8(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def parse_recipe_text(text: object) -> dict[str, Any] | None:
    """Parses a stored recipe text; None if it contains no recipe."""
    if isinstance(text, bytes):
        text = text[:_MAX_RECIPE_BYTES].decode("utf-8", "replace")
    # To parse a text of many megabytes takes gigabytes, and holds the interpreter for seconds.
    if not isinstance(text, str) or len(text) >= _MAX_RECIPE_BYTES:
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
