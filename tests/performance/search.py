"""From a key in the search to the first page of its answer on the screen."""

import os
import tempfile
from pathlib import Path

from tests.performance.large_library import fill_rows
from tests.performance.programs import ROOT, Programs
from tests.performance.table import median, say

BEFORE = "PRODUCER_STUDIO_COMPARED_WITH"
"""Names the checkout of another version, which is then measured in the same run."""

_CLIPS = 100_000


def measure(_repeats: int) -> None:
    before = os.environ.get(BEFORE, "")
    versions = [("this version", ROOT)]
    if before:
        versions.insert(0, ("compared with", Path(before).resolve()))
    rows: list[list[object]] = [["version", "keys", "median", "p95", "most", "CPU, median"]]
    with tempfile.TemporaryDirectory(prefix="producer-studio-performance-") as scratch:
        programs = Programs(Path(scratch))
        fill_rows(programs.home / "library", _CLIPS)
        # An older version before a newer one, which may change the schema.
        for name, root in versions:
            programs.environ["PYTHONPATH"] = str(root)
            found = programs.answer(str(ROOT / "tests" / "performance" / "searching_window.py"))
            waits = sorted(found["waits"])
            rows.append(
                [
                    name,
                    len(waits),
                    median(waits),
                    waits[int(len(waits) * 0.95)],
                    waits[-1],
                    median(found["computed"]),
                ]
            )
    say(f"Search, {_CLIPS:,} clips, ms from key to repainted first page (aim 16)", rows)
