"""Which process looks after which job.

A window and a command line may have the same library open. Each job is looked after by the one
process that holds its claim: a lock on one byte of a file, which the system lets go when the
process ends, however it ends.
"""

import asyncio
import contextlib
import hashlib
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

from producer_studio.domain.ids import JobId
from producer_studio.files.locks import NO_LOCKS_ERRNOS

_WAIT_S = 0.05
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
    """The claims of this process on the jobs of one library.

    Args:
        path: The lock file; only its bytes' locks matter, it stays empty.
    """

    def __init__(self, path: Path) -> None:
        self._file: IO[bytes] | None = None
        # A library that can only be read runs no jobs, so nobody needs to claim any.
        with contextlib.suppress(OSError):
            self._file = path.open("a+b")
        self._claimed: set[JobId] = set()

    def acquire(self, job: JobId) -> bool:
        """Claims a job; claiming twice is harmless.

        Returns:
            False when another process looks after it, or the library can only be read.
        """
        if job in self._claimed:
            return True
        if self._file is None:
            return False
        try:
            _lock(self._file, _lock_offset(job))
        except OSError as error:
            # A file system without locks: looking after a job twice is rare, never looking after
            # one that was paid for is a loss.
            if error.errno not in NO_LOCKS_ERRNOS:
                return False
        self._claimed.add(job)
        return True

    def release(self, job: JobId) -> None:
        if job in self._claimed and self._file is not None:
            self._claimed.discard(job)
            with contextlib.suppress(OSError):  # there was none to be had, see `take`
                _unlock(self._file, _lock_offset(job))

    @asynccontextmanager
    async def exclusive(self, purpose: str) -> AsyncIterator[None]:
        """Waits until no other process does something of that name, and keeps them out meanwhile.

        Two tasks of this process do not keep each other out.
        """
        name = JobId(purpose)
        while self._file is not None and not self.acquire(name):  # noqa: ASYNC110 - of a process
            await asyncio.sleep(_WAIT_S)
        try:
            yield
        finally:
            self.release(name)

    def close(self) -> None:
        """Lets everything go."""
        self._claimed.clear()
        if self._file is not None:
            self._file.close()


def _lock_offset(job: str) -> int:
    """A byte of its own for each job: 40 bits of its id, far below the largest file offset.

    An id that is not hexadecimal, as damage or another version makes it, gives those of its hash,
    beyond all others.
    """
    if _HEXADECIMAL.match(job):
        return int(job[:_ID_DIGITS], 16)
    digest = hashlib.sha256(job.encode("utf-8", "surrogatepass")).hexdigest()
    return int(f"1{digest[:_ID_DIGITS]}", 16)
