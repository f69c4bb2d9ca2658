"""How long the window's thread is held during twenty jobs at once, with their downloads."""

import tempfile
from pathlib import Path
from typing import Any

from tests.performance.programs import Programs
from tests.performance.table import say
from tests.support.sandbox_process import running_sandbox

JOBS = 20
_MIDDLE_S = 25.0
"""The documented time of the model, divided by the sandbox's speed."""


def measure(repeats: int) -> None:
    rows: list[list[object]] = [
        ["", "ticks", "longest", "p99", "p99.9", "> 16 ms", "> 50 ms", "own longest", "own > 50"]
    ]
    worst: list[dict[str, Any]] = []
    for number in range(max(1, min(3, repeats // 3))):
        found = storm(JOBS)
        held, own = sorted(found["held_ms"]), sorted(found["own_ms"])
        rows.append(
            [
                f"run {number + 1}, {found['states'].get('done', 0)} done",
                len(held),
                held[-1],
                held[int(len(held) * 0.99)],
                held[int(len(held) * 0.999)],
                sum(one > 16 for one in held),
                sum(one > 50 for one in held),
                own[-1],
                sum(one > 50 for one in own),
            ]
        )
        worst += found["stalls"]
    say(f"Holds of the window's thread in ms, {JOBS} jobs at once with downloads (aim 50)", rows)
    print("  own: without the time in which other programs had both cores")
    worst.sort(key=lambda stall: stall["queued_ms"] - stall["held_ms"])
    for stall in worst[:5]:
        print(
            f"\n  {stall['held_ms']:.0f} ms: {stall['cpu_ms']:.0f} ms of CPU time, "
            f"{stall['queued_ms']:.0f} ms waiting for a core"
        )
        print("\n".join(f"    {line}" for line in stall["stack"].splitlines()[-12:]))


def storm(
    jobs: int, limit_ms: float = 50.0, *, together: bool = True, at_once: bool = False
) -> dict[str, Any]:
    """Runs jobs in the real window and gives what `storm.py` prints, with the service's tasks.

    Args:
        together: All results are given out at the same moment; else each when it is rendered.
        at_once: All jobs are sent at once also where the results are not.
    """
    with tempfile.TemporaryDirectory(prefix="producer-studio-performance-") as scratch:
        programs = Programs(Path(scratch))
        programs.warm()
        # Slow enough that all are rendered before the first is given out.
        speed = ("--speed", str(_MIDDLE_S / max(15.0, 1.5 * jobs))) if together else ()
        with running_sandbox("--credits", "100000", *speed, longest=None) as sandbox:
            order = () if together or at_once else ("--one-by-one",)
            found = programs.answer(
                "-m", "tests.performance.busy_window", sandbox.url, str(jobs),
                "--limit-ms", str(limit_ms), *order,
            )  # fmt: skip
            found["tasks"] = {task["id"]: task for task in sandbox.state()["tasks"]}
    return found
