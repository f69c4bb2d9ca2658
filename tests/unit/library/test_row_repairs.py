"""Row numbers beyond all counting, as damage or a foreign database has them."""

import sqlite3
from contextlib import closing

import pytest

from producer_studio.domain.ids import AccountName, new_job_id
from producer_studio.domain.job import Job
from producer_studio.domain.ledger import EntryKind, LedgerEntry
from producer_studio.domain.library_change import ClipField
from producer_studio.library import Library
from producer_studio.library.internal_files import DATABASE
from producer_studio.library.recovery.backup_restore import list_backups, restore_backup
from tests.support.library_fixtures import MakeClip

pytestmark = pytest.mark.anyio

LAST = 2**63 - 1
DEMO = AccountName("demo")
EARLY = Job(id=new_job_id(), account=DEMO)
LATE = Job(id=new_job_id(), account=DEMO)


async def _fill(library: Library, make_clip: MakeClip) -> None:
    clip = make_clip()
    await library.clips.add([clip])
    await library.clips.edit([clip.id], {ClipField.STARS: 3})
    for job in (EARLY, LATE):
        entry = LedgerEntry(account=DEMO, kind=EntryKind.CHARGED, amount=1.0, job=job.id)
        await library.jobs.write(job, [entry])
        await library.jobs.add_response(job.id, b"{}")


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE sqlite_sequence SET seq = 9223372036854775807",
        "UPDATE jobs SET seq = 9223372036854775807 WHERE seq = 2",
        "UPDATE changes SET seq = 9223372036854775800 WHERE seq = 1",
        "DELETE FROM sqlite_sequence; UPDATE jobs SET seq = seq + 9223372036854775805",
    ],
)
async def test_the_last_row_number_keeps_no_row_out(
    library: Library, make_clip: MakeClip, damage: str
) -> None:
    """SQLite says that the disk is full where there is no number after the largest."""
    await _fill(library, make_clip)
    await library.back_up()
    await library.close()
    with closing(sqlite3.connect(library.folder / DATABASE)) as db:
        db.executescript(damage)

    again = await Library.open(library.folder)
    assert again.notices == ()
    assert [job.id for job in await again.jobs.list_jobs()] == [EARLY.id, LATE.id]
    await _fill(again, make_clip)
    newest = Job(id=new_job_id(), account=DEMO)
    await again.jobs.write(newest)
    assert [job.id for job in await again.jobs.list_jobs()] == [EARLY.id, LATE.id, newest.id]
    await again.close()


async def test_a_backup_with_the_last_row_number_is_restored(
    library: Library, make_clip: MakeClip
) -> None:
    await library.back_up()
    await _fill(library, make_clip)
    await library.close()
    [backup] = list_backups(library.folder)
    with closing(sqlite3.connect(backup.path)) as db:
        insert = "INSERT INTO sqlite_sequence(name, seq) VALUES (?, ?)"
        db.executemany(insert, [("jobs", LAST), ("ledger", LAST)])
        db.commit()

    assert restore_backup(library.folder, backup.path).jobs == 2
