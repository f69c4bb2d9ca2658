"""The command that runs the tests: what fails beside others runs again alone, and is named."""

from pathlib import Path

import pytest

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
