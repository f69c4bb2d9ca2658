"""Files that clips are dragged out as: rendered before the drag, and there to stay."""

import asyncio
import errno
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from producer_studio.audio import encode
from producer_studio.audio.measure import measure
from producer_studio.domain.clip import Clip
from producer_studio.domain.errors import ServiceError, StorageError
from producer_studio.studio.export.drag_exports import MAX_RENDERED
from tests.integration.studio.conftest import StudioBench, open_bench
from tests.integration.studio.export.test_exports import a_clip

pytestmark = pytest.mark.anyio


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[StudioBench]:
    """A studio whose drags give MP3."""
    async with open_bench(tmp_path / "home") as made:
        made.studio.preferences.change(drag_profile="share", export_folder=str(tmp_path / "out"))
        yield made


def visible(folder: Path) -> list[str]:
    there = folder.iterdir() if folder.is_dir() else ()
    return sorted(path.name for path in there if not path.name.startswith("."))


def rendered(folder: Path) -> list[str]:
    """Names of the files that were rendered and not dragged."""
    return sorted(path.name for path in folder.glob(".producer-studio-drag-*/*/*"))


async def some_clips(bench: StudioBench, *titles: str) -> list[Clip]:
    return [await a_clip(bench, title) for title in titles]


async def test_what_is_selected_is_rendered_and_gets_its_place_with_the_drag(
    bench: StudioBench, tmp_path: Path
) -> None:
    folder = tmp_path / "out" / "Dragged"
    clips = await some_clips(bench, "One", "Two", "Two")
    ids = [clip.id for clip in clips]
    drags = bench.studio.drag_exports
    await drags.prepare(ids)
    assert visible(folder) == []
    assert rendered(folder) == ["One.mp3", "Two.mp3", "Two.mp3"]
    files = await drags.get_files(ids)
    assert [path.name for path in files] == ["One.mp3", "Two.mp3", "Two (2).mp3"]
    assert [path.parent for path in files] == [folder] * 3
    assert measure(files[0]).sound.duration_s == pytest.approx(clips[0].duration_s, abs=0.1)
    assert await drags.get_files(ids) == files
    await drags.prepare([])
    assert visible(folder) == ["One.mp3", "Two (2).mp3", "Two.mp3"]
    await bench.studio.clips.edit([ids[0]], title="Uno")
    (again,) = await drags.get_files(ids[:1])
    assert again.name == "Uno.mp3"


async def test_what_was_not_dragged_goes_with_the_selection_and_with_the_program(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "out" / "Dragged"
    async with open_bench(tmp_path / "home") as bench:
        bench.studio.preferences.change(drag_profile="share", export_folder=str(tmp_path / "out"))
        one, two = await some_clips(bench, "One", "Two")
        await bench.studio.drag_exports.prepare([one.id])
        await bench.studio.drag_exports.prepare([two.id])
        assert rendered(folder) == ["Two.mp3"]
        stale = folder / f".producer-studio-drag-{'0' * 32}"
        (stale / one.id).mkdir(parents=True)
        bench.studio.preferences.change(export_folder=str(tmp_path / "other"))
        await bench.studio.drag_exports.prepare([one.id])
        bench.studio.preferences.change(export_folder=str(tmp_path / "out"))
        await bench.studio.drag_exports.prepare([two.id, one.id])
        assert not stale.exists()
    assert list(folder.iterdir()) == []
    assert list((tmp_path / "other" / "Dragged").iterdir()) == []


async def test_more_than_twenty_are_originals_and_it_is_said_before(
    bench: StudioBench, tmp_path: Path
) -> None:
    clips = [await a_clip(bench, f"Song {number}") for number in range(MAX_RENDERED + 1)]
    ids = [clip.id for clip in clips]
    drags = bench.studio.drag_exports
    assert drags.description(MAX_RENDERED) == "Dragging out gives Share: MP3 320 kbit/s."
    assert drags.description(len(ids)).startswith("Dragging out gives the originals: more than 20")
    await drags.prepare(ids)
    assert await drags.get_files(ids) == [clip.path for clip in clips]
    assert not (tmp_path / "out").exists()
    bench.studio.preferences.change(drag_profile="")
    assert drags.description(1) == ""
    assert await drags.get_files(ids[:1]) == [clips[0].path]


async def test_a_drag_waits_for_what_is_being_rendered(bench: StudioBench, tmp_path: Path) -> None:
    clip = await a_clip(bench, "Long", seconds=60.0)
    drags = bench.studio.drag_exports
    preparing = asyncio.create_task(drags.prepare([clip.id]))
    await asyncio.sleep(0)
    (path,) = await drags.get_files([clip.id])
    await preparing
    assert visible(tmp_path / "out" / "Dragged") == [path.name]


async def test_a_drive_that_does_not_deliver_a_song_is_told(
    bench: StudioBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = await a_clip(bench, "One")

    def fail(*_arguments: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(encode, "read_media_info", fail)
    with pytest.raises(StorageError, match="cannot be read"):
        await bench.studio.drag_exports.prepare([clip.id])


async def test_files_for_dragging_survive_the_loss_of_their_folder(
    bench: StudioBench, tmp_path: Path
) -> None:
    """As with a drive that was taken out between two selections."""
    one, two = await some_clips(bench, "One", "Two")
    drags = bench.studio.drag_exports
    await drags.prepare([one.id])
    shutil.rmtree(tmp_path / "out")
    (path,) = await drags.get_files([two.id])
    assert path.is_file()
    shutil.rmtree(tmp_path / "out")
    (tmp_path / "out").write_text("now a file", "utf-8")
    with pytest.raises(StorageError, match="cannot be written"):
        await drags.prepare([one.id])


async def test_a_clip_that_cannot_be_rendered_is_not_dragged(bench: StudioBench) -> None:
    (clip,) = await some_clips(bench, "Broken")
    assert clip.path is not None
    clip.path.write_bytes(b"no sound")
    with pytest.raises(ServiceError):
        await bench.studio.drag_exports.get_files([clip.id])
