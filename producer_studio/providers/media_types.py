"""Media type detection by a file's first bytes and the expected kind."""

from dataclasses import dataclass

from producer_studio.files.file_types import HEAD_BYTES, ContentKind, FileType, detect_file_type
from producer_studio.providers.base import MediaKind

__all__ = ["HEAD_BYTES", "UNKNOWN", "MediaType", "sniff"]


@dataclass(frozen=True, slots=True)
class MediaType:
    content_type: str
    extension: str


UNKNOWN = MediaType("application/octet-stream", ".bin")
"""Unknown signature; it may still be audio, which the decoder decides."""

_MP4_TYPES: dict[MediaKind, MediaType] = {
    "audio": MediaType("audio/mp4", ".m4a"),
    "video": MediaType("video/mp4", ".mp4"),
}
_CONTENT_BY_KIND: dict[MediaKind, ContentKind] = {
    "audio": ContentKind.AUDIO,
    "image": ContentKind.IMAGE,
    "zip": ContentKind.ZIP,
}


def sniff(head: bytes, kind: MediaKind) -> MediaType | None:
    """Returns the type of a file of this kind; None when it is certainly not of this kind.

    Args:
        head: The file's first `HEAD_BYTES` bytes, or all when it is shorter.
        kind: Expected kind; for audio the result may be `UNKNOWN`.
    """
    found: FileType | None = detect_file_type(head)
    if found is None:
        return UNKNOWN if kind == "audio" else None
    if found.content is ContentKind.MP4:
        return _MP4_TYPES.get(kind)
    if found.content is not _CONTENT_BY_KIND.get(kind):
        return None
    return MediaType(found.mime, found.suffix)
