"""Earlier versions of the lyrics of each operation, stored beside the draft."""

import asyncio

from producer_studio.domain.lyrics.versions import LyricsVersion, VersionHistory
from producer_studio.domain.operation import Operation
from producer_studio.library.library import Library


class LyricsVersions:
    """Keeps the last versions of the lyrics of each operation's form."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = asyncio.Lock()

    async def load(self, operation: Operation) -> VersionHistory:
        """Returns the versions of an operation's lyrics, oldest first."""
        stored = await self._library.drafts.load(_name(operation))
        # The texts of a library from elsewhere may be of any size.
        return await asyncio.to_thread(VersionHistory.from_json, stored)

    async def keep(self, operation: Operation, version: LyricsVersion) -> None:
        """Keeps a version, unless its text is the newest one already.

        Raises:
            StorageError: The library cannot be written.
        """
        async with self._lock:
            before = await self.load(operation)
            after = before.with_version(version)
            if after != before:
                await self._library.drafts.save(_name(operation), after.to_json())

    async def count(self) -> int:
        """Returns the number of versions of all operations."""
        return sum([len((await self.load(one)).versions) for one in Operation])

    async def forget_all(self) -> None:
        """Deletes all versions, for good.

        Raises:
            StorageError: The library cannot be written.
        """
        async with self._lock:
            for operation in Operation:
                if (await self.load(operation)).versions:
                    await self._library.drafts.save(_name(operation), VersionHistory().to_json())


def _name(operation: Operation) -> str:
    return f"lyrics of {operation.value}"
