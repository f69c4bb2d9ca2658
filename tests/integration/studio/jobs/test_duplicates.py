"""The same request twice is asked about once, before anything is sent."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from producer_studio.domain.errors import DuplicateRequest
from producer_studio.domain.ids import PressId, TaskId, new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.recipe import Recipe
from tests.integration.studio.conftest import ACCOUNT, SONG, WORDS, StudioBench
from tests.support.hostile_service import song
from tests.support.sandbox_process import SandboxProcess

pytestmark = pytest.mark.anyio


async def press(bench: StudioBench, *recipes: Recipe) -> list[Job]:
    return await bench.studio.jobs.submit(recipes, ACCOUNT, refuse_duplicates=True)


async def earlier(
    bench: StudioBench,
    recipe: Recipe = SONG,
    *,
    age: timedelta = timedelta(),
    sent: bool = False,
    **fields: object,
) -> None:
    """A job of another process, or of an earlier run; its age counts from now.

    Args:
        sent: Whether it is sent now.
    """
    fields["created_at"] = datetime.now(UTC) - age
    if sent:
        fields["sent_at"] = datetime.now(UTC)
    job = Job(id=new_job_id(), recipe=recipe, account=ACCOUNT, state=JobState.DONE).with_changes(
        **fields
    )
    await bench.studio._library.jobs.write(job)


async def test_the_same_again_is_refused_and_nothing_is_sent(
    bench: StudioBench, sandbox: SandboxProcess
) -> None:
    await press(bench, SONG)
    await bench.studio.jobs.wait_until_idle()
    with pytest.raises(DuplicateRequest, match="less than a minute ago, so nothing was sent"):
        await press(bench, SONG.with_changes(seed="8"), SONG)
    assert len(sandbox.requests("POST", "/create")) == 1
    assert len(await bench.studio.jobs.all()) == 1
    # The user's word is enough.
    await bench.studio.jobs.submit([SONG], ACCOUNT)
    assert len(await bench.studio.jobs.all()) == 2


@pytest.mark.parametrize("correction", [timedelta(days=2), timedelta(days=-2)], ids=str)
async def test_the_same_again_is_refused_although_the_clock_was_corrected_since(
    bench: StudioBench, correction: timedelta
) -> None:
    (job,) = await press(bench, SONG)
    await bench.studio.jobs.wait_until_idle()
    before = {"created_at": job.created_at - correction, "sent_at": job.created_at - correction}
    await bench.studio._library.jobs.write((await bench.row(job)).with_changes(**before))
    with pytest.raises(DuplicateRequest, match="less than a minute ago"):
        await press(bench, SONG)


async def test_two_presses_at_the_same_moment_are_one(bench: StudioBench) -> None:
    ended = await asyncio.gather(press(bench, SONG), press(bench, SONG), return_exceptions=True)
    assert [type(one) for one in ended].count(DuplicateRequest) == 1
    assert len(await bench.studio.jobs.all()) == 1


@pytest.mark.parametrize(
    "other",
    [
        SONG.with_changes(seed="8"),
        SONG.with_changes(title="High tide"),
        SONG.with_changes(weirdness=0.9),
    ],
)
async def test_another_request_is_sent(bench: StudioBench, other: Recipe) -> None:
    await earlier(bench)
    assert len(await press(bench, other)) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"age": timedelta(minutes=11)},
        {"state": JobState.FAILED},
        {"state": JobState.CANCELLED},
    ],
)
async def test_what_is_long_over_failed_or_was_never_sent_may_be_asked_for(
    bench: StudioBench, fields: dict[str, Any]
) -> None:
    await earlier(bench, **fields)
    assert len(await press(bench, SONG)) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"age": timedelta(minutes=5)},
        {"state": JobState.CANCELLED, "task_id": TaskId("7"), "sent": True},
        {"state": JobState.UNKNOWN, "age": timedelta(days=3)},
        # It waited in the queue, or failed and was retried.
        {"age": timedelta(hours=2), "sent": True},
        # The clock was set back meanwhile.
        {"age": -timedelta(minutes=3)},
    ],
)
async def test_what_was_sent_or_may_have_been_is_asked_about(
    bench: StudioBench, fields: dict[str, Any]
) -> None:
    await earlier(bench, **fields)
    with pytest.raises(DuplicateRequest):
        await press(bench, SONG)


@pytest.mark.parametrize("seed", ["7", ""])
async def test_what_a_killed_process_was_sending_has_an_unknown_outcome(
    bench: StudioBench, seed: str
) -> None:
    song = SONG.with_changes(seed=seed)
    await earlier(bench, song, state=JobState.SENDING, age=timedelta(days=1))
    with pytest.raises(DuplicateRequest, match="not known yet whether the service accepted it"):
        await press(bench, song)


async def test_what_waits_to_be_sent_is_asked_about_however_old_it_is(bench: StudioBench) -> None:
    await earlier(bench, state=JobState.QUEUED, age=timedelta(hours=1))
    (job,) = await bench.studio.jobs.all()
    assert bench.studio.jobs._store.claim(job.id)
    with pytest.raises(DuplicateRequest, match="Sending it again costs"):
        await press(bench, SONG)
    # One that an earlier run has left waits for the user's decision, and was never sent.
    bench.studio.jobs._store.release(job.id)
    assert len(await press(bench, SONG)) == 1


async def test_a_press_whose_outcome_is_unknown_is_asked_about_before_it_is_repeated(
    bench: StudioBench,
) -> None:
    first = PressId("first")
    await earlier(bench, state=JobState.UNKNOWN, press=first, age=timedelta(days=1))
    again = SONG.with_changes(seed="8")
    jobs = bench.studio.jobs
    with pytest.raises(DuplicateRequest, match="not known yet whether the service accepted it"):
        await jobs.submit([again], ACCOUNT, repeats=first, refuse_duplicates=True)
    assert len(await jobs.submit([again], ACCOUNT, repeats=first)) == 1
    await jobs.check_duplicates([again], ACCOUNT, unknown_only=True)


async def test_an_unknown_outcome_is_said(bench: StudioBench) -> None:
    await earlier(bench, state=JobState.UNKNOWN)
    with pytest.raises(DuplicateRequest, match="not known yet whether the service accepted it"):
        await press(bench, SONG)


async def test_without_a_seed_only_an_unknown_outcome_counts(bench: StudioBench) -> None:
    drawn = SONG.with_changes(seed="")
    await earlier(bench, drawn)
    assert len(await press(bench, drawn)) == 1
    await earlier(bench, drawn, state=JobState.UNKNOWN)
    with pytest.raises(DuplicateRequest):
        await press(bench, drawn)


async def test_what_never_has_a_seed_counts_as_it_is(bench: StudioBench) -> None:
    await earlier(bench, WORDS.with_changes(model=""))
    with pytest.raises(DuplicateRequest, match="once more"):
        await press(bench, WORDS)


async def test_where_a_file_was_uploaded_for_the_service_makes_no_difference(
    bench: StudioBench, tmp_path: Path
) -> None:
    file = tmp_path / "riff.wav"
    file.write_bytes(song())
    upload = Recipe(operation=SONG.operation.UPLOAD, audio_file=str(file))
    sent = upload.with_changes(model="", audio_url="https://files.example/riff.wav?signature=1")
    await earlier(bench, sent, state=JobState.UNKNOWN, age=timedelta(days=1))
    with pytest.raises(DuplicateRequest):
        await press(bench, upload)


async def test_how_the_service_knows_the_source_makes_no_difference(bench: StudioBench) -> None:
    _, clip = await bench.made(SONG)
    cover = Recipe(operation=SONG.operation.COVER, sound=SONG.sound, seed="3", source=clip.id)
    await earlier(bench, cover.with_changes(source_uploaded=True))
    with pytest.raises(DuplicateRequest):
        await bench.studio.jobs.submit_with_source(
            [cover], ACCOUNT, clip.id, refuse_duplicates=True
        )
