"""Profiles of the program and of the user, and what an export makes of them."""

import json
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import av
import pytest

from producer_studio.audio.measure import measure
from producer_studio.domain.clip import Clip
from producer_studio.domain.errors import RequestRejected
from producer_studio.domain.export_profile import BUILT_IN_PROFILES, ExportExtra, ExportProfile
from producer_studio.files.picture_size import read_picture_size
from producer_studio.library.media_store import MediaKind
from producer_studio.settings.paths import default_paths
from producer_studio.studio.export.export import Export
from producer_studio.studio.export.export import ExportState as State
from tests.integration.studio.conftest import StudioBench, environ_for, open_bench
from tests.integration.studio.export.test_exports import a_clip
from tests.support.pictures import png_bytes

pytestmark = pytest.mark.anyio

RELEASE, DAW, SHARE = BUILT_IN_PROFILES


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[StudioBench]:
    """A studio without any service."""
    async with open_bench(tmp_path / "home") as made:
        yield made


async def names(bench: StudioBench) -> list[str]:
    return [one.name for one in await bench.studio.export_profiles.list_all()]


async def exported(bench: StudioBench, profile: ExportProfile, folder: Path, clip: Clip) -> Export:
    spec = bench.studio.export_profiles.spec(profile, folder)
    (started,) = await bench.studio.exports.export([clip.id], spec)
    return await bench.studio.exports.wait_until_finished(started.id)


async def test_profiles_are_made_renamed_and_deleted_and_all_of_it_is_undone(
    bench: StudioBench,
) -> None:
    profiles, clips = bench.studio.export_profiles, bench.studio.clips
    known = ["Release", "DAW", "Share"]
    assert await names(bench) == known
    await profiles.add(SHARE.with_changes(name="Radio", loudness_lufs=-16.0))
    await profiles.add(SHARE.with_changes(name="radio"))
    assert await names(bench) == [*known, "Radio", "radio 2"]
    radio = (await profiles.list_all())[3]
    assert (radio.loudness_lufs, radio.is_built_in) == (-16.0, False)
    await profiles.rename(radio, "Broadcast")
    await profiles.delete((await profiles.list_all())[4])
    assert await names(bench) == [*known, "Broadcast"]
    for expected in ([*known, "Broadcast", "radio 2"], [*known, "Radio", "radio 2"]):
        await clips.undo()
        assert await names(bench) == expected
    await clips.redo()
    assert await names(bench) == [*known, "Broadcast", "radio 2"]


async def test_profiles_of_the_program_stay_as_they_are(bench: StudioBench) -> None:
    for change in (
        bench.studio.export_profiles.rename(DAW, "Mine"),
        bench.studio.export_profiles.delete(RELEASE),
        bench.studio.export_profiles.change(SHARE, SHARE.with_changes(template="{id}")),
    ):
        with pytest.raises(RequestRejected, match="comes with the program"):
            await change
    assert await names(bench) == ["Release", "DAW", "Share"]


async def test_a_profile_that_another_program_changed_is_not_overwritten(
    bench: StudioBench, tmp_path: Path
) -> None:
    profiles = bench.studio.export_profiles
    step = await profiles.add(SHARE.with_changes(name="Radio"))
    file = default_paths(environ_for(tmp_path / "home")).export_profiles_file
    stored = json.loads(file.read_text())
    stored["later"] = True
    stored["profiles"][0] |= {"bits": 24, "colour": "red"}
    stored["profiles"].insert(0, "not a profile")
    file.write_text(json.dumps(stored))
    assert (await profiles.list_all())[3].bits == 24
    await bench.studio.clips.undo(step)
    radio = (await profiles.list_all())[3]
    await profiles.rename(radio, "FM")
    stored = json.loads(file.read_text())
    assert (stored["later"], stored["profiles"][0]) == (True, "not a profile")
    assert (stored["profiles"][1]["name"], stored["profiles"][1]["colour"]) == ("FM", "red")


async def test_a_release_has_its_cover_and_says_what_shops_would_reject(
    bench: StudioBench, tmp_path: Path
) -> None:
    clip = await a_clip(bench)
    library = bench.studio._library
    picture = library.media.partial_path(clip.id, MediaKind.COVER).with_suffix(".png")
    picture.parent.mkdir(parents=True, exist_ok=True)
    picture.write_bytes(png_bytes(640, 640))
    cover = await library.media.store_file(picture, clip, MediaKind.COVER)
    clip = await library.clips.update_fields(clip.id, cover=cover) or clip
    profile = RELEASE.with_changes(tags={"artist": "Jo Sea"})
    ended = await exported(bench, profile, tmp_path / "out", clip)
    assert ended.state is State.DONE, ended.error
    assert ended.path == tmp_path / "out" / "Low tide.wav"
    assert read_picture_size(tmp_path / "out" / "Low tide.jpg") == (3000, 3000)
    check, cover_message = ended.messages
    assert check.startswith("Release check: ")
    assert "cover 640 × 640 px" in check
    assert "artist" not in check
    assert cover_message == "The cover was enlarged from 640 px."
    with av.open(str(ended.path)) as file:
        assert file.streams.audio[0].codec_context.name == "pcm_s24le"
        assert file.metadata["artist"] == "Jo Sea"


@pytest.mark.parametrize("target", [-30.0, -6.0])
async def test_a_loudness_is_reached_where_the_true_peak_allows_it(
    bench: StudioBench, tmp_path: Path, target: float
) -> None:
    clip = await a_clip(bench, seconds=2.0)
    profile = SHARE.with_changes(loudness_lufs=target, format=DAW.format, bits=24)
    ended = await exported(bench, profile, tmp_path, clip)
    assert ended.path is not None
    sound = measure(ended.path).sound
    assert sound.loudness_lufs == pytest.approx(target, abs=0.1)
    assert ended.messages == ()


async def test_a_level_above_minus_one_is_not_written_and_it_is_said(
    bench: StudioBench, tmp_path: Path
) -> None:
    clip = await a_clip(bench, seconds=2.0)
    library = bench.studio._library
    louder = replace(clip.measured, true_peak_dbtp=-3.0)
    await library.clips.update_fields(clip.id, measured=louder)
    profile = SHARE.with_changes(loudness_lufs=-5.0, format=DAW.format, bits=24)
    ended = await exported(bench, profile, tmp_path, clip)
    assert ended.path is not None
    sound, before = measure(ended.path).sound, clip.measured
    assert sound.true_peak_dbtp is not None
    assert before.true_peak_dbtp is not None
    assert sound.true_peak_dbtp - before.true_peak_dbtp == pytest.approx(2.0, abs=0.02)
    assert ended.messages == (
        "−7.4 LUFS instead of −5.0 LUFS: louder, its true peak would exceed −1.0 dBTP.",
    )


async def test_lyrics_become_a_file_where_their_times_are_known(
    bench: StudioBench, tmp_path: Path
) -> None:
    clip = await a_clip(bench)
    profile = SHARE.with_changes(extras=frozenset({ExportExtra.LYRICS}))
    ended = await exported(bench, profile, tmp_path, clip)
    assert ended.messages == ("No LRC file: the times of the lyrics are not known.",)
    library = bench.studio._library
    clip = await library.clips.update_fields(clip.id, lyrics="[00:00.50]The water goes") or clip
    ended = await exported(bench, profile, tmp_path, clip)
    assert ended.messages == ()
    assert (tmp_path / "Low tide (2).lrc").read_text().endswith("[00:00.50]The water goes\n")
    made = [name for name in os.listdir(tmp_path) if name.startswith("Low")]  # noqa: PTH208
    assert sorted(made) == ["Low tide (2).lrc", "Low tide (2).mp3", "Low tide.mp3"]
