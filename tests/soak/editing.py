"""Edits of every clip of a library, their undo and their redo, without an end: to be killed.

    python -m tests.soak.editing SEED

Prints "ready" when all clips have the same rating, tag and note; from then on every step is one
transaction over all of them, so that a kill at any moment leaves them all alike.
"""

import asyncio
import os
import random
import sys

from producer_studio.domain.ids import ClipId
from producer_studio.settings.paths import default_paths
from producer_studio.studio.clips import Clips
from producer_studio.studio.studio import Studio
from tests.support.open_studio import NO_DEMO


async def _edit(rng: random.Random) -> None:
    studio = await Studio.open(default_paths(os.environ), os.environ, NO_DEMO)
    try:
        ids = await studio.clips.list_ids()
        await _mark(studio.clips, ids, 1)
        print("ready", flush=True)
        undone = done = 0
        while True:
            move = rng.random()
            if move < 0.3 and done:
                await studio.clips.undo()
                done, undone = done - 1, undone + 1
            elif move < 0.5 and undone:
                await studio.clips.redo()
                done, undone = done + 1, undone - 1
            elif await _mark(studio.clips, ids, rng.randint(1, 5)):
                done, undone = done + 1, 0
    finally:
        await studio.close()


async def _mark(clips: Clips, ids: list[ClipId], stars: int) -> bool:
    step = await clips.edit(ids, stars=stars, tags=[f"tag {stars}"], notes=f"note {stars}")
    return step is not None


if __name__ == "__main__":
    asyncio.run(_edit(random.Random(int(sys.argv[1]))))
