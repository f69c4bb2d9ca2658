"""JSON file with atomic writes."""

import errno
import json
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from producer_studio.domain.errors import StorageError
from producer_studio.domain.field_reader import parse_json_object
from producer_studio.files.atomic_write import atomic_write
from producer_studio.files.locks import FileLock
from producer_studio.files.path_checks import is_file, path_exists
from producer_studio.files.regular_files import open_regular
from producer_studio.translation import mark

log = logging.getLogger(__name__)

_MAX_BYTES = 16 * 2**20
_MAX_WAIT_S = 5.0
_POLL_INTERVAL_S = 0.01


class JsonFile:
    """One JSON object on disk.

    Attributes:
        problem: Message for the user when the file could not be read; empty otherwise.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problem = ""
        self._read_error: OSError | None = None
        """Why the last attempt to read the file failed; None if it did not, or there is none."""
        self._is_changing = False
        self._is_error_kept = False
        """Whether a later attempt that succeeds is too late, as a change is under way."""

    def read(self) -> dict[str, Any]:
        """Reads the object; empty when there is no file yet.

        A file that is not a JSON object is renamed, so that its content is preserved, and reported
        in `problem`. A file that cannot be read at all is reported too, but not renamed.
        """
        self.problem = ""
        try:
            raw = self._read_bytes()
        except FileNotFoundError:
            return {}
        except OSError as error:
            reason = _error_text(error)
            self.problem = mark(
                "{path} cannot be read ({reason}); defaults are used.",
                path=self.path,
                reason=reason,
            )
            return {}
        try:
            if len(raw) <= _MAX_BYTES:
                return parse_json_object(raw.decode("utf-8-sig", "surrogatepass"))
        except ValueError:
            log.debug("%s is not a JSON object", self.path, exc_info=True)
        self.rename_as_broken()
        return {}

    def version(self) -> tuple[int, int, int] | None:
        """Returns what differs after every write of any process; None without a file."""
        try:
            status = self.path.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_ino, status.st_size

    def peek(self) -> dict[str, Any]:
        """Reads the object if possible; never renames the file."""
        try:
            return parse_json_object(self._read_bytes().decode("utf-8-sig", "surrogatepass"))
        except (OSError, ValueError):
            return {}  # what could not be read is not replaced, see `write`

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Excludes other processes while the file is read, changed and written.

        Waits for one that does so at the moment, which takes milliseconds; for one that was
        stopped, five seconds at most. Where no lock can be created, writing reports why.
        """
        lock = FileLock(self.path.with_name(f".{self.path.name}.lock"))
        end = time.monotonic() + _MAX_WAIT_S
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            while not lock.acquire() and time.monotonic() < end:
                time.sleep(_POLL_INTERVAL_S)  # no system has a lock that waits with a limit
        except OSError as error:
            log.debug("Cannot lock %s: %s", self.path, error)
        self._is_changing = True
        try:
            yield
        finally:
            self._is_changing = self._is_error_kept = False
            lock.release()

    def write(self, value: dict[str, Any]) -> None:
        """Replaces the file atomically; it is flushed to disk when this returns.

        Raises:
            StorageError: Writing failed, or the last attempt to read the file, or any within
                `exclusive`: it would be replaced by a part of its content. The old file is
                unchanged.
        """
        text = json.dumps(value, ensure_ascii=False, indent=2) + "\n"
        try:
            # A settings file may be a link into a folder of dotfiles. A missing folder is created
            # so that only its owner can access it.
            target = Path(os.path.realpath(self.path))
            _reject_special_file(target)
            if self._read_error is not None:
                raise self._read_error
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            atomic_write(self.path, text.encode("utf-8", "surrogatepass"), mode=0o600)
        except OSError as error:
            reason = _error_text(error)
            raise StorageError(
                mark("{path} could not be saved: {reason}.", path=self.path, reason=reason)
            ) from error

    def rename_as_broken(self) -> None:
        """Renames an invalid file, and reports it in `problem`."""
        stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
        broken = self.path.with_name(f"{self.path.stem}.broken-{stamp}{self.path.suffix}")
        try:
            self.path.rename(broken)
        except OSError as error:
            self.problem = mark(
                "{path} is damaged and could not be set aside ({reason}); defaults are used.",
                path=self.path,
                reason=_error_text(error),
            )
        else:
            self.problem = mark(
                "{path} was damaged. It is kept as {name}; defaults are used.",
                path=self.path,
                name=broken.name,
            )

    def _read_bytes(self) -> bytes:
        """Reads the file, a huge one in part; rejects pipes and devices without blocking."""
        if not self._is_error_kept:
            self._read_error = None
        try:
            with open_regular(self.path) as file:
                return file.read(_MAX_BYTES + 1)
        except FileNotFoundError:
            raise
        except OSError as error:
            self._read_error = error
            self._is_error_kept = self._is_changing
            raise


def _reject_special_file(target: Path) -> None:
    """Raises OSError for a pipe or a device, where writing would block forever."""
    if path_exists(target) and not is_file(target):
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), str(target))


def _error_text(error: OSError) -> str:
    if error.errno == errno.EINVAL:
        return mark("it is not a file")
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return mark("the disk is full")
    if error.errno == errno.EFBIG:
        return mark("the disk, or a limit of this system, does not allow a file as large as this")
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return mark("no permission")
    return error.strerror or mark("the disk reported an error")
