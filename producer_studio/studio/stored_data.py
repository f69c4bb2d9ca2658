"""Data about the user's work that the program stores on this computer, and its deletion."""

import asyncio
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from producer_studio.domain.account import Service
from producer_studio.domain.errors import StorageError
from producer_studio.files.path_checks import is_folder
from producer_studio.library.unfinished_jobs import has_unfinished_jobs
from producer_studio.settings.paths import Paths
from producer_studio.studio.accounts.accounts import Accounts
from producer_studio.studio.clips import Clips
from producer_studio.studio.crash_reports.crash_reports import CrashReports
from producer_studio.studio.crash_reports.recorder import CRASH_FOLDER
from producer_studio.studio.demo import DemoStudio
from producer_studio.studio.jobs.queue import JobQueue
from producer_studio.studio.libraries import Libraries
from producer_studio.studio.lyrics_versions import LyricsVersions
from producer_studio.studio.recent_files import RecentFiles
from producer_studio.studio.search_history import SearchHistory
from producer_studio.studio.template_previews import TemplatePreviews
from producer_studio.studio.user_files import run_for_user_file
from producer_studio.translation import mark


class DataKind(StrEnum):
    """Kinds of stored data, in the order in which they are shown."""

    LIBRARY = "library"
    SETTINGS = "settings"
    KEYS = "keys"
    SEARCHES = "searches"
    FILES = "files"
    LYRICS = "lyrics"
    REPORTS = "reports"
    PREVIEWS = "previews"
    DEMO = "demo"


DELETABLE = frozenset(
    {
        DataKind.SEARCHES,
        DataKind.FILES,
        DataKind.LYRICS,
        DataKind.REPORTS,
        DataKind.PREVIEWS,
        DataKind.DEMO,
    }
)
"""Kinds that `delete` deletes; clips, accounts and preferences are deleted elsewhere."""


@dataclass(frozen=True, slots=True)
class StoredData:
    """Amount and place of the stored data of one kind.

    Attributes:
        folder: Folder that can be opened; None for data in the keychain or the database.
        size_bytes: Size of the files; None where it was not measured.
        count: Number of clips, accounts, searches, files, texts or reports; None for data that is
            not counted.
    """

    kind: DataKind
    folder: Path | None = None
    size_bytes: int | None = None
    count: int | None = None

    @property
    def is_empty(self) -> bool:
        return not self.size_bytes and not self.count


class StudioParts(Protocol):
    """Parts of the studio that keep data."""

    accounts: Accounts
    clips: Clips
    crash_reports: CrashReports
    jobs: JobQueue
    libraries: Libraries
    recent_files: RecentFiles
    lyrics_versions: LyricsVersions
    search_history: SearchHistory
    template_previews: TemplatePreviews


class StoredDataReader:
    """Lists and deletes the stored data of this user."""

    def __init__(self, studio: StudioParts, paths: Paths, demo: DemoStudio) -> None:
        self._studio = studio
        self._paths = paths
        self._demo_studio = demo

    async def list_all(self) -> list[StoredData]:
        """Returns what there is of each kind.

        Raises:
            StorageError: The library cannot be read.
        """
        studio = self._studio
        counts = await studio.clips.count_smart_lists()
        searches = await studio.search_history.list_latest()
        sizes = await asyncio.to_thread(self._measure_folders)
        reports = await studio.crash_reports.all()
        return [
            StoredData(
                DataKind.LIBRARY, studio.libraries.folder, None, counts.all + counts.trashed
            ),
            StoredData(DataKind.SETTINGS, self._paths.config, sizes[DataKind.SETTINGS]),
            StoredData(DataKind.KEYS, None, None, len(studio.accounts.all())),
            StoredData(DataKind.SEARCHES, None, None, len(searches)),
            StoredData(DataKind.FILES, None, None, len(studio.recent_files.paths)),
            StoredData(DataKind.LYRICS, None, None, await studio.lyrics_versions.count()),
            StoredData(DataKind.REPORTS, self._reports, sizes[DataKind.REPORTS], len(reports)),
            StoredData(DataKind.PREVIEWS, self._paths.cache, sizes[DataKind.PREVIEWS]),
            StoredData(DataKind.DEMO, self._demo, sizes[DataKind.DEMO]),
        ]

    async def delete(self, kind: DataKind) -> None:
        """Deletes all data of a kind, for good; searches too.

        Raises:
            StorageError: Files cannot be deleted, or the library cannot be written.
            ValueError: The kind is not one of `DELETABLE`.
        """
        match kind:
            case DataKind.SEARCHES:
                await self._studio.search_history.forget_all()
            case DataKind.FILES:
                self._studio.recent_files.forget_all()
            case DataKind.LYRICS:
                await self._studio.lyrics_versions.forget_all()
            case DataKind.REPORTS:
                await self._delete_reports()
            case DataKind.PREVIEWS:
                await self._studio.template_previews.close()
                await asyncio.to_thread(_delete_content, self._paths.cache)
            case DataKind.DEMO:
                await self._delete_demo()
            case _:
                raise ValueError(kind)

    @property
    def _reports(self) -> Path:
        return self._paths.state / CRASH_FOLDER

    @property
    def _demo(self) -> Path:
        return self._paths.state / "demo-studio"

    async def _delete_reports(self) -> None:
        for report in await self._studio.crash_reports.all():
            try:
                await self._studio.crash_reports.remove(report)
            except OSError as error:
                raise _not_deleted(report.path, error) from error

    async def _delete_demo(self) -> None:
        """Deletes the songs and credits that Demo Studio keeps, unless jobs still need them.

        Raises:
            StorageError: A job at Demo Studio goes on, or files cannot be deleted.
        """
        studio = self._studio
        for account in studio.accounts.all():
            if account.service is Service.DEMO and await studio.jobs.list_unfinished(account.name):
                raise StorageError(
                    mark("A job at Demo Studio goes on. Its data can be deleted when it has ended.")
                )
        await self._require_no_demo_jobs_elsewhere()
        if not await self._demo_studio.stop():
            raise StorageError(
                mark("Demo Studio is used by another window or command. Close it first.")
            )
        await asyncio.to_thread(_delete_content, self._demo)

    async def _require_no_demo_jobs_elsewhere(self) -> None:
        """Raises StorageError if a job of another library of the user needs Demo Studio.

        Libraries that are not there now, or cannot be read, are left out.
        """
        accounts = [one.name for one in self._studio.accounts.all() if one.service is Service.DEMO]
        own = self._studio.libraries.folder
        for library in await self._studio.libraries.list_all():
            if library.folder == own or not library.exists:
                continue
            if await run_for_user_file(
                library.folder, has_unfinished_jobs, library.folder, accounts
            ):
                raise StorageError(
                    mark(
                        "A job at Demo Studio goes on in the library “{path}”. Its data can be "
                        "deleted when it has ended.",
                        path=str(library.folder),
                    )
                )

    def _measure_folders(self) -> dict[DataKind, int]:
        folders = {
            DataKind.SETTINGS: self._paths.config,
            DataKind.REPORTS: self._reports,
            DataKind.PREVIEWS: self._paths.cache,
            DataKind.DEMO: self._demo,
        }
        return {kind: sum(_file_sizes(folder)) for kind, folder in folders.items()}


def _file_sizes(folder: Path) -> Iterator[int]:
    """Yields the sizes of the files below a folder that can be read; links are not followed."""
    for root, _folders, names in os.walk(folder):
        for name in names:
            try:
                yield os.lstat(os.path.join(root, name)).st_size  # noqa: PTH118 - many files
            except OSError:
                continue  # it was deleted meanwhile, or may only be listed


def _delete_content(folder: Path) -> None:
    """Deletes what is in a folder; a link in it is removed, not followed.

    Raises:
        StorageError: Something cannot be deleted.
    """
    try:
        found = list(folder.iterdir())
    except FileNotFoundError:
        return
    except OSError as error:
        raise _not_deleted(folder, error) from error
    for path in found:
        try:
            if is_folder(path) and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise _not_deleted(path, error) from error


def _not_deleted(path: Path, error: OSError) -> StorageError:
    return StorageError(
        mark("{path} could not be deleted.", path=str(path)),
        service_words=str(error.strerror or error),
    )
