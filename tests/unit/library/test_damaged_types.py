"""Values of another type than their column has, as one damaged bit makes of them.

A large database is not searched for them at each start.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from producer_studio.domain.form_preset import FormPreset
from producer_studio.domain.ids import AccountName, JobId, JudgementId, PresetId, PressId, TaskId
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.judgement import Judgement, JudgementResult
from producer_studio.domain.learnt_price import PriceSample
from producer_studio.domain.ledger import EntryKind, LedgerEntry
from producer_studio.domain.operation import Operation
from producer_studio.domain.press import Press
from producer_studio.domain.recipe import Recipe
from producer_studio.library import Library
from producer_studio.library.clip_listing import SmartList, SortOrder
from producer_studio.library.internal_files import DATABASE
from tests.support.library_fixtures import MakeClip

pytestmark = pytest.mark.anyio

ACCOUNT = AccountName("demo")
JOB, PRESS = JobId("j1"), PressId("p1")
KEYS = {"presets": "id", "judgements": "id", "presses": "id", "jobs": "id", "drafts": "name"}
"""Unique columns, which a damaged copy of a row has another value in."""


async def _presets(library: Library) -> list[str]:
    return [preset.name for preset in await library.presets.list_all()]


async def _drafts(library: Library) -> list[str]:
    await library.drafts.load("copy")
    found = await library.drafts.load("good")
    return [*(found or {})]


async def _samples(library: Library) -> list[str]:
    return [sample.account + sample.model for sample in await library.prices.list_samples()]


async def _entries(library: Library) -> list[str]:
    entries = await library.ledger.list_entries()
    return [*await library.ledger.balances(), *(one.note + (one.job or "") for one in entries)]


async def _presses(library: Library) -> list[str]:
    found = await library.presses.get_past(await library.presses.list_ids())
    return [press.id + press.account for press in found if press.takes]


async def _jobs(library: Library) -> list[str]:
    records = await library.ledger.list_records()
    jobs = await library.jobs.list_jobs()
    await library.jobs.list_unreadable_ids()
    return [*(key[0] for key in records), *(job.id + job.account for job in jobs)]


async def _judgements(library: Library) -> list[str]:
    [clip, *_] = await library.clips.list_ids("harbour")
    return [one.id + one.session for one in await library.judgements.list_of_clip(clip)]


READS = {
    "presets": _presets,
    "drafts": _drafts,
    "price_samples": _samples,
    "ledger": _entries,
    "presses": _presses,
    "jobs": _jobs,
    "judgements": _judgements,
}
VALUES = {"TEXT": ["x'666f6f'", "5", "NULL"], "INTEGER": ["'foo'"], "REAL": ["'foo'", "x'66'"]}


@pytest.mark.parametrize("table", READS)
async def test_a_value_of_another_type_hides_no_other_row(
    library: Library, make_clip: MakeClip, table: str
) -> None:
    await _fill(library, make_clip)
    read: Callable[[Library], Awaitable[list[str]]] = READS[table]
    good = await read(library)
    assert good
    with closing(_connect_lenient(library.folder / DATABASE)) as db:
        columns = db.execute(f"PRAGMA table_info({table})").fetchall()
        for _, column, kind, *_ in columns[1:] if columns[0][1] == "seq" else columns:
            # No row can be added to an index of JSON without any.
            for value in VALUES[kind] if column != "body" or table != "jobs" else ():
                _add_damaged_copy(db, table, [one[1] for one in columns], column, value)
                found = await read(library)
                assert set(good) <= set(found), (column, value)
                # Ids and names can be written as JSON, and are found in texts.
                assert all(isinstance(one, str) for one in found)
                _remove_copy(db, table)


@pytest.mark.parametrize("column", ["id", "press", "take", "stars"])
async def test_a_value_of_another_type_blanks_neither_list_nor_history(
    library: Library, make_clip: MakeClip, column: str
) -> None:
    await _fill(library, make_clip)
    with closing(_connect_lenient(library.folder / DATABASE)) as db:
        db.execute(f"UPDATE clips SET {column} = x'666f6f' WHERE title_key = 'tide'")  # noqa: S608
    sort, smart = SortOrder(), SmartList.ALL
    for grouped in (False, True):
        listed = await library.clips.page_with_rows("", sort, smart, 9, 9, grouped=grouped)
        assert [clip.title for clip in listed.rows.clips].count("Harbour") == 1
    assert len((await library.clips.list_groups(sort, smart)).rows) >= 1
    [press] = await library.presses.get_past([PRESS])
    assert press.outcome.clips >= 1


async def test_texts_that_became_blobs_are_read_as_they_were(
    library: Library, make_clip: MakeClip
) -> None:
    clip = make_clip("Harbour", lyrics="One line", tags=("slow",))
    await library.clips.add([clip])
    with closing(_connect_lenient(library.folder / DATABASE)) as db:
        for column in ("title", "lyrics", "tags", "folder", "recipe"):
            db.execute(f"UPDATE details SET {column} = CAST({column} AS BLOB)")  # noqa: S608
    [found] = await library.clips.get_many([clip.id])
    assert (found.title, found.lyrics, found.tags) == ("Harbour", "One line", ("slow",))


async def test_an_absurd_amount_of_a_damaged_entry_forbids_no_request(library: Library) -> None:
    entry = LedgerEntry(account=ACCOUNT, kind=EntryKind.CHARGED, amount=3.0)
    await library.ledger.add(entry, replace(entry, amount=1e300))
    assert await library.ledger.sum_spent() == 3.0
    assert [one.amount for one in await library.ledger.list_entries()] == [None, 3.0]


async def _fill(library: Library, make_clip: MakeClip) -> None:
    recipe = Recipe(sound="rain")
    clips = [make_clip(title, press=PRESS, take=1, job=JOB) for title in ("Harbour", "Tide")]
    await library.clips.add(clips)
    await library.presets.replace(
        [(None, FormPreset(id=PresetId("good"), name="Good", form={"sound": "rain"}))]
    )
    for name in ("good", "copy"):
        await library.drafts.save(name, {"sound": "rain"})
    await library.prices.add_sample(
        PriceSample(account=ACCOUNT, operation=Operation.CREATE, model="m", credits=3.0)
    )
    await library.judgements.add(
        Judgement(
            id=JudgementId("g1"),
            clips=tuple(clip.id for clip in clips),
            result=JudgementResult.TIE,
            session="evening",
        )
    )
    entry = LedgerEntry(account=ACCOUNT, kind=EntryKind.BALANCE, amount=50.0, note="note", job=JOB)
    job = Job(
        id=JOB, account=ACCOUNT, recipe=recipe, state=JobState.COLLECTING, task_id=TaskId("t1")
    )
    press = Press(id=PRESS, account=ACCOUNT, recipes=(recipe,))
    await library.jobs.write_all([job], [entry], press)


def _connect_lenient(path: Path) -> sqlite3.Connection:
    """Opens a database whose columns take values of any type, as damage does."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        [version] = db.execute("PRAGMA schema_version").fetchone()
        db.execute("PRAGMA writable_schema = ON")
        db.execute(
            "UPDATE sqlite_master SET sql = replace(replace(sql, ') STRICT', ')'), ' NOT NULL', '')"
            " WHERE type = 'table' AND sql LIKE '%STRICT%'"
        )
        db.execute("DELETE FROM sqlite_master WHERE type = 'trigger'")
        db.execute(f"PRAGMA schema_version = {version + 1}")
    return sqlite3.connect(path, isolation_level=None)


def _add_damaged_copy(
    db: sqlite3.Connection, table: str, columns: Sequence[str], damaged: str, value: str
) -> None:
    """Adds a copy of the only row, with one damaged value."""
    copied = [column for column in columns if column != "seq"]
    values = ["'copy'" if column == KEYS.get(table) else column for column in copied]
    values[copied.index(damaged)] = value
    db.execute(
        f"INSERT OR REPLACE INTO {table}({', '.join(copied)}) "  # noqa: S608 - our names
        f"SELECT {', '.join(values)} FROM {table} LIMIT 1"
    )


def _remove_copy(db: sqlite3.Connection, table: str) -> None:
    db.execute(f"DELETE FROM {table} WHERE rowid = (SELECT max(rowid) FROM {table})")  # noqa: S608
