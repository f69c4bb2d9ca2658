"""Measuring of clips whose measurements are of an earlier version, while nobody works."""

import asyncio
import logging
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from producer_studio.domain.clip import MEASURE_VERSION, Clip
from producer_studio.domain.errors import MediaRejected, StorageError
from producer_studio.domain.ids import ClipId
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.domain.tempo import find_requested_tempo
from producer_studio.library.library import Library
from producer_studio.studio.events import Events
from producer_studio.studio.measurement import MeasuredFile, Measurer

log = logging.getLogger(__name__)

_FIRST_WAIT_S = 60.0
_PAGE_SIZE = 100

_REST_FACTOR = 4.0
"""Rest after each file as a multiple of its time, so that a fifth of one processor is used."""


class Remeasurement:
    """Measures older clips anew, newest first and one at a time, in the measuring process."""

    def __init__(self, library: Library, measurer: Measurer, events: Events) -> None:
        self._library = library
        self._measurer = measurer
        self._events = events

    async def run(
        self,
        wait_until_idle: Callable[[], Awaitable[object]],
        first_wait_s: float = _FIRST_WAIT_S,
    ) -> None:
        """Measures until no older clip is left; a clip that fails is tried again at the next start.

        Args:
            wait_until_idle: Returns when the user is not working with the program; called before
                each clip.
            first_wait_s: Seconds after the start in which nothing is measured.
        """
        if self._library.read_only:
            return
        await asyncio.sleep(first_wait_s)
        before = sys.maxsize
        while True:
            page = await self._library.clips.list_outdated(MEASURE_VERSION, before, _PAGE_SIZE)
            for _, clip_id in page:
                await wait_until_idle()
                started = time.monotonic()
                try:
                    await self._measure(clip_id)
                except StorageError as fault:
                    log.info("Cannot measure clip %s again: %s", clip_id, fault)
                await asyncio.sleep(_REST_FACTOR * (time.monotonic() - started))
            if not page:
                return
            before = page[-1][0]

    async def measure_outdated(self, clip: Clip) -> Clip:
        """Returns a clip with current measurements, which are measured now if they are older.

        They are stored, unless the library is read-only.

        Raises:
            StorageError: Its file is missing or cannot be read, or the disk is full.
        """
        if clip.measured.version >= MEASURE_VERSION or not clip.playable:
            return clip
        if not self._library.read_only:
            await self._measure(clip.id)
            return await self._library.clips.get(clip.id) or clip
        fields, _ = await self._measure_file(clip)
        return clip.with_changes(**fields)

    async def _measure(self, clip_id: ClipId) -> None:
        """Measures a clip and stores the result.

        Raises:
            StorageError: Its file is missing or cannot be read, or the disk is full.
        """
        clip = await self._library.clips.get(clip_id)
        if clip is None or not clip.playable:
            return
        fields, measured = await self._measure_file(clip)
        if measured is not None:
            await self._library.clips.set_peaks(clip_id, measured.peaks, measured.features)
        else:
            await self._library.clips.mark_without_features(clip_id)
        await self._library.clips.update_fields(clip_id, **fields)
        self._events.publish(LibraryChange(frozenset({clip_id}), ChangeKind.MEDIA))

    async def _measure_file(self, clip: Clip) -> tuple[dict[str, Any], MeasuredFile | None]:
        """Measures the file of a playable clip; returns the fields to change, and all of it.

        Raises:
            StorageError: The file is missing or cannot be read.
        """
        assert clip.path is not None  # noqa: S101 - it is playable
        try:
            measured = await self._measurer.measure(clip.path)
        except MediaRejected as fault:
            log.info("Cannot measure clip %s again: %s", clip.id, fault)
            # What is known stays, and the same version is not tried again.
            return {"measured": replace(clip.measured, version=MEASURE_VERSION)}, None
        # A known checksum stays: another one means that the file has changed.
        is_known = bool(clip.sha256)
        return {
            "measured": measured.sound.with_requested_tempo(_requested_tempo(clip)),
            "sha256": clip.sha256 if is_known else measured.sha256,
            "size_bytes": clip.size_bytes if is_known else measured.size_bytes,
        }, measured


def _requested_tempo(clip: Clip) -> float | None:
    return find_requested_tempo(clip.recipe.sound) or find_requested_tempo(clip.sound)
