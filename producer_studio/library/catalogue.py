"""The library as the studio uses it: every call is awaited, none holds the event loop."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

import sqlite3

from producer_studio.domain.clip import Clip
from producer_studio.domain.credits import LedgerEntry
from producer_studio.domain.ids import AccountName, ClipId, JobId, RemoteId
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.operation import Operation
from producer_studio.library import clips as clip_rows
from producer_studio.library import drafts as draft_rows
from producer_studio.library import jobs as job_rows
from producer_studio.library import ledger as ledger_rows
from producer_studio.library import opening, search
from producer_studio.library.files import MediaFolders, MediaKind
from producer_studio.library.lanes import Lanes
from producer_studio.library.listing import Counts, Cursor, Page, Smart, Sort
from producer_studio.library.lock import FileLock

P = ParamSpec("P")
T = TypeVar("T")


class Library:
    """A folder with a catalogue (`library.db`) and the clips' own folders.

    Made by `open`. Two processes may have the same library open; only the one that holds
    `queue_lock` runs jobs.

    Attributes:
        folder: The library's folder, absolute.
        read_only: Whether it can only be browsed; every change raises StorageFault.
        notices: Sentences about what happened while opening, for the user; often empty.
    """

    def __init__(self, opened: opening.Opened) -> None:
        """Takes what `opening` prepared; call `open` instead."""
        self.folder: Path = opened.folder
        self.read_only: bool = opened.read_only
        self.notices: tuple[str, ...] = opened.notices
        self._lanes: Lanes = opened.lanes
        self._media = MediaFolders(opened.folder)
        self._queue = FileLock(opened.folder / "queue.lock")

    @classmethod
    async def open(cls, folder: Path) -> Self:
        """Opens or creates the library in a folder, migrating or rebuilding it where needed.

        Raises:
            LibraryTooNew: A later version of the studio wrote it.
            LibraryDamaged: It is damaged and cannot be rebuilt now.
            StorageFault: The folder cannot be read, or not created.
        """
        return cls(await opening.open_library(folder))

    async def close(self) -> None:
        """Finishes what was asked for, then closes; calling it again does nothing."""
        ...

    # Clips

    async def add(
        self, clips: Sequence[Clip], job: Job | None = None, entries: Sequence[LedgerEntry] = ()
    ) -> None:
        """Adds results, their job's row and what they cost in one transaction, durably.

        A clip whose id is already here is replaced, so a repeated collection adds nothing twice.
        """
        ...

    async def update(self, clip: Clip, origin_job: Job | None = None) -> None: ...
    async def edit(
        self, ids: Sequence[ClipId], *, title: str | None = None, tags: Sequence[str] | None = None,
        stars: int | None = None, favourite: bool | None = None, heard: bool | None = None,
        notes: str | None = None,
    ) -> list[Clip]:
        """Changes what the user may change; gives the clips as they are now."""
        ...

    async def get(self, clip_id: ClipId) -> Clip | None: ...
    async def rows(self, ids: Sequence[ClipId]) -> list[Clip]:
        """The clips in the order asked for; those that are gone are left out."""
        ...

    async def ids(self, query: str = "", sort: Sort = Sort(), smart: Smart = Smart.ALL) -> list[ClipId]: ...
    async def page(self, query: str = "", sort: Sort = Sort(), smart: Smart = Smart.ALL, limit: int = 100, after: Cursor | None = None) -> Page: ...
    async def count(self, query: str = "", smart: Smart = Smart.ALL) -> int: ...
    async def counts(self) -> Counts: ...
    async def family(self, clip_id: ClipId) -> list[Clip]: ...
    async def with_remote(self, account: AccountName, remote_id: RemoteId) -> Clip | None: ...
    async def trash(self, ids: Sequence[ClipId]) -> list[Clip]: ...
    async def restore(self, ids: Sequence[ClipId]) -> list[Clip]: ...
    async def purge(self, ids: Sequence[ClipId]) -> None: ...
    async def set_peaks(self, clip_id: ClipId, bins: bytes) -> None: ...
    async def peaks(self, ids: Sequence[ClipId]) -> dict[ClipId, bytes]: ...

    # Files
    def partial(self, clip_id: ClipId, kind: MediaKind) -> Path:
        """Where a download of this clip is gathered (in `partial/`)."""
        ...

    async def adopt(self, partial: Path, clip: Clip, kind: MediaKind) -> Path:
        """Moves a finished file into the clip's folder durably; the caller then updates the clip."""
        ...

    async def folder_of(self, clip_id: ClipId) -> Path | None: ...
    async def find_missing(self, ids: Sequence[ClipId]) -> list[Clip]:
        """Marks READY clips whose file is gone as MISSING (and back); gives those that changed."""
        ...

    # Jobs
    async def put_job(self, job: Job, entries: Sequence[LedgerEntry] = ()) -> None:
        """Writes a job's row (and ledger lines with it); it is on the disk when this returns."""
        ...

    async def advance_job(self, job: Job, before: JobState, entries: Sequence[LedgerEntry] = ()) -> bool:
        """Like `put_job`, but only if the row on disk is still in state `before`."""
        ...

    async def claim_job(self, job_id: JobId, from_state: JobState, to_state: JobState) -> bool:
        """Changes the state if it still is `from_state`: of several who try, one gets True."""
        ...

    async def job(self, job_id: JobId) -> Job | None: ...
    async def jobs(self, open_only: bool = False, limit: int | None = None) -> list[Job]:
        """Oldest first; `open_only` leaves out those that are done, or dismissed."""
        ...

    async def queue_lock(self) -> bool:
        """Whether this process runs the queue: true for one at a time, until it ends."""
        ...

    async def put_answer(self, job_id: JobId, body: bytes) -> None: ...
    async def answers(self, job_id: JobId) -> list[bytes]: ...
    async def typical_seconds(self, model: str, operation: Operation, account: AccountName) -> float | None: ...

    # Ledger and drafts
    async def enter(self, *entries: LedgerEntry) -> None: ...
    async def ledger(self, account: AccountName | None = None, limit: int = 500) -> list[LedgerEntry]: ...
    async def spent(self, account: AccountName | None = None, since: datetime | None = None) -> float: ...
    async def charged_without_clip(self) -> list[Job]: ...
    async def save_draft(self, name: str, value: dict[str, Any]) -> None: ...
    async def draft(self, name: str) -> dict[str, Any] | None: ...
