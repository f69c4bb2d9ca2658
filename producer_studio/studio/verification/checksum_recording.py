"""Recording of checksums of older clips' files, while nobody works."""

import asyncio
import logging
import sys
import threading
import time
from collections.abc import Awaitable, Callable

from producer_studio.domain.errors import StorageError
from producer_studio.domain.file_checksum import FileChecksum
from producer_studio.domain.ids import ClipId
from producer_studio.library.library import Library

log = logging.getLogger(__name__)

_FIRST_WAIT_S = 90.0
_PAGE_SIZE = 50

_REST_FACTOR = 4.0
"""Rest after each page as a multiple of its time, so that a fifth of the disk's time is used."""


class ChecksumRecording:
    """Records the checksums of files that arrived before there were any, newest clips first.

    The checksum of a sound that was measured is known and only copied. What is written by one page
    of clips is one transaction; after a kill the next start goes on with those that are left.
    """

    def __init__(self, library: Library) -> None:
        self._library = library

    async def run(
        self,
        wait_until_idle: Callable[[], Awaitable[object]],
        first_wait_s: float = _FIRST_WAIT_S,
    ) -> None:
        """Records until no file is left; one that cannot be read is tried at the next start.

        Args:
            wait_until_idle: Returns when the user is not working with the program; called before
                each clip.
            first_wait_s: Seconds after the start in which nothing is read.
        """
        if self._library.read_only:
            return
        await asyncio.sleep(first_wait_s)
        before = sys.maxsize
        while page := await self._library.files.list_unrecorded(before, _PAGE_SIZE):
            started = time.monotonic()
            try:
                await self._record([clip_id for _, clip_id in page], wait_until_idle)
            except StorageError as fault:
                log.info("Cannot record checksums: %s", fault)
            await asyncio.sleep(_REST_FACTOR * (time.monotonic() - started))
            before = page[-1][0]

    async def _record(
        self, ids: list[ClipId], wait_until_idle: Callable[[], Awaitable[object]]
    ) -> None:
        found: dict[ClipId, list[FileChecksum]] = {}
        stopped = threading.Event()
        try:
            for item in await self._library.files.get(ids):
                await wait_until_idle()
                checksums = await self._library.files.find_unrecorded(item, stopped.is_set)
                if checksums:
                    found[item.stored.clip.id] = checksums
        finally:
            # The thread of a cancelled task stops within a megabyte.
            stopped.set()
        if found:
            await self._library.files.add_missing(found)
