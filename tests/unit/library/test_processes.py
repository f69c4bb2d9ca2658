"""A window and a command line at the same time, and processes that die."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

import producer_studio
from producer_studio.domain.ids import JobId
from producer_studio.domain.job import JobState
from producer_studio.library import Library
from producer_studio.library.connection import connect

pytestmark = pytest.mark.anyio

HEAD = """
import asyncio, sys
from pathlib import Path
from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import JobId, new_clip_id
from producer_studio.domain.job import Job, JobState
from producer_studio.library import Library

def say(text):
    print(text, flush=True)

async def main():
    library = await Library.open(Path(sys.argv[1]))
"""
TAIL = """
    await library.close()

asyncio.run(main())
"""
WRITE_FOR_EVER = """
    for number in range(1_000_000):
        job = Job(id=JobId(f"job-{number}"))
        await library.jobs.write(job)
        say(f"put {number}")
        clip = Clip(id=new_clip_id(), title=f"Song {number}", job=job.id)
        done = job.with_changes(state=JobState.COLLECTING, clips=(clip.id,))
        await library.clips.add([clip], done)
        say(f"added {number}")
"""
OPEN_AND_WRITE = """
    await library.jobs.write(Job(id=JobId(sys.argv[2])))
    say(len(library.notices))
"""


async def start(body: str, folder: Path, *arguments: str) -> asyncio.subprocess.Process:
    root = str(Path(producer_studio.__file__).parents[1])
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        HEAD + body + TAIL,
        str(folder),
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": root},
    )


async def line(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    return (await process.stdout.readline()).decode().strip()


async def end(process: asyncio.subprocess.Process) -> list[str]:
    output, _ = await process.communicate(b"\n")
    assert process.returncode == 0
    return output.decode().split()


def test_a_write_waits_for_the_disk(tmp_path: Path) -> None:
    db = connect(tmp_path / "x.db", writes=True)
    assert db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert db.execute("PRAGMA synchronous").fetchone()[0] == 2
    db.close()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize("lines", [1, 2, 7, 24])
async def test_what_was_written_outlives_a_kill(tmp_path: Path, lines: int) -> None:
    process = await start(WRITE_FOR_EVER, tmp_path)
    said = [await line(process) for _ in range(lines)]
    process.send_signal(signal.SIGKILL)
    said += (await process.communicate())[0].decode().splitlines()
    library = await Library.open(tmp_path)
    assert library.notices == ()
    for number in range(len(said) // 2 + len(said) % 2):
        job = await library.jobs.get(JobId(f"job-{number}"))
        assert job is not None
        if f"added {number}" in said:
            assert job.state is JobState.COLLECTING
            [clip] = await library.clips.get_many(job.clips)
            assert clip.title == f"Song {number}"
    # A job that says it is collecting always has its clips: one transaction wrote both.
    for job in await library.jobs.list_jobs():
        assert len(await library.clips.get_many(job.clips)) == (job.state is JobState.COLLECTING)
    await library.close()


async def test_two_processes_make_one_library(tmp_path: Path) -> None:
    both = [await start(OPEN_AND_WRITE, tmp_path / "new", name) for name in ("a", "b")]
    assert [await end(process) for process in both] == [["0"], ["0"]]
    library = await Library.open(tmp_path / "new")
    assert {job.id for job in await library.jobs.list_jobs()} == {"a", "b"}
    await library.close()


async def test_a_reader_sees_what_the_other_process_wrote(library: Library) -> None:
    assert await library.jobs.list_jobs() == []
    await end(await start(OPEN_AND_WRITE, library.folder, "from-elsewhere"))
    assert [job.id for job in await library.jobs.list_jobs()] == ["from-elsewhere"]
