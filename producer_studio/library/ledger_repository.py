"""Ledger of credits in the database."""

from collections.abc import Collection
from datetime import datetime

from producer_studio.domain.credits import Balance
from producer_studio.domain.ids import AccountName, JobId
from producer_studio.domain.job import Job
from producer_studio.domain.ledger import LedgerEntry
from producer_studio.domain.operation import Operation
from producer_studio.library import ledger_sql, record_sql
from producer_studio.library.context import LibraryContext
from producer_studio.library.ledger_sql import UnpricedJobs
from producer_studio.library.record_sql import RecordKey, RecordRow


class LedgerRepository:
    """Adds and reads ledger entries; none is ever changed."""

    def __init__(self, context: LibraryContext) -> None:
        self._context = context

    async def add(self, *entries: LedgerEntry) -> None:
        await self._context.database.write(ledger_sql.add_entries, entries)

    async def list_entries(
        self,
        account: AccountName | None = None,
        limit: int = 500,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[LedgerEntry]:
        """Returns the latest ledger entries before `until`, newest first.

        A negative limit is none.
        """
        return await self._context.database.read(
            ledger_sql.list_entries, account, limit, since, until
        )

    async def list_entries_since_balance(
        self, account: AccountName, since: datetime, until: datetime
    ) -> list[LedgerEntry]:
        """Returns an account's entries from its last balance before `since` to `until`.

        Oldest first; without such a balance those from `since` on.
        """
        return await self._context.database.read(
            ledger_sql.list_entries_since_balance, account, since, until
        )

    async def last_entry(self) -> int:
        """Returns the number of the latest entry; 0 without any."""
        return await self._context.database.read(ledger_sql.last_entry)

    async def balances(self) -> dict[AccountName, Balance]:
        """Returns the last balance that each account's service reported, as far as it was new."""
        return await self._context.database.read(ledger_sql.read_balances)

    async def highest_recent_price(
        self, account: AccountName, operation: Operation, endpoint: str = ""
    ) -> float | None:
        """Returns the highest price of one request of this kind; None if unknown.

        Args:
            endpoint: Address of the service: requests to another one do not count. Empty for all.
        """
        return await self._context.database.read(
            ledger_sql.highest_recent_price, account, operation, endpoint
        )

    async def sum_spent(
        self, account: AccountName | None = None, since: datetime | None = None
    ) -> float:
        """Returns credits charged less credits refunded."""
        return await self._context.database.read(ledger_sql.sum_spent, account, since)

    async def list_unsent_jobs(
        self, since: datetime | None = None, until: datetime | None = None
    ) -> set[JobId]:
        """Returns jobs with an expected price from `since` to before `until` that were not sent.

        Those that were refused are among them, as no service has accepted them.
        """
        return await self._context.database.read(ledger_sql.list_unsent_jobs, since, until)

    async def list_unpriced_jobs(
        self, account: AccountName | None, since: datetime, exclude: Collection[JobId] = ()
    ) -> list[UnpricedJobs]:
        """Returns how many jobs were charged an unknown amount since a time, and not refunded.

        Args:
            exclude: Jobs that do not count.
        """
        return await self._context.database.read(
            ledger_sql.list_unpriced_jobs, account, since, exclude
        )

    async def list_uncertain_jobs(self, account: AccountName | None, since: datetime) -> list[Job]:
        """Returns jobs requested since a time with requests of unknown outcome that were given up.

        They were sent again since, or the user has forgotten them.
        """
        return await self._context.database.read(ledger_sql.list_uncertain_jobs, account, since)

    async def list_records(
        self, account: AccountName | None = None
    ) -> dict[RecordKey, list[RecordRow]]:
        """Returns the accepted jobs of each kind with what came of them, oldest first."""
        return await self._context.database.read(record_sql.list_records, account)

    async def list_charged_jobs_without_clip(self) -> list[Job]:
        """Returns jobs that cost credits and produced no clip, newest first."""
        return await self._context.database.read(ledger_sql.list_charged_jobs_without_clip)
