"""Partial download on disk that a later attempt, or a later run, may resume.

The bytes are in the target itself. While a sidecar exists beside it, they are incomplete; the
sidecar contains the values for the next range request: the URL without its query (links are signed
anew each time), the validator for If-Range, and the total. All functions here block.
"""

import errno
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from producer_studio.domain.errors import StorageError
from producer_studio.files.atomic_write import sync_file
from producer_studio.files.path_checks import is_file, path_exists
from producer_studio.providers.http.url_checks import split_url
from producer_studio.providers.local_audio_file import HEAD_BYTES
from producer_studio.translation import mark

_SIDECAR_LIMIT_BYTES = 32 * 1024
"""Maximum bytes of a sidecar; real ones have some hundred. A truncated one is ignored."""

_DISK_FULL_ERRNOS = frozenset({errno.ENOSPC, errno.EDQUOT})
_PERMISSION_ERRNOS = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


@dataclass(frozen=True, slots=True)
class ResumeInfo:
    """Description of the remote file that the bytes belong to.

    Attributes:
        place: Its URL without the query.
        validator: A strong ETag or a date; empty when the server gave none, and then the download
            cannot be resumed.
        total: In bytes; None when the server did not state it.
    """

    place: str
    validator: str = ""
    total: int | None = None


def remove_query(url: str) -> str:
    """Removes the query, which is signed anew each time, from a URL; empty when it is invalid."""
    parts = split_url(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path}" if parts else ""


class PartialDownload:
    """One target with its sidecar. Every method raises StorageError when the disk fails."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.sidecar = target.with_name(target.name + ".part")

    def is_complete(self) -> bool:
        """Whether the file has been downloaded completely."""
        with translate_disk_errors(self.target):
            return is_file(self.target) and not path_exists(self.sidecar)

    def load_resume_info(self, url: str) -> tuple[int, ResumeInfo]:
        """Returns the number of resumable bytes of the file at a URL, and its description."""
        nothing = (0, ResumeInfo(remove_query(url)))
        with translate_disk_errors(self.target):
            try:
                with self.sidecar.open("rb") as file:
                    known = json.loads(file.read(_SIDECAR_LIMIT_BYTES))
                total = known["total"]
                mark = ResumeInfo(str(known["place"]), str(known["validator"]), total)
                size = self.target.stat().st_size
            except (FileNotFoundError, ValueError, KeyError, TypeError, RecursionError):
                return nothing
        if total is not None and (type(total) is not int or size > total):
            return nothing
        # The value is sent as a header of the next request.
        usable = mark.validator.isascii() and mark.validator.isprintable()
        is_same = size > 0 and mark.place == remove_query(url)
        return (size, mark) if usable and is_same and mark.validator else nothing

    def begin(self, offset: int, resume_info: ResumeInfo) -> None:
        """Truncates the target to `offset` bytes and writes the sidecar."""
        with translate_disk_errors(self.target):
            # The sidecar first: a target without one counts as complete.
            self.sidecar.write_text(json.dumps(asdict(resume_info)), "utf-8")
            with self.target.open("ab") as file:
                file.truncate(offset)

    def write(self, offset: int, data: bytes) -> None:
        # Opened for each block, so that a cancelled download leaves no open file behind.
        with translate_disk_errors(self.target), self.target.open("r+b") as file:
            file.seek(offset)
            file.write(data)

    def read_head(self) -> bytes:
        with translate_disk_errors(self.target), self.target.open("rb") as file:
            return file.read(HEAD_BYTES)

    def finish(self) -> None:
        """Marks the download as complete: syncs the target, then deletes the sidecar."""
        with translate_disk_errors(self.target):
            sync_file(self.target)
            self.sidecar.unlink(missing_ok=True)

    def discard(self) -> None:
        with translate_disk_errors(self.target):
            self.target.unlink(missing_ok=True)
            self.sidecar.unlink(missing_ok=True)


@contextmanager
def translate_disk_errors(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _DISK_FULL_ERRNOS:
            sentence = mark(
                "The disk is full. The part downloaded so far is kept, and the next attempt "
                "resumes it. Free some space."
            )
        elif error.errno == errno.EFBIG:
            sentence = mark(
                "The disk of {parent}, or a limit of this system, does not allow a file as large "
                "as "
                "this.",
                parent=target.parent,
            )
        elif error.errno in _PERMISSION_ERRNOS:
            sentence = mark(
                "The folder {parent} cannot be written. Check its permissions, or choose another "
                "library folder in Settings.",
                parent=target.parent,
            )
        else:
            sentence = mark(
                "The file could not be saved in {parent}. Check that the folder exists.",
                parent=target.parent,
            )
        raise StorageError(sentence, service_words=str(error)) from error
