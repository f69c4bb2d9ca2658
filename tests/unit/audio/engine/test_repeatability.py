"""An engine that waits: the same calls render the same samples."""

import random
import threading
from pathlib import Path

import numpy as np
import pytest

from producer_studio.audio.engine.direct_source import DirectSource
from producer_studio.audio.engine.engine import Engine, TrackSpec
from producer_studio.audio.engine.levels import MixSettings
from tests.support.engine_rendering import RATE, Sound, full_decode, noise_file
from tests.support.signals import as_format

_SEQUENCES = 12
_COMMANDS = 20


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Files of several lengths; what two of them sound like depends on where decoding began."""
    folder = tmp_path_factory.mktemp("files")
    plain = [noise_file(folder / f"{number}.wav", 60_000 * number, number) for number in (1, 2, 3)]
    other_rate = noise_file(folder / "rate.wav", 130_000, 4, 44_100)
    return [
        *plain, other_rate,
        as_format(plain[2], folder / "x.mp3"), as_format(plain[1], folder / "x.m4a"),
    ]  # fmt: skip


def _command(engine: Engine, dice: random.Random, files: list[Path]) -> None:
    """Gives one command, drawn by the dice."""
    item = engine.item
    if item is None:
        engine.load(_tracks(dice, files, 1))
        return
    track = dice.randrange(len(item.tracks))
    start = dice.randrange(100_000)
    stop = dice.choice((None, start + dice.randrange(20, 50_000)))
    commands = (
        engine.play,
        engine.play,
        engine.pause,
        engine.stop,
        engine.unload,
        engine.clear_loop,
        lambda: engine.seek(dice.randrange(250_000)),
        lambda: engine.set_loop(start, stop),
        lambda: engine.set_speed(dice.choice((0.5, 0.8, 1.0, 1.5, 2.0))),
        lambda: engine.set_volume(dice.random()),
        lambda: engine.select(dice.choice((None, track))),
        lambda: engine.set_mix(track, MixSettings(-6.0, 0.3, dice.random() < 0.5)),
        lambda: engine.queue_next(_tracks(dice, files, 0)),
        lambda: engine.load(_tracks(dice, files, 1), position=dice.choice((None, 0, 40_000))),
    )
    dice.choice(commands)()


def _tracks(dice: random.Random, files: list[Path], fewest: int) -> list[TrackSpec]:
    paths = dice.sample(files, dice.randrange(fewest, 4))
    return [TrackSpec(path=path, offset=dice.choice((0, 0, -2_000, 999))) for path in paths]


def _rendered(seed: int, files: list[Path]) -> tuple[Sound, list[object]]:
    """The sound after commands drawn with a seed, and the positions and events."""
    dice = random.Random(seed)
    engine = Engine(RATE, waits=True)
    sounds: list[Sound] = []
    told: list[object] = []
    for _ in range(_COMMANDS):
        for _ in range(dice.randrange(1, 4)):
            _command(engine, dice, files)
        sounds.append(engine.render(dice.choice((1, 480, 1_024, 5_000, 30_000))))
        place = engine.heard()
        told += [place and place.position, engine.is_playing, engine.peaks]
        told += [type(event) for event in engine.take_events()]
    engine.close()
    return np.concatenate(sounds), told


def test_the_same_commands_render_the_same_samples(files: list[Path]) -> None:
    before = threading.active_count()
    for seed in range(_SEQUENCES):
        first, told = _rendered(seed, files)
        again, told_again = _rendered(seed, files)
        np.testing.assert_array_equal(first, again, f"sequence {seed}")
        assert told == told_again, f"sequence {seed}"
    assert threading.active_count() == before


def test_a_change_at_another_speed_asks_for_what_is_heard(files: list[Path]) -> None:
    sound = full_decode(files[2])
    engine = Engine(RATE, waits=True)
    engine.load([TrackSpec(path=files[2])])
    engine.set_speed(1.5)
    engine.set_loop(RATE)
    engine.play()
    end = len(sound)
    # The filter has read from the start of the loop while its end is still heard.
    while _heard(engine) < end - 3_000:
        engine.render(480)
    engine.clear_loop()
    engine.set_speed(1.0)
    engine.render(600)
    position = _heard(engine)
    assert end - 3_000 < position < end
    np.testing.assert_array_equal(engine.render(200), sound[position : position + 200])
    engine.close()


def _heard(engine: Engine) -> int:
    place = engine.heard()
    assert place is not None
    return place.position


def test_what_was_not_asked_for_is_not_decoded(files: list[Path]) -> None:
    source = DirectSource(files[0], RATE)
    source.want([(0, 5_000)])
    source.wait(0, 5_000)
    assert source.has(0, 5_000)
    with pytest.raises(LookupError, match="not asked for"):
        source.wait(20_000, 100)
    source.close(1.0)
    assert not source.is_running
    source.wait(20_000, 100)
