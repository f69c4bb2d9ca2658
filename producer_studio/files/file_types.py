"""Detection of file types by their first bytes; file names and MIME types are not trusted.

Known signatures identify a file, and reject content that is certainly not audio. The decoder
decides about everything else: many formats begin with padding, or without a signature.
"""

from dataclasses import dataclass
from enum import StrEnum

HEAD_BYTES = 16
"""Number of bytes that `detect_file_type` needs."""

MAX_COVER_BYTES = 64 * 2**20
"""Maximum size of a cover; a larger file is not a cover, or would block the program."""


class ContentKind(StrEnum):
    AUDIO = "audio"
    MP4 = "mp4"
    """Audio or video, depending on the request."""
    IMAGE = "image"
    ZIP = "zip"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class FileType:
    """File type.

    Attributes:
        suffix: File name suffix with its dot; empty where none is needed.
        mime: MIME type as servers and services write it.
    """

    content: ContentKind
    suffix: str = ""
    mime: str = ""


MP3 = FileType(ContentKind.AUDIO, ".mp3", "audio/mpeg")
AAC = FileType(ContentKind.AUDIO, ".aac", "audio/aac")
MP4 = FileType(ContentKind.MP4, ".mp4", "video/mp4")
_M4A = FileType(ContentKind.MP4, ".m4a", "audio/mp4")
_WAV = FileType(ContentKind.AUDIO, ".wav", "audio/wav")
_AIFF = FileType(ContentKind.AUDIO, ".aiff", "audio/aiff")
_OTHER = FileType(ContentKind.OTHER)

_MAGIC: tuple[tuple[bytes, FileType], ...] = (
    (b"fLaC", FileType(ContentKind.AUDIO, ".flac", "audio/flac")),
    (b"OggS", FileType(ContentKind.AUDIO, ".ogg", "audio/ogg")),
    (b"ID3", MP3),
    (b"\x1aE\xdf\xa3", FileType(ContentKind.AUDIO, ".webm", "audio/webm")),
    (b"caff", FileType(ContentKind.AUDIO, ".caf", "audio/x-caf")),
    (b"\x0bw", FileType(ContentKind.AUDIO, ".ac3", "audio/ac3")),
    (b".snd", FileType(ContentKind.AUDIO, ".au", "audio/basic")),
    (b"wvpk", FileType(ContentKind.AUDIO, ".wv", "audio/x-wavpack")),
    (b"TTA1", FileType(ContentKind.AUDIO, ".tta", "audio/x-tta")),
    (b"#!AMR", FileType(ContentKind.AUDIO, ".amr", "audio/amr")),
    (b"riff\x2e\x91\xcf\x11", FileType(ContentKind.AUDIO, ".w64", "audio/x-w64")),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", FileType(ContentKind.AUDIO, ".wma", "audio/x-ms-wma")),
    (b"\x89PNG", FileType(ContentKind.IMAGE, ".png", "image/png")),
    (b"\xff\xd8\xff", FileType(ContentKind.IMAGE, ".jpg", "image/jpeg")),
    (b"GIF8", FileType(ContentKind.OTHER, ".gif", "image/gif")),
    (b"PK\x03\x04", FileType(ContentKind.ZIP, ".zip", "application/zip")),
    # Other files that are found beside audio in archives and on servers.
    (b"PK\x05\x06", _OTHER),
    (b"%PDF", _OTHER),
    (b"MThd", _OTHER),
    (b"\x1f\x8b", _OTHER),
    (b"BZh", _OTHER),
    (b"7z\xbc\xaf\x27\x1c", _OTHER),
    (b"\xfd7zXZ", _OTHER),
    (b"Rar!", _OTHER),
    (b"\x7fELF", _OTHER),
    (b"MZ", _OTHER),
    (b"SQLite format 3", _OTHER),
    (b"\x00\x05\x16\x07", _OTHER),  # AppleDouble, the "._" files of macOS
    (b"\x00\x00\x00\x01Bud1", _OTHER),  # .DS_Store
    (b"\xff\xfe", _OTHER),  # text in UTF-16
    (b"\xfe\xff", _OTHER),
)
_RIFF_TYPES = {b"WAVE": _WAV, b"WEBP": FileType(ContentKind.IMAGE, ".webp", "image/webp")}
_IMAGE_BRANDS = frozenset({b"avif", b"avis", b"heic", b"heix", b"mif1", b"msf1"})
_MAX_FTYP_BYTES = 4096

AUDIO_SUFFIXES = frozenset(
    {kind.suffix for _, kind in _MAGIC if kind.content is ContentKind.AUDIO}
    | {MP3.suffix, AAC.suffix, _WAV.suffix, _AIFF.suffix}
    | {".m4a", ".mp4", ".aif", ".aifc", ".oga", ".opus", ".mka", ".weba", ".mp2", ".eac3", ".spx"}
)
"""Suffixes for file dialogs; the content decides about acceptance."""

AUDIO_FORMAT_NAMES = "MP3, WAV, FLAC, M4A, Ogg, Opus, WebM, AAC, AIFF, CAF, AC-3 or WMA"
"""Readable audio formats, for messages."""


def detect_file_type(head: bytes) -> FileType | None:
    """Detects the type of a file; None when its signature is unknown.

    Args:
        head: The first `HEAD_BYTES` bytes, or all of a shorter file.
    """
    if head[4:8] == b"ftyp":
        # The first box contains a few four-letter names, and is never as long as a file.
        is_usual = 16 <= int.from_bytes(head[:4]) <= _MAX_FTYP_BYTES
        if not is_usual or head[8:12] in _IMAGE_BRANDS:
            return _OTHER
        return _M4A if head[8:11] == b"M4A" else MP4
    if head[:4] in {b"RIFF", b"RF64", b"BW64"}:
        return _RIFF_TYPES.get(head[8:12], _OTHER)
    if head[:4] == b"FORM":
        return _AIFF if head[8:12] in {b"AIFF", b"AIFC"} else _OTHER
    found = next((kind for magic, kind in _MAGIC if head.startswith(magic)), None)
    return found or _detect_mpeg(head) or (_OTHER if is_text(head) else None)


def _detect_mpeg(head: bytes) -> FileType | None:
    """Detects an MPEG audio frame of layer II or III, or an ADTS frame of AAC.

    Frames with reserved values are rejected.
    """
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    if head[1] & 0xF6 == 0xF0:
        return AAC if head[2] >> 2 & 15 < 13 else None
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bit_rate, sample_rate = head[2] >> 4, head[2] >> 2 & 3
    is_frame = version != 1 and layer in {1, 2} and bit_rate not in {0, 15} and sample_rate != 3
    return MP3 if is_frame else None


def is_text(head: bytes) -> bool:
    """Whether content is text such as HTML, messages, playlists or notes; true if empty."""
    return all(32 <= byte < 127 or byte in b"\t\r\n" for byte in head.removeprefix(b"\xef\xbb\xbf"))
