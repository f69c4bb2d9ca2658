"""Edits on this computer become clips of the library, whole or not at all."""

import asyncio
import errno
import io
import os
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.errors import RequestRejected, StorageError
from producer_studio.domain.ids import ClipId
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.domain.local_edit import Fade, Join, Level, Trim
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.studio.export.exports import MAX_CONCURRENT_EXPORTS
from producer_studio.studio.studio import Studio
from tests.integration.studio.conftest import open_bench
from tests.support.engine_rendering import full_decode
from tests.support.open_studio import open_studio
from tests.support.program import LIMIT_S
from tests.support.signals import tone
from tests.support.small_disk import fill, mounted_small_disk
from tests.support.stem_song import add_clip, as_stored

pytestmark = pytest.mark.anyio
_STEP = 1.5 / 2**23


@pytest.fixture
async def studio(tmp_path: Path) -> AsyncIterator[Studio]:
    studio = await open_studio(tmp_path / "home")
    yield studio
    await studio.close()


async def add_song(studio: Studio, seconds: float = 2.0, **fields: object) -> Clip:
    usual = {"title": "Low tide", "lyrics": "[Verse]\nla", "tags": ("calm",), "seed": "7"}
    recipe = Recipe(operation=Operation.EXTEND, sound="lofi piano", starts_at_s=30.0)
    return await add_clip(
        studio._library,
        tone(seconds),
        **usual | {"recipe": recipe, "operation": Operation.EXTEND} | fields,
    )


async def test_exports_to_a_dead_drive_do_not_keep_it_waiting(studio: Studio) -> None:
    song = await add_song(studio)
    responds = threading.Event()
    writing = [studio._pool.submit(responds.wait) for _ in range(MAX_CONCURRENT_EXPORTS)]
    try:
        made = await asyncio.wait_for(studio.local_edits.apply(song.id, Trim(0.5, 1.25)), LIMIT_S)
        assert made.clip.parent == song.id
        assert not any(one.done() for one in writing)
    finally:
        responds.set()


async def test_a_trim_is_a_new_clip_that_knows_its_parent(studio: Studio) -> None:
    song = await add_song(studio)
    changes: list[LibraryChange] = []
    studio.events.subscribe(LibraryChange, changes.append)
    made = await studio.local_edits.apply(song.id, Trim(0.5, 1.25))
    clip = await studio.clips.get(made.clip.id)
    assert clip == made.clip
    assert clip is not None
    assert (clip.title, clip.operation, clip.parent) == (
        "Low tide · trim",
        Operation.TRIM,
        song.id,
    )
    assert clip.notes == "Trim of “Low tide”: 0:00.500 to 0:01.250."
    assert (clip.account, clip.remote_id, clip.job, clip.press) == ("", None, None, None)
    assert (clip.lyrics, clip.tags, clip.recipe) == (song.lyrics, song.tags, song.recipe)
    assert clip.media is MediaState.READY
    assert clip.path is not None
    np.testing.assert_allclose(
        full_decode(clip.path), as_stored(tone(2.0))[24_000:60_000], rtol=0, atol=_STEP
    )
    assert clip.duration_s == pytest.approx(0.75)
    assert clip.size_bytes == clip.path.stat().st_size
    assert clip.sha256
    assert (await studio.clips.get_peaks([clip.id]))[clip.id]
    assert (clip.path.parent / "recipe.json").is_file()
    assert [(one.kind, one.clips) for one in changes] == [(ChangeKind.ADDED, frozenset({clip.id}))]
    assert list((studio.clips.folder / "partial").iterdir()) == []
    # The clip itself is not changed.
    assert await studio.clips.get(song.id) == song
    assert await studio.clips.list_ids("op:trim") == [clip.id]
    family = await studio.clips.get_family(song.id)
    assert [one.id for one in family] == [song.id, clip.id]


async def test_undo_moves_the_new_clip_to_the_trash(studio: Studio) -> None:
    song = await add_song(studio)
    made = await studio.local_edits.apply(song.id, Level(-6.0))
    applied = await studio.clips.undo()
    assert applied is not None
    assert applied.step is made.step
    clip = await studio.clips.get(made.clip.id)
    assert clip is not None
    assert clip.trashed_at is not None
    assert clip.path is not None
    assert clip.path.is_file()
    assert await studio.clips.get(song.id) == song


async def test_two_songs_are_joined(studio: Studio) -> None:
    song = await add_song(studio, bpm_override=84.0, key_override="F minor")
    other = await add_song(studio, 1.0, title="High tide", lyrics="[Outro]\nlo", bpm_override=90.0)
    made = await studio.local_edits.apply(song.id, Join(other.id, 0.5))
    clip = made.clip
    assert clip.duration_s == pytest.approx(2.5)
    assert (clip.title, clip.lyrics) == ("Low tide · join", "[Verse]\nla\n\n[Outro]\nlo")
    assert clip.notes == "“Low tide” joined with “High tide” with a crossfade of 0.5 s."
    # The sum of two songs has neither the tempo of the first nor that of the second.
    assert (clip.bpm_override, clip.key_override) == (None, "")
    level = await studio.local_edits.apply(song.id, Level(3.0))
    assert (level.clip.bpm_override, level.clip.key_override) == (84.0, "F minor")


async def test_what_is_above_full_scale_is_said(studio: Studio) -> None:
    song = await add_song(studio)
    made = await studio.local_edits.apply(song.id, Level(12.0))
    assert made.peak == pytest.approx(0.5 * 10**0.6, rel=1e-3)
    assert made.clip.path is not None
    assert np.abs(full_decode(made.clip.path)).max() == pytest.approx(1.0, abs=1e-6)


async def test_what_cannot_be_edited_adds_nothing(studio: Studio) -> None:
    song = await add_song(studio)
    silent = await add_clip(studio._library, None, title="Words", media=MediaState.NONE)
    for clip, edit, reason in (
        (song.id, Trim(0.0, 9.0), "whole clip"),
        (song.id, Join(silent.id), "“Words” is not on this computer"),
        (silent.id, Fade(0.1), "“Words” is not on this computer"),
        (ClipId("gone"), Fade(0.1), "no longer in the library"),
    ):
        with pytest.raises(RequestRejected, match=reason):
            await studio.local_edits.apply(clip, edit)
    assert await studio.clips.count() == 2


@pytest.mark.parametrize("damage", ["deleted", "empty", "folder"])
async def test_a_sound_that_has_gone_is_named(studio: Studio, damage: str) -> None:
    """The library itself can be read well."""
    song = await add_song(studio)
    assert song.path is not None
    song.path.unlink()
    if damage == "empty":
        song.path.touch()
    elif damage == "folder":
        song.path.mkdir()
    with pytest.raises(RequestRejected, match="“Low tide” is not on this computer"):
        await studio.local_edits.apply(song.id, Level(-3.0))
    assert [clip.media for clip in await studio.clips.get_many([song.id])] == [MediaState.MISSING]


async def test_a_full_disk_says_so_and_leaves_no_clip(tmp_path: Path) -> None:
    with mounted_small_disk(tmp_path / "disk", size="8m") as disk:
        async with open_bench(disk) as bench:
            studio = bench.studio
            song = await add_song(studio, 1.0)
            ballast = fill(disk)
            with pytest.raises(StorageError, match="disk is full"):
                await studio.local_edits.apply(song.id, Level(-3.0))
            assert await studio.clips.list_ids() == [song.id]
            ballast.unlink()
            assert list((studio.clips.folder / "partial").iterdir()) == []
            made = await studio.local_edits.apply(song.id, Level(-3.0))
            assert made.clip.playable


async def test_a_cancelled_edit_leaves_no_clip(studio: Studio) -> None:
    song = await add_song(studio)
    task = asyncio.create_task(studio.local_edits.apply(song.id, Level(-3.0)))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await studio.clips.list_ids() == [song.id]


async def test_a_sound_that_the_drive_does_not_deliver_is_told(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was a report of a crash."""
    song = await add_song(studio)
    opened = io.open

    def fail(path: Any, *arguments: Any, **options: Any) -> Any:
        if not isinstance(path, int) and os.fsdecode(path) == str(song.path):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return opened(path, *arguments, **options)

    with monkeypatch.context() as patches:
        patches.setattr(io, "open", fail)
        with pytest.raises(StorageError, match="cannot be read"):
            await studio.local_edits.apply(song.id, Trim(0.5, 1.25))
    assert await studio.clips.list_ids() == [song.id]
    await studio.local_edits.apply(song.id, Trim(0.5, 1.25))
