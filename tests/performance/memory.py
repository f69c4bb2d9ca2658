"""What the idle window keeps in memory, beside a bare window."""

import os
import subprocess
import tempfile
import time
from pathlib import Path

from tests.performance.large_library import fill
from tests.performance.programs import Programs
from tests.performance.table import say

_SETTLE_S = 6.0
"""Idle is when everything that waits for the first paint has been done."""

_STARTED_CPU_S = 0.3
_QUIET_S = 3.0
_QUIET_CPU_S = 0.06
_BUSY_LIMIT_S = 240.0


def measure(_repeats: int) -> None:
    rows: list[list[object]] = [["", "PSS MiB", "private MiB", "threads"]]
    bare = ("-m", "tests.performance.bare_window", "--stay")
    studio = ("-m", "producer_studio", "window")
    for name, count, arguments in (
        ("bare window", 0, bare),
        ("studio, empty", 0, studio),
        ("studio, 1,000 clips", 1000, studio),
    ):
        with tempfile.TemporaryDirectory(prefix="producer-studio-performance-") as scratch:
            programs = Programs(Path(scratch))
            if count:
                fill(programs.home / "library", count)
            rows.append([name, *hold(programs, arguments)])
    say("Memory at idle (facts: Strawberry 130, Quod Libet 87)", rows)


def hold(programs: Programs, arguments: tuple[str, ...]) -> list[object]:
    """Returns PSS and private MiB, and the number of threads, of a program at idle."""
    process = programs.start(*arguments)
    try:
        time.sleep(_SETTLE_S)
        _wait_until_idle(process.pid)
        found = rollup(process.pid)
        threads = len(list(Path(f"/proc/{process.pid}/task").iterdir()))
        private = found["Private_Clean"] + found["Private_Dirty"]
        return [round(found["Pss"] / 1024), round(private / 1024), threads]
    finally:
        process.terminate()
        try:
            process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def _wait_until_idle(pid: int) -> None:
    """Waits until a program computes next to nothing: on a busy machine it starts slowly."""
    until = time.monotonic() + _BUSY_LIMIT_S
    before = -1.0
    while time.monotonic() < until:
        used = _cpu_s(pid)
        if used > _STARTED_CPU_S and used - before < _QUIET_CPU_S:
            return
        before = used
        time.sleep(_QUIET_S)


def _cpu_s(pid: int) -> float:
    """Returns the CPU time of a process so far, of all threads."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rollup(pid: int) -> dict[str, int]:
    """KiB by name, as the kernel counts them; 0 is this process."""
    found = {}
    for line in Path(f"/proc/{pid or 'self'}/smaps_rollup").read_text("ascii").splitlines():
        name, _, rest = line.partition(":")
        if rest.endswith("kB"):
            found[name] = int(rest.split()[0])
    return found
