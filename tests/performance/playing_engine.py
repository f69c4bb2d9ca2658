"""Plays files on the sound engine without a device and prints what that takes.

python -m tests.performance.playing_engine FOLDER SECONDS
"""

import json
import random
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from producer_studio.audio.engine.engine import Engine, TrackSpec
from tests.performance.memory import rollup

_RATE = 48_000
_BLOCK = 720
"""Frames of 15 ms, as the device is fed."""

_SWITCH_INTERVAL_S = 0.001
"""As the feeding thread sets it."""

_SOURCES = 8
_SEEKS = 60
_SWITCHES = 100
_LIMIT_S = 10.0


def main(folder: Path, seconds: float) -> None:
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    takes = sorted(folder.glob("take*.m4a"))[:_SOURCES]
    found: dict[str, Any] = {}
    idle_kib = _private_kib()
    with _playing(takes, 0) as engine:
        found["memory_mib"] = []
        for _ in range(20):
            engine.seek(random.randrange(200 * _RATE))
            _pace(engine, 0.5)
        found["memory_mib"] = (_private_kib() - idle_kib) / 1024
        found["cpu"] = {"one of 8 heard": _cpu(engine, seconds)}
        found["silent_frames"] = engine.silent_frames
        found["switches_ms"] = _switches(engine)
        found["block_us"] = {"one of 8 heard": _block_us(engine)}
        found["seeks_ms"] = {"8 x m4a": _seeks(engine)}
        engine.select(None)
        found["cpu"]["mix of 8"] = _cpu(engine, seconds / 3)
        found["block_us"]["mix of 8"] = _block_us(engine)
        engine.set_speed(1.25)
        found["cpu"]["mix of 8, speed 1.25"] = _cpu(engine, seconds / 3)
        found["block_us"]["mix of 8, speed 1.25"] = _block_us(engine)
    found["cpu"]["pacing alone"] = _cpu(Engine(_RATE), seconds / 3)
    for path in (*sorted(folder.glob("one.*")), folder / "other0.m4a"):
        with _playing([path], 0) as engine:
            found["seeks_ms"][path.name] = _seeks(engine)
            found["wakings_ms"] = _wakings(engine)
    with _playing(sorted(folder.glob("other*.m4a"))[:_SOURCES], 0) as engine:
        found["cpu"]["one of 8 heard, from 44.1 kHz"] = _cpu(engine, seconds / 3)
    print(json.dumps(found))


@contextmanager
def _playing(paths: list[Path], selected: int | None) -> Iterator[Engine]:
    engine = Engine(_RATE)
    engine.load([TrackSpec(path=path) for path in paths], selected=selected)
    engine.set_loop(0)
    engine.play()
    _pace(engine, 1.0)
    yield engine
    engine.close()


def _pace(engine: Engine, seconds: float) -> None:
    """Renders in real time, like a device of short blocks."""
    begun = time.perf_counter()
    done = 0
    while done < seconds * _RATE:
        engine.render(_BLOCK)
        done += _BLOCK
        time.sleep(max(0.0, begun + done / _RATE - time.perf_counter()))


def _cpu(engine: Engine, seconds: float) -> float:
    """Percent of one core, with all threads."""
    before = time.process_time()
    _pace(engine, seconds)
    return 100 * (time.process_time() - before) / seconds


def _block_us(engine: Engine) -> list[float]:
    taken = []
    for _ in range(300):
        begun = time.perf_counter()
        engine.render(_BLOCK)
        taken.append((time.perf_counter() - begun) * 1e6)
        time.sleep(_BLOCK / _RATE / 2)
    return taken


def _switches(engine: Engine) -> list[float]:
    """From the command to the block that begins with the other track, in a paced device."""
    dice = random.Random(1)
    taken = []
    with _device(engine) as rendered:
        for number in range(_SWITCHES):
            time.sleep(0.03 + dice.random() / 50)
            begun = time.perf_counter()
            engine.select((number + 1) % _SOURCES)
            seen = rendered()
            _until(lambda seen=seen: rendered() > seen)
            taken.append((time.perf_counter() - begun) * 1000)
    return taken


def _seeks(engine: Engine) -> list[float]:
    """From the command until the goal is rendered, by a device that always asks."""
    dice = random.Random(2)
    taken = []
    for _ in range(_SEEKS):
        _pace(engine, 0.1)
        goal = dice.randrange(230 * _RATE)
        begun = time.perf_counter()
        engine.seek(goal)
        _until(lambda goal=goal: _renders(engine, goal))
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


def _wakings(engine: Engine) -> list[float]:
    """From a command until a thread has worked for a millisecond, without the engine: a control."""
    asked, answered = threading.Event(), threading.Event()
    is_over = False

    def work() -> None:
        while asked.wait() and not is_over:
            asked.clear()
            begun = time.thread_time()
            while time.thread_time() - begun < 0.001:
                pass
            answered.set()

    def is_answered() -> bool:
        engine.render(48)
        time.sleep(0.001)
        return answered.is_set()

    thread = threading.Thread(target=work)
    thread.start()
    taken = []
    for _ in range(_SEEKS):
        _pace(engine, 0.1)
        answered.clear()
        begun = time.perf_counter()
        asked.set()
        _until(is_answered)
        taken.append((time.perf_counter() - begun) * 1000)
    is_over = True
    asked.set()
    thread.join()
    return taken


def _renders(engine: Engine, goal: int) -> bool:
    engine.render(48)
    time.sleep(0.001)
    place = engine.heard()
    return place is not None and place.position > goal


@contextmanager
def _device(engine: Engine) -> Iterator[Callable[[], int]]:
    count = 0
    is_over = threading.Event()

    def run() -> None:
        nonlocal count
        while not is_over.wait(_BLOCK / _RATE):
            engine.render(_BLOCK)
            count += 1

    thread = threading.Thread(target=run)
    thread.start()
    yield lambda: count
    is_over.set()
    thread.join()


def _until(is_true: Callable[[], bool]) -> None:
    deadline = time.perf_counter() + _LIMIT_S
    while not is_true():
        if time.perf_counter() > deadline:
            raise RuntimeError("the engine does not follow")
        time.sleep(0.0002)


def _private_kib() -> int:
    found = rollup(0)
    return found["Private_Clean"] + found["Private_Dirty"]


main(Path(sys.argv[1]), float(sys.argv[2]))
