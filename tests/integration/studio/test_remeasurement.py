"""Older clips are measured anew, one at a time, and only while nobody works."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from producer_studio.domain.clip import MEASURE_VERSION, AudioMeasurements, Clip, MediaState
from producer_studio.domain.ids import ClipId, new_clip_id
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.domain.recipe import Recipe
from producer_studio.settings.paths import default_paths
from producer_studio.studio.studio import Studio
from tests.integration.studio.conftest import NO_DEMO
from tests.support.signals import song, tone, write_wave

pytestmark = pytest.mark.anyio


@pytest.fixture
async def studio(tmp_path: Path) -> AsyncIterator[Studio]:
    environ = {"PRODUCER_STUDIO_HOME": str(tmp_path)}
    studio = await Studio.open(default_paths(environ), environ, NO_DEMO)
    yield studio
    await studio.close()


async def added(studio: Studio, content: bytes | None = None, **fields: object) -> Clip:
    """A clip of an earlier version, with its file in its folder."""
    clip = Clip(id=new_clip_id(), title="Song", recipe=Recipe(sound="piano"))
    await studio._library.clips.add([clip])
    folder = await studio.clips.find_folder(clip.id)
    assert folder is not None
    path = folder / "Song.wav"
    if content is None:
        write_wave(path, tone(2.0, 1000.0, 0.5))
    else:
        path.write_bytes(content)
    before = AudioMeasurements(duration_s=1.0, loudness_lufs=-3.0)
    values = {"path": path, "media": MediaState.READY, "measured": before} | fields
    changed = await studio._library.clips.update_fields(clip.id, **values)
    assert changed is not None
    return changed


async def stored(studio: Studio, clip: ClipId) -> Clip:
    found = await studio.clips.get(clip)
    assert found is not None
    return found


async def never_busy() -> None:
    """A user who is not there."""


async def test_older_clips_are_measured_and_the_others_are_left_alone(studio: Studio) -> None:
    older = await added(studio, title="Older", bpm_override=90.0, sha256="known", size_bytes=5)
    newer = await added(studio)
    current = AudioMeasurements(duration_s=1.0, version=MEASURE_VERSION)
    done = await added(studio, measured=current)
    await studio._library.clips.mark_without_features(done.id)
    await studio.clips.trash([(trashed := await added(studio)).id])
    changes: list[LibraryChange] = []
    studio.events.subscribe(LibraryChange, changes.append)
    await studio.remeasurement.run(never_busy, first_wait_s=0)
    found = await stored(studio, newer.id)
    assert found.measured.version == MEASURE_VERSION
    assert found.measured.duration_s == pytest.approx(2.0)
    assert found.measured.true_peak_dbtp == pytest.approx(-6.0, abs=0.1)
    assert found.path is not None
    content = found.path.read_bytes()
    assert (found.sha256, found.size_bytes) == (
        hashlib.sha256(content).hexdigest(),
        len(content),
    )
    assert len((await studio.clips.get_peaks([newer.id]))[newer.id]) > 100
    kept = await stored(studio, older.id)
    assert (kept.sha256, kept.size_bytes, kept.bpm_override) == ("known", 5, 90.0)
    assert kept.measured.version == MEASURE_VERSION
    assert await stored(studio, done.id) == done
    assert (await stored(studio, trashed.id)).measured.version == 0
    assert [(change.clips, change.kind) for change in changes] == [
        ({newer.id}, ChangeKind.MEDIA),
        ({older.id}, ChangeKind.MEDIA),
    ]
    # Nothing is left for a second time.
    changes.clear()
    await studio.remeasurement.run(never_busy, first_wait_s=0)
    assert changes == []


async def test_a_clip_that_cannot_be_measured_stops_no_other(studio: Studio) -> None:
    good = await added(studio)
    broken = await added(studio, b"<html>not a sound</html>" * 50)
    missing = await added(studio)
    assert missing.path is not None
    missing.path.unlink()
    await studio.remeasurement.run(never_busy, first_wait_s=0)
    assert (await stored(studio, good.id)).measured.version == MEASURE_VERSION
    rejected = await stored(studio, broken.id)
    assert rejected.measured == AudioMeasurements(
        duration_s=1.0, loudness_lufs=-3.0, version=MEASURE_VERSION
    )
    # It may be on a drive that is not there today.
    assert (await stored(studio, missing.id)).measured.version == 0


async def test_nothing_is_measured_while_somebody_works(studio: Studio) -> None:
    clip = await added(studio)
    asked, idle = asyncio.Event(), asyncio.Event()

    async def wait_until_idle() -> None:
        asked.set()
        await idle.wait()

    running = asyncio.create_task(studio.remeasurement.run(wait_until_idle, first_wait_s=0))
    await asyncio.wait_for(asked.wait(), 30)
    assert (await stored(studio, clip.id)).measured.version == 0
    idle.set()
    await asyncio.wait_for(running, 120)
    assert (await stored(studio, clip.id)).measured.version == MEASURE_VERSION


async def test_a_clip_without_features_is_measured_for_them(studio: Studio) -> None:
    """As in a library that was rebuilt from its folders."""
    current = AudioMeasurements(duration_s=1.0, version=MEASURE_VERSION)
    clip = await added(studio, measured=current)
    assert clip.path is not None
    write_wave(clip.path, song(6.0))
    assert await studio.clips.find_similar(clip.id) is None
    await studio.remeasurement.run(never_busy, first_wait_s=0)
    found = await studio.clips.find_similar(clip.id)
    assert found is not None
    assert [one.id for one in found] == [clip.id]
