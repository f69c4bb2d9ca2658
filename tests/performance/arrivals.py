"""The real window while clips arrive and are looked at: what it keeps in memory.

    python -m tests.performance.arrivals CLIPS [--at-once N] [--between S]

Prints one JSON object: the private memory in KiB after each so many clips, and the longest pieces
of work of the window's thread, in milliseconds of computing.
"""

import argparse
import asyncio
import json
import os
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import qasync

from producer_studio.app import open_app_session, start_background_work
from producer_studio.audio.waveform_peaks import BINS
from producer_studio.domain.clip import Clip
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.ui.stall_detector import StallDetector
from tests.performance.large_library import a_clip

_AT_ONCE = 8
_BETWEEN_S = 0.12
"""Long enough for the list to be read and painted again."""
_SAMPLE_EVERY = 500
_LIMIT_MS = 50.0
_STACKS = 5
_SETTLE_S = 2.0


def private_kib() -> int:
    """Private memory of this process that was written to."""
    lines = Path("/proc/self/smaps_rollup").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Private_Dirty:"))


def _invented(dice: random.Random, begun: datetime, first: int, count: int) -> list[Clip]:
    numbers = range(first, first + count)
    return [a_clip(dice, begun + timedelta(seconds=number), number) for number in numbers]


async def _show(count: int, at_once: int, between_s: float) -> dict[str, Any]:
    dice, begun = random.Random(count), datetime.now(UTC)
    samples: list[tuple[int, int]] = []
    async with open_app_session(os.environ, ["not", "needed"], None) as run:
        assert run is not None
        run.window.show()
        await start_background_work(run)
        run.window.views.show_view("library")
        watch = StallDetector(_LIMIT_MS)
        watch.start()
        library = run.studio._library
        sampled = 0
        for first in range(0, count, at_once):
            # Inventing them is none of the window's work.
            clips = await asyncio.to_thread(_invented, dice, begun, first, at_once)
            await library.clips.add(clips)
            for clip in clips:
                await library.clips.set_peaks(clip.id, dice.randbytes(BINS))
            ids = frozenset(clip.id for clip in clips)
            run.studio.events.publish(LibraryChange(ids, ChangeKind.ADDED))
            await asyncio.sleep(between_s)
            if first + at_once - sampled >= _SAMPLE_EVERY:
                sampled = first + at_once
                samples.append((sampled, private_kib()))
        await asyncio.sleep(_SETTLE_S)
        watch.stop()
    stalls = sorted(watch.stalls, key=lambda stall: -stall.cpu_ms)
    return {
        "private_kib": samples,
        "ticks": len(watch.blocked_ms),
        "work_ms": [round(stall.cpu_ms) for stall in stalls if stall.cpu_ms > _LIMIT_MS],
        "stacks": [(round(stall.cpu_ms), stall.stack) for stall in stalls[:_STACKS]],
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("count", type=int, metavar="CLIPS")
    parser.add_argument("--at-once", type=int, default=_AT_ONCE, metavar="N")
    parser.add_argument("--between", type=float, default=_BETWEEN_S, metavar="S")
    options = parser.parse_args()
    print(json.dumps(qasync.run(_show(options.count, options.at_once, options.between))))


if __name__ == "__main__":
    main()
