"""The engine as a device uses it: rendered on one thread, commanded on others, never waiting."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from producer_studio.audio.engine.engine import Engine, TrackSpec
from producer_studio.audio.engine.events import ItemEnded, Underrun
from producer_studio.audio.engine.source import PAGE_FRAMES, Source
from tests.support.engine_rendering import (
    RATE,
    STEP,
    full_decode,
    largest_step,
    longest_silence,
    noise_file,
    tone_file,
)

_LIMIT_S = 60.0


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) - before == set()


def _render_until(engine: Engine, is_done: Callable[[], bool], block: int = 480) -> np.ndarray:
    """Renders like a device, giving the decoders a turn between blocks."""
    parts = []
    deadline = time.monotonic() + _LIMIT_S
    while not is_done():
        assert time.monotonic() < deadline
        parts.append(engine.render(block))
        time.sleep(0)
    return np.concatenate(parts or [np.empty((0, 2), np.float32)])


def _position(engine: Engine) -> int:
    place = engine.heard()
    assert place is not None
    return place.position


def test_nothing_is_rendered_before_it_is_decoded_and_all_of_it_after(tmp_path: Path) -> None:
    path = noise_file(tmp_path / "x.wav", 3 * RATE, 1)
    engine = Engine(RATE)
    engine.load([TrackSpec(path=path)])
    engine.play()

    sound = _render_until(engine, lambda: not engine.is_playing)
    events = engine.take_events()
    engine.close()

    late = [event for event in events if isinstance(event, Underrun)]
    assert any(isinstance(event, ItemEnded) for event in events)
    heard = sound[np.abs(sound).max(axis=1) > 0]
    expected = full_decode(path)
    # Faded out and in again where this machine was too slow; otherwise the same.
    assert len(heard) == pytest.approx(len(expected) + 240 * len(late), abs=5 + 5 * len(late))
    if not late:
        np.testing.assert_array_equal(heard[-RATE:], expected[-RATE:])


def test_seeks_at_random_while_it_is_rendered(tmp_path: Path) -> None:
    paths = [tone_file(tmp_path / f"{number}.wav", 8.0, 200 + 40 * number) for number in range(8)]
    engine = Engine(RATE)
    engine.load([TrackSpec(path=path) for path in paths], selected=0)
    engine.set_loop(0)
    engine.play()
    parts: list[np.ndarray] = []
    is_over = threading.Event()

    def render() -> None:
        while not is_over.is_set():
            parts.append(engine.render(480))
            is_over.wait(0.002)

    device = threading.Thread(target=render)
    device.start()
    dice = random.Random(3)
    for _ in range(100):
        engine.seek(dice.randrange(7 * RATE))
        engine.select(dice.randrange(8))
        if dice.random() < 0.1:
            engine.set_speed(dice.choice((0.5, 1.0, 1.5, 2.0)))
        assert 0 <= _position(engine) <= 8 * RATE
        is_over.wait(0.01)
    engine.set_speed(1.0)
    engine.seek(1_000)
    engine.select(3)
    _wait_for(lambda: _position(engine) > 3_000)
    is_over.set()
    device.join()
    position = _position(engine)
    last = engine.render(500)
    engine.close()

    np.testing.assert_array_equal(last, full_decode(paths[3])[position : position + 500])
    sound = np.concatenate(parts)
    # The first note is not faded in.
    begin = int(np.argmax(np.abs(sound[:, 0]) > 0)) + 10
    assert largest_step(sound[begin:]) < 3 * STEP, _where(sound[begin:])


def _where(sound: np.ndarray) -> str:
    steps = np.abs(np.diff(sound[:, 0], n=4))
    at = int(steps.argmax())
    np.set_printoptions(linewidth=400)
    return f"{steps.max()} {at} of {len(sound)}: {sound[at - 4 : at + 8, 0]}"


def _wait_for(is_true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _LIMIT_S
    while not is_true():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_what_plays_goes_on_until_a_seek_is_decoded(tmp_path: Path) -> None:
    path = tone_file(tmp_path / "x.wav", 60.0)
    engine = Engine(RATE)
    engine.load([TrackSpec(path=path)])
    engine.play()
    _render_until(engine, lambda: _position(engine) > 5_000)
    engine.seek(50 * RATE)

    sound = _render_until(engine, lambda: engine.item is None or _moved(engine, 50 * RATE))
    engine.close()

    assert longest_silence(sound) <= 1
    assert largest_step(sound) < STEP


def _moved(engine: Engine, goal: int) -> bool:
    return _position(engine) > goal + 2_000


def test_a_late_source_is_silence_and_loses_nothing(tmp_path: Path) -> None:
    path = tone_file(tmp_path / "x.wav", 20.0)
    engine = Engine(RATE)
    engine.load([TrackSpec(path=path)])
    engine.play()
    _render_until(engine, lambda: _position(engine) > 2_000)
    begin = _position(engine)
    # Faster than any decoder.
    parts = [engine.render(15 * RATE)]
    parts.append(_render_until(engine, lambda: _position(engine) > 18 * RATE))
    sound = np.concatenate(parts)
    late = [event for event in engine.take_events() if isinstance(event, Underrun)]
    moved = _position(engine) - begin
    engine.close()

    assert bool(late) == (engine.silent_frames > 0)
    assert largest_step(sound) < STEP
    # What is faded out is played again afterwards.
    faded = len(late) * 240
    assert len(sound) == moved + engine.silent_frames + faded


@pytest.mark.parametrize("seed", range(6))
def test_closing_at_any_moment_ends_all_threads(tmp_path: Path, seed: int) -> None:
    paths = [noise_file(tmp_path / f"{number}.wav", 2 * RATE, number) for number in range(4)]
    dice = random.Random(seed)
    engine = Engine(RATE, waits=bool(seed % 2))
    is_over = threading.Event()

    def render() -> None:
        while not is_over.is_set():
            engine.render(4_800)

    device = threading.Thread(target=render)
    device.start()
    for _ in range(dice.randrange(1, 12)):
        engine.load([TrackSpec(path=path) for path in paths], selected=dice.randrange(4))
        engine.queue_next([TrackSpec(path=paths[0])])
        engine.play()
        engine.seek(dice.randrange(RATE))
    engine.close()
    is_over.set()
    device.join(_LIMIT_S)

    assert not device.is_alive()
    assert not engine.render(100).any()


def test_a_source_holds_only_what_is_wanted(tmp_path: Path) -> None:
    path = noise_file(tmp_path / "x.wav", 30 * RATE, 1)
    source = Source(path, RATE)
    source.want([(0, RATE)])
    source.wait(0, RATE)
    assert not source.has(RATE + 8_192, 1)
    assert source.end is None

    source.want([(29 * RATE, 31 * RATE)])
    source.wait(29 * RATE, 2 * RATE)

    assert source.end == 30 * RATE
    assert not source.has(0, 1)
    np.testing.assert_array_equal(
        source.read(30 * RATE - 100, 200), np.pad(full_decode(path)[-100:], ((0, 100), (0, 0)))
    )
    np.testing.assert_array_equal(source.read(-5, 3), np.zeros((3, 2)))
    source.close(60.0)


def test_closing_does_not_wait_for_a_disk_that_is_gone(tmp_path: Path) -> None:
    is_back = threading.Event()

    class StuckSource(Source):
        def _run(self) -> None:
            is_back.wait()

    engine = Engine(RATE)
    stuck = [StuckSource(tmp_path / "x.wav", RATE) for _ in range(3)]
    engine._sources += stuck
    engine.close(0.0)
    assert all(source.is_running for source in stuck)
    is_back.set()
    for source in stuck:
        source.close(60.0)
        assert not source.is_running


def test_what_is_heard_is_decoded_before_the_other_tracks(tmp_path: Path) -> None:
    paths = [noise_file(tmp_path / f"{number}.wav", 20 * RATE, number) for number in range(3)]
    engine = Engine(RATE)
    item = engine.load([TrackSpec(path=path) for path in paths], selected=1)
    sources = [track.source for track in item.tracks]
    sources[1].wait(0, RATE)
    engine.take_events()
    for source in sources:
        source.wait(0, RATE)
    goal = 10 * RATE + 777

    engine.seek(goal)

    assert [bool(source._requested) for source in sources] == [False, True, False]
    assert sources[1]._requested[0].start == goal // PAGE_FRAMES, "nothing in front of the goal"
    sources[1].wait(goal, RATE)
    engine.take_events()
    assert all(source._requested for source in sources)
    for source in sources:
        source.wait(goal, RATE)
    engine.close()


def test_a_source_is_asked_once_a_second(tmp_path: Path) -> None:
    paths = [noise_file(tmp_path / f"{number}.wav", 9 * RATE, number) for number in range(2)]
    engine = Engine(RATE, waits=True)
    item = engine.load([TrackSpec(path=path) for path in paths], selected=0)
    engine.play()
    asked: list[set[object]] = [set(), set()]
    for _ in range(400):
        engine.render(480)
        for spans, track in zip(asked, item.tracks, strict=True):
            spans.add(track.source._requested)
    engine.close()

    assert all(4 <= len(spans) <= 6 for spans in asked)
