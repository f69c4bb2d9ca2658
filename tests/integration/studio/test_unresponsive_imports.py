"""A file that keeps its reader waiting, and results that arrive meanwhile."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from producer_studio.domain.account import Service
from producer_studio.domain.clip import MediaState
from tests.integration.studio.conftest import ACCOUNT, LONGEST_WAIT_S, SONG, open_bench
from tests.support.dead_drive import unresponsive
from tests.support.sandbox_process import SandboxProcess
from tests.support.signals import tone, write_wave

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(sys.platform != "linux", reason="finds child processes in /proc"),
]


def measuring_processes() -> set[int]:
    """Returns the measuring processes of this process."""
    found = set()
    for children in Path("/proc/self/task").glob("*/children"):
        for process_id in children.read_text().split():
            if Path(f"/proc/{process_id}/cmdline").read_bytes().endswith(b"\0measure\0"):
                found.add(int(process_id))
    return found


async def test_a_paid_clip_is_stored_while_an_import_waits_for_its_disk(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    songs = [write_wave(tmp_path / f"{hertz}.wav", tone(0.5, hertz)) for hertz in (440, 660)]
    async with open_bench(tmp_path / "home") as bench:
        await bench.studio.accounts.add(
            ACCOUNT,
            Service.APIFRAME,
            profile="apiframe",
            base_url=f"{sandbox.url}/apiframe",
            poll_s=0.05,
        )
        await bench.studio.imports.run(songs[:1])
        [process_id] = measuring_processes()
        os.kill(process_id, signal.SIGSTOP)
        importing = asyncio.create_task(bench.studio.imports.run(songs[1:]))
        try:
            paid = bench.made(SONG.with_changes(model="FUZZ-2.0 Pro"))
            _, clip = await asyncio.wait_for(paid, LONGEST_WAIT_S)
            assert clip.media is MediaState.READY
            assert not importing.done()
        finally:
            os.kill(process_id, signal.SIGCONT)
            await importing
        assert len(await bench.studio.clips.list_ids()) == 3
    assert measuring_processes() == set()


async def test_folders_on_a_dead_drive_leave_the_threads_for_everything_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_bench(tmp_path / "home") as bench:
        with unresponsive(tmp_path / "drive", monkeypatch) as drive:
            actions = [
                asyncio.create_task(action(drive / str(number)))
                for number in range(40)
                for action in (
                    lambda one: bench.studio.imports.find([one]),
                    bench.studio.merges.run,
                )
            ]
            await asyncio.sleep(0)
            read = asyncio.to_thread(Path(__file__).read_bytes)
            assert await asyncio.wait_for(read, LONGEST_WAIT_S)
            assert not any(one.done() for one in actions)
            for action in actions:
                action.cancel()
            await asyncio.wait(actions)
