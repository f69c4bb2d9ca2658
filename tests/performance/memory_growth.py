"""How the window's memory grows while clips arrive and are looked at, and how long it works."""

import tempfile
from pathlib import Path

from tests.performance.programs import Programs
from tests.performance.table import say

_CLIPS = 5000


def measure(_repeats: int) -> None:
    with tempfile.TemporaryDirectory(prefix="producer-studio-performance-") as scratch:
        programs = Programs(Path(scratch))
        found = programs.answer(
            "-m", "tests.performance.arrivals", str(_CLIPS), "--between", "0.02"
        )  # fmt: skip
    rows: list[list[object]] = [["clips", "private MiB", "KiB a clip since the row before"]]
    before: tuple[int, int] | None = None
    for clips, kib in found["private_kib"]:
        slope = round((kib - before[1]) / (clips - before[0]), 1) if before else ""
        rows.append([clips, round(kib / 1024), slope])
        before = (clips, kib)
    say("Memory while clips arrive in view (aim: level after the first few hundred)", rows)
    print(f"  pieces of work above 50 ms on the window's thread: {found['work_ms'] or 'none'}")
