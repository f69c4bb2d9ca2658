"""What a file is, by its first bytes; what a server calls it is not believed."""

from dataclasses import dataclass

from producer_studio.providers.protocol import MediaKind

HEAD_BYTES = 16
"""As many as `sniff` needs."""


@dataclass(frozen=True, slots=True)
class MediaType:
    content_type: str
    extension: str


# An MP4 file may hold sound or pictures; what it was asked for decides what it is called.
_MP4: dict[MediaKind, MediaType] = {
    "audio": MediaType("audio/mp4", ".m4a"),
    "video": MediaType("video/mp4", ".mp4"),
}
_STILL_BRANDS = frozenset({b"avif", b"avis", b"heic", b"heix", b"mif1", b"msf1"})
_FTYP_AT_MOST = 4096
_MP3 = MediaType("audio/mpeg", ".mp3")
_WAV = MediaType("audio/wav", ".wav")


def sniff(head: bytes, kind: MediaKind) -> MediaType | None:
    """The type of a file of this kind; None when it is not of this kind.

    Args:
        head: The file's first `HEAD_BYTES` bytes, or all when it is shorter.
        kind: What is expected.
    """
    match kind:
        case "audio":
            return _mp4(head, kind) or _sound(head)
        case "video":
            return _mp4(head, kind)
        case "image":
            return _image(head)
        case "zip":
            return MediaType("application/zip", ".zip") if head[:4] == b"PK\x03\x04" else None


def _mp4(head: bytes, kind: MediaKind) -> MediaType | None:
    if head[4:8] != b"ftyp" or head[8:12] in _STILL_BRANDS:
        return None
    # The first box holds a few names of four letters, and nothing in it is as long as a file.
    return _MP4.get(kind) if 16 <= int.from_bytes(head[:4]) <= _FTYP_AT_MOST else None


def _sound(head: bytes) -> MediaType | None:
    if head[:4] in {b"RIFF", b"RF64"} and head[8:12] == b"WAVE":
        return _WAV
    if head[:4] == b"fLaC":
        return MediaType("audio/flac", ".flac")
    if head[:4] == b"OggS":
        return MediaType("audio/ogg", ".ogg")
    if head[:3] == b"ID3" or _is_mp3_frame(head):
        return _MP3
    return None


def _is_mp3_frame(head: bytes) -> bool:
    """Whether an MPEG audio frame header of layer III begins here, with no reserved value."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bit_rate, sample_rate = head[2] >> 4, head[2] >> 2 & 3
    return version != 1 and layer == 1 and bit_rate not in {0, 15} and sample_rate != 3


def _image(head: bytes) -> MediaType | None:
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        return MediaType("image/png", ".png")
    if head[:3] == b"\xff\xd8\xff":
        return MediaType("image/jpeg", ".jpg")
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return MediaType("image/webp", ".webp")
    return None
