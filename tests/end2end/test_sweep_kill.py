"""A sweep that is killed at random moments and continued does not pass its limits.

`python3 -m tests.soak.sweep_kills --times 50` is the long one.
"""

import random
from pathlib import Path

import pytest

from tests.soak.sweep_kills import SERVICE, SONG_S, run_sweep
from tests.support.program import Program
from tests.support.sandbox_process import running_sandbox


@pytest.mark.parametrize("seed", [3, 12])
def test_a_killed_sweep_keeps_its_limits(tmp_path: Path, seed: int) -> None:
    with running_sandbox(longest=SONG_S) as sandbox:
        program = Program(tmp_path / "home")
        program.add_account(sandbox.url, service=SERVICE)
        run = run_sweep(program, sandbox, random.Random(seed), 2)
    assert run.problems == []
    assert run.kills, "it ended before it was killed"
