"""How long a key holds the window's thread, in the editors and in the search."""

import tempfile
from pathlib import Path

from tests.performance.large_library import fill
from tests.performance.programs import Programs
from tests.performance.table import median, say


def measure(_repeats: int) -> None:
    for count in (1_000, 20_000):
        with tempfile.TemporaryDirectory(prefix="producer-studio-performance-") as scratch:
            programs = Programs(Path(scratch))
            programs.warm()
            fill(programs.home / "library", count)
            found = programs.answer("-m", "tests.performance.typing_window")
        rows: list[list[object]] = [
            ["field", "keys", "key itself", "hold, median", "p95", "most", "own most", "CPU a key"]
        ]
        for name, times in found.items():
            holds = sorted(times["holds"])
            rows.append(
                [
                    name,
                    len(holds),
                    median(times["keys"]),
                    median(holds),
                    holds[int(len(holds) * 0.95)],
                    holds[-1],
                    max(times["own"]),
                    median(times["computed"]),
                ]
            )
        say(f"Typing, {count:,} clips, ms (longest hold until the next key; aim 16)", rows)
