"""The window, killed at any moment between the press and the clip's arrival, and opened again."""

import os
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.driven_window import DrivenWindow, outlive
from tests.support.program import Program
from tests.support.sandbox_process import SandboxProcess, running_sandbox

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/task").is_dir() or not hasattr(os, "pidfd_open"),
    reason="Processes are followed through /proc and pidfd_open, which only Linux has.",
)

KILLS = int(os.environ.get("PRODUCER_STUDIO_WINDOW_KILLS", "5"))
DEMO_KILLS = max(2, KILLS // 4)
SOUND = "calm ambient pads with soft piano, slow and dreamy, gentle strings in the background"
LONGEST_MARCH_S = 3.0
MOMENTS = ("pressed", "queued", "sending", "accepted", "working", "collecting", "any", "any")
"""A kill comes a little after one of these was told; "any" is any time in the march."""


def test_a_killed_window_brings_everything_home_and_sends_nothing_twice(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    rng = random.Random(20261121)
    killed_at: Counter[str] = Counter()
    with running_sandbox("--credits", "100000") as sandbox:
        program = Program(tmp_path / "home")
        program.add_account(sandbox.url)
        for number in range(KILLS):
            # Some answers come late, so that kills also fall between a request and its answer.
            late = {"where": "create", "kind": "latency", "seconds": 0.4, "times": 1}
            sandbox.set_faults([late] if number % 3 == 0 else [])
            title = f"Song {number}"
            window = DrivenWindow(program, "sound", SOUND, "title", title, "draft", "press", "stay")
            killed_at[_kill_in_the_march(window, MOMENTS[number % len(MOMENTS)], rng)] += 1
        record_property("last event before the kill", dict(killed_at))
        sandbox.set_faults([])

        seen = _open_again(program)
        assert seen["title"] == f"Song {KILLS - 1}", "the draft did not come back"
        assert seen["sound"] == SOUND
        unknown = _check_nothing_is_lost(program, sandbox)
        asked = [name for name in seen["buttons"] if name.startswith("Send again, Song ")]
        assert len(asked) == len(unknown), "an unknown outcome is not asked about"
        waiting = [name for name in seen["buttons"] if name.startswith("Send, Song ")]
        assert len(waiting) == sum(job["state"] == "queued" for job in program.jobs())


def test_a_killed_window_takes_demo_studio_along_and_its_tasks_still_come_home(
    tmp_path: Path,
) -> None:
    rng = random.Random(20261122)
    program = Program(tmp_path / "home", accounts=())
    for number in range(DEMO_KILLS):
        opening = () if number else ("demo",)
        window = DrivenWindow(
            program, *opening, "sound", SOUND, "title", f"Song {number}", "press", "stay"
        )
        _kill_in_the_march(window, ("accepted", "any", "working", "any")[number % 4], rng)

    _open_again(program)
    # What Demo Studio remembers is read by a Demo Studio that answers such questions.
    with running_sandbox("--state", str(program.home / "state" / "demo-studio")) as demo:
        unknown = _check_nothing_is_lost(program, demo, requests=False)
    assert len(unknown) < DEMO_KILLS


def _kill_in_the_march(window: DrivenWindow, moment: str, rng: random.Random) -> str:
    """Kills a window that was pressed, sees its children end, and says what it had told last."""
    window.until("pressed")
    if moment == "any":
        window.linger(rng.uniform(0.0, LONGEST_MARCH_S))
    elif moment != "pressed":
        window.until("job", state=moment)
        window.linger(rng.uniform(0.0, 0.1))
    offspring = window.kill()
    assert not outlive(offspring, limit_s=20.0), "a process outlived the window"
    last = [line for line in window.told if line["event"] in {"pressed", "job"}][-1]
    return str(last.get("state", last["event"]))


def _open_again(program: Program) -> dict[str, Any]:
    """Opens the window, lets it bring home what it can, and closes it; what it showed."""
    window = DrivenWindow(program, "settle", "look", "close")
    seen = window.until("seen")
    assert window.end() == 0, window.errors()
    return seen


def _check_nothing_is_lost(
    program: Program, sandbox: SandboxProcess, *, requests: bool = True
) -> list[dict[str, Any]]:
    """Compares service and library; the jobs whose outcome is unknown."""
    tasks = sandbox.state()["tasks"]
    seeds = [task["seed"] for task in tasks]
    if requests:
        seeds = [request["body"]["seed"] for request in sandbox.requests("POST", "/create")]
    assert len(seeds) == len(set(seeds)), "a request was sent twice"

    home = Counter(clip["remote_id"] for clip in program.clips())
    assert max(home.values(), default=1) == 1, "a clip came in twice"
    assert all(Path(clip["path"]).stat().st_size > 0 for clip in program.clips())
    made = {task["clip_id"] for task in tasks}
    assert not set(home) - made
    jobs = program.jobs()
    unknown = [job for job in jobs if job["state"] == "unknown"]
    assert len(made - set(home)) <= len(unknown), "a paid result is neither here nor asked about"
    on_its_way = {"sending", "accepted", "working", "collecting"}
    assert not [job for job in jobs if job["state"] in on_its_way]
    return unknown
