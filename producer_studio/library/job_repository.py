"""Jobs in the database, with the responses of the services."""

import sqlite3
from collections.abc import Collection, Sequence

from producer_studio.domain.ids import AccountName, JobId, PressId, TaskId
from producer_studio.domain.job import Job
from producer_studio.domain.ledger import LedgerEntry
from producer_studio.domain.operation import Operation
from producer_studio.domain.press import Press
from producer_studio.library import job_sql, ledger_sql, press_sql
from producer_studio.library.context import LibraryContext


class JobRepository:
    """Reads and writes jobs."""

    def __init__(self, context: LibraryContext) -> None:
        self._context = context

    async def write(self, job: Job, entries: Sequence[LedgerEntry] = ()) -> None:
        """Writes a job's row and ledger entries."""
        await self.write_all([job], entries)

    async def write_all(
        self, jobs: Sequence[Job], entries: Sequence[LedgerEntry] = (), press: Press | None = None
    ) -> None:
        """Writes all of these rows and ledger entries, or none of them.

        Args:
            press: Press that the jobs are the first of; one that exists gets the limits of its
                sweep alone.
        """

        def work(db: sqlite3.Connection) -> None:
            if press is not None:
                press_sql.write_press(db, press)
            for job in jobs:
                job_sql.write_job(db, job, self._context.installation)
            ledger_sql.add_entries(db, entries)

        await self._context.database.write(work)

    async def mark_installation(self, installation: str) -> None:
        """Assigns the open jobs of earlier versions to an installation.

        Raises:
            StorageError: The disk is full, or the library is read-only.
        """
        await self._context.database.write(job_sql.mark_jobs, installation)

    async def get(self, job_id: JobId) -> Job | None:
        return await self._context.database.read(job_sql.read_job, job_id)

    async def get_many(self, ids: Collection[JobId]) -> list[Job]:
        """Returns the readable jobs with these ids, oldest first."""
        return await self._context.database.read(job_sql.read_jobs, ids)

    async def list_jobs(self, open_only: bool = False, limit: int | None = None) -> list[Job]:
        """Returns jobs, oldest first.

        Args:
            open_only: Without those that are done, dismissed, or cancelled with nothing to follow.
            limit: Number of the latest jobs to read.
        """
        return await self._context.database.read(
            job_sql.list_jobs, open_only=open_only, limit=limit
        )

    async def list_of_press(self, press: PressId) -> list[Job]:
        """Returns all jobs of a press, oldest first."""
        return await self._context.database.read(job_sql.list_press_jobs, press)

    async def list_with_pending_media(self) -> list[Job]:
        """Returns finished jobs with a clip that still waits for its file."""
        return await self._context.database.read(job_sql.list_jobs_with_pending_media)

    async def find_similar(self, account: AccountName, operation: Operation) -> list[Job]:
        """Returns an account's jobs of one operation that may have been sent twice.

        Oldest first.
        """
        return await self._context.database.read(job_sql.find_similar_jobs, account, operation)

    async def list_unreadable_ids(self) -> list[JobId]:
        """Returns ids of open jobs that a later version wrote or that are damaged."""
        return await self._context.database.read(job_sql.list_unreadable_ids)

    async def task_ids(self, accounts: Collection[AccountName]) -> set[TaskId]:
        """Returns the tasks of accounts that belong to jobs already."""
        return await self._context.database.read(job_sql.read_task_ids, accounts)

    async def list_failed(self, limit: int) -> list[Job]:
        """Returns the latest dismissed jobs that failed after a service accepted them.

        Oldest first.
        """
        return await self._context.database.read(job_sql.list_failed_jobs, limit)

    async def list_with_uploads(self) -> list[Job]:
        """Returns jobs that may still have temporary uploads with a host, oldest first."""
        return await self._context.database.read(job_sql.list_jobs_with_uploads)

    async def add_response(self, job_id: JobId, body: bytes) -> None:
        """Stores a service's response unchanged."""
        await self._context.database.write(job_sql.add_response, job_id, body)

    async def list_responses(self, job_id: JobId) -> list[bytes]:
        return await self._context.database.read(job_sql.list_responses, job_id)

    async def list_without_response(self) -> list[Job]:
        """Returns finished jobs of known tasks whose response was not stored, oldest first."""
        return await self._context.database.read(job_sql.list_jobs_without_response)

    async def typical_seconds(
        self, model: str, operation: Operation, account: AccountName
    ) -> float | None:
        """Returns the median seconds from accepted to finished in this library's jobs, or None."""
        return await self._context.database.read(
            job_sql.compute_typical_seconds, model, operation, account
        )
