"""A file being made: whole under its name, or not there at all."""

import errno
import logging
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from producer_studio.domain.errors import StorageError
from producer_studio.files.exclusive_rename import rename_exclusively
from producer_studio.files.fsync import sync_file, sync_folder
from producer_studio.files.temporary_file import delete_stale_temporary_files, temporary_file

log = logging.getLogger(__name__)


@dataclass(slots=True)
class OutputFile:
    """A file that is being written.

    Attributes:
        part: Where it is written to: hidden, in the folder that it will be in.
        path: Its final path, known once it has it; None until then.
    """

    temporary_path: Path
    path: Path | None = None

    @property
    def final_path(self) -> Path:
        """The final path of a file that is finished."""
        assert self.path is not None  # noqa: S101 - set when the with statement ended well
        return self.path


@contextmanager
def atomic_output(target: Path) -> Iterator[OutputFile]:
    """Gives a temporary path in the target's folder, and names the file at the end.

    The name is the target's, or "stem (2).mp3" and so on where it is taken: nothing is replaced,
    and nothing stands under a final name before it is whole and on the disk. Whatever is raised
    inside deletes the temporary file. What a killed process left in the folder is deleted first.

    Args:
        target: Its folder is made if need be.

    Raises:
        StorageFault: The folder or the disk does not take it.
    """
    with ExitStack() as stack:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            delete_stale_temporary_files(target.parent)
            part = stack.enter_context(temporary_file(target.parent, target.suffix))
        except OSError as error:
            raise StorageError(
                f"Nothing can be written to {target.parent}: {_error_text(error)}. Choose another "
                "folder."
            ) from error
        made = OutputFile(part)
        yield made
        with translate_os_errors(target):
            sync_file(part)
            made.path = _publish_under_free_name(part, target)
    try:
        sync_folder(target.parent)
    except OSError as error:
        # The file is whole and has its name: it is not taken back because of this.
        log.warning("The folder of an export could not be flushed: %s", error)


def _publish_under_free_name(part: Path, target: Path) -> Path:
    """The first free name of the target's kind, which the file has now."""
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
    """Turns what the disk refuses into a sentence."""
    try:
        yield
    except OSError as error:
        raise StorageError(f"{path.name} could not be written: {_error_text(error)}.") from error


class Sink:
    """What an encoder's container is written to: the first failure is kept, the rest ignored.

    FFmpeg makes a riddle of what a full disk reports, so it is told that all went well; `check`
    raises what really happened.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb", buffering=0)
        self._failure: OSError | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._file.close()

    def check(self) -> None:
        """Raises OSError if anything could not be written."""
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
        return "the disk is full"
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return "no permission"
    if error.errno == errno.ENAMETOOLONG:
        return "the name is too long"
    return (error.strerror or "the disk reported an error").lower()
