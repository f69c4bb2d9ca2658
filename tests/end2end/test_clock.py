"""A clock that is corrected while a paid song is under way, and a network that is not there."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.end2end.conftest import SHORT_SONG
from tests.support.fake_clock import FAKETIME, clock_moved
from tests.support.program import Program, kill_all
from tests.support.sandbox_process import SandboxProcess, running_sandbox

pytestmark = pytest.mark.skipif(FAKETIME is None, reason="libfaketime is not installed")


def told(process: "subprocess.Popen[str]") -> Iterator[dict[str, Any]]:
    assert process.stdout is not None
    for line in process.stdout:
        yield json.loads(line)


def wait_for(process: "subprocess.Popen[str]", event: str) -> dict[str, Any]:
    for line in told(process):
        if line["event"] == event:
            return line
    assert process.stderr is not None
    raise AssertionError(f"{event} never came: {process.stderr.read()}")


def made(sandbox: SandboxProcess) -> int:
    return len(sandbox.state()["tasks"])


@pytest.mark.parametrize("days", [3, -2])
def test_a_song_comes_home_when_the_network_returns_whatever_the_clock_says(
    tmp_path: Path, days: int
) -> None:
    state = ("--state", str(tmp_path / "service"))
    program = Program(tmp_path / "home")
    with running_sandbox(*state) as sandbox:
        port = str(urlsplit(sandbox.url).port)
        program.add_account(sandbox.url)
        process = program.start("generate", "--account", "test", *SHORT_SONG, "--json")
        wait_for(process, "accepted")
        kill_all(process)
        process.communicate()
        sandbox.kill()
    process = program.start("jobs", "resume", "--json", **clock_moved(days))
    waiting = wait_for(process, "waiting")
    assert waiting["fault"]["kind"] == "unreachable"
    assert "charged" not in waiting["fault"]["message"]
    with running_sandbox(*state, "--port", port) as sandbox:
        done = wait_for(process, "done")
        _, stderr = process.communicate()
        assert process.returncode == 0, stderr
        assert Path(done["clips"][0]["path"]).stat().st_size > 0
        assert made(sandbox) == 1
        assert sandbox.requests("POST", "/create") == []
    assert [job["state"] for job in program.jobs()] == ["done"]


@pytest.mark.parametrize("days", [3, -2])
def test_a_file_that_is_not_there_yet_comes_home_at_a_later_start(
    tmp_path: Path, days: int
) -> None:
    missing = {"where": "media", "kind": "status", "status": 404}
    program = Program(tmp_path / "home")
    with running_sandbox() as sandbox:
        program.add_account(sandbox.url)
        sandbox.set_faults([missing])
        first = program.run(
            "generate", "--account", "test", *SHORT_SONG, "--patience", "1", "--instrumental"
        )
        assert first.code == 6, first.stderr
        assert "The finished file has not been available" in first.stderr
        again = program.run("jobs", "resume", "--patience", "1", **clock_moved(days))
        assert again.code == 6, again.stderr
        assert [job["state"] for job in program.jobs()] == ["collecting"]
        sandbox.set_faults([])
        last = program.run("jobs", "resume", **clock_moved(days))
        assert last.code == 0, last.stderr
        assert Path(last.last()["clips"][0]["path"]).stat().st_size > 0
        assert made(sandbox) == 1
