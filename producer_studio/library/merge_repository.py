"""Merging of another library: its clips with their files, and their presses."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.errors import StorageError
from producer_studio.domain.file_checksum import FileChecksum
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.library import clip_sql, file_sql
from producer_studio.library.clip_sql import StoredClip
from producer_studio.library.context import LibraryContext
from producer_studio.library.foreign_library import ForeignLibrary
from producer_studio.library.import_repository import copy_file, remove_moved
from producer_studio.library.internal_files import PARTIAL
from producer_studio.library.media_store import MIX_SUFFIX
from producer_studio.library.recovery.tables_to_copy import COPIED_COLUMNS

_PATHS = ("path", "cover", "video")

PressRow = tuple[Any, ...]
"""Stored columns of a press, in the order of `COPIED_COLUMNS`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedClip:
    """Clip of another library whose files are copied, but not in their places yet.

    Attributes:
        clip: With its new id; its paths are names of files in `files`, or None.
        files: Unfinished files by their names in the clip's folder.
        checksums: Checksums of the files, as they arrived in the other library.
        press: Its press; None for none.
    """

    clip: Clip
    files: dict[str, Path]
    checksums: tuple[FileChecksum, ...] = ()
    peaks: bytes = b""
    press: PressRow | None = field(default=None)


@dataclass(frozen=True, slots=True)
class AddedClips:
    """Result of `MergeRepository.add`.

    Attributes:
        clips: Clips that were added.
        presses: Presses that were added with them.
    """

    clips: list[Clip]
    presses: list[PressRow]


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
        return await self._context.database.run_foreign_work(ForeignLibrary, folder, copy)

    def new_part(self) -> Path:
        """Returns the path of an unfinished file; a kill leaves it to the next start to delete."""
        return self._context.folder / PARTIAL / f"{uuid4().hex}{MIX_SUFFIX}"

    async def copy(self, source: Path, target: Path) -> tuple[str, int]:
        """Copies a file of the other library; returns its checksum and size.

        Raises:
            SourceUnreadable: It cannot be read.
            StorageError: The disk is full.
        """
        return await self._context.database.run_foreign_work(copy_file, source, target)

    async def add(self, items: Sequence[MergedClip]) -> AddedClips:
        """Adds clips with their files and presses in one transaction.

        Clips whose id exists already are not changed, and omitted from the result.

        Raises:
            StorageError: The disk is full, or the library cannot be written.
        """
        context = self._context
        moved: list[Path] = []

        def work(db: sqlite3.Connection) -> tuple[list[StoredClip], list[PressRow]]:
            by_id = {one.clip.id: one for one in items}
            presses = _add_presses(db, [one.press for one in items if one.press is not None])
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
            return stored, presses

        try:
            stored, presses = await context.database.write(work)
        except StorageError:
            await context.database.run_file_work(remove_moved, moved, context.folder)
            raise
        await context.write_sidecars(stored)
        return AddedClips([one.clip for one in stored], presses)

    async def add_presses(self, rows: Sequence[PressRow]) -> list[PressRow]:
        """Adds presses; returns those that were not there."""
        return await self._write_presses(_add_presses, rows)

    async def remove_presses(self, rows: Sequence[PressRow]) -> list[PressRow]:
        """Removes presses that `add` or `add_presses` has added; returns those that were removed.

        Those that were pinned or unpinned since are not removed, nor those with a job here, or with
        a clip that is not in the trash.
        """
        return await self._write_presses(_remove_presses, rows)

    async def _write_presses(
        self,
        work: Callable[[sqlite3.Connection, Sequence[PressRow]], list[PressRow]],
        rows: Sequence[PressRow],
    ) -> list[PressRow]:
        def write(db: sqlite3.Connection) -> list[PressRow]:
            changed = work(db, rows)
            if changed:
                change = LibraryChange(frozenset(), ChangeKind.PRESSES)
                self._context.change_log.record(db, change)
            return changed

        return await self._context.database.write(write)


def _add_presses(db: sqlite3.Connection, rows: Sequence[PressRow]) -> list[PressRow]:
    marks = ", ".join("?" * len(_PRESS_COLUMNS))
    insert = f"INSERT OR IGNORE INTO presses({', '.join(_PRESS_COLUMNS)}) VALUES ({marks})"  # noqa: S608
    return [row for row in rows if db.execute(insert, row).rowcount == 1]


def _remove_presses(db: sqlite3.Connection, rows: Sequence[PressRow]) -> list[PressRow]:
    place, pinned = _PRESS_COLUMNS.index("id"), _PRESS_COLUMNS.index("pinned")
    return [
        row for row in rows if db.execute(_REMOVE_PRESS, (row[place], row[pinned])).rowcount == 1
    ]


_PRESS_COLUMNS = COPIED_COLUMNS["presses"]
_REMOVE_PRESS = """
DELETE FROM presses WHERE id = ?1 AND pinned = ?2
    AND NOT EXISTS (SELECT 1 FROM jobs WHERE press = ?1)
    AND NOT EXISTS (SELECT 1 FROM clips WHERE press = ?1 AND trashed = 0)
"""
