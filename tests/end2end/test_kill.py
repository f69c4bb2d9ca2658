"""Killed at any moment, the studio loses nothing that was paid for and sends nothing twice."""

import os
import random
import subprocess
import time
from collections import Counter
from pathlib import Path

from tests.support.program import Program, kill_all
from tests.support.sandbox_process import SandboxProcess, running_sandbox

KILLS = int(os.environ.get("PRODUCER_STUDIO_KILLS", "6"))
SOUND = "calm ambient pads with soft piano, slow and dreamy, gentle strings in the background"


def test_every_accepted_task_comes_home_however_often_the_studio_is_killed(tmp_path: Path) -> None:
    rng = random.Random(20261120)
    with running_sandbox("--credits", "100000") as sandbox:
        program = Program(tmp_path / "home")
        program.add_account(sandbox.url)
        killed_at: Counter[str] = Counter()
        # A busy machine takes several times as long to start a program and to finish its work.
        began = time.monotonic()
        assert program.run("generate", *_arguments(999, 1)).code == 0
        whole_s = time.monotonic() - began
        for number in range(KILLS):
            process = program.start(
                "generate", *_arguments(1000 + 10 * number, rng.choice((1, 1, 2)))
            )
            killed_at[_kill_after(process, rng.uniform(0.1, 1.0) * whole_s)] += 1
            if number % 5 == 4:
                _kill_after(program.start("jobs", "resume", "--json"), rng.uniform(0.3, 3.0))
        print(f"killed while the last event was: {dict(killed_at)}")

        resumed = program.run("jobs", "resume")
        assert resumed.code in {0, 7}, resumed.stderr
        _check_nothing_is_lost(program, sandbox)
        # The unknown are asked about, and the answer is obeyed.
        _check_the_unknown_are_asked_about(program)


def _arguments(seed: int, takes: int) -> list[str]:
    return [
        "--account", "test", "--sound", SOUND, "--seed", str(seed), "--takes", str(takes),
        "--instrumental", "--json",
    ]  # fmt: skip


def _kill_after(process: "subprocess.Popen[str]", life_s: float) -> str:
    """Lets a process live so long, kills it, and says what it had told last."""
    try:
        stdout, _ = process.communicate(timeout=life_s)
    except subprocess.TimeoutExpired:
        kill_all(process)
        stdout, _ = process.communicate()
    lines = [line for line in stdout.splitlines() if line.endswith("}")]
    return lines[-1].split('"')[3] if lines else "nothing yet"


def _check_nothing_is_lost(program: Program, sandbox: SandboxProcess) -> None:
    sent = [request["body"]["seed"] for request in sandbox.requests("POST", "/create")]
    assert len(sent) == len(set(sent)), "a request was sent twice"

    made = {task["clip_id"] for task in sandbox.state()["tasks"]}
    clips = program.clips()
    home = Counter(clip["remote_id"] for clip in clips)
    assert max(home.values()) == 1, "a clip came in twice"
    assert all(Path(clip["path"]).stat().st_size > 0 for clip in clips)

    unknown = [job for job in program.jobs() if job["state"] == "unknown"]
    missing = made - set(home)
    assert not set(home) - made
    assert len(missing) <= len(unknown), "a paid result is neither here nor asked about"
    assert not [job for job in program.jobs() if job["state"] in {"sending", "accepted", "working"}]


def _check_the_unknown_are_asked_about(program: Program) -> None:
    for job in program.jobs():
        if job["state"] == "unknown":
            assert job["fault"]["kind"] == "outcome-unknown"
            assert program.run("jobs", "resolve", job["id"], "--forget").code == 0
    assert not [job for job in program.jobs() if job["state"] == "unknown"]
    assert program.run("jobs", "resume").code == 0
