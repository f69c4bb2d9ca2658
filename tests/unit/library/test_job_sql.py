"""Jobs, what they cost, and what is being written."""

import asyncio
import json
import sqlite3
from contextlib import closing
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path

import pytest

from producer_studio.domain.errors import ErrorKind, ErrorRecord
from producer_studio.domain.ids import (
    AccountName,
    ClipId,
    JobId,
    PressId,
    RemoteId,
    TaskId,
    new_job_id,
)
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.ledger import EntryKind, LedgerEntry
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.library import Library
from producer_studio.providers.base import RemoteClip
from producer_studio.studio.jobs.result_clips import build_clip
from tests.support.library_fixtures import START

pytestmark = pytest.mark.anyio

DEMO = AccountName("demo")


async def test_every_field_comes_back(library: Library) -> None:
    job = Job(
        id=JobId("j1"),
        state=JobState.FAILED,
        recipe=Recipe(operation=Operation.COVER, sound="夜", weirdness=0.25),
        account=DEMO,
        task_id=TaskId("t1"),
        press=PressId("p1"),
        take=2,
        takes=3,
        idempotency_key="k",
        credits_expected=10.0,
        credits_charged=9.5,
        credits_refunded=1.0,
        fault=ErrorRecord(
            kind=ErrorKind.REQUEST_REJECTED, message="No.", status=400, retry_after_s=3.0
        ),
        clips=(ClipId("c1"), ClipId("c2")),
        dismissed=True,
        after=JobId("j9"),
        hosted="bucket/key",
        late_looks=2,
        uncertain_sends=1,
        earlier_key="k0",
        earlier_endpoint="old.example.com",
        earlier_key_mark="0123",
        earlier_webhook="https://example.com/old",
        endpoint="api.example.com",
        key_mark="4567",
        webhook="https://example.com/new",
        installation="e" * 32,
        created_at=START,
        sent_at=START + timedelta(seconds=1),
        service_sent_at=START + timedelta(seconds=1.5),
        earlier_sent_at=START + timedelta(seconds=0.5),
        earlier_service_sent_at=START + timedelta(seconds=0.75),
        accepted_at=START + timedelta(seconds=2),
        received_at=START + timedelta(seconds=20),
        finished_at=START + timedelta(seconds=30.5),
    )
    empty = Job(id=JobId("j0"))
    assert [f.name for f in fields(Job) if getattr(job, f.name) == getattr(empty, f.name)] == []
    await library.jobs.write(job)
    assert await library.jobs.get(job.id) == job
    assert await library.jobs.get(JobId("gone")) is None


async def test_open_jobs_are_listed_oldest_first(library: Library) -> None:
    made = {state: Job(id=new_job_id(), state=state) for state in JobState}
    dismissed = Job(id=new_job_id(), state=JobState.FAILED, dismissed=True)
    for job in (*made.values(), dismissed):
        await library.jobs.write(job)
    await library.jobs.write(made[JobState.QUEUED])  # written again, it keeps its place
    over = {JobState.DONE, JobState.CANCELLED}
    expected = [job for state, job in made.items() if state not in over]
    assert await library.jobs.list_jobs(open_only=True) == expected
    assert await library.jobs.list_jobs() == [*made.values(), dismissed]
    assert await library.jobs.list_jobs(limit=2) == [made[JobState.CANCELLED], dismissed]


async def test_a_cancelled_job_is_open_while_its_task_is_polled(library: Library) -> None:
    polled = Job(
        id=new_job_id(), state=JobState.CANCELLED, account=DEMO, recipe=Recipe(),
        task_id=TaskId("t"),
    )  # fmt: skip
    over = polled.with_changes(id=new_job_id(), finished_at=START)
    unsent = over.with_changes(id=new_job_id(), task_id=None)
    for job in (polled, over, unsent):
        await library.jobs.write(job)
    assert await library.jobs.list_jobs(open_only=True) == [polled]
    assert len(await library.jobs.list_jobs()) == 3


async def test_several_jobs_come_in_together_with_their_lines(library: Library) -> None:
    jobs = [Job(id=new_job_id(), account=DEMO) for _ in range(2)]
    lines = [
        LedgerEntry(account=DEMO, kind=EntryKind.EXPECTED, amount=2.0, job=job.id) for job in jobs
    ]
    await library.jobs.write_all(jobs, lines)
    assert await library.jobs.list_jobs() == jobs
    assert {line.job for line in await library.ledger.list_entries()} == {job.id for job in jobs}


async def test_of_several_jobs_all_are_written_or_none(library: Library) -> None:
    jobs = [Job(id=new_job_id()), Job(id=new_job_id())]
    unfit = LedgerEntry(account=DEMO, kind=EntryKind.EXPECTED, amount="ten")  # type: ignore[arg-type]
    with pytest.raises(sqlite3.IntegrityError):
        await library.jobs.write_all(jobs, [unfit])
    assert await library.jobs.list_jobs() == []


async def test_the_tasks_that_jobs_have_are_known_by_account(library: Library) -> None:
    other = AccountName("other")
    await library.jobs.write_all(
        [
            Job(id=new_job_id(), account=DEMO, task_id=TaskId("a"), dismissed=True),
            Job(id=new_job_id(), account=DEMO, task_id=TaskId("b")),
            Job(id=new_job_id(), account=DEMO),
            Job(id=new_job_id(), account=other, task_id=TaskId("c")),
        ]
    )
    assert await library.jobs.task_ids({DEMO}) == {"a", "b"}
    assert await library.jobs.task_ids({other}) == {"c"}
    assert await library.jobs.task_ids({DEMO, other}) == {"a", "b", "c"}


def change_body(library: Library, job: Job, *, number: str = "", **fields: object) -> None:
    """Changes fields of a row's body as another version, or damage, would.

    Args:
        number: Goes as it stands to where a field is "NUMBER".
    """
    with closing(sqlite3.connect(library.folder / "library.db")) as db, db:
        body = json.loads(db.execute("SELECT body FROM jobs WHERE id = ?", (job.id,)).fetchone()[0])
        text = json.dumps(body | fields).replace('"NUMBER"', number)
        db.execute("UPDATE jobs SET body = ? WHERE id = ?", (text, job.id))


async def test_a_field_that_cannot_be_read_gets_its_default_and_the_others_stay(
    library: Library,
) -> None:
    fault = ErrorRecord(kind=ErrorKind.UNREACHABLE, message="Away.", service_words="503")
    job = Job(id=new_job_id(), state=JobState.WORKING, task_id=TaskId("t"), fault=fault)
    job = job.with_changes(created_at=START, accepted_at=START, idempotency_key="k", takes=3)
    await library.jobs.write(job)
    odd_fault = fault.to_json() | {"kind": "of-tomorrow", "status": "503", "more": 1}
    change_body(library, job, takes="many", accepted_at="soon", clips=7, fault=odd_fault)
    expected = job.with_changes(
        takes=1, accepted_at=None, fault=ErrorRecord(**{**fault.to_json(), "kind": "unexpected"})
    )
    assert await library.jobs.get(job.id) == expected
    assert await library.jobs.list_unreadable_ids() == []


ODD = (None, 7, True, ["a"], {"a": 1}, "x")


@pytest.mark.parametrize("name", [item.name for item in fields(Recipe) if item.name != "operation"])
async def test_an_odd_field_of_a_recipe_costs_that_field_alone(library: Library, name: str) -> None:
    recipe = Recipe(sound="pads") if name != "sound" else Recipe(title="Low tide")
    jobs = [Job(id=new_job_id(), recipe=recipe, task_id=TaskId(f"t{n}")) for n in range(len(ODD))]
    await library.jobs.write_all(jobs)
    for job, value in zip(jobs, ODD, strict=True):
        change_body(library, job, recipe=recipe.to_json() | {name: value})
    found = await library.jobs.list_jobs()
    assert [job.task_id for job in found] == [job.task_id for job in jobs]
    for job in found:
        assert job.title
        assert job.recipe.with_changes(**{name: getattr(recipe, name)}) == recipe
    await library.jobs.write_all(found)


LONG_NUMBERS = ("9" * 400, "9" * 5000, "1e999")


@pytest.mark.parametrize("number", LONG_NUMBERS, ids=len)
@pytest.mark.parametrize("name", ["credits_charged", "take", "later", "fault", "created_at"])
async def test_a_number_that_is_none_costs_its_field_alone(
    library: Library, name: str, number: str
) -> None:
    job = Job(id=new_job_id(), state=JobState.WORKING, task_id=TaskId("t"), take=3, takes=4)
    await library.jobs.write(job)
    odd = {"kind": "unreachable", "retry_after_s": "NUMBER"} if name == "fault" else "NUMBER"
    change_body(library, job, number=number, **{name: odd})
    found = await library.jobs.get(job.id)
    assert found is not None
    assert (found.task_id, found.takes) == ("t", 4)
    assert found.fault is None or found.fault.retry_after_s is None
    # What is written next can be read again.
    await library.jobs.write(found)
    assert await library.jobs.get(job.id) == found


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
async def test_a_time_beyond_all_others_costs_that_time_alone(library: Library, text: str) -> None:
    job = Job(id=new_job_id(), accepted_at=START)
    await library.jobs.write(job)
    change_body(library, job, accepted_at=text, created_at=text)
    found = await library.jobs.get(job.id)
    assert found is not None
    assert found.accepted_at is None
    await library.jobs.write(found)


async def test_a_row_has_no_fields_that_are_those_of_any_new_job(library: Library) -> None:
    plain = Job(id=new_job_id(), recipe=Recipe(title="short"))
    free = replace(plain, id=new_job_id(), credits_charged=0.0, webhook="", take=2, takes=2)
    for job in (plain, free):
        await library.jobs.write(job)
    with closing(sqlite3.connect(library.folder / "library.db")) as db:
        bodies = [json.loads(row[0]) for row in db.execute("SELECT body FROM jobs ORDER BY seq")]
    always = {"recipe", "clips", "created_at"}
    assert set(bodies[0]) - {"installation"} == always
    # Unlike a field that is missing, these say something.
    assert set(bodies[1]) - {"installation"} == always | {
        "credits_charged", "webhook", "take", "takes",
    }  # fmt: skip
    assert await library.jobs.get(free.id) == replace(
        free, installation=bodies[1].get("installation", "")
    )


async def test_fields_of_a_later_version_outlive_a_write_by_this_one(library: Library) -> None:
    job = Job(id=new_job_id(), state=JobState.WORKING, task_id=TaskId("t"), created_at=START)
    await library.jobs.write(job)
    change_body(library, job, priority={"level": 3})
    (read,) = await library.jobs.list_jobs()
    assert read == job
    await library.jobs.write(read.with_changes(state=JobState.DONE))
    with closing(sqlite3.connect(library.folder / "library.db")) as db:
        (body,) = db.execute("SELECT body FROM jobs").fetchone()
    assert json.loads(body)["priority"] == {"level": 3}


async def test_a_row_that_cannot_be_read_is_named_and_the_others_are_listed(
    library: Library,
) -> None:
    odd, good = Job(id=new_job_id()), Job(id=new_job_id())
    await library.jobs.write_all([odd, good])
    change_body(library, odd, recipe={"operation": "remix"})
    assert [job.id for job in await library.jobs.list_jobs(open_only=True)] == [good.id]
    assert await library.jobs.list_unreadable_ids() == [odd.id]
    assert await library.jobs.get(odd.id) is None


@pytest.mark.parametrize("waited", [timedelta(days=3), timedelta(seconds=-5)])
async def test_times_across_a_corrected_clock_are_not_typical(
    library: Library, waited: timedelta
) -> None:
    job = Job(id=new_job_id(), state=JobState.DONE, accepted_at=START, finished_at=START + waited)
    await library.jobs.write(job)
    recipe = job.recipe
    assert await library.jobs.typical_seconds(recipe.model, recipe.operation, job.account) is None


async def test_a_charge_of_unknown_amount_without_a_clip_is_listed_until_it_is_refunded(
    library: Library,
) -> None:
    job = Job(id=new_job_id(), state=JobState.FAILED, account=DEMO, task_id=TaskId("t"))

    def line(kind: EntryKind) -> LedgerEntry:
        return LedgerEntry(account=DEMO, kind=kind, amount=None, job=job.id)

    await library.jobs.write(job, [line(EntryKind.CHARGED)])
    assert await library.ledger.list_charged_jobs_without_clip() == [job]
    await library.jobs.write(job, [line(EntryKind.REFUNDED)])
    assert await library.ledger.list_charged_jobs_without_clip() == []


async def test_what_lies_with_a_host_is_found_again(library: Library) -> None:
    there = Job(id=new_job_id(), state=JobState.DONE, hosted="bucket/key")
    taken_down = there.with_changes(id=new_job_id(), hosted="")
    await library.jobs.write_all([there, taken_down])
    assert await library.jobs.list_with_uploads() == [there]


async def test_typical_time_is_the_median_of_this_kind(library: Library) -> None:
    async def finish(seconds: float, model: str = "FUZZ-2.0", state: str = "done") -> None:
        await library.jobs.write(
            Job(
                id=new_job_id(),
                state=JobState(state),
                account=DEMO,
                recipe=Recipe(model=model),
                accepted_at=START,
                finished_at=START + timedelta(seconds=seconds),
            )
        )

    assert await library.jobs.typical_seconds("FUZZ-2.0", Operation.CREATE, DEMO) is None
    for seconds in (20, 90, 26):
        await finish(seconds)
    await finish(500, model="FUZZ-1.0")
    await finish(500, state="failed")
    assert await library.jobs.typical_seconds("FUZZ-2.0", Operation.CREATE, DEMO) == 26
    assert await library.jobs.typical_seconds("FUZZ-2.0", Operation.COVER, DEMO) is None
    for _ in range(60):
        await finish(40)
    assert await library.jobs.typical_seconds("FUZZ-2.0", Operation.CREATE, DEMO) == 40


async def test_the_book_adds_up(library: Library) -> None:
    job = new_job_id()
    lines = [
        LedgerEntry(account=DEMO, kind=EntryKind.EXPECTED, amount=10.0, job=job, at=START),
        LedgerEntry(account=DEMO, kind=EntryKind.CHARGED, amount=10.0, job=job, at=START),
        LedgerEntry(
            account=DEMO,
            kind=EntryKind.REFUNDED,
            amount=4.0,
            job=job,
            note="half",
            at=START + timedelta(days=1),
        ),
        LedgerEntry(account=AccountName("other"), kind=EntryKind.CHARGED, amount=None, at=START),
    ]
    await library.ledger.add(*lines)
    assert await library.ledger.list_entries() == lines[::-1]
    assert await library.ledger.list_entries(DEMO, limit=1) == [lines[2]]
    assert await library.ledger.sum_spent() == 6
    assert await library.ledger.sum_spent(AccountName("other")) == 0
    assert await library.ledger.sum_spent(DEMO, since=START + timedelta(hours=1)) == -4


async def test_charged_without_clip_lists_only_losses(library: Library) -> None:
    def job(**values: object) -> Job:
        return Job(id=new_job_id(), account=DEMO).with_changes(**values)

    lost = job(state=JobState.FAILED, credits_charged=10.0)
    by_book = job(state=JobState.UNKNOWN)
    refunded = job(state=JobState.FAILED, credits_charged=10.0, credits_refunded=10.0)
    kept = job(state=JobState.FAILED, credits_charged=10.0, clips=(ClipId("c"),))
    done = job(state=JobState.DONE, credits_charged=10.0)
    for each in (lost, by_book, refunded, kept, done):
        await library.jobs.write(each)
    await library.ledger.add(
        LedgerEntry(account=DEMO, kind=EntryKind.CHARGED, amount=3.0, job=by_book.id)
    )
    assert await library.ledger.list_charged_jobs_without_clip() == [by_book, lost]


async def test_answers_and_drafts_are_kept_across_runs(tmp_path: Path) -> None:
    library = await Library.open(tmp_path)
    await library.jobs.add_response(JobId("j"), b"\x00first")
    await library.jobs.add_response(JobId("j"), b"second")
    await library.drafts.save("compose", {"sound": "old"})
    await library.drafts.save("compose", {"sound": "夜", "takes": 2})
    await library.close()
    library = await Library.open(tmp_path)
    assert await library.jobs.list_responses(JobId("j")) == [b"\x00first", b"second"]
    assert await library.drafts.load("compose") == {"sound": "夜", "takes": 2}
    assert await library.drafts.load("other") is None
    await library.close()


async def test_a_cancelled_write_is_done_all_the_same(library: Library) -> None:
    job = Job(id=new_job_id())
    # The lane is busy, so the job's write has not begun when its task is cancelled.
    before = [asyncio.create_task(library.drafts.save("x", {"n": n})) for n in range(50)]
    task = asyncio.create_task(library.jobs.write(job))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.gather(*before)
    await library.drafts.save("next", {})  # the lane is serial: the job's write came before
    assert await library.jobs.get(job.id) == job


@pytest.mark.parametrize("number", [9 * 10**18, 10**30, -1])
async def test_a_damaged_number_of_a_job_keeps_no_result_out(library: Library, number: int) -> None:
    job = Job(id=new_job_id(), account=DEMO, press=PressId("p"), takes=2)
    await library.jobs.write(job)
    with closing(sqlite3.connect(library.folder / "library.db")) as db, db:
        names = ("take", "takes", "late_looks", "credits_expected", "credits_charged")
        numbers = ", ".join(f"'$.{name}', json('{number}')" for name in names)
        db.execute(f"UPDATE jobs SET body = json_set(body, {numbers})")  # noqa: S608 - our names
    [found] = await library.jobs.list_jobs()
    clips = [build_clip(found, RemoteClip(remote_id=RemoteId(str(n))), n, 2) for n in range(2)]
    assert len(await library.clips.add(clips, found)) == 2


def test_a_remark_of_the_service_is_the_first_note_of_its_clip() -> None:
    job = Job(id=new_job_id(), account=DEMO)
    assert build_clip(job, RemoteClip(note="unknown: x"), 0, 1).notes == "unknown: x"
    assert build_clip(job, RemoteClip(), 0, 1).notes == ""
