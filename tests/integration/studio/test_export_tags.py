"""Tags of exported files are edits of clips: undone, stored in rows and in `recipe.json`."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from producer_studio.domain.library_change import ClipField
from producer_studio.library.sidecar import read_sidecar
from producer_studio.studio.clips import change_message
from tests.integration.studio.conftest import StudioBench, open_bench
from tests.integration.studio.export.test_exports import a_clip

pytestmark = pytest.mark.anyio


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[StudioBench]:
    """A studio without any service."""
    async with open_bench(tmp_path / "home") as made:
        yield made


async def test_tags_of_several_clips_are_one_step(bench: StudioBench) -> None:
    clips = bench.studio.clips
    ids = [(await a_clip(bench, f"Song {number}")).id for number in range(3)]
    await clips.edit_fields([ids[1]], {ClipField.ALBUM: "Before"})
    step = await clips.edit_fields(
        ids, {ClipField.ALBUM: " Tides\n", ClipField.YEAR: 2027, ClipField.TRACK: 0}
    )
    assert step is not None
    assert change_message(step) == "Album and year of 3 clips changed."
    found = await clips.get_many(ids)
    assert {(clip.album, clip.year, clip.track_number) for clip in found} == {("Tides", 2027, None)}
    await bench.studio._library.context.sidecars.wait_until_written()
    folder = found[0].path.parent if found[0].path else Path()
    assert read_sidecar(folder).clip.album == "Tides"
    await clips.undo()
    assert [clip.album for clip in await clips.get_many(ids)] == ["", "Before", ""]


async def test_a_step_names_all_of_its_fields(bench: StudioBench) -> None:
    clip = await a_clip(bench)
    values = {ClipField.ARTIST: "Jo", ClipField.ALBUM: "Tides", ClipField.GENRE: "Lofi"}
    step = await bench.studio.clips.edit_fields([clip.id], values)
    assert step is not None
    assert change_message(step) == "Artist, album and genre of 1 clip changed."


async def test_tracks_are_numbered_in_the_order_that_is_shown(bench: StudioBench) -> None:
    clips = bench.studio.clips
    ids = [(await a_clip(bench, f"Song {number}")).id for number in range(3)]
    await clips.edit_fields(ids[::-1], {ClipField.ARTIST: "Jo"}, first_track=4)
    assert [clip.track_number for clip in await clips.get_many(ids)] == [6, 5, 4]
    await clips.undo()
    found = await clips.get_many(ids)
    assert {(clip.artist, clip.track_number) for clip in found} == {("", None)}


async def test_values_that_differ_are_told_from_those_that_are_shared(bench: StudioBench) -> None:
    clips = bench.studio.clips
    ids = [(await a_clip(bench, f"Song {number}")).id for number in range(3)]
    await clips.edit_fields(ids, {ClipField.ALBUM: "Tides"})
    await clips.edit_fields(ids[:1], {ClipField.ARTIST: "Jo"})
    fields = (ClipField.TITLE, ClipField.ARTIST, ClipField.ALBUM, ClipField.YEAR)
    assert await clips.shared_values(ids, fields) == {
        ClipField.ALBUM: "Tides",
        ClipField.YEAR: None,
    }
    one = await clips.shared_values(ids[:1], fields)
    assert (one[ClipField.TITLE], one[ClipField.ARTIST]) == ("Song 0", "Jo")
