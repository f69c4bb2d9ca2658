"""`python3 -m tests.soak --minutes N`: SIGKILL at random moments over all profiles.

Prints what was paid for, what came home and what the user is asked; ends with 1 when anything was
lost or charged twice. Edits and exports are killed likewise. Beside them one window makes songs
for the whole time; how its memory grows is printed at the end.
"""

import argparse
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.matrix.cells import DIALECTS
from tests.soak.audit import Reckoning
from tests.soak.kill_series import soak
from tests.soak.memory import watch_memory
from tests.support.sandbox_process import SHORT_S


def main() -> int:
    parser = argparse.ArgumentParser(prog="python3 -m tests.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--lanes", type=int, default=2, help="libraries that are soaked at a time")
    parser.add_argument("--seed", type=int, default=20261121)
    parser.add_argument("--longest", type=float, help="of a song, in seconds (default: whole ones)")
    chosen = parser.parse_args()
    ends_at = time.monotonic() + 60 * chosen.minutes
    total = {one.profile: Reckoning() for one in DIALECTS}
    killed_at: Counter[str] = Counter()
    runs = edits = exports = 0
    problems: list[str] = []
    with (
        tempfile.TemporaryDirectory(prefix="producer-studio-soak-") as folder,
        ThreadPoolExecutor(chosen.lanes + 1) as pool,
    ):
        lanes = [
            pool.submit(
                soak, Path(folder) / str(number), chosen.seed + number,
                lambda: time.monotonic() < ends_at, chosen.longest,
            )
            for number in range(chosen.lanes)
        ]  # fmt: skip
        memory = pool.submit(
            watch_memory, Path(folder) / "window", chosen.seed,
            lambda: time.monotonic() < ends_at, chosen.longest or SHORT_S,
        )  # fmt: skip
        for ended in lanes:
            if (broken := ended.exception()) is not None:
                problems.append(f"a lane broke: {broken!r}")
                continue
            lane, found = ended.result()
            runs += lane.runs
            killed_at += lane.killed_at
            for profile, reckoning in found.items():
                total[profile].add(reckoning)
            edits += lane.library_kills.edits
            exports += lane.library_kills.exports
            problems += lane.library_kills.problems
        growth = memory.result()
        total["in the window"] = growth.reckoning

    kills = runs - killed_at["(came to its end)"]
    print(f"{runs} runs, {kills} of them killed; last event before: {dict(killed_at)}")
    print(f"killed beside them: {edits} programs at edits and undo, {exports} at exports")
    print(
        f"{'profile':20}{'paid':>7}{'home':>7}{'asked':>7}{'lost':>7}{'doubled':>9}{'refunded':>10}"
    )
    for profile, one in total.items():
        print(
            f"{profile:20}{one.paid:7}{one.home:7}{one.asked:7}{one.lost:7}{one.doubled:9}"
            f"{one.refunded:10}"
        )
    problems += [problem for one in total.values() for problem in one.problems]
    print("\n".join(problems))
    print(growth.report())
    bad = problems or any(one.lost or one.doubled for one in total.values())
    # The key and the list tell apiframe's outcome without a question.
    return 1 if bad or total["apiframe"].asked else 0


if __name__ == "__main__":
    raise SystemExit(main())
