"""The command that runs the tests: what fails beside others runs again alone, and is named."""

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from xdist.remote import Producer

import failed_tests
import start

PASSES = "def test_fine(): pass\n"
FAILS = "def test_wrong(): raise AssertionError\n"
PASSES_THE_SECOND_TIME = """
from pathlib import Path

def test_busy():
    marker = Path(__file__).with_name("ran")
    ran_before = marker.exists()
    marker.touch()
    assert ran_before
"""
CRASHES_THE_FIRST_TIME = """
import os
from pathlib import Path

def test_crash():
    marker = Path(__file__).with_name("crashed")
    if not marker.exists():
        marker.touch()
        os.abort()
"""
EXITS = "    os._exit(3)\n"


def _project(folder: Path, **files: str) -> Path:
    (folder / "pyproject.toml").write_text("[tool.pytest.ini_options]\n", "utf-8")
    for name, text in files.items():
        (folder / f"test_{name}.py").write_text(text, "utf-8")
    return folder


def test_what_passes_alone_is_named(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    files = {"busy": PASSES_THE_SECOND_TIME, "crash": CRASHES_THE_FIRST_TIME, "fine": PASSES}
    code = start.run_tests(["-q", "-n", "2"], _project(tmp_path, **files))

    out, err = capfd.readouterr()
    assert code == 0
    assert "2 failed" in out
    assert "2 passed, 1 deselected" in out
    assert err.count("test_busy.py::test_busy") == err.count("test_crash.py::test_crash") == 2


def test_a_run_ends_after_a_crash_when_no_other_worker_is_left(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    crash = "def test_before(): pass\n" + CRASHES_THE_FIRST_TIME + "def test_after(): pass\n"
    # Each worker is given two files at first: one has finished a file when the other crashes.
    files = {f"fine{number}": PASSES for number in range(3)} | {"late": crash}
    code = start.run_tests(["-q", "-n", "2"], _project(tmp_path, **files))

    out, _err = capfd.readouterr()
    assert code == 0
    assert "1 failed, 5 passed" in out


def test_what_crashes_runs_once_and_once_alone(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    crash = "import os, sys\n\ndef test_crash():\n    open(__file__ + '.ran', 'a').write('x')\n"
    code = start.run_tests(["-q", "-n", "2"], _project(tmp_path, crash=crash + EXITS, fine=PASSES))

    out, _err = capfd.readouterr()
    assert code != 0
    assert out.count("FAILED test_crash.py::test_crash") >= 1
    assert (tmp_path / "test_crash.py.ran").read_text("utf-8") == "xx"


def test_what_fails_alone_too_fails(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    files = {"wrong": FAILS, "busy": PASSES_THE_SECOND_TIME}
    code = start.run_tests(["-q", "-n", "2"], _project(tmp_path, **files))

    out, err = capfd.readouterr()
    assert code == start.TESTS_FAILED
    assert "2 failed" in out
    assert "1 failed, 1 passed" in out
    assert "pass alone" not in err


def test_many_failures_do_not_run_again(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    files = {f"wrong{number}": FAILS for number in range(start.FEW + 1)}
    code = start.run_tests(["-q", "-n", "2"], _project(tmp_path, **files))

    out, err = capfd.readouterr()
    assert code == start.TESTS_FAILED
    assert out.count(f"{start.FEW + 1} failed") == 1
    assert "run again" not in err


class _Worker:
    """What the scheduler of pytest-xdist calls of a worker."""

    shutting_down = False

    def __init__(self) -> None:
        self.sent: list[int] = []
        self.gateway = SimpleNamespace(id="gw")

    def send_runtest_some(self, indices: list[int]) -> None:
        self.sent += indices

    def shutdown(self) -> None:
        self.shutting_down = True


class _Config:
    """Options of a run with two workers."""

    option = SimpleNamespace(loadscopereorder=False)

    def getoption(self, name: str) -> str:
        return {"dist": "loadfile"}[name]

    def getvalue(self, name: str) -> list[str]:
        return {"tx": ["popen", "popen"]}[name]


def test_two_workers_can_be_replaced_at_once() -> None:
    scheduler = failed_tests.pytest_xdist_make_scheduler(
        cast("pytest.Config", _Config()), Producer("")
    )
    assert scheduler is not None
    tests = [f"test_{file}.py::test_{number}" for file in range(9) for number in range(3)]
    first, second = _Worker(), _Worker()
    for worker in (first, second):
        scheduler.add_node(worker)
        scheduler.add_node_collection(worker, tests)
    scheduler.schedule()
    assert first.sent
    assert second.sent
    for worker in (first, second):
        scheduler.remove_node(worker)
    third, fourth = _Worker(), _Worker()
    scheduler.add_node(third)
    scheduler.add_node(fourth)
    scheduler.add_node_collection(third, tests)
    scheduler.schedule()
    assert third.sent
    assert not fourth.sent
    scheduler.add_node_collection(fourth, tests)
    scheduler.schedule()
    assert fourth.sent
