"""Writer of the clips' `recipe.json` files."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

from producer_studio.domain.change import FieldEdit
from producer_studio.domain.faults import StorageFault
from producer_studio.domain.ids import ClipId
from producer_studio.library import clips
from producer_studio.library.clips import Placed
from producer_studio.library.files import MediaFolders
from producer_studio.library.lanes import Lanes

log = logging.getLogger(__name__)

_CHUNK = 40
"""Clips whose files are written in one piece of work: others get their turn in between."""


class SidecarWriter:
    """Writes `recipe.json` after edits in the background, and retries files that failed.

    The database has the change already, so a folder that cannot be written now is no reason to say
    that the change failed: its file is tried again with the next change.
    """

    def __init__(self, library: Path, lanes: Lanes, media: MediaFolders) -> None:
        self._library = library
        self._lanes = lanes
        self._media = media
        self._waiting: dict[ClipId, None] = {}
        self._failed: set[ClipId] = set()
        self._task: asyncio.Task[None] | None = None

    def add(self, edits: Iterable[FieldEdit]) -> None:
        """Writes the files of edited clips from now on, in the background."""
        for edit in edits:
            self._waiting |= dict.fromkeys(edit.clips)
        if self._waiting and self._task is None:
            self._waiting |= dict.fromkeys(self._failed)
            self._task = asyncio.create_task(self._write_waiting(), name="recipe.json of edits")

    async def written(self) -> None:
        """Returns when nothing waits any more; files that cannot be written wait for a change."""
        while self._task is not None:
            await asyncio.wait([self._task])

    async def close(self) -> None:
        await self.written()

    async def write(self, items: Sequence[Placed]) -> None:
        """Writes the files of these clips, on the disk at return, and those that failed before."""
        due = list(items)
        if self._failed and items:
            known = {item.clip.id for item in items}
            due += [item for item in await self._read(self._failed) if item.clip.id not in known]
        if due:
            pairs = [(item.clip, item.folder) for item in due]
            failed = await self._lanes.files(self._media.describe_all, pairs, durable=True)
            self._failed -= {item.clip.id for item in due}
            self._failed |= failed

    async def _write_waiting(self) -> None:
        try:
            while self._waiting:
                part = list(islice(self._waiting, _CHUNK))
                for clip in part:
                    del self._waiting[clip]
                self._failed -= set(part)
                items = await self._read(part)
                pairs = [(item.clip, item.folder) for item in items]
                self._failed |= await self._lanes.files(
                    self._media.describe_all, pairs, durable=False
                )
        except StorageFault as fault:
            log.warning("recipe.json of edited clips: %s", fault)
            self._failed |= {*part, *self._waiting}
            self._waiting.clear()
        finally:
            self._task = None

    async def _read(self, ids: Iterable[ClipId]) -> list[Placed]:
        return await self._lanes.read(clips.placed, self._library, list(ids))
