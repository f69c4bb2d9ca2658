"""Merging of another library: its clips with their files, and their presses."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.errors import StorageError
from producer_studio.domain.file_checksum import FileChecksum
from producer_studio.domain.library_change import ChangeKind
from producer_studio.library import clip_sql, file_sql
from producer_studio.library.clip_sql import StoredClip
from producer_studio.library.context import LibraryContext
from producer_studio.library.foreign_library import ForeignLibrary
from producer_studio.library.import_repository import copy_file, remove_moved
from producer_studio.library.internal_files import PARTIAL
from producer_studio.library.media_store import MIX_SUFFIX
from producer_studio.library.recovery.tables_to_copy import COPIED_COLUMNS

_PATHS = ("path", "cover", "video")


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedClip:
    """Clip of another library whose files are copied, but not in their places yet.

    Attributes:
        clip: With its new id; its paths are names of files in `files`, or None.
        files: Unfinished files by their names in the clip's folder.
        checksums: Checksums of the files, as they arrived in the other library.
        press: Stored columns of its press, as in `COPIED_COLUMNS`; None for none.
    """

    clip: Clip
    files: dict[str, Path]
    checksums: tuple[FileChecksum, ...] = ()
    peaks: bytes = b""
    press: tuple[Any, ...] | None = field(default=None)


class MergeRepository:
    """Opens other libraries, copies their files, and adds their clips."""

    def __init__(self, context: LibraryContext) -> None:
        self._context = context

    async def open(self, folder: Path) -> ForeignLibrary:
        """Opens another library for reading; `close` must follow.

        Raises:
            StorageError: There is none, it is damaged or too new, or this one is read-only.
        """
        self._context.require_writable()
        copy = self._context.folder / PARTIAL / f"{uuid4().hex}{MIX_SUFFIX}"
        return await self._context.database.run_checksum_work(ForeignLibrary, folder, copy)

    def new_part(self) -> Path:
        """Returns the path of an unfinished file; a kill leaves it to the next start to delete."""
        return self._context.folder / PARTIAL / f"{uuid4().hex}{MIX_SUFFIX}"

    async def copy(self, source: Path, target: Path) -> tuple[str, int]:
        """Copies a file of the other library; returns its checksum and size.

        Raises:
            SourceUnreadable: It cannot be read.
            StorageError: The disk is full.
        """
        return await self._context.database.run_checksum_work(copy_file, source, target)

    async def add(self, items: Sequence[MergedClip]) -> list[Clip]:
        """Adds clips with their files and presses in one transaction.

        Clips whose id exists already are not changed, and omitted from the result.

        Raises:
            StorageError: The disk is full, or the library cannot be written.
        """
        context = self._context
        moved: list[Path] = []

        def work(db: sqlite3.Connection) -> list[StoredClip]:
            by_id = {one.clip.id: one for one in items}
            _add_presses(db, [one.press for one in items if one.press is not None])
            plain = [one.clip.with_changes(path=None, cover=None, video=None) for one in items]
            stored: list[StoredClip] = []
            for added in clip_sql.add_clips(db, context.folder, plain, has_own_times=True):
                item = by_id[added.clip.id]
                paths: dict[str, Path] = {}
                for name, part in item.files.items():
                    paths[name] = context.media.store_file_as(part, added.folder, name)
                    moved.append(paths[name])
                fields: dict[str, Any] = {
                    attribute: paths.get(value.name)
                    for attribute in _PATHS
                    if (value := getattr(item.clip, attribute)) is not None
                }
                if fields.get("path") is None and item.clip.media is MediaState.READY:
                    fields["media"] = MediaState.MISSING
                file_sql.write_checksums(db, added.clip.id, item.checksums)
                if item.peaks:
                    clip_sql.write_peaks(db, added.clip.id, item.peaks)
                stored += clip_sql.update_fields(db, context.folder, [added.clip.id], fields)
            context.record(db, stored, ChangeKind.ADDED)
            return stored

        try:
            stored = await context.database.write(work)
        except StorageError:
            await context.database.run_file_work(remove_moved, moved, context.folder)
            raise
        await context.write_sidecars(stored)
        return [one.clip for one in stored]


def _add_presses(db: sqlite3.Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    columns = COPIED_COLUMNS["presses"]
    marks = ", ".join("?" * len(columns))
    db.executemany(
        f"INSERT OR IGNORE INTO presses({', '.join(columns)}) VALUES ({marks})",  # noqa: S608
        rows,
    )
