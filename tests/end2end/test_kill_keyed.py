"""Killed between sending, not knowing and sending again, a service with keys charges once."""

import json
import subprocess
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.program import KEY, Ended, Program, kill_all
from tests.support.sandbox_process import SandboxProcess

SOUND = "calm ambient pads with soft piano, slow and dreamy, gentle strings in the background"
AWAY = {"where": "list", "kind": "status", "status": 503}
LONGEST_WAIT_S = 120.0
HELD = {"where": "create", "kind": "latency", "seconds": 2.0, "times": 1}
SLOW = {"where": "create", "kind": "slow", "bytes_per_s": 1}


@dataclass(frozen=True)
class Cell:
    """Where the program is killed, and what the service has taken until then.

    Attributes:
        killed_at: sending, unknown, or repeat: while the request is out for the second time.
        taken: Whether the service takes each request, in turn; it never answers one.
    """

    killed_at: str
    taken: tuple[bool, ...]

    @property
    def is_taken(self) -> bool:
        return any(self.taken)

    def faults(self) -> list[dict[str, Any]]:
        cuts = [
            {"where": "create", "kind": "cut_after" if taken else "cut_before", "times": 1}
            for taken in self.taken
        ]
        if self.killed_at == "unknown":
            return [AWAY, *cuts]
        # The last one is killed while it is out: before it is taken, or while its answer trickles.
        if self.taken[-1]:
            return [AWAY, *cuts[:-1], SLOW]
        return [AWAY, HELD | {"after": len(self.taken) - 1}, *cuts]


CELLS = [
    Cell("sending", (True,)),
    Cell("sending", (False,)),
    Cell("unknown", (True,)),
    Cell("unknown", (False,)),
    Cell("repeat", (True, True)),
    Cell("repeat", (True, False)),
    Cell("repeat", (False, True)),
    Cell("repeat", (False, False)),
]


@pytest.fixture
def title(service: SandboxProcess) -> str:
    """Words of its own for each cell: the service lists what the others have asked for, too."""
    service.control("reset", {})
    return f"Low tide {uuid.uuid4().hex[:8]}"


def made(service: SandboxProcess, title: str) -> list[str]:
    """The keys of the tasks that were made, and so charged, under a title."""
    tasks = service.state()["tasks"]
    return [task["order"]["key"] for task in tasks if title in json.dumps(task)]


def buy_alike(service: SandboxProcess, title: str) -> None:
    """Buys the same song from elsewhere, so that the list does not tell which is whose."""
    answer = httpx.post(
        f"{service.url}/apiframe/v2/music/generate",
        json={
            "prompt": SOUND,
            "model": "producer",
            "producerParams": {"title": title, "instrumental": True},
        },
        headers={"X-API-Key": KEY, "Idempotency-Key": uuid.uuid4().hex},
        trust_env=False,
    )
    assert answer.status_code == 202, answer.text


def kill_in(cell: Cell, program: Program, service: SandboxProcess, title: str, count: int) -> None:
    """Kills a run in a cell, once the service has made so many tasks."""
    process = program.start(
        "generate", "--account", "test", "--sound", SOUND, "--title", title, "--instrumental",
        "--json",
    )  # fmt: skip
    wanted = {"sending": 1, "unknown": 1, "repeat": 2}[cell.killed_at]
    event = "unknown" if cell.killed_at == "unknown" else "sending"
    assert process.stdout is not None
    for line in process.stdout:
        wanted -= json.loads(line)["event"] == event
        if not wanted:
            break
    else:
        raise AssertionError(_rest(process))
    wait_until_taken(service, title, count)
    kill_all(process)
    process.communicate()


def _rest(process: "subprocess.Popen[str]") -> str:
    return f"it ended before it was killed: {process.communicate()[1]}"


def wait_until_taken(service: SandboxProcess, title: str, count: int) -> None:
    """Waits for a request to reach the service, which tells nobody."""
    until = time.monotonic() + LONGEST_WAIT_S
    while len(made(service, title)) < count:
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("cell", "alike"),
    [(cell, False) for cell in CELLS] + [(cell, True) for cell in CELLS[::3]],
    ids=lambda value: (
        f"{value.killed_at} {value.taken}" if isinstance(value, Cell) else f"beside {value:d} alike"
    ),
)
def test_a_kill_costs_no_second_song(
    service: SandboxProcess, title: str, tmp_path: Path, cell: Cell, alike: bool
) -> None:
    program = Program(tmp_path / "home")
    program.add_account(f"{service.url}/apiframe", service="apiframe")
    if alike:
        buy_alike(service, title)
    service.set_faults(cell.faults())
    before = int(alike) + int(cell.is_taken)
    kill_in(cell, program, service, title, before)
    service.set_faults([])

    resumed = program.run("jobs", "resume")
    if cell.is_taken or alike:
        # Found, or sent again with its key: either way nothing is asked.
        _check_home(program, resumed)
    else:
        (job,) = program.jobs()
        assert job["state"] == "queued", resumed
        assert made(service, title) == []
        _check_home(program, program.run("jobs", "resolve", job["id"], "--send-again"))
    keys = made(service, title)
    assert len(keys) == len(set(keys)) == max(1, before)


def _check_home(program: Program, ended: Ended) -> None:
    assert ended.code == 0, ended.stderr
    clips = program.clips()
    assert clips
    assert all(Path(clip["path"]).stat().st_size > 0 for clip in clips)
    assert [job["state"] for job in program.jobs()] == ["done"]
