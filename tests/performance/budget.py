"""The budgets with 10,000 requests of this month whose cost no service has reported."""

import asyncio
import random
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from producer_studio.domain.account import Account, Service
from producer_studio.domain.ids import AccountName, TaskId, new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.ledger import EntryKind, LedgerEntry
from producer_studio.domain.price import Price
from producer_studio.domain.recipe import Recipe
from producer_studio.library import job_sql, ledger_sql
from producer_studio.library.connection import connect, transaction
from producer_studio.library.library import Library
from producer_studio.studio.accounts.budget import Budget
from tests.performance.large_library import a_clip
from tests.performance.table import median, say

_JOBS = 10_000
_TAKES = 4
_ACCOUNT = AccountName("personal")
_LIMIT = 1_000_000.0


@dataclass
class _Prices:
    price: Price

    def find(self, recipe: Recipe, account: AccountName) -> Price:
        return self.price


def measure(repeats: int) -> None:
    with tempfile.TemporaryDirectory(prefix="producer-studio-performance-") as scratch:
        rows = asyncio.run(_measure(Path(scratch), repeats))
    say(f"Budget with {_JOBS} requests of unreported cost", [["", "ms", "longest ms"], *rows])


async def _measure(folder: Path, repeats: int) -> list[list[object]]:
    library = await Library.open(folder)
    _fill(folder, _JOBS)
    account = Account(
        name=_ACCOUNT, service=Service.MUSICAPI, profile="musicapi-2026-02", budget=_LIMIT
    )
    rows: list[list[object]] = []
    for name, price in (("learnt", Price(low=10, high=10, samples=6)), ("unknown", Price())):
        budget = _budget(library, account, _Prices(price))
        walls: list[float] = []
        for _ in range(repeats):
            begun = time.perf_counter()
            status = await budget.status(_ACCOUNT)
            walls.append(1000 * (time.perf_counter() - begun))
        assert status.unpriced == (0 if price.is_known else _JOBS)
        rows.append([f"status, price {name}", median(walls), max(walls)])
    budget = _budget(library, account, _Prices(Price(low=10, high=10, samples=6)))
    walls = []
    for _ in range(repeats):
        begun = time.perf_counter()
        await budget.check(_ACCOUNT, [Recipe()] * _TAKES)
        walls.append(1000 * (time.perf_counter() - begun))
    rows.append([f"check of {_TAKES} takes", median(walls), max(walls)])
    await library.close()
    return rows


def _budget(library: Library, account: Account, prices: _Prices) -> Budget:
    async def reload() -> None:
        return None

    return Budget(library, lambda _: account, lambda: (None, None), prices.find, _no_lock, reload)


@asynccontextmanager
async def _no_lock(name: str) -> AsyncIterator[None]:
    yield


def _fill(folder: Path, count: int) -> None:
    """Puts finished jobs of this month into a library, and a charge of unknown amount for each."""
    dice = random.Random(count)
    now = datetime.now(UTC)
    with closing(connect(folder / "library.db", writes=True)) as db:
        db.execute("PRAGMA synchronous = OFF")
        with transaction(db):
            for number in range(count):
                job = Job(
                    id=new_job_id(), state=JobState.DONE, account=_ACCOUNT,
                    recipe=a_clip(dice, now, number).recipe, task_id=TaskId(f"t{number}"),
                    accepted_at=now - timedelta(seconds=number), finished_at=now,
                )  # fmt: skip
                job_sql.write_job(db, job)
                charge = LedgerEntry(
                    account=_ACCOUNT, kind=EntryKind.CHARGED, amount=None, job=job.id
                )
                ledger_sql.add_entries(db, [charge])
