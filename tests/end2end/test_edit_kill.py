"""Killed in the middle of an edit, the studio leaves no half clip.

`PRODUCER_STUDIO_KILLS=150 pytest tests/end2end/test_edit_kill.py -s` prints the count.
"""

import asyncio
import os
import random
import time
from collections import Counter
from pathlib import Path

import pytest

from producer_studio.audio.measure import measure
from producer_studio.library.library import Library
from tests.end2end.test_export_kill import SECONDS, library_of
from tests.soak.library_kills import wait_for_part
from tests.support.program import Program, kill_all

KILLS = int(os.environ.get("PRODUCER_STUDIO_KILLS", "4"))


async def lengths_of_edits(folder: Path) -> list[float]:
    """The length of each new clip as its file has it; each row has a whole file."""
    library = await Library.open(folder)
    try:
        clips = await library.clips.get_many(await library.clips.list_ids("op:level"))
        assert all(clip.playable and clip.sha256 for clip in clips)
        assert await library.clips.get_peaks([clip.id for clip in clips]) or not clips
        return [measure(clip.path).sound.duration_s for clip in clips if clip.path is not None]
    finally:
        await library.close()


@pytest.mark.skipif(os.name == "nt", reason="kills by signal")
def test_no_kill_leaves_half_a_clip(tmp_path: Path) -> None:
    rng = random.Random(20261129)
    program = Program(tmp_path / "home")
    folder = tmp_path / "home" / "library"
    (song,) = asyncio.run(library_of(folder, 1))
    seen: Counter[str] = Counter()
    for number in range(KILLS):
        process = program.start("library", "edit", song, "--level", "-3")
        wait_for_part(process, folder / "partial")
        # The moment is the subject. The first kill comes at once, so that one hits a part on
        # machines of any speed.
        time.sleep(rng.uniform(0.0, 0.6) if number else 0.0)
        seen["ended by itself"] += process.poll() is not None
        kill_all(process)
        process.communicate()
        seen["parts after a kill"] += any((folder / "partial").iterdir())
        lengths = asyncio.run(lengths_of_edits(folder))
        assert all(abs(length - SECONDS) < 0.01 for length in lengths)
        assert list((folder / "partial").iterdir()) == [], "removed at the next start"
    assert program.run("library", "edit", song, "--level", "-3").code == 0
    print(f"{KILLS} kills: {dict(seen)}; {len(asyncio.run(lengths_of_edits(folder)))} whole clips")
    assert seen["parts after a kill"] > 0, "no kill came in the middle of an edit"
