"""A file on a drive that does not answer does not keep the program from ending."""

import asyncio
import signal
import sys
import time
from pathlib import Path

import pytest

from tests.end2end.test_export_kill import library_of
from tests.support.program import Program, kill_all

_DEAD_DRIVE = """
import os, threading
open_file = os.open

def opened(path, *arguments, **options):
    if os.fspath(path) == os.environ["DEAD_FILE"]:
        open(os.environ["DEAD_FILE"] + ".asked", "w").close()
        threading.Event().wait()
    return open_file(path, *arguments, **options)

os.open = opened
"""


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
def test_a_command_ends_when_it_is_asked_to(tmp_path: Path) -> None:
    program = Program(tmp_path / "home")
    (clip,) = asyncio.run(library_of(tmp_path / "home" / "library", 1))
    (path,) = [Path(one["path"]) for one in program.clips()]
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(_DEAD_DRIVE)
    process = program.start(
        "export", clip, "--format", "mp3", "--to", str(tmp_path / "out"),
        DEAD_FILE=str(path), PYTHONPATH=str(tmp_path / "site"),
    )  # fmt: skip
    try:
        asked = path.with_name(f"{path.name}.asked")
        while not asked.exists() and process.poll() is None:
            time.sleep(0.05)  # no event of another process to wait for
        assert asked.exists()
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=240)
    except BaseException:
        kill_all(process)
        raise
    assert process.returncode == 130, stderr
    assert "Traceback" not in stderr
    # What it had begun is hidden, and goes with the next export.
    assert [one.name for one in (tmp_path / "out").iterdir() if one.name[0] != "."] == []
    path.with_name(f"{path.name}.asked").unlink()
    assert program.run("export", clip, "--format", "mp3", "--to", str(tmp_path / "out")).code == 0
    assert [one.name for one in (tmp_path / "out").iterdir()] == ["Song 0.mp3"]
