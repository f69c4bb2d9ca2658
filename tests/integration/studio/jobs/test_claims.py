"""One process looks after a job, and lets go of it however it ends."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from producer_studio.domain.ids import JobId, new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.library.library import Library
from producer_studio.studio.events import Notice, NoticeLevel, OtherJobChanged
from producer_studio.studio.jobs import claims
from producer_studio.studio.jobs.actions import Resolution
from producer_studio.studio.jobs.claims import JobClaims
from tests.integration.studio.conftest import (
    ACCOUNT,
    WORDS,
    StudioBench,
    open_bench,
    open_bench_at,
)
from tests.support.program import LIMIT_S
from tests.support.sandbox_process import SandboxProcess
from tests.support.small_disk import fill, mounted_small_disk

OTHER = """
import sys
from pathlib import Path
from producer_studio.studio.jobs.claims import JobClaims

claims = JobClaims(Path(sys.argv[1]))
for line in sys.stdin:
    word, job = line.split()
    print(claims.acquire(job) if word == "take" else claims.release(job), flush=True)
"""


class Other:
    """Another process with claims of its own on the same library."""

    def __init__(self, path: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", OTHER, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def says(self, word: str, job: JobId) -> str:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{word} {job}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


def test_a_job_belongs_to_one_process_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "jobs.lock"
    own, other = JobClaims(path), Other(path)
    mine, theirs = new_job_id(), new_job_id()
    assert own.acquire(mine)
    assert own.acquire(mine)
    assert other.says("take", mine) == "False"
    assert other.says("take", theirs) == "True"
    assert not own.acquire(theirs)
    own.release(mine)
    assert other.says("take", mine) == "True"
    assert not own.acquire(mine)
    # Killed, it says nothing any more; the system lets go for it.
    other.end()
    assert own.acquire(mine)
    assert own.acquire(theirs)
    own.close()


def test_where_nothing_can_be_written_nothing_is_claimed(tmp_path: Path) -> None:
    own = JobClaims(tmp_path / "no such folder" / "jobs.lock")
    assert not own.acquire(new_job_id())
    own.release(new_job_id())
    own.close()


@pytest.mark.anyio
async def test_a_job_of_another_process_is_left_alone(
    bench: StudioBench, sandbox: SandboxProcess
) -> None:
    other = Other(bench.studio.clips.folder / "jobs.lock")
    jobs = []
    for state in (JobState.QUEUED, JobState.SENDING, JobState.UNKNOWN):
        job = Job(id=new_job_id(), state=state, recipe=WORDS, account=ACCOUNT)
        await bench.studio._library.jobs.write(job)
        assert other.says("take", job.id) == "True"
        jobs.append(job)
    queued, _, unknown = jobs
    assert await bench.studio.jobs.resume() == []
    await bench.studio.job_actions.send(queued.id)
    await bench.studio.job_actions.cancel(queued.id)
    await bench.studio.job_actions.resolve(unknown.id, Resolution.SEND_AGAIN)
    await bench.studio.jobs.wait_until_idle()
    assert [bench.on_disk(job)[0] for job in jobs] == ["queued", "sending", "unknown"]
    assert sandbox.requests("POST", "/lyrics-create") == []
    other.end()


@pytest.mark.anyio
async def test_what_waits_for_a_stopped_process_says_so(
    bench: StudioBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "REPORT_AFTER_S", 0.2)
    other = Other(bench.studio.clips.folder / "jobs.lock")
    # The words of this protocol are separated by spaces, and this name has none.
    assert other.says("take", JobId(f"requests-of-{ACCOUNT}")) == "True"
    told: asyncio.Queue[Notice] = asyncio.Queue()
    bench.studio.events.subscribe(Notice, told.put_nowait)
    pressing = [asyncio.create_task(bench.press(WORDS)) for _ in range(2)]
    try:
        notice = await asyncio.wait_for(told.get(), 30)
        assert notice.level is NoticeLevel.WARNING
        assert "another Producer Studio process" in notice.text
        assert "Nothing was sent." in notice.text
    finally:
        other.end()
    jobs = [job for made in await asyncio.gather(*pressing) for job in made]
    await bench.studio.jobs.wait_until_idle()
    assert [(await bench.row(job)).state for job in jobs] == [JobState.DONE] * 2
    assert told.empty()


@pytest.mark.anyio
async def test_what_waits_for_the_word_can_be_decided_in_either_process(
    bench: StudioBench, sandbox: SandboxProcess
) -> None:
    job = Job(id=new_job_id(), state=JobState.UNKNOWN, recipe=WORDS, account=ACCOUNT)
    await bench.studio._library.jobs.write(job)
    await bench.studio.jobs.resume()
    other = Other(bench.studio.clips.folder / "jobs.lock")
    assert other.says("take", job.id) == "True"
    # The other one has forgotten it; this one still shows it as unknown.
    await bench.studio._library.jobs.write(job.with_changes(state=JobState.CANCELLED))
    assert [one.state for one in bench.studio.jobs.visible_jobs()] == [JobState.UNKNOWN]
    other.end()
    after = await bench.studio.job_actions.resolve(job.id, Resolution.SEND_AGAIN)
    assert after is not None
    assert after.state is JobState.CANCELLED
    assert bench.studio.jobs.visible_jobs() == []
    assert sandbox.requests("POST", "/lyrics-create") == []


@pytest.mark.anyio
@pytest.mark.parametrize("state", [JobState.ACCEPTED, JobState.WORKING, JobState.CANCELLED])
async def test_a_job_of_a_killed_process_is_resumed_by_one_that_is_open(
    bench: StudioBench, state: JobState
) -> None:
    made, _ = await bench.made(WORDS)
    folder = bench.studio.clips.folder
    other, library = Other(folder / "jobs.lock"), await Library.open(folder)
    watching = asyncio.create_task(bench.studio.other_jobs.watch())
    shown: asyncio.Queue[Job] = asyncio.Queue()
    bench.studio.events.subscribe(OtherJobChanged, lambda changed: shown.put_nowait(changed.job))
    installation = bench.studio._library.context.installation
    job = Job(
        id=new_job_id(), state=state, account=ACCOUNT, recipe=WORDS, task_id=made.task_id,
        installation=installation,
    )  # fmt: skip
    try:
        assert other.says("take", job.id) == "True"
        await library.jobs.write(job)
        assert (await asyncio.wait_for(shown.get(), 30)).id == job.id
        assert not await bench.studio.jobs.resume_orphan(job)
        other.end()
        await bench.until_in(job, JobState.DONE)
    finally:
        other.end()
        watching.cancel()
        await library.close()


@pytest.mark.anyio
async def test_a_request_of_a_killed_process_has_an_unknown_outcome(bench: StudioBench) -> None:
    job = Job(id=new_job_id(), state=JobState.SENDING, account=ACCOUNT, recipe=WORDS)
    await bench.studio._library.jobs.write(job)
    assert await bench.studio.jobs.resume_orphan(job)
    assert (await bench.row(job)).state is JobState.UNKNOWN
    assert [one.id for one in bench.studio.jobs.visible_jobs()] == [job.id]


@pytest.mark.anyio
async def test_a_library_that_can_only_be_browsed_runs_no_jobs(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    """Its disk was full for a moment: nothing of a job could be written until the next start."""
    sandbox.set_faults([{"where": "create", "kind": "slow_task", "seconds": 2.0}])
    with mounted_small_disk(tmp_path / "disk", "8m") as disk:
        async with open_bench_at(sandbox, disk / "home") as bench:
            (job,) = await bench.press(WORDS)
            await bench.until(lambda one: one.task_id is not None, job.id)
        ballast = fill(disk)
        async with open_bench(disk / "home") as bench:
            assert bench.studio.clips.read_only
            ballast.unlink()
            assert await bench.studio.jobs.resume() == []
            await asyncio.wait_for(bench.studio.jobs.wait_until_idle(), LIMIT_S)
            async with open_bench(disk / "home") as other:
                await other.studio.jobs.resume()
                await other.studio.jobs.wait_until_idle()
                assert (await other.row(job)).state is JobState.DONE
