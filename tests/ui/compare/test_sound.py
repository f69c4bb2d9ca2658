"""What the switches of a comparison render, sample by sample, without a device."""

import sys
from random import Random

import numpy as np

from tests.support.engine_rendering import STEP, largest_step, longest_silence
from tests.ui.compare.conftest import CompareBench

SWITCHES = 100
BLOCK = 160


def test_a_hundred_switches_leave_no_silence_and_no_step(four: CompareBench) -> None:
    engine = four.comparison._session._engine
    assert engine is not None
    # Rendered here alone, not by the output as well.
    four.comparison._output.detach(four.comparison._session)
    engine._transport._waits = True
    engine.render(4_800)
    engine.seek(0)
    random = Random(5)
    engine.play()
    parts = [engine.render(4_800)[480:]]
    for _ in range(SWITCHES):
        others = [index for index in range(4) if index != four.comparison.heard]
        four.bench.press(lambda others=others: four.comparison.hear(random.choice(others)))
        parts += [engine.render(BLOCK) for _ in range(random.randrange(3, 40))]
    sound = np.concatenate(parts)
    frames = 4_800 + sum(map(len, parts[1:]))
    place = engine.heard()
    assert place is not None
    assert place.position == frames, "the position is exact"
    sys.stdout.write(f"largest difference {largest_step(sound):.1e}\n")
    assert longest_silence(sound) <= 1
    assert largest_step(sound) < STEP
