"""Samples of prices in the database."""

from collections.abc import Collection
from datetime import datetime

from producer_studio.domain.ids import AccountName, JobId
from producer_studio.domain.learnt_price import PriceSample
from producer_studio.library import price_sample_sql
from producer_studio.library.context import LibraryContext


class PriceRepository:
    """Adds and reads samples of prices; none is ever changed."""

    def __init__(self, context: LibraryContext) -> None:
        self._context = context

    async def add_sample(self, sample: PriceSample) -> bool:
        """Adds a sample; returns False if there is one of its job already."""
        return await self._context.database.write(price_sample_sql.add_sample, sample)

    async def list_samples(self) -> list[PriceSample]:
        """Returns the samples of all accounts, oldest first."""
        return await self._context.database.read(price_sample_sql.list_samples)

    async def last_sample(self) -> int:
        """Returns the number of the latest sample; 0 without any."""
        return await self._context.database.read(price_sample_sql.last_sample)

    async def has_other_activity(self, account: AccountName, job: JobId, since: datetime) -> bool:
        """Whether other jobs of an account were charged or refunded since a time."""
        return await self._context.database.read(
            price_sample_sql.has_other_activity, account, job, since
        )

    async def list_active_jobs(
        self, accounts: Collection[AccountName], since: datetime
    ) -> set[JobId]:
        """Returns the jobs of accounts that were charged or refunded since a time."""
        return await self._context.database.read(price_sample_sql.list_active_jobs, accounts, since)

    async def has_other_balance(
        self, account: AccountName, since: datetime, first: float, last: float
    ) -> bool:
        """Whether a balance since a time was neither the first nor the last one."""
        return await self._context.database.read(
            price_sample_sql.has_other_balance, account, since, first, last
        )
