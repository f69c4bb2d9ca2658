"""Atomic output file: complete under its final name, or absent."""

import errno
import logging
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from producer_studio.domain.errors import StorageError
from producer_studio.files.atomic_write import (
    delete_stale_temporary_files,
    rename_exclusively,
    sync_file,
    sync_folder,
    temporary_file,
)
from producer_studio.translation import mark

log = logging.getLogger(__name__)


@dataclass(slots=True)
class OutputFile:
    """File that is being written.

    Attributes:
        temporary_path: Hidden file in the target folder that is written to.
        path: The final path, None until the file is finished.
    """

    temporary_path: Path
    path: Path | None = None

    @property
    def final_path(self) -> Path:
        """The final path of a finished file."""
        assert self.path is not None  # noqa: S101 - set when the with statement ended well
        return self.path


@contextmanager
def atomic_output(target: Path) -> Iterator[OutputFile]:
    """Yields a temporary file in the target's folder, and renames it at the end.

    The name is the target's, or "stem (2).mp3" and so on if it exists: no file is replaced, and no
    file has a final name before it is complete and on the disk. Any exception inside deletes the
    temporary file. Temporary files of killed processes are deleted first.

    Args:
        target: The preferred path; its folder is created if missing.

    Raises:
        StorageError: The folder or the disk rejects the file.
    """
    with ExitStack() as stack:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            delete_stale_temporary_files(target.parent)
            part = stack.enter_context(temporary_file(target.parent, target.suffix))
        except OSError as error:
            raise StorageError(
                mark(
                    "Nothing can be written to {folder}: {reason}. Choose another folder.",
                    folder=target.parent,
                    reason=_error_text(error),
                )
            ) from error
        made = OutputFile(part)
        yield made
        with translate_os_errors(target):
            sync_file(part)
            made.path = publish_under_free_name(part, target)
    try:
        sync_folder(target.parent)
    except OSError as error:
        # The file is complete and has its name: it is not removed because of this.
        log.warning("Cannot flush export folder: %s", error)


def publish_under_free_name(part: Path, target: Path) -> Path:
    """Renames the file to the first free name derived from the target, and returns the new path."""
    number = 1
    while True:
        name = target.name if number == 1 else f"{target.stem} ({number}){target.suffix}"
        path = target.with_name(name)
        try:
            rename_exclusively(part, path)
        except FileExistsError:
            number += 1
        else:
            return path


@contextmanager
def translate_os_errors(path: Path) -> Iterator[None]:
    """Converts errors of the operating system to `StorageError` with a readable message."""
    try:
        yield
    except OSError as error:
        raise StorageError(
            mark(
                "{name} could not be written: {reason}.", name=path.name, reason=_error_text(error)
            )
        ) from error


class Sink:
    """Output of an FFmpeg muxer: stores the first write error and ignores further writes.

    FFmpeg reports a full disk with a misleading error, so every write reports success; `check`
    raises the original error.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb", buffering=0)
        self._failure: OSError | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._file.close()

    def check(self) -> None:
        """Raises OSError if any write failed."""
        if self._failure is not None:
            raise self._failure

    def write(self, data: bytes) -> int:
        try:
            rest = memoryview(data)
            while rest and self._failure is None:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            self._failure = error
        return len(data)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True


def _error_text(error: OSError) -> str:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return mark("the disk is full")
    if error.errno == errno.EFBIG:
        return mark("the disk, or a limit of this system, does not allow a file as large as this")
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return mark("no permission")
    if error.errno == errno.ENAMETOOLONG:
        return mark("the name is too long")
    return error.strerror.lower() if error.strerror else mark("the disk reported an error")
