"""A real studio on a folder of its own, and a real service at the other end of the wire."""

import asyncio
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from producer_studio.domain.account import Service
from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.ids import AccountName, ClipId, JobId
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.library_change import LibraryChange
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.settings.paths import default_paths
from producer_studio.studio.events import JobChanged, Notice
from producer_studio.studio.studio import Studio
from tests.support.sandbox_process import SandboxProcess, running_sandbox

ACCOUNT = AccountName("test")
KEY = "sk-units-51c0de"
NO_DEMO = [sys.executable, "-c", "raise SystemExit('not needed here')"]
LONGEST_WAIT_S = 120.0

WORDS = Recipe(operation=Operation.LYRICS, prompt="a lighthouse that keeps the last ship waiting")
"""The quickest thing a service makes: words, without any sound."""

SONG = Recipe(
    sound="calm ambient pads with soft piano, slow and dreamy, gentle strings behind",
    title="Low tide",
    seed="7",
    instrumental=True,
)


@pytest.fixture(scope="session")
def the_sandbox() -> Iterator[SandboxProcess]:
    with running_sandbox("--credits", "100000") as process:
        yield process


@pytest.fixture
def sandbox(the_sandbox: SandboxProcess) -> SandboxProcess:
    """The service, without faults and with nothing written down."""
    the_sandbox.control("reset", {})
    the_sandbox.control("credits", {"credits": 100_000})
    the_sandbox.control("settings", {"answers": "classic"})
    return the_sandbox


@dataclass
class StudioBench:
    """A studio with its ears open."""

    studio: Studio
    home: Path
    told: list[Job] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def states(self, job: Job) -> list[JobState]:
        """What was told of a job, each state once in a row."""
        states = [one.state for one in self.told if one.id == job.id]
        return [state for at, state in enumerate(states) if at == 0 or states[at - 1] is not state]

    async def until(self, so: Callable[[Job], bool], job_id: JobId | None = None) -> Job:
        """Waits until a job is so."""
        heard: asyncio.Future[Job] = asyncio.get_running_loop().create_future()

        def look(job: Job) -> None:
            if (job_id is None or job.id == job_id) and so(job) and not heard.done():
                heard.set_result(job)

        stop = self.studio.events.subscribe(JobChanged, lambda changed: look(changed.job))
        try:
            if job_id is not None:
                now = await self.studio.jobs.get(job_id)
                if now is not None:
                    look(now)
            return await asyncio.wait_for(heard, LONGEST_WAIT_S)
        finally:
            stop()

    async def until_in(self, job: Job, *states: JobState) -> Job:
        return await self.until(lambda one: one.state in states, job.id)

    async def until_media(self, clip_id: ClipId, state: MediaState) -> Clip:
        """Waits until the sound of a clip is in a state."""
        changed = asyncio.Event()
        stop = self.studio.events.subscribe(LibraryChange, lambda _change: changed.set())
        try:
            async with asyncio.timeout(LONGEST_WAIT_S):
                while (clip := await self.studio.clips.get(clip_id)) is None or (
                    clip.media is not state
                ):
                    await changed.wait()
                    changed.clear()
                return clip
        finally:
            stop()

    async def press(self, *recipes: Recipe) -> list[Job]:
        return await self.studio.jobs.submit(recipes, ACCOUNT)

    async def made(self, recipe: Recipe) -> tuple[Job, Clip]:
        """Asks for one thing and waits until it is here."""
        (job,) = await self.press(recipe)
        await self.studio.jobs.wait_until_idle()
        job = await self.row(job)
        assert job.state is JobState.DONE, job
        clip = await self.studio.clips.get(job.clips[0])
        assert clip is not None
        return job, clip

    async def row(self, job: Job) -> Job:
        """The job as the library has it."""
        found = await self.studio._library.jobs.get(job.id)
        assert found is not None
        return found

    def on_disk(self, job: Job) -> tuple[str, str | None]:
        """State and task as anybody else reads them from the file."""
        path = self.studio.clips.folder / "library.db"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
            found: tuple[str, str | None] = db.execute(
                "SELECT state, task_id FROM jobs WHERE id = ?", (job.id,)
            ).fetchone()
            return found

    async def charged(self) -> list[float | None]:
        return [
            entry.amount
            for entry in await self.studio._library.ledger.list_entries(ACCOUNT)
            if entry.kind == "charged"
        ]


def environ_for(home: Path, **more: str) -> dict[str, str]:
    return {
        "PRODUCER_STUDIO_HOME": str(home),
        "PRODUCER_STUDIO_KEY_TEST": KEY,
        # No keychain in tests: a bus that is nowhere.
        "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent",
        **more,
    }


@asynccontextmanager
async def open_bench(home: Path, **environ: str) -> AsyncIterator[StudioBench]:
    given = environ_for(home, **environ)
    studio = await Studio.open(default_paths(given), given, NO_DEMO)
    bench = StudioBench(studio, home)
    studio.events.subscribe(JobChanged, lambda changed: bench.told.append(changed.job))
    studio.events.subscribe(Notice, bench.notices.append)
    try:
        yield bench
    finally:
        await studio.close()


@asynccontextmanager
async def open_bench_at(
    sandbox: SandboxProcess, home: Path, service: Service = Service.DEMO, **account: Any
) -> AsyncIterator[StudioBench]:
    """A desk with the account "test" at the sandbox."""
    async with open_bench(home) as bench:
        await bench.studio.accounts.add(
            ACCOUNT, service, base_url=sandbox.url, poll_s=0.05, **account
        )
        yield bench


@pytest.fixture
async def bench(sandbox: SandboxProcess, tmp_path: Path) -> AsyncIterator[StudioBench]:
    async with open_bench_at(sandbox, tmp_path / "home") as made:
        yield made
