"""From a key in the search to the first page of its answer on the screen."""

import os
import tempfile
from pathlib import Path

from tests.library_maker.filling import make_library
from tests.performance.large_library import copy_database
from tests.performance.programs import ROOT, Programs
from tests.performance.table import median, say

BEFORE = "PRODUCER_STUDIO_COMPARED_WITH"
"""Names the checkout of another version, which is then measured in the same run."""

_CLIPS = 100_000


def measure(_repeats: int, library: Path | None = None) -> None:
    before = os.environ.get(BEFORE, "")
    versions = [("this version", ROOT)]
    if before:
        versions.insert(0, ("compared with", Path(before).resolve()))
    rows: list[list[object]] = [["version", "keys", "median", "p95", "most", "CPU, median"]]
    frames: list[list[object]] = [["version", "frames", "median", "p95", "most"]]
    sorts: list[list[object]] = [["version", "column", "median", "most"]]
    with tempfile.TemporaryDirectory(prefix="producer-studio-performance-") as scratch:
        programs = Programs(Path(scratch))
        count = _CLIPS
        if library is None:
            make_library(programs.home / "library", _CLIPS)
        else:
            count = copy_database(library, programs.home / "library")
        # An older version before a newer one, which may change the schema.
        for name, root in versions:
            programs.environ["PYTHONPATH"] = str(root)
            found = programs.answer(str(ROOT / "tests" / "performance" / "searching_window.py"))
            waits = sorted(found["waits"])
            scrolled = sorted(found["scrolled"])
            frames.append([name, *_spread(scrolled)])
            rows.append([name, *_spread(waits), median(found["computed"])])
            for column, took in found["sorts"].items():
                sorts.append([name, column, median(took), max(took)])
    say(f"Search, {count:,} clips, ms from key to repainted first page (aim 16)", rows)
    say(f"Scrolling through {count:,} clips, CPU ms a frame (aim 4)", frames)
    say(f"Another order of {count:,} clips, ms to the repainted first page (aim 100)", sorts)


def _spread(ordered: list[float]) -> list[object]:
    last = len(ordered) - 1
    return [len(ordered), median(ordered), ordered[int(last * 0.95)], ordered[last]]
