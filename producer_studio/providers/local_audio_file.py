"""Local audio file that is checked before it is uploaded, and its media type."""

from dataclasses import dataclass
from pathlib import Path

from producer_studio.domain.errors import RequestRejected, StorageError
from producer_studio.files.file_types import (
    AUDIO_FORMAT_NAMES,
    AUDIO_SUFFIXES,
    HEAD_BYTES,
    ContentKind,
    FileType,
    detect_file_type,
)
from producer_studio.files.regular_files import open_regular
from producer_studio.files.user_disks import DiskUnresponsive, run_on_user_disk
from producer_studio.providers.base import MediaKind
from producer_studio.translation import mark, sentences

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


FILE_LIMIT_BYTES = 512 * 1024 * 1024
"""Bytes; an hour of uncompressed stereo has more, and no service accepts that."""


@dataclass(frozen=True, slots=True)
class LocalAudioFile:
    """Local audio file that passed the checks before an upload.

    Attributes:
        size: In bytes.
        content_type: Detected by its first bytes.
        name: File name sent to the service: the user's own name is private, and may contain
            characters that a header cannot.
    """

    path: Path
    size: int
    content_type: str
    name: str


async def inspect_audio_file(path: Path) -> LocalAudioFile:
    """Checks a file before anything is sent.

    The caller must decode a file of unknown type to find out whether it is audio.

    Raises:
        RequestRejected: It is missing, empty, too large, or certainly not audio.
        StorageError: It cannot be read.
    """
    try:
        return await run_on_user_disk(path, _inspect_audio_file, path)
    except DiskUnresponsive as error:
        raise StorageError(
            mark(
                "The file {path} could not be read: its disk does not respond. Nothing was sent.",
                path=path,
            ),
            service_words=str(error),
        ) from error


def _inspect_audio_file(path: Path) -> LocalAudioFile:
    try:
        with open_regular(path) as file:
            head = file.read(HEAD_BYTES)
            size = file.seek(0, 2)
    except (FileNotFoundError, IsADirectoryError) as error:
        raise _create_rejected_error(mark("The file {path} does not exist.", path=path)) from error
    except (OSError, ValueError) as error:
        raise StorageError(
            mark(
                "The file {path} could not be read. Nothing was sent. Check its permissions.",
                path=path,
            ),
            service_words=str(error),
        ) from error
    kind = sniff(head, "audio")
    if kind is None:
        raise _create_rejected_error(
            mark(
                "The file {path} is not an audio file, such as {formats}.",
                path=path,
                formats=AUDIO_FORMAT_NAMES,
            )
        )
    if size > FILE_LIMIT_BYTES:
        raise _create_rejected_error(
            mark(
                "The file {path} is larger than {size} MB.",
                path=path,
                size=FILE_LIMIT_BYTES // 1024**2,
            )
        )
    own = path.suffix.lower()
    suffix = own if kind is UNKNOWN and own in AUDIO_SUFFIXES else kind.extension
    return LocalAudioFile(path, size, kind.content_type, "sound" + suffix)


def _create_rejected_error(message: str) -> RequestRejected:
    return RequestRejected(
        sentences(message, mark("Nothing was sent and nothing was charged. Choose another file.")),
        field="audio_file",
    )
