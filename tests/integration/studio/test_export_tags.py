"""Tags of exported files are edits of clips: undone, stored in rows and in `recipe.json`."""

from collections.abc import AsyncIterator
from pathlib import Path

import av
import pytest

from producer_studio.domain.errors import StorageError
from producer_studio.domain.export_profile import BUILT_IN_PROFILES
from producer_studio.domain.library_change import ClipField
from producer_studio.library.sidecar import read_sidecar
from producer_studio.studio.clips import change_message
from tests.integration.studio.conftest import StudioBench, open_bench
from tests.integration.studio.export.test_exports import a_clip
from tests.support.pictures import png_bytes

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


async def test_a_cover_of_exports_is_beside_the_own_one_and_is_taken_back(
    bench: StudioBench, tmp_path: Path
) -> None:
    clips = bench.studio.clips
    ids = [(await a_clip(bench, f"Song {number}")).id for number in range(2)]
    picture = tmp_path / "picture.dat"
    picture.write_bytes(png_bytes(64, 48))
    name = await clips.store_export_cover(ids, picture)
    step = await clips.edit_fields(ids, {ClipField.EXPORT_COVER: name})
    assert step is not None
    found = await clips.get_many(ids)
    for clip in found:
        assert clip.exported_cover is not None
        assert clip.exported_cover.suffix == ".png"
        assert clip.exported_cover.read_bytes() == picture.read_bytes()
    spec = bench.studio.export_profiles.spec(BUILT_IN_PROFILES[2], tmp_path / "out")
    (started,) = await bench.studio.exports.export(ids[:1], spec)
    ended = await bench.studio.exports.wait_until_finished(started.id)
    with av.open(str(ended.path)) as file:
        assert (file.streams.video[0].width, file.streams.video[0].height) == (64, 48)
    result = await bench.studio.verification.run()
    assert result.outcomes == []
    await clips.undo(step)
    assert [clip.exported_cover for clip in await clips.get_many(ids)] == [None, None]
    assert await clips.store_export_cover(ids, picture) == name


async def test_a_cover_of_exports_is_a_picture_in_the_folder(
    bench: StudioBench, tmp_path: Path
) -> None:
    clip = await a_clip(bench)
    with pytest.raises(StorageError, match="is not a picture"):
        await bench.studio.clips.store_export_cover([clip.id], clip.path or tmp_path)
    for name in ("../cover.png", "/etc/passwd", "..", ".hidden", "a\\b", "c:x"):
        assert clip.with_changes(export_cover=name).exported_cover is None


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
