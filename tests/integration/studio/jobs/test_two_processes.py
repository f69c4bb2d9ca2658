"""Two processes with one library: what one of them does is not lost on the other."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from producer_studio.domain.account import Service
from producer_studio.domain.clip import Clip, MediaState, Registration
from producer_studio.domain.ids import AccountName, JobId, RemoteId, TaskId, new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.library.library import Library
from producer_studio.studio.events import OtherJobChanged
from tests.integration.studio.conftest import ACCOUNT, SONG, WORDS, StudioBench
from tests.integration.studio.jobs.test_claims import Other
from tests.integration.studio.jobs.test_sources import (
    OTHER,
    UPLOAD_PATH,
    WAV,
    WORK_PATH,
    add_other,
    foreign,
    with_file,
)
from tests.support.sandbox_process import SandboxProcess

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def watching(bench: StudioBench) -> AsyncIterator[None]:
    task = asyncio.create_task(bench.studio.other_jobs.watch())
    try:
        yield
    finally:
        task.cancel()


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.UNKNOWN, JobState.FAILED])
async def test_a_job_shown_here_that_a_killed_process_had_sent_is_resumed(
    bench: StudioBench, state: JobState
) -> None:
    made, _ = await bench.made(WORDS)
    job = Job(id=new_job_id(), state=state, account=ACCOUNT, recipe=WORDS)
    job = job.with_changes(installation=bench.studio._library.context.installation)
    await bench.studio._library.jobs.write(job)
    await bench.studio.jobs.resume()
    assert [one.id for one in bench.studio.jobs.visible_jobs()] == [job.id]
    folder = bench.studio.clips.folder
    other, library = Other(folder / "jobs.lock"), await Library.open(folder)
    elsewhere: asyncio.Queue[Job] = asyncio.Queue()
    bench.studio.events.subscribe(
        OtherJobChanged, lambda changed: elsewhere.put_nowait(changed.job)
    )
    try:
        async with watching(bench):
            assert other.says("take", job.id) == "True"
            sent = job.with_changes(state=JobState.ACCEPTED, task_id=made.task_id)
            await library.jobs.write(sent)
            shown = await asyncio.wait_for(elsewhere.get(), 30)
            assert (shown.id, shown.state) == (job.id, JobState.ACCEPTED)
            other.end()
            await bench.until_in(job, JobState.DONE)
    finally:
        other.end()
        await library.close()


@pytest.mark.parametrize(
    ("uncertain_sends", "state"), [(0, JobState.QUEUED), (1, JobState.UNKNOWN)]
)
async def test_what_a_killed_process_had_not_sent_waits_for_the_user(
    bench: StudioBench, sandbox: SandboxProcess, uncertain_sends: int, state: JobState
) -> None:
    job = Job(id=new_job_id(), account=ACCOUNT, recipe=SONG, uncertain_sends=uncertain_sends)
    job = job.with_changes(installation=bench.studio._library.context.installation)
    folder = bench.studio.clips.folder
    other, library = Other(folder / "jobs.lock"), await Library.open(folder)
    elsewhere: asyncio.Queue[Job] = asyncio.Queue()
    bench.studio.events.subscribe(
        OtherJobChanged, lambda changed: elsewhere.put_nowait(changed.job)
    )
    try:
        async with watching(bench):
            assert other.says("take", job.id) == "True"
            await library.jobs.write(job)
            assert (await asyncio.wait_for(elsewhere.get(), 30)).state is JobState.QUEUED
            assert not bench.studio.jobs.needs_confirmation(job)
            other.end()
            shown = await bench.until(lambda _: bench.studio.jobs.visible_jobs() != [], job.id)
            assert shown.state is state
            assert bench.studio.jobs.needs_confirmation(shown) is (state is JobState.QUEUED)
    finally:
        other.end()
        await library.close()
    assert sandbox.requests("POST", "/create") == []


async def test_what_another_process_has_ended_is_not_shown_any_more(bench: StudioBench) -> None:
    job = Job(id=new_job_id(), state=JobState.UNKNOWN, account=ACCOUNT, recipe=WORDS)
    await bench.studio._library.jobs.write(job)
    await bench.studio.jobs.resume()
    library = await Library.open(bench.studio.clips.folder)
    try:
        async with watching(bench):
            await library.jobs.write(job.with_changes(state=JobState.DONE))
            await bench.until_in(job, JobState.DONE)
    finally:
        await library.close()
    assert bench.studio.jobs.visible_jobs() == []


async def test_a_job_that_was_cancelled_does_not_run_in_another_process(bench: StudioBench) -> None:
    seen: list[OtherJobChanged] = []
    bench.studio.events.subscribe(OtherJobChanged, seen.append)
    job = Job(id=new_job_id(), state=JobState.QUEUED, account=ACCOUNT, recipe=WORDS)
    cancelled = job.with_changes(state=JobState.CANCELLED, finished_at=datetime.now(UTC))
    library = await Library.open(bench.studio.clips.folder)
    try:
        for one in (job, cancelled):
            await library.jobs.write(one)
            await bench.studio.other_jobs.publish_changes()
    finally:
        await library.close()
    assert [(one.job.state, one.is_over) for one in seen] == [
        (JobState.QUEUED, False), (JobState.CANCELLED, True)
    ]  # fmt: skip


@pytest.fixture
async def two(bench: StudioBench, sandbox: SandboxProcess) -> StudioBench:
    """A desk with accounts at two services."""
    await add_other(bench, sandbox)
    return bench


@asynccontextmanager
async def uploading_elsewhere(two: StudioBench, clip: Clip) -> AsyncIterator[tuple[Job, Library]]:
    """An upload of the clip that another process runs, and the library as that process has it."""
    folder = two.studio.clips.folder
    upload = Job(
        id=new_job_id(),
        state=JobState.WORKING,
        account=OTHER,
        recipe=Recipe(operation=Operation.UPLOAD, source=clip.id, audio_url="https://x.org/a.mp3"),
        task_id=TaskId("t-1"),
        installation=two.studio._library.context.installation,
    )
    other, library = Other(folder / "jobs.lock"), await Library.open(folder)
    try:
        assert other.says("take", upload.id) == "True"
        await library.jobs.write(upload)
        yield upload, library
    finally:
        other.end()
        await library.close()


async def end_upload(library: Library, upload: Job, clip: Clip) -> None:
    known = Registration(account=OTHER, remote_id=RemoteId("r-2"))
    done = upload.with_changes(state=JobState.DONE, finished_at=datetime.now(UTC))
    await library.clips.add_registration(clip.id, known, done)


async def test_a_job_goes_on_after_the_upload_of_another_process(
    two: StudioBench, sandbox: SandboxProcess
) -> None:
    clip = await with_file(two, await foreign(two, sandbox))
    async with uploading_elsewhere(two, clip) as (upload, library):
        (job,) = await two.studio.jobs.submit_with_source([WAV], OTHER, clip.id, register=True)
        assert job.after == upload.id
        await end_upload(library, upload, clip)
        # Whatever comes of it, the request was sent.
        await two.studio.jobs.wait_until_idle()
    assert sandbox.requests("POST", UPLOAD_PATH) == []
    assert len(sandbox.requests("POST", WORK_PATH)) == 1


async def test_a_job_goes_on_after_an_upload_that_another_process_decided_about(
    two: StudioBench, sandbox: SandboxProcess
) -> None:
    clip = await with_file(two, await foreign(two, sandbox))
    sandbox.set_faults([{"where": "upload", "kind": "cut_before", "times": 1}])
    upload, job = await two.studio.jobs.submit_with_source([WAV], OTHER, clip.id, register=True)
    await two.studio.jobs.wait_until_idle()
    assert (await two.row(upload)).state is JobState.UNKNOWN
    library = await Library.open(two.studio.clips.folder)
    try:
        async with watching(two):
            await end_upload(library, await two.row(upload), clip)
            await two.until(lambda one: one.sent_at is not None, job.id)
    finally:
        await library.close()
    assert len(sandbox.requests("POST", UPLOAD_PATH)) == 1


async def test_a_file_is_downloaded_by_one_process_at_a_time(
    bench: StudioBench, sandbox: SandboxProcess
) -> None:
    _, clip = await bench.made(SONG)
    assert clip.path is not None
    clip.path.unlink()
    await bench.studio.clips.refresh_media_states([clip.id])
    seen = len(sandbox.requests("GET", ".m4a"))
    other = Other(bench.studio.clips.folder / "jobs.lock")
    # The lock of a process that downloads the clip's sound.
    name = f"audio-of-{clip.id}"
    assert other.says("take", JobId(name)) == "True"
    await bench.studio.clips.retry_download(clip.id)
    assert len(sandbox.requests("GET", ".m4a")) == seen
    other.end()
    await bench.studio.clips.retry_download(clip.id)
    after = await bench.studio.clips.get(clip.id)
    assert after is not None
    assert after.media is MediaState.READY


async def test_an_upload_that_another_process_left_unsent_is_sent_by_a_new_press(
    two: StudioBench, sandbox: SandboxProcess
) -> None:
    clip = await with_file(two, await foreign(two, sandbox))
    upload = Job(
        id=new_job_id(),
        account=OTHER,
        recipe=Recipe(operation=Operation.UPLOAD, source=clip.id, audio_file=str(clip.path)),
        installation=two.studio._library.context.installation,
    )
    await two.studio._library.jobs.write(upload)
    (job,) = await two.studio.jobs.submit_with_source([WAV], OTHER, clip.id, register=True)
    assert job.after == upload.id
    await two.studio.jobs.wait_until_idle()
    assert (await two.row(upload)).state is JobState.DONE
    assert (await two.row(job)).state is JobState.DONE
    assert len(sandbox.requests("POST", UPLOAD_PATH)) == 1


async def test_a_press_waits_while_another_process_looks_for_an_upload_of_the_clip(
    two: StudioBench, sandbox: SandboxProcess
) -> None:
    clip = await with_file(two, await foreign(two, sandbox))
    folder = two.studio.clips.folder
    other, library = Other(folder / "jobs.lock"), await Library.open(folder)
    lock = JobId(f"upload-of-{clip.id}-to-{OTHER}")
    try:
        # Between its search for an upload and the insertion of its own.
        assert other.says("take", lock) == "True"
        press = asyncio.create_task(
            two.studio.jobs.submit_with_source([WAV], OTHER, clip.id, register=True)
        )
        await asyncio.wait({press}, timeout=1)
        upload = Job(id=new_job_id(), account=OTHER, state=JobState.WORKING)
        await end_upload(library, upload, clip)
        other.says("leave", lock)
        (job,) = await press
    finally:
        other.end()
        await library.close()
    assert job.after is None
    await two.studio.jobs.wait_until_idle()
    assert sandbox.requests("POST", UPLOAD_PATH) == []


async def test_two_processes_do_not_search_for_tasks_of_one_account_at_the_same_time(
    bench: StudioBench, sandbox: SandboxProcess
) -> None:
    """Each of them would find the task that the other one assigns to another job."""
    await bench.studio.accounts.add(
        AccountName("listed"), Service.DEMO, base_url=sandbox.url, profile="apiframe", poll_s=0.05
    )
    job = Job(id=new_job_id(), account=AccountName("listed"), recipe=SONG, state=JobState.UNKNOWN)
    await bench.studio._library.jobs.write(job)
    other = Other(bench.studio.clips.folder / "jobs.lock")
    lock = JobId(f"search-at-{bench.studio._connections.endpoint(AccountName('listed'))}")
    try:
        assert other.says("take", lock) == "True"
        start = asyncio.create_task(bench.studio.jobs.resume())
        await asyncio.wait({start}, timeout=1)
        assert sandbox.requests("GET", "/v2/jobs") == []
        other.says("leave", lock)
        await start
    finally:
        other.end()
    assert len(sandbox.requests("GET", "/v2/jobs")) == 1
