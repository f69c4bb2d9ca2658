"""Asynchronous interface of the library; no call blocks the event loop."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from producer_studio.domain.errors import StorageError
from producer_studio.domain.library_change import LibraryChange
from producer_studio.files.atomic_write import temporary_file
from producer_studio.files.locks import FileLock
from producer_studio.library.backups import back_up
from producer_studio.library.change_log import read_data_version
from producer_studio.library.clip_media import ClipMedia
from producer_studio.library.clip_repository import ClipRepository
from producer_studio.library.context import LibraryContext
from producer_studio.library.database_copy import copy_database
from producer_studio.library.draft_repository import DraftRepository
from producer_studio.library.errors import DATABASE_DAMAGED, LibraryDamaged
from producer_studio.library.export_repository import ExportRepository
from producer_studio.library.file_repository import FileRepository
from producer_studio.library.import_repository import ImportRepository
from producer_studio.library.internal_files import BACKUPS
from producer_studio.library.job_repository import JobRepository
from producer_studio.library.judgement_repository import JudgementRepository
from producer_studio.library.ledger_repository import LedgerRepository
from producer_studio.library.list_repository import ListRepository
from producer_studio.library.merge_repository import MergeRepository
from producer_studio.library.past_query_repository import PastQueryRepository
from producer_studio.library.playback_repository import PlaybackRepository
from producer_studio.library.preset_repository import PresetRepository
from producer_studio.library.press_repository import PressRepository
from producer_studio.library.price_repository import PriceRepository
from producer_studio.library.recovery.backup_archive import (
    publish_backup,
    require_free_name,
    write_archive,
)
from producer_studio.library.recovery.library_opener import OpenedLibrary, open_library
from producer_studio.library.recovery.thorough_check import find_hidden_damage

log = logging.getLogger(__name__)


class Library:
    """Folder with a database (`library.db`) and the clips' own folders.

    Created by `open`. Several processes may open the same library. Every call may raise
    StorageError (full disk, folder not writable); changes always do if `read_only`. Changes are on
    the disk when a call returns.

    Attributes:
        context: Objects that the parts share.
        clips: Clips.
        media: Files of clips.
        files: Checksums of these files, and their comparison with the disk.
        jobs: Jobs.
        presses: Presses of Generate.
        presets: Presets of the compose form.
        lists: Saved searches and playlists.
        past_queries: Searches that were used.
        judgements: Results of comparisons.
        exports: Exports to files.
        imports: Files from elsewhere that become clips.
        merges: Other libraries.
        playback: Plays and positions of clips.
        ledger: Ledger of credits.
        prices: Samples of prices.
        drafts: Drafts.
        notices: Messages for the user about events during opening; usually empty.
    """

    def __init__(self, opened_library: OpenedLibrary) -> None:
        """Wraps an opened library; call `open` instead."""
        self.context = LibraryContext(opened_library)
        self.clips = ClipRepository(self.context)
        self.media = ClipMedia(self.context, self.clips)
        self.files = FileRepository(self.context)
        self.jobs = JobRepository(self.context)
        self.presses = PressRepository(self.context)
        self.presets = PresetRepository(self.context)
        self.lists = ListRepository(self.context)
        self.past_queries = PastQueryRepository(self.context)
        self.judgements = JudgementRepository(self.context)
        self.exports = ExportRepository(self.context)
        self.imports = ImportRepository(self.context)
        self.merges = MergeRepository(self.context)
        self.playback = PlaybackRepository(self.context)
        self.ledger = LedgerRepository(self.context)
        self.prices = PriceRepository(self.context)
        self.drafts = DraftRepository(self.context)
        self.notices: tuple[str, ...] = opened_library.notices
        self._in_use_lock: FileLock = opened_library.in_use_lock
        self._data_version = (0, 0)
        self._reopened_count = 0

    @property
    def folder(self) -> Path:
        """The library's folder, absolute."""
        return self.context.folder

    @property
    def read_only(self) -> bool:
        """Whether it can only be browsed."""
        return self.context.read_only

    @classmethod
    async def open(cls, folder: Path) -> Self:
        """Opens or creates the library in a folder; migrates or rebuilds it if necessary.

        Raises:
            LibraryTooNew: A later version of the studio wrote it.
            LibraryDamaged: It is damaged and cannot be rebuilt now.
            StorageError: The folder cannot be read, or not created.
        """
        opened = await open_library(folder)
        library = cls(opened)
        try:
            await library._start_change_log()
            if not opened.read_only:
                await library.context.keep_reserve()
            if opened.has_stale_sidecars:
                await library.context.sidecars.schedule_marked()
        except BaseException:
            # Else the next attempt of this process would find the library in use.
            await library.close()
            raise
        return library

    async def _start_change_log(self) -> None:
        if self.context.read_only:
            await self.context.database.read(self.context.change_log.mark_all_read)
        else:
            await self.context.database.run_without_transaction(
                self.context.change_log.mark_all_read
            )

    async def close(self) -> None:
        """Finishes queued work, then closes; further calls do nothing."""
        if not self.context.read_only and not self.context.database.is_closed:
            await self.context.sidecars.close()
        await self.context.database.close()
        await asyncio.to_thread(self._in_use_lock.release)

    async def back_up(self) -> Path:
        """Copies the database into `backups/`, and deletes all but the latest copies."""
        return await self.context.database.run_without_transaction(
            lambda db: back_up(db, self.context.folder / BACKUPS)
        )

    async def check(self) -> None:
        """Checks the whole of a large database, once a week; damage is reported to `on_damage`."""
        if self.context.read_only:
            return
        try:
            damage = await asyncio.to_thread(find_hidden_damage, self.folder)
        except (StorageError, OSError) as error:
            log.info("Cannot check the database now: %s", error)
            return
        if damage:
            self.context.report_damage(LibraryDamaged(DATABASE_DAMAGED, service_words=damage))

    async def back_up_to(
        self, target: Path, *, with_media: bool, is_cancelled: Callable[[], bool]
    ) -> int:
        """Copies the database, and the clips' folders if asked to, into one file.

        The file appears under its name when it is complete, and never replaces another one.

        Returns:
            The number of files besides the database.

        Raises:
            StorageError: The name exists, or the disk is full.
        """
        self.context.require_writable()
        database = self.context.database
        await database.run_foreign_work(require_free_name, target)
        files = ExitStack()
        try:
            copy = await database.run_foreign_work(
                files.enter_context, temporary_file(target.parent, mode=0o600)
            )
            # Not on the thread that writes: the target's disk may stop to respond.
            await database.run_foreign_work_with_reader(copy_database, copy)
            count = 0
            if with_media:
                count = await database.run_foreign_work(
                    write_archive, self.folder, copy, target, is_cancelled
                )
            else:
                await database.run_foreign_work(publish_backup, copy, target)
        except asyncio.CancelledError:
            # Not awaited: who cancels it may do so because the disk does not respond.
            database.start_foreign_work(files.close)
            raise
        except BaseException:
            await database.run_foreign_work(files.close)
            raise
        await database.run_foreign_work(files.close)
        return count

    async def is_drive_back(self) -> bool:
        """Whether the drive was disconnected and connected again since the last call.

        Then everything may have changed, and the lock that keeps others from replacing the database
        is acquired again.
        """
        before, self._reopened_count = self._reopened_count, self.context.database.reopened_count
        if before == self._reopened_count:
            return False
        await self.context.database.run_file_work(self._renew_lock)
        return True

    def _renew_lock(self) -> None:
        if not self.read_only:
            self._in_use_lock.release()
            self._in_use_lock.acquire(shared=True)

    async def read_external_changes(self) -> list[LibraryChange]:
        """Returns changes by other processes since the last call; very fast if there are none."""
        if self.context.read_only:
            return await self.context.database.read(self.context.change_log.read_unread_changes)
        return await self.context.database.run_without_transaction(
            self.context.change_log.read_external_changes
        )

    async def has_external_commits(self) -> bool:
        """Whether another process has written anything since the last call."""
        if self.context.read_only:
            return False
        database = self.context.database
        number = await database.run_without_transaction(read_data_version)
        version = number, database.reopened_count  # each connection has numbers of its own
        before, self._data_version = self._data_version, version
        return before != version
