"""Claims on jobs, so that only one process runs each job.

A window and a command line may have the same library open. Each job is run by the one process that
holds its claim: a lock on one byte of a file, which the system releases when the process ends for
any reason.
"""

import asyncio
import hashlib
import os
import re
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import IO

from producer_studio.domain.ids import JobId
from producer_studio.files.locks import NO_LOCKS_ERRNOS

_WAIT_S = 0.05
REPORT_AFTER_S = 5.0
"""Seconds after which a wait for another process is reported; most locks are held for less."""

_ID_DIGITS = 10
_HEXADECIMAL = re.compile(f"[0-9a-f]{{{_ID_DIGITS}}}")

if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes], offset: int) -> None:
        file.seek(offset)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

    def _unlock(file: IO[bytes], offset: int) -> None:
        file.seek(offset)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(file: IO[bytes], offset: int) -> None:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, offset, os.SEEK_SET)

    def _unlock(file: IO[bytes], offset: int) -> None:
        fcntl.lockf(file, fcntl.LOCK_UN, 1, offset, os.SEEK_SET)


class JobClaims:
    """Claims of this process on the jobs of one library.

    Args:
        path: Lock file; stays empty, only the locks on its bytes are used. None for a read-only
            library, which runs no jobs: nothing of them could be written.

    Attributes:
        on_long_wait: Called with the name of a lock that another process has held for long; again
            only after a time without such a wait.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: IO[bytes] | None = None
        self._open()
        self._claimed: set[JobId] = set()
        self.on_long_wait: Callable[[str], None] = lambda _purpose: None
        self._long_waits = 0

    def reopen(self) -> None:
        """Opens the lock file again after its drive was disconnected, and claims the same jobs."""
        if self._file is not None:
            with suppress(OSError):
                self._file.close()
        self._open()
        if self._file is not None:
            for job in self._claimed:
                # Another process may have it by now; what the job does is not undone.
                with suppress(OSError):
                    _lock(self._file, _lock_offset(job))

    def _open(self) -> None:
        self._file = None
        if self._path is not None:
            with suppress(OSError):
                self._file = self._path.open("a+b")

    def acquire(self, job: JobId) -> bool:
        """Claims a job; has no effect if this process has claimed it already.

        Returns:
            False if another process has the claim, or the library is read-only.
        """
        if job in self._claimed:
            return True
        if self._file is None:
            return False
        try:
            _lock(self._file, _lock_offset(job))
        except OSError as error:
            # On a file system without locks it is better to run a job twice, which is rare, than
            # never to run a paid one.
            if error.errno not in NO_LOCKS_ERRNOS:
                return False
        self._claimed.add(job)
        return True

    def is_held(self, job: JobId) -> bool:
        """Whether any process has the claim, this one included."""
        return job in self._claimed or self.is_held_elsewhere(job)

    def is_held_elsewhere(self, job: JobId) -> bool:
        """Whether another process has the claim."""
        if job in self._claimed or self._file is None:
            return False
        if not self.acquire(job):
            return True
        self.release(job)
        return False

    def release(self, job: JobId) -> None:
        if job in self._claimed and self._file is not None:
            self._claimed.discard(job)
            with suppress(OSError):  # no lock was acquired, see `acquire`
                _unlock(self._file, _lock_offset(job))

    @asynccontextmanager
    async def exclusive(self, purpose: str) -> AsyncIterator[None]:
        """Waits for and holds a lock with the given name that excludes other processes.

        Tasks of the same process do not exclude each other.
        """
        name = JobId(purpose)
        if not self.acquire(name):
            await self._wait_for_lock(name)
        try:
            yield
        finally:
            self.release(name)

    async def _wait_for_lock(self, name: JobId) -> None:
        """Waits for a lock of another process, which may be stopped and hold it for ever."""
        report_at_s = monotonic() + REPORT_AFTER_S
        is_long = False
        try:
            while self._file is not None and not self.acquire(name):
                if not is_long and monotonic() >= report_at_s:
                    is_long = True
                    self._long_waits += 1
                    if self._long_waits == 1:
                        self.on_long_wait(name)
                await asyncio.sleep(_WAIT_S)
        finally:
            self._long_waits -= is_long

    def close(self) -> None:
        """Releases all claims."""
        self._claimed.clear()
        if self._file is not None:
            # A drive that is gone reports an error at the end; nothing was written.
            with suppress(OSError):
                self._file.close()


def _lock_offset(job: str) -> int:
    """Returns the byte of a job: 40 bits of its id, far below the largest file offset.

    For an id that is not hexadecimal, because of damage or another version, the bits of its hash
    are used, above all others.
    """
    if _HEXADECIMAL.match(job):
        return int(job[:_ID_DIGITS], 16)
    digest = hashlib.sha256(job.encode("utf-8", "surrogatepass")).hexdigest()
    return int(f"1{digest[:_ID_DIGITS]}", 16)
