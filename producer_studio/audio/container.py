# mypy: untyped-calls-exclude=mutagen
"""Opening and validation of audio files from outside."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
from av.audio.codeccontext import AudioCodecContext
from av.audio.format import AudioFormat
from av.container import InputContainer
from av.stream import Disposition
from mutagen import MutagenError
from mutagen.mp3 import BitrateMode, MPEGInfo

from producer_studio.audio.compressed_metadata import reject_large_metadata
from producer_studio.audio.riff import declared_duration_s, find_wave_end, is_length_unknown
from producer_studio.audio.unfinished_headers import (
    RepairedFile,
    declared_w64_duration_s,
    find_repairs,
)
from producer_studio.domain.errors import MediaRejected, StorageError
from producer_studio.domain.media_note import NOT_AUDIO
from producer_studio.files.file_types import AUDIO_FORMAT_NAMES
from producer_studio.files.regular_files import open_regular
from producer_studio.translation import mark

LONGEST_S = 2 * 60 * 60
"""Maximum duration. Services deliver minutes; a longer file is a mistake or an attack."""

_MOST_PADDING_BYTES = 1 << 26
"""Zeros at the start of a file after which it is taken to have no content."""

_PIECE_BYTES = 1 << 20

# Playlists and concatenations could make the demuxer open other files and URLs.
_FORMATS = (
    "mov,mp4,m4a,mp3,wav,w64,flac,ogg,aac,aiff,matroska,webm,caf,ac3,eac3,dts,au,amr,asf,wv,tta,ape"
)
MOST_PIXELS = 4096 * 2304
"""Largest picture that is decoded: 4K. A decoder keeps up to some 20 of them, 14 MB each."""

DECODER_OPTIONS = {"max_pixels": str(MOST_PIXELS)}
"""Options for decoders; FFmpeg itself would accept 2 GB for one picture."""

# Opening a file already decodes pictures; PyAV passes the options to the streams, too.
_OPTIONS = {"format_whitelist": _FORMATS, "protocol_whitelist": "file,subfile"} | DECODER_OPTIONS

_IGNORE_LENGTH = {"ignore_length": "1"}
"""FFmpeg takes the 64-bit table of a streamed file for the length of its audio: none."""

_WITHOUT_LENGTH = frozenset({"aac", "ac3", "amr", "dts", "eac3", "ogg"})
"""Formats that declare no length; FFmpeg estimates one by the first bit rate, or by an Ogg's end.
"""

_ASF_PROPERTIES = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
_ASF_FLAGS_OFFSET = 88
_ASF_HEADER_BYTES = 1 << 16

# Metadata may be in any encoding. PyAV 19 always opens such files and has no argument for it;
# earlier versions, the last that support Python 3.11, fail without one.
_PYAV = int(av.__version__.split(".", maxsplit=1)[0])
_METADATA: dict[str, Any] = {} if _PYAV >= 19 else {"metadata_errors": "replace"}

NOT_AUDIO_MESSAGE = NOT_AUDIO.with_values(formats=AUDIO_FORMAT_NAMES)


_SUFFIXES = {
    "asf": ".wma",
    "matroska,webm": ".webm",
    "mov,mp4,m4a,3gp,3g2,mj2": ".m4a",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaInfo:
    """Properties from a media file's header, before anything is decoded.

    Attributes:
        container: FFmpeg's name of the format, such as "mov,mp4,m4a,3gp,3g2,mj2" or "wav".
        codec: Audio codec; empty without audio.
        sample_format: FFmpeg's name, such as "fltp" or "s16"; empty if unknown.
        sample_rate: In Hz; 0 without audio.
        channels: 0 without audio.
        duration_s: As declared; None if the file declares none or it is not reliable.
        has_video: Whether the file has a video stream; a cover image does not count.
        declared_hours: What the file declares, if that is more than any song has, and so may be
            wrong: writers that cannot go back to the header leave a placeholder. Else 0.
    """

    container: str
    codec: str
    sample_format: str
    sample_rate: int
    channels: int
    duration_s: float | None
    has_audio: bool
    has_video: bool
    declared_hours: float = 0.0

    @property
    def suffix(self) -> str:
        """File name suffix for audio of this format."""
        return _SUFFIXES.get(self.container, f".{self.container}")


def read_media_info(path: Path) -> MediaInfo:
    """Reads the header of a media file.

    Raises:
        MediaRejected: It is not a media file, or damaged beyond reading.
        StorageError: It does not exist or cannot be read.
    """
    with open_media(path) as container:
        return describe_media(container, path)


@contextmanager
def open_media(path: Path) -> Iterator[InputContainer]:
    """Opens a file with FFmpeg; every failure becomes an error with a plain message."""
    _reject_by_content(path)
    with path.open("rb") as file:
        end = find_wave_end(file)
        options = _OPTIONS | (_IGNORE_LENGTH if is_length_unknown(file) else {})
        repairs = find_repairs(file)
        file.seek(0)
        # With an explicit scheme, a colon in the name is not interpreted.
        url = f"file:{path}" if end is None else f"subfile,,start,0,end,{end},,:file:{path}"
        source = RepairedFile(file, repairs) if repairs else url
        try:
            container: InputContainer = av.open(source, "r", options=options, **_METADATA)
        except av.error.FFmpegError as error:
            raise _rejection_for(path, error) from error
        with container:
            yield container


def describe_media(container: InputContainer, path: Path) -> MediaInfo:
    """Returns the properties of an open file; same errors as `read_media_info`."""
    # A stream whose codec FFmpeg does not know has no context, although the types declare one.
    contexts: list[AudioCodecContext | None] = [
        stream.codec_context for stream in container.streams.audio[:1]
    ]
    sound = contexts[0] if contexts else None
    has_video = any(
        not stream.disposition & Disposition.attached_pic for stream in container.streams.video
    )
    try:
        duration_s = _declared_duration_s(container, path)
    except OSError as error:
        # It is opened by its name again, and may have been deleted since.
        raise _unreadable(path, error) from error
    is_too_long = duration_s is not None and duration_s > LONGEST_S
    return MediaInfo(
        container=container.format.name,
        codec=sound.name if sound else "",
        sample_format=_sample_format(sound) if sound else "",
        sample_rate=sound.sample_rate if sound else 0,
        channels=sound.channels if sound else 0,
        duration_s=None if is_too_long else duration_s,
        has_audio=sound is not None,
        has_video=has_video,
        declared_hours=(duration_s or 0.0) / 3600 if is_too_long else 0.0,
    )


def _sample_format(sound: AudioCodecContext) -> str:
    # None until the first frame if the header is damaged; the types do not declare that.
    found: AudioFormat | None = sound.format
    return found.name if found else ""


def _declared_duration_s(container: InputContainer, path: Path) -> float | None:
    """Returns the duration in seconds from the file's index; None if it would be an estimate."""
    if container.format.name == "mp3":
        return _mp3_declared_duration_s(path)
    if container.format.name == "wav":
        # FFmpeg computes the duration from the bytes that are present, also in a truncated file.
        with path.open("rb") as file:
            return declared_duration_s(file)
    if container.format.name == "w64":
        with path.open("rb") as file:
            return declared_w64_duration_s(file)
    if container.format.name in _WITHOUT_LENGTH:
        return None
    if container.format.name == "asf" and _is_streamed_asf(path):
        return None
    if container.streams.audio:
        sound = container.streams.audio[0]
        if sound.duration and sound.time_base:
            return float(sound.duration * sound.time_base)
    return container.duration / 1_000_000 if container.duration else None


def _is_streamed_asf(path: Path) -> bool:
    """Whether a WMA file was written as a stream, so that the length in its header means nothing.

    FFmpeg estimates one by the bit rate then.
    """
    with path.open("rb") as file:
        head = file.read(_ASF_HEADER_BYTES)
    start = head.find(_ASF_PROPERTIES)
    flags_at = start + _ASF_FLAGS_OFFSET
    return start >= 0 and bool(int.from_bytes(head[flags_at : flags_at + 1]) & 1)


def _mp3_declared_duration_s(path: Path) -> float | None:
    """Returns the duration from the encoder's own frame count.

    FFmpeg falls back to an estimate from the file size if the count does not match it, which is
    exactly the case that must be detected.
    """
    try:
        # Without the tags, which would be read into memory.
        with path.open("rb") as file:
            info = MPEGInfo(file)
    except MutagenError:
        return None
    if info.bitrate_mode is BitrateMode.UNKNOWN:
        return None
    return float(info.length)


def _unreadable(path: Path, error: OSError) -> StorageError:
    reason = error.strerror.lower() if error.strerror else mark("unknown reason")
    return StorageError(mark("{name} cannot be read: {reason}.", name=path.name, reason=reason))


def _reject_by_content(path: Path) -> None:
    try:
        with open_regular(path) as file:
            head = file.read(1024)
        reject_large_metadata(path)
    except OSError as error:
        raise _unreadable(path, error) from error
    if not head:
        raise MediaRejected(mark("The file is empty."))
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<head", b"<?xml", b"<body", b"<!--")):
        raise MediaRejected(mark("This is a web page, not audio."), raw=head)
    if start.startswith((b"{", b"[")) and head.isascii():
        raise MediaRejected(mark("This is a text file, not audio."), raw=head)
    if start.startswith(b"#extm3u"):
        raise MediaRejected(mark("This is a playlist, not audio."), raw=head)
    if not any(head) and not _rest_has_content(path):
        raise MediaRejected(mark("The file contains only zeros: the transfer failed."))


def _rest_has_content(path: Path) -> bool:
    """Whether there is more than zeros within `_MOST_PADDING_BYTES`."""
    with path.open("rb") as file:
        # A sparse file of any size takes no space, and would be read for hours.
        for _ in range(0, _MOST_PADDING_BYTES, _PIECE_BYTES):
            piece = file.read(_PIECE_BYTES)
            if piece.count(0) != len(piece):
                return True
    return False


def _rejection_for(path: Path, error: av.error.FFmpegError) -> MediaRejected:
    with path.open("rb") as file:
        is_mp4 = file.read(8)[4:] == b"ftyp"
    sentence = mark("The file is truncated: its index is missing.") if is_mp4 else NOT_AUDIO_MESSAGE
    return MediaRejected(sentence, service_words=str(error.strerror or ""))
