"""Killed in the middle of an export, the studio leaves whole files and nothing else.

`PRODUCER_STUDIO_KILLS=150 pytest tests/end2end/test_export_kill.py -s` prints the count.
"""

import asyncio
import os
import random
import time
from collections import Counter
from pathlib import Path

import pytest

from producer_studio.audio.measure import measure
from producer_studio.audio.tags import read_recipe
from producer_studio.domain.clip import AudioMeasurements, Clip, MediaState
from producer_studio.domain.ids import ClipId, new_clip_id
from producer_studio.domain.recipe import Recipe
from producer_studio.library.library import Library
from producer_studio.library.media_store import MediaKind
from tests.soak.library_kills import wait_for_part
from tests.support.program import Program, kill_all
from tests.support.tone import write_tone

KILLS = int(os.environ.get("PRODUCER_STUDIO_KILLS", "6"))
FORMATS = ("mp3", "wav", "flac", "m4a")
SECONDS = 40.0


async def library_of(folder: Path, count: int) -> list[ClipId]:
    """A library with clips whose sound is on the disk."""
    library = await Library.open(folder)
    try:
        ids = []
        for number in range(count):
            clip = Clip(id=new_clip_id(), title=f"Song {number}", recipe=Recipe(sound="pads"))
            await library.clips.add([clip])
            partial = library.media.partial_path(clip.id, MediaKind.AUDIO).with_suffix(".wav")
            write_tone(partial, SECONDS)
            path = await library.media.store_file(partial, clip, MediaKind.AUDIO)
            sound = AudioMeasurements(duration_s=SECONDS)
            await library.clips.update_fields(
                clip.id, path=path, media=MediaState.READY, measured=sound
            )
            ids.append(clip.id)
        return ids
    finally:
        await library.close()


@pytest.mark.skipif(os.name == "nt", reason="kills by signal")
def test_no_kill_leaves_anything_but_whole_files(tmp_path: Path) -> None:
    rng = random.Random(20261129)
    program = Program(tmp_path / "home")
    ids = asyncio.run(library_of(tmp_path / "home" / "library", 3))
    out = tmp_path / "out"
    seen: Counter[str] = Counter()
    for number in range(KILLS):
        made = FORMATS[number % len(FORMATS)]
        process = program.start("export", *ids, "--format", made, "--to", str(out))
        wait_for_part(process, out)
        time.sleep(rng.uniform(0.0, 0.6))
        seen["ended by itself"] += process.poll() is not None
        kill_all(process)
        process.communicate()
        for path in out.iterdir():
            if path.name.startswith("."):
                seen["hidden parts after a kill"] += 1
            elif path.stat().st_size == 0:
                seen["empty"] += 1
            else:
                seen["partial"] += not is_whole(path)
                seen["whole"] += 1
                path.unlink()
    assert program.run("export", ids[0], "--format", "mp3", "--to", str(out)).code == 0
    left = [path.name for path in out.iterdir()]
    print(f"{KILLS} kills: {dict(seen)}; left after the next export: {left}")
    assert seen["empty"] == seen["partial"] == 0
    assert [Path(name).suffix for name in left] == [".mp3"]
    assert seen["hidden parts after a kill"] > 0, "no kill came in the middle of an export"


@pytest.mark.skipif(os.name == "nt", reason="kills by signal")
def test_a_killed_export_goes_on_and_makes_every_file_once(tmp_path: Path) -> None:
    program = Program(tmp_path / "home")
    ids = asyncio.run(library_of(tmp_path / "home" / "library", 3))
    out = tmp_path / "out"
    process = program.start("export", *ids, "--profile", "Share", "--to", str(out))
    wait_for_part(process, out)
    kill_all(process)
    process.communicate()
    resumed = program.run("export", "--resume")
    assert resumed.code == 0, resumed.stderr
    assert sorted(path.name for path in out.iterdir()) == [
        f"Song {number}.mp3" for number in range(3)
    ]
    assert all(is_whole(path) for path in out.iterdir())
    assert program.run("export", "--resume").lines == []


def is_whole(path: Path) -> bool:
    """Whether a file has all of its sound and its recipe."""
    length_s = measure(path).sound.duration_s
    return abs(length_s - SECONDS) < 0.2 and read_recipe(path) is not None
