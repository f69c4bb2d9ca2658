"""Rows that would be in no list, and row numbers beyond all counting."""

import sqlite3
from contextlib import closing

import pytest

from producer_studio.domain.ids import AccountName, new_job_id
from producer_studio.domain.job import Job
from producer_studio.domain.ledger import EntryKind, LedgerEntry
from producer_studio.domain.library_change import ClipField
from producer_studio.library import Library
from producer_studio.library.clip_listing import SmartList
from producer_studio.library.connection import connect
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


@pytest.mark.parametrize(
    ("damage", "is_in_trash"),
    [
        ("trashed = 7 WHERE trashed = 0", False),
        ("trashed = -1 WHERE trashed = 0", False),
        ("trashed = 9223372036854775807 WHERE trashed = 1", True),
        ("trashed = 1 WHERE trashed = 0", False),
    ],
)
async def test_each_clip_is_in_the_library_or_in_the_trash(
    library: Library, make_clip: MakeClip, damage: str, is_in_trash: bool
) -> None:
    kept, trashed = make_clip(), make_clip()
    await library.clips.add([kept, trashed])
    await library.clips.trash([trashed.id])
    await library.close()
    with closing(connect(library.folder / DATABASE, writes=True)) as db:
        db.execute(f"UPDATE clips SET {damage}")  # noqa: S608 - our damage

    again = await Library.open(library.folder)
    assert again.notices == ()
    assert await again.clips.list_ids() == [kept.id]
    assert await again.clips.list_ids(smart=SmartList.TRASH) == [trashed.id]
    [found] = await again.clips.get_many([trashed.id if is_in_trash else kept.id])
    assert (found.trashed_at is not None) == is_in_trash
    await again.close()
