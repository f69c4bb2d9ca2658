"""A file being made: whole under its name, or not there at all."""

import contextlib
import errno
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from producer_studio.domain.faults import StorageFault


def free_name(folder: Path, stem: str, suffix: str) -> Path:
    """A path in a folder that is nobody else's: "stem.mp3", else "stem (2).mp3" and so on.

    The name is reserved by an empty file, so that two exports at once get two names; `transcode`
    replaces it, or removes it when it fails.

    Args:
        folder: Is made if need be.
        stem: A name that is safe on disk, without its ending.
        suffix: With its dot.

    Raises:
        StorageFault: The folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        number = 1
        while True:
            name = f"{stem}{suffix}" if number == 1 else f"{stem} ({number}){suffix}"
            try:
                (folder / name).open("xb").close()
            except FileExistsError:
                number += 1
            else:
                return folder / name
    except OSError as error:
        raise StorageFault(
            f"Nothing can be written to {folder}: {_reason(error)}. Choose another folder."
        ) from error


@contextmanager
def made_beside(target: Path) -> Iterator[Path]:
    """Gives a temporary path in the target's folder, and moves it into place at the end.

    Whatever is raised inside removes the temporary file and the reservation. The content is on
    disk before the name appears.

    Raises:
        StorageFault: The disk does not take it, or another file has the name already.
    """
    temporary = target.with_name(f".{uuid.uuid4().hex}.part{target.suffix}")
    with storage_faults(target):
        _reserve(target)
    try:
        with storage_faults(target):
            temporary.open("xb").close()
        yield temporary
        with storage_faults(target):
            _flush(temporary)
            temporary.replace(target)
            _flush_folder(target.parent)
    except BaseException:
        for path in (temporary, target):
            with contextlib.suppress(OSError):
                path.unlink()
        raise


@contextmanager
def storage_faults(path: Path) -> Iterator[None]:
    """Turns what the disk refuses into a sentence."""
    try:
        yield
    except OSError as error:
        raise StorageFault(f"{path.name} could not be written: {_reason(error)}.") from error


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


def _reserve(target: Path) -> None:
    try:
        target.open("xb").close()
    except FileExistsError:
        if target.stat().st_size:
            raise


def _reason(error: OSError) -> str:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return "the disk is full"
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return "no permission"
    if error.errno == errno.EEXIST:
        return "there is a file of this name already"
    if error.errno == errno.ENAMETOOLONG:
        return "the name is too long"
    return (error.strerror or "the disk reported an error").lower()


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows has no handle on a folder to flush
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
