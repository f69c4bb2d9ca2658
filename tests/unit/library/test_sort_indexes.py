"""Lists are read by an index of their order, or by a scan; prices of clips follow their jobs."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import new_job_id
from producer_studio.domain.job import Job
from producer_studio.library import Library
from producer_studio.library.clip_listing import SmartList, SortOrder
from producer_studio.library.connection import connect
from producer_studio.library.fields import SORTS
from producer_studio.library.internal_files import DATABASE
from producer_studio.library.migrations import migrate
from producer_studio.library.search import clip_search
from producer_studio.library.stale_sidecars import read_marks
from tests.support.library_fixtures import MakeClip


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect(tmp_path / DATABASE, writes=True)) as db:
        migrate(db, None)
        yield db


def plan_of(db: sqlite3.Connection, read: Callable[[], object]) -> str:
    """Returns how SQLite runs the last statement of a function."""
    statements: list[str] = []
    db.set_trace_callback(statements.append)
    read()
    db.set_trace_callback(None)
    return "\n".join(row["detail"] for row in db.execute(f"EXPLAIN QUERY PLAN {statements[-1]}"))


def test_a_list_is_read_by_the_index_of_its_order_or_by_no_index(db: sqlite3.Connection) -> None:
    for name, sort in SORTS.items():
        order = SortOrder(name, sort.descending_first)
        plan = plan_of(
            db, lambda order=order: clip_search.read_page(db, "", order, SmartList.ALL, 200, None)
        )
        assert ("TEMP B-TREE" not in plan) == sort.has_index, (name, plan)
        assert sort.has_index == (f"clips_by_{name} " in f"{plan} "), (name, plan)
        assert sort.has_index or "SCAN c" in plan, (name, plan)


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("bpm:80..95", "clips_by_bpm"),
        ("bpm:~84", "clips_by_bpm"),
        ("loudness:>-14", "clips_by_loudness"),
        ("truepeak:<-1", "clips_by_true_peak"),
        ("price:>10", "clips_by_price"),
    ],
)
def test_a_range_is_counted_by_the_index_of_its_order(
    db: sqlite3.Connection, query: str, index: str
) -> None:
    plan = plan_of(db, lambda: clip_search.count_clips(db, query, SmartList.ALL))
    assert f"{index} (trashed=? AND <expr>" in plan


def test_a_condition_without_an_index_is_a_scan(db: sqlite3.Connection) -> None:
    plan = plan_of(db, lambda: clip_search.list_ids(db, "take:2", SortOrder(), SmartList.ALL))
    assert "INDEX" not in plan


async def found(library: Library, query: str) -> list[str]:
    return [str(one) for one in await library.clips.list_ids(query)]


@pytest.mark.anyio
@pytest.mark.parametrize("is_clip_first", [True, False])
async def test_the_price_of_a_clip_is_that_of_its_job(
    library: Library, make_clip: MakeClip, *, is_clip_first: bool
) -> None:
    job = Job(id=new_job_id(), credits_charged=12.0)
    clip: Clip = make_clip(job=job.id)
    others = [make_clip(), make_clip(job=new_job_id())]
    if is_clip_first:
        await library.clips.add([clip, *others])
    await library.jobs.write(job)
    if not is_clip_first:
        await library.clips.add([clip, *others])
    assert await found(library, "price:12") == [clip.id]
    assert await found(library, "price:<100") == [clip.id]
    await library.jobs.write(job.with_changes(credits_refunded=2.0))
    assert await found(library, "price:10") == [clip.id]
    assert dict((await library.clips.get_rows([clip.id])).charges) == {clip.id: 10.0}
    await library.jobs.write(job.with_changes(credits_charged=None))
    assert await found(library, "price:>=0") == []
    by_price = await library.clips.list_ids("", SortOrder("price", descending=True))
    assert len(by_price) == 3


@pytest.mark.anyio
async def test_a_price_is_no_change_of_a_sidecar(library: Library, make_clip: MakeClip) -> None:
    job = Job(id=new_job_id())
    await library.jobs.write(job)
    await library.clips.add([make_clip(job=job.id)])
    await library.close()
    again = await Library.open(library.folder)
    await again.jobs.write(job.with_changes(credits_charged=4.0))
    with closing(connect(library.folder / DATABASE)) as db:
        assert read_marks(db) == []
    assert len(await again.clips.list_ids("price:4")) == 1
    await again.close()
