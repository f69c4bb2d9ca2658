"""How fast Demo Studio makes music: × real time, on one core."""

import tempfile
from pathlib import Path

from tests.performance.programs import Programs
from tests.performance.table import median, say


def measure(repeats: int) -> None:
    with tempfile.TemporaryDirectory(prefix="producer-studio-performance-") as scratch:
        programs = Programs(Path(scratch))
        # One thread for numpy: the aim is for one core.
        programs.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
        found = programs.answer("-m", "tests.performance.rendering", scratch, str(min(3, repeats)))
    rows: list[list[object]] = [
        ["sound", "music s", "render ×", "render CPU ×", "task ×", "task CPU ×"]
    ]
    rows += found["rows"]
    spread = list(zip(*[row[2:] for row in found["rows"]], strict=True))
    rows.append(["median", "", *(round(median(column)) for column in spread)])
    rows.append(["least", "", *(round(min(column)) for column in spread)])
    say("Synthesiser, × real time (aims: rendering 100, whole task with AAC 35)", rows)
