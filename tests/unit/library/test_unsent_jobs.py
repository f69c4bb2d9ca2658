"""SQL and domain agree on which jobs were never accepted by a service."""

from datetime import UTC, datetime
from itertools import product

import pytest

from producer_studio.domain.ids import AccountName, TaskId, new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.ledger import EntryKind, LedgerEntry
from producer_studio.domain.sweep import request_count
from producer_studio.library import Library

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 3, tzinfo=UTC)


async def test_jobs_of_every_kind(library: Library) -> None:
    jobs = [
        Job(
            id=new_job_id(), account=AccountName("a"), state=state, task_id=task,
            sent_at=sent_at, uncertain_sends=sends,
        )
        for state, task, sent_at, sends in product(
            JobState, (None, TaskId("t")), (None, NOW), (0, 1)
        )
    ]  # fmt: skip
    entries = [
        LedgerEntry(account=job.account, kind=EntryKind.EXPECTED, amount=1, job=job.id, at=NOW)
        for job in jobs
    ]
    await library.jobs.write_all(jobs, entries)
    assert await library.ledger.list_unsent_jobs() == {
        job.id for job in jobs if not request_count(job)
    }
    assert not await library.ledger.list_unsent_jobs(until=NOW)
