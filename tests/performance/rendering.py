"""Renders pieces in several styles and prints how fast; run as a process of its own.

python -m tests.performance.rendering FOLDER REPEATS
"""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path

from producer_studio.sandbox.music.piece_rendering import Piece, perform
from producer_studio.sandbox.order_rendering import execute_order

_SOUNDS = (
    "lofi, mellow", "ambient, wide", "rock, driving", "metal, fast", "jazz trio", "house, bright",
    "trap, dark", "orchestral, epic", "folk, warm", "synthwave, night", "classical piano",
)  # fmt: skip
_SUNG = ("pop, bright", "soul, slow", "rock, driving")
_LYRICS = (
    "[Verse]\nRain on the window and the city far below\nI count the lights as they go\n"
    "[Chorus]\nStay, stay until the morning\nStay, stay with me"
)


def main(folder: Path, repeats: int) -> None:
    perform(Piece(sound="lofi", instrumental=True, seed="0"))  # tables that are made once
    pieces = [Piece(sound=sound, instrumental=True, seed="1") for sound in _SOUNDS]
    pieces += [Piece(sound=sound, lyrics=_LYRICS, seed="1") for sound in _SUNG]
    rows = [_row(piece, folder / str(number), repeats) for number, piece in enumerate(pieces)]
    print(json.dumps({"rows": rows}))


def _row(piece: Piece, folder: Path, repeats: int) -> list[object]:
    length = 0.0

    def render() -> None:
        nonlocal length
        length = perform(piece).duration_s

    def whole(number: int) -> None:
        place = folder / str(number)
        order = {
            "job": "piece",
            "piece": asdict(piece),
            "source": None,
            "title": "Measured",
            "seed": piece.seed,
            "media": str(place / "media"),
            "performance": str(place / "performance"),
        }
        execute_order(order)

    renderings = [_timed(render) for _ in range(repeats)]
    tasks = [_timed(partial(whole, number)) for number in range(repeats)]
    spent = [min(column) for column in (*zip(*renderings, strict=True), *zip(*tasks, strict=True))]
    name = piece.sound if piece.instrumental else f"{piece.sound}, sung"
    return [name, round(length), *(round(length / seconds) for seconds in spent)]


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


main(Path(sys.argv[1]), max(1, int(sys.argv[2])))
