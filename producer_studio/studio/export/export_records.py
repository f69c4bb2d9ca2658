"""Records of exports on disk, from which those of a killed program go on."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from producer_studio.domain.clip import Clip
from producer_studio.domain.errors import StorageError
from producer_studio.domain.export_profile import ExportProfile
from producer_studio.domain.field_reader import FieldReader
from producer_studio.domain.ids import ClipId, JobId
from producer_studio.files.path_checks import is_folder
from producer_studio.files.user_disks import run_on_user_disk
from producer_studio.library.export_repository import StoredExport
from producer_studio.library.library import Library
from producer_studio.studio.events import Events, Notice, NoticeLevel
from producer_studio.studio.export.export import Export, ExportSpec
from producer_studio.studio.export.filenames import ExportPosition
from producer_studio.studio.export.tag_settings import TagSettings
from producer_studio.studio.jobs.claims import JobClaims
from producer_studio.translation import mark

log = logging.getLogger(__name__)

_MAX_COUNT = 10_000_000

_LOOK_UP_TIMEOUT_S = 10.0
"""Time for a disk to spin up, or a network drive to be connected."""


class ExportRecords:
    """Stores each export when it begins, and what became of it.

    The process that makes an export holds its claim: one without a claim, whose end is not stored,
    was interrupted. Exports by a service are stored when they are finished only: their request is a
    job, which goes on by itself, and is never sent again.
    """

    def __init__(self, library: Library, claims: JobClaims, events: Events) -> None:
        self._library = library
        self._claims = claims
        self._events = events

    async def get_clips(self, ids: Sequence[ClipId]) -> list[Clip]:
        """Returns clips in the order of `ids`; deleted ones are omitted."""
        return await self._library.clips.get_many(ids)

    async def begin(self, exports: Sequence[Export]) -> None:
        """Stores exports that begin. A failure does not keep them from being made.

        If this is cancelled, nothing of them stays stored.
        """
        local = [one for one in exports if not one.spec.by_service]
        if self._library.read_only or not local:
            return
        for one in local:
            self._claims.acquire(JobId(one.id))
        now = datetime.now(UTC)
        writing = asyncio.ensure_future(
            self._library.exports.add_open([self._stored(one, now) for one in local])
        )
        try:
            await asyncio.shield(writing)
        except asyncio.CancelledError:
            # A write that has begun cannot be stopped. As open ones they would go on at the next
            # start.
            await asyncio.wait([writing])
            for one in local:
                await self.remove(one)
            raise
        except StorageError as fault:
            log.warning("Exports are not recorded: %s", fault)

    async def finish(self, export: Export, path: Path) -> None:
        """Stores that a file is finished; it is, whether that succeeds or not."""
        if not self._library.read_only:
            now = datetime.now(UTC)
            rows = [
                replace(
                    self._stored(export, now), id=f"{export.id}-{number}" if number else export.id
                )
                for number in range(len(export.clips))
            ]
            rows = [replace(row, clip=clip) for row, clip in zip(rows, export.clips, strict=True)]
            try:
                await self._library.exports.finish(rows, path, now)
            except StorageError as error:
                message = mark(
                    "“{path}” is finished, but not recorded in the history: {error}",
                    path=path.name,
                    error=error,
                )
                self._events.publish(Notice(NoticeLevel.WARNING, message))
        self.release(export)

    async def remove(self, export: Export) -> None:
        """Forgets an export that was cancelled or failed."""
        if not self._library.read_only and not export.spec.by_service:
            try:
                await self._library.exports.remove(export.id)
            except StorageError as fault:
                log.warning("An export is not removed from the records: %s", fault)
        self.release(export)

    def release(self, export: Export) -> None:
        """Leaves an export to the next start, or to another process."""
        self._claims.release(JobId(export.id))

    async def acquire_interrupted(self) -> list[Export]:
        """Returns and claims the exports that no process makes, although they are not finished.

        Those whose folder is missing, as that of a drive that is not connected, stay for later.
        Those of another installation stay, too: the library was copied or moved here, and nobody
        has chosen their folders on this computer.
        """
        if self._library.read_only:
            return []
        own = self._library.context.installation
        rows = await self._library.exports.list_open()
        ids = {one.id for one in rows if one.spec.get("installation") == own}
        claimed = {one for one in ids if self._claims.acquire(JobId(one))}
        # One of them may have been finished before its claim was released.
        rows = [one for one in await self._library.exports.list_open() if one.id in claimed]
        found = [one for one in map(parse_export, rows) if one is not None]
        folders = list(dict.fromkeys(one.spec.folder for one in found))
        there = await asyncio.gather(*map(_is_there, folders))
        ready = [one for one in found if there[folders.index(one.spec.folder)]]
        for unused in claimed - {one.id for one in ready}:
            self._claims.release(JobId(unused))
        return ready

    def _stored(self, export: Export, at: datetime) -> StoredExport:
        spec = export_json(export, self._library.context.installation)
        return StoredExport(export.id, export.clip, spec, at)


def export_json(export: Export, installation: str) -> dict[str, Any]:
    """Returns all that is needed to make an export again, as JSON values.

    Args:
        installation: Copy of this program that makes it; no other one goes on with it.
    """
    spec = export.spec
    return {
        "installation": installation,
        "title": export.title,
        "more_clips": list(export.more_clips),
        "number": export.position.number,
        "count": export.position.count,
        "format": spec.format.value,
        "folder": str(spec.folder),
        "mp3_mode": spec.mp3_mode,
        "bits": spec.bits,
        "sample_rate": spec.sample_rate,
        "loudness_lufs": spec.loudness_lufs,
        "by_service": spec.by_service,
        "template": spec.template,
        "tags": asdict(spec.tag_settings),
        "extras": sorted(spec.extras),
    }


def parse_export(row: StoredExport) -> Export | None:
    """Parses a stored export; None for one of another version, or by a service."""
    data: Mapping[str, Any] = row.spec
    # A profile has the same options, each with its own check.
    options = ExportProfile.from_json({**data, "id": row.id, "name": row.id})
    if options is None or not Path(options.folder).is_absolute() or data.get("by_service"):
        return None
    reader = FieldReader(data)
    more = data.get("more_clips")
    count = reader.integer("count", 1, high=_MAX_COUNT)
    return Export(
        id=row.id,
        clip=row.clip,
        title=reader.text("title"),
        spec=ExportSpec(
            format=options.format,
            folder=Path(options.folder),
            mp3_mode=options.mp3_mode,
            bits=options.bits,
            sample_rate=options.sample_rate,
            loudness_lufs=options.loudness_lufs,
            template=options.template,
            tag_settings=TagSettings(**options.tags),
            extras=options.extras,
        ),
        more_clips=tuple(
            ClipId(one) for one in (more if isinstance(more, list) else []) if isinstance(one, str)
        ),
        position=ExportPosition(number=reader.integer("number", 1, high=_MAX_COUNT), count=count),
    )


async def _is_there(folder: Path) -> bool:
    """Whether a folder exists, on a disk that responds without an error."""
    with suppress(OSError):  # TimeoutError is one, too
        async with asyncio.timeout(_LOOK_UP_TIMEOUT_S):
            return await run_on_user_disk(folder, is_folder, folder)
    return False
