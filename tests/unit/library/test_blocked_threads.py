"""A call of the library that never returns does not keep the process from ending."""

import subprocess
import sys

import pytest

_BLOCKED = """
import asyncio, sys, threading
from pathlib import Path
from producer_studio.cli.command_loop import run_in_loop
from producer_studio.library import Library

async def run():
    library = await Library.open(Path(sys.argv[1]))
    loop, begun = asyncio.get_running_loop(), asyncio.Event()

    def never(_db):
        loop.call_soon_threadsafe(begun.set)
        threading.Event().wait()

    database = library.context.database
    call = {"write": database.run_without_transaction, "read": database.read}[sys.argv[2]]
    waiting = asyncio.create_task(call(never))
    await begun.wait()
    waiting.cancel()

run_in_loop(run())
print("ended", flush=True)
"""


@pytest.mark.parametrize("call", ["read", "write"])
def test_the_process_ends(tmp_path, call: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _BLOCKED, str(tmp_path / "library"), call],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (0, "ended\n"), ended.stderr
