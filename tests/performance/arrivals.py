"""The real window while clips arrive and are looked at: what it keeps in memory.

    python -m tests.performance.arrivals CLIPS

Prints one JSON object: the private memory in KiB after each so many clips.
"""

import argparse
import asyncio
import gc
import json
import os
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import qasync

from producer_studio.app import begin, opened
from producer_studio.audio.peaks import BINS
from producer_studio.domain.change import ChangeKind, LibraryChange
from tests.performance.shelf import a_clip

_AT_ONCE = 8
_BETWEEN_S = 0.12
"""Long enough for the list to be read and painted again."""


def private_kib() -> int:
    """Private memory of this process that was written to."""
    lines = Path("/proc/self/smaps_rollup").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Private_Dirty:"))


async def _show(count: int) -> list[tuple[int, int]]:
    dice, begun = random.Random(count), datetime.now(UTC)
    found: list[tuple[int, int]] = []
    async with opened(os.environ, ["not", "needed"], None) as run:
        assert run is not None
        run.window.show()
        await begin(run)
        run.window.frame.show_library()
        library = run.studio._library
        for first in range(0, count, _AT_ONCE):
            moments = [begun + timedelta(seconds=first + at) for at in range(_AT_ONCE)]
            clips = [a_clip(dice, moment, first + at) for at, moment in enumerate(moments)]
            await library.add(clips)
            for clip in clips:
                await library.set_peaks(clip.id, dice.randbytes(BINS))
            ids = frozenset(clip.id for clip in clips)
            run.studio.events.publish(LibraryChange(ids, ChangeKind.ADDED))
            await asyncio.sleep(_BETWEEN_S)
            if (first + _AT_ONCE) % 200 == 0:
                gc.collect()
                found.append((first + _AT_ONCE, private_kib()))
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("count", type=int, metavar="CLIPS")
    found = qasync.run(_show(parser.parse_args().count))
    print(json.dumps({"private_kib": found}))


if __name__ == "__main__":
    main()
