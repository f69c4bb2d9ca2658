"""Killed in the middle of fetching everything, the next run goes on with the same file."""

import json
import os
import signal
from pathlib import Path

import pytest

from producer_studio.audio.measure import measure
from producer_studio.cli.exit_codes import ExitCode
from tests.end2end.conftest import SHORT_SONG
from tests.soak.library_kills import wait_for_part
from tests.support.program import LIMIT_S, Program, kill_all
from tests.support.sandbox_process import SandboxProcess


@pytest.mark.skipif(os.name == "nt", reason="kills by signal")
@pytest.mark.parametrize("killed", [True, False])
def test_a_run_that_ended_early_goes_on_where_it_was(
    tmp_path: Path, sandbox: SandboxProcess, *, killed: bool
) -> None:
    program = Program(tmp_path / "home")
    added = program.run(
        "accounts", "add", "test", "--service", "demo", "--profile", "musicapi-2026-05",
        "--base-url", sandbox.url, "--poll", "0.1",
    )  # fmt: skip
    assert added.code == 0, added.stderr
    made = program.run("generate", "--account", "test", *SHORT_SONG)
    assert made.code == 0, made.stderr
    (clip,) = program.clips()
    paid = len(sandbox.requests("POST", ""))
    plan = program.run("library", "mirror", "--dry-run").lines[0]
    assert (plan["files"], plan["unknown_sizes"]) == (1, 0)
    sandbox.set_faults([{"where": "media", "kind": "slow", "bytes_per_s": 300_000}])
    process = program.start("library", "mirror", "--json")
    partial = program.library / "partial"
    wait_for_part(process, partial)
    while not any(path.stat().st_size > 100_000 for path in partial.iterdir()):
        assert process.poll() is None, "it ended before the kill"
    if killed:
        kill_all(process)
        process.communicate()
    else:
        process.send_signal(signal.SIGINT)
        told, errors = process.communicate(timeout=LIMIT_S)
        assert process.returncode == ExitCode.INTERRUPTED, errors
        ended = json.loads(told.splitlines()[-1])
        assert (ended["event"], ended["fetched"], ended["left"]) == ("stopped", 0, 1)
    sandbox.set_faults([])
    folder = Path(clip["path"]).parent
    assert not list(folder.glob("*(by service)*"))
    again = program.run("library", "mirror")
    assert again.code == 0, again.stderr
    assert again.last()["bytes"] == plan["bytes"]
    statuses = [one["status"] for one in sandbox.requests("GET", "/audio.wav")]
    assert statuses == [200, 206]
    (wav,) = folder.glob("*(by service).wav")
    assert wav.stat().st_size == plan["bytes"]
    assert measure(wav).sound.duration_s == pytest.approx(clip["duration_s"], abs=0.1)
    assert program.run("library", "mirror").last()["files"] == 0
    assert len(sandbox.requests("POST", "")) == paid, "nothing is sent that could cost"
