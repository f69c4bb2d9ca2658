"""A short soak: killed at random moments, on every profile, with faults at the services.

`python3 -m tests.soak --minutes 30` is the long one.
"""

import itertools
import os
from pathlib import Path

from tests.soak.kill_series import soak
from tests.support.sandbox_process import SHORT_S

ROUNDS = int(os.environ.get("PRODUCER_STUDIO_SOAK_ROUNDS", "10"))


def test_nothing_is_lost_or_charged_twice_however_often_the_studio_is_killed(
    tmp_path: Path,
) -> None:
    rounds = itertools.count()
    lane, found = soak(tmp_path, 7, lambda: next(rounds) < ROUNDS, SHORT_S)
    print(f"{lane.runs} runs; last event before the kill: {dict(lane.killed_at)}")
    for profile, one in found.items():
        print(profile, one)
    assert lane.library_kills.problems == []
    assert not [problem for one in found.values() for problem in one.problems]
    assert {profile: (one.lost, one.doubled) for profile, one in found.items()} == dict.fromkeys(
        found, (0, 0)
    )
    assert found["apiframe"].asked == 0
