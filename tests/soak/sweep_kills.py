"""`python3 -m tests.soak.sweep_kills --times 50`: sweeps with limits, killed at random moments.

Each sweep runs in a process of its own against a sandbox with slow and broken answers, is killed,
continued by another process, perhaps killed again, and so on to its end. What counts is what the
sandbox has seen. Ends with 1 when a limit was passed, or a sweep ended short of its limit.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import tempfile
import threading
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.program import Program
from tests.support.sandbox_process import SandboxProcess, running_sandbox

PRICE = 10
"""Credits for one request, as this dialect states them."""
SERVICE = "aimusicapi"
SONG_S = 1
_SOUND = "calm ambient pads with soft piano, slow and dreamy, gentle strings in the background"
_BALANCE = 1000
_LIMITS = ("requests", "credits", "balance")
_ENDS = ("The limits allow no request", "Every request of this sweep was sent")
"""Why there is nothing to continue; what was refunded may be spent on all of a sweep."""
_FAULTS: tuple[list[dict[str, Any]], ...] = (
    [],
    [{"where": "create", "kind": "cut_after", "times": 1, "after": 1}],
    [{"where": "create", "kind": "cut_before", "times": 1}],
    [{"where": "create", "kind": "fail", "times": 1, "after": 1}],
)
_SLOW: dict[str, Any] = {"where": "create", "kind": "latency", "seconds": 0.4}


@dataclass
class SweepRun:
    """One sweep, from its start to its end.

    Attributes:
        size: Requests that it would send without a limit.
        allowed: Requests that its limit allows.
        kills: Event that was last printed before each kill.
        requests: Requests that the sandbox has seen.
        tasks: Those that it has accepted.
        credits: What they have cost, less refunds.
    """

    size: int
    limit: str
    allowed: int
    kills: list[str] = field(default_factory=list)
    requests: int = 0
    tasks: int = 0
    credits: int = 0
    problems: list[str] = field(default_factory=list)


def run_sweep(
    program: Program, sandbox: SandboxProcess, rng: random.Random, max_kills: int
) -> SweepRun:
    """Runs one sweep, killed so many times at most, and compares it with what the sandbox saw."""
    size = rng.randint(3, 7)
    run = SweepRun(size=size, limit=rng.choice(_LIMITS), allowed=rng.randint(1, size - 1))
    # What an earlier sweep left under way counts against a balance that is to be left.
    program.run("jobs", "resume")
    title = f"Low tide {uuid.uuid4().hex[:8]}"
    sandbox.control("reset", {})
    sandbox.control("credits", {"credits": _BALANCE})
    sandbox.set_faults([_SLOW, *rng.choice(_FAULTS)])
    spent_before = _moved(sandbox)
    limit = {
        "requests": ("--limit-requests", str(run.allowed)),
        # A little more than the requests cost: a part of a price allows no request.
        "credits": ("--limit-credits", str(run.allowed * PRICE + rng.randrange(PRICE))),
        "balance": ("--min-balance", str(_BALANCE - run.allowed * PRICE - rng.randrange(PRICE))),
    }[run.limit]
    begin = (
        "generate", "--account", "test", "--sound", _SOUND, "--instrumental", "--title", title,
        "--sweep", f"seed=1..{size}", *limit,
    )  # fmt: skip
    for _ in range(max_kills + 3):
        press = _find_press(program, title)
        command = begin if press is None else ("sweep", press, "--continue")
        is_killed = len(run.kills) < max_kills
        code, stderr = _run(program, command, rng, run.kills if is_killed else None)
        if "Traceback" in stderr:
            run.problems.append(stderr)
        if code == 2 and press is not None and any(end in stderr for end in _ENDS):
            break
    else:
        run.problems.append("it did not come to its end")
    state = sandbox.state()
    posts = [one for one in state["requests"] if one["method"] == "POST"]
    run.requests = sum(one["path"].endswith(("/create", "/create_music")) for one in posts)
    run.tasks = sum(title in json.dumps(task) for task in state["tasks"])
    run.credits = _moved(sandbox) - spent_before
    press = _find_press(program, title)
    if press is None:
        run.problems.append(f"it was never written: {stderr}")
    else:
        _check(run, program.run("sweep", press).last())
    return run


def _check(run: SweepRun, status: dict[str, Any]) -> None:
    if run.requests > run.allowed and run.limit == "requests":
        run.problems.append(f"{run.requests} requests of {run.allowed}")
    # A refund gives another request its credits, and no more than its credits.
    if run.credits > run.allowed * PRICE:
        run.problems.append(f"{run.credits} credits of {run.allowed * PRICE}")
    if run.limit == "requests" and run.tasks > run.allowed:
        run.problems.append(f"{run.tasks} tasks of {run.allowed}")
    if run.limit == "requests" and status["requests"] != run.allowed:
        run.problems.append(f"it ended after {status['requests']} requests of {run.allowed}")
    if status["requests"] < run.tasks:
        run.problems.append(f"{run.tasks} tasks, of which {status['requests']} are counted")


def _moved(sandbox: SandboxProcess) -> int:
    """Credits charged, less refunds, since the sandbox was started."""
    moves = sandbox.state()["ledger"]
    return -sum(one["credits"] for one in moves if one["reason"] in {"charge", "refund"})


def _find_press(program: Program, title: str) -> str | None:
    found = program.run("history", title)
    assert found.code == 0, found.stderr
    return str(found.lines[0]["id"]) if found.lines else None


def _run(
    program: Program, command: tuple[str, ...], rng: random.Random, kills: list[str] | None
) -> tuple[int, str]:
    """Runs a command; kills it at a random moment if `kills` is given, which is appended to."""
    process = program.start(*command, "--json")
    if kills is None:
        _, stderr = process.communicate(timeout=300)
        return process.returncode, stderr
    killer = threading.Thread(
        target=_kill, args=(process, rng.randrange(1, 16), rng.random(), kills)
    )
    killer.start()
    killer.join()
    _, stderr = process.communicate(timeout=300)
    return process.returncode, stderr


def _kill(process: "subprocess.Popen[str]", events: int, wait_s: float, kills: list[str]) -> None:
    """Kills a process a random moment after it has printed so many events."""
    last = "nothing printed yet"
    assert process.stdout is not None
    for line in process.stdout:
        last = str(json.loads(line).get("event"))
        events -= 1
        if not events:
            break
    else:
        return  # it ended before
    time.sleep(wait_s / 2)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        kills.append(last)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python3 -m tests.soak.sweep_kills", description=__doc__)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--kills", type=int, default=3, help="most kills of one sweep")
    parser.add_argument("--seed", type=int, default=20261130)
    chosen = parser.parse_args()
    rng = random.Random(chosen.seed)
    kills: dict[str, int] = {}
    problems = 0
    with (
        tempfile.TemporaryDirectory(prefix="producer-studio-sweeps-") as folder,
        running_sandbox("--credits", str(_BALANCE), longest=SONG_S) as sandbox,
    ):
        program = Program(Path(folder))
        program.add_account(sandbox.url, service=SERVICE)
        for number in range(1, chosen.times + 1):
            run = run_sweep(program, sandbox, rng, rng.randint(1, chosen.kills))
            for event in run.kills:
                kills[event] = kills.get(event, 0) + 1
            problems += len(run.problems)
            print(
                f"{number:3}  {run.size} requests, limit of {run.allowed} ({run.limit}): "
                f"{run.requests} seen, {run.tasks} accepted, {run.credits} credits; killed "
                f"{len(run.kills)} times{''.join(f'; {one}' for one in run.problems)}",
                flush=True,
            )
    print(f"{sum(kills.values())} kills, by the last event before them: {kills}")
    print(f"{problems} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
