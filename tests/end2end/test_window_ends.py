"""Windows that are closed, asked to end, doubled, or left without their service."""

import signal
import sys
from pathlib import Path

import pytest

from tests.support.driven_window import DrivenWindow, outlive
from tests.support.program import Program
from tests.support.sandbox_process import SandboxProcess

SOUND = "calm ambient pads with soft piano, slow and dreamy, gentle strings in the background"
DESK = ("sound", SOUND, "title", "Harbour", "press")
AT_WORK = {"where": "create", "kind": "slow_task", "seconds": 3.0}


def test_closing_while_jobs_run_loses_nothing(program: Program, sandbox: SandboxProcess) -> None:
    sandbox.set_faults([AT_WORK])
    window = DrivenWindow(program, *DESK, "taken", "close")
    assert window.end(limit_s=40.0) == 0, window.errors()
    _comes_home_once(program, sandbox)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a program without asking it")
def test_being_asked_to_end_loses_nothing_and_leaves_nothing_behind(
    program: Program, sandbox: SandboxProcess
) -> None:
    sandbox.set_faults([AT_WORK])
    window = DrivenWindow(program, *DESK, "stay")
    window.until("job", state="accepted")
    window.process.send_signal(signal.SIGTERM)
    assert window.end(limit_s=40.0) == 0, window.errors()
    _comes_home_once(program, sandbox)


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc what the window has started")
def test_demo_studio_ends_with_the_window(tmp_path: Path) -> None:
    program = Program(tmp_path / "home", accounts=())
    window = DrivenWindow(program, "demo", *DESK, "stay")
    window.until("job", state="accepted")
    offspring = window.offspring()
    assert offspring, "Demo Studio was not found"
    window.process.send_signal(signal.SIGTERM)
    assert window.end(limit_s=40.0) == 0, window.errors()
    assert not outlive(offspring, limit_s=10.0)
    again = DrivenWindow(program, "settle", "look", "close")
    assert again.until("seen")["clips"] == 1
    assert again.end() == 0


def test_two_windows_on_one_library_do_each_job_once(
    program: Program, sandbox: SandboxProcess
) -> None:
    first = DrivenWindow(program, *DESK, "settle", "close")
    second = DrivenWindow(program, *DESK, "settle", "close")
    for window in (first, second):
        assert window.end() == 0, window.errors()
    assert len(sandbox.requests("POST", "/create")) == 2
    assert len({clip["remote_id"] for clip in program.clips()}) == 2


def test_without_its_service_the_window_still_shows_the_library(
    program: Program, sandbox: SandboxProcess
) -> None:
    made = DrivenWindow(program, *DESK, "settle", "close")
    assert made.end() == 0, made.errors()
    sandbox.stop()
    window = DrivenWindow(program, "look", "close")
    seen = window.until("seen")
    assert window.end() == 0, window.errors()
    assert seen["clips"] == 1
    assert seen["notices"] == [], "it complains although nothing was asked of the service"
    assert "Traceback" not in window.errors()


def _comes_home_once(program: Program, sandbox: SandboxProcess) -> None:
    assert len(sandbox.requests("POST", "/create")) == 1
    window = DrivenWindow(program, "settle", "look", "close")
    seen = window.until("seen")
    assert window.end() == 0, window.errors()
    assert seen["clips"] == 1
    assert seen["jobs"] == []
    assert len(sandbox.requests("POST", "/create")) == 1
    (clip,) = program.clips()
    assert Path(clip["path"]).stat().st_size > 0
