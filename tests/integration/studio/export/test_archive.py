"""Many clips in one ZIP: whole under its name, or not there."""

import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest

from producer_studio.audio.measure import measure
from producer_studio.domain.errors import RequestRejected
from producer_studio.domain.export_profile import BUILT_IN_PROFILES, ExportExtra
from producer_studio.studio.export.export import ExportChanged, ExportSpec
from producer_studio.studio.export.export import ExportState as State
from tests.integration.studio.conftest import StudioBench, open_bench
from tests.integration.studio.export.test_exports import a_clip

pytestmark = pytest.mark.anyio


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[StudioBench]:
    """A studio without any service."""
    async with open_bench(tmp_path / "home") as made:
        yield made


def a_spec(bench: StudioBench, folder: Path) -> ExportSpec:
    extras = frozenset({ExportExtra.ZIP, ExportExtra.PROVENANCE})
    profile = BUILT_IN_PROFILES[2].with_changes(extras=extras)
    return bench.studio.export_profiles.spec(profile, folder)


async def test_all_files_are_in_one_archive_under_different_names(
    bench: StudioBench, tmp_path: Path
) -> None:
    clips = [await a_clip(bench, title) for title in ("Low tide", "Élan", "Low tide")]
    ids = [clip.id for clip in clips]
    (started,) = await bench.studio.exports.export(ids, a_spec(bench, tmp_path / "out"))
    ended = await bench.studio.exports.wait_until_finished(started.id)
    assert ended.path == tmp_path / "out" / "Low tide and 2 more.zip", ended.error
    assert [path.name for path in (tmp_path / "out").iterdir()] == [ended.path.name]
    with ZipFile(ended.path) as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == sorted(
            f"{stem}{end}"
            for stem in ("Low tide", "Low tide (2)", "Élan")
            for end in (".mp3", " - provenance.txt", " - provenance.html")
        )
        assert {one.compress_type for one in archive.infolist()} == {ZIP_STORED}
        made = tmp_path / "one.mp3"
        made.write_bytes(archive.read("Low tide (2).mp3"))
    assert measure(made).sound.duration_s == pytest.approx(clips[2].duration_s, abs=0.1)
    found = await bench.studio.clips.list_ids("exported:yes")
    assert set(found) == set(ids)


async def test_only_the_disk_of_the_archive_needs_space(
    bench: StudioBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = await a_clip(bench)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "not there"))
    (started,) = await bench.studio.exports.export([clip.id], a_spec(bench, tmp_path / "out"))
    ended = await bench.studio.exports.wait_until_finished(started.id)
    assert ended.state is State.DONE, ended.error
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["Low tide.zip"]


async def test_a_clock_that_was_never_set_keeps_no_archive_from_being_made(
    bench: StudioBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = await a_clip(bench)
    # As that of a computer whose battery is empty.
    start = time.gmtime(0)
    monkeypatch.setattr("zipfile.time.localtime", lambda *_seconds: start)
    (started,) = await bench.studio.exports.export([clip.id], a_spec(bench, tmp_path / "out"))
    ended = await bench.studio.exports.wait_until_finished(started.id)
    assert ended.state is State.DONE, ended.error


async def test_what_a_killed_export_left_goes_at_the_next_one(
    bench: StudioBench, tmp_path: Path
) -> None:
    clip = await a_clip(bench)
    out = tmp_path / "out"
    part = out / f".{'ab' * 16}.part.zip"
    staged = part.with_name(f"{part.name}.files")
    staged.mkdir(parents=True)
    (staged / "Low tide.mp3").write_bytes(b"sound")
    part.write_bytes(b"PK")
    own = tmp_path / "own"
    own.mkdir()
    (own / "song.wav").write_bytes(b"sound")
    other = out / f".{'cd' * 16}.part.zip"
    other.write_bytes(b"PK")
    other.with_name(f"{other.name}.files").symlink_to(own)
    (started,) = await bench.studio.exports.export([clip.id], a_spec(bench, out))
    await bench.studio.exports.wait_until_finished(started.id)
    assert not part.exists()
    assert not staged.exists()
    assert (own / "song.wav").exists()


async def test_one_clip_that_cannot_be_written_leaves_no_archive(
    bench: StudioBench, tmp_path: Path
) -> None:
    clips = [await a_clip(bench), await a_clip(bench, "Broken")]
    assert clips[1].path is not None
    clips[1].path.write_bytes(b"no sound")
    ids = [clip.id for clip in clips]
    (started,) = await bench.studio.exports.export(ids, a_spec(bench, tmp_path / "out"))
    ended = await bench.studio.exports.wait_until_finished(started.id)
    assert ended.state is State.FAILED
    assert list((tmp_path / "out").iterdir()) == []
    assert await bench.studio.clips.list_ids("exported:yes") == []


async def test_a_cancelled_archive_is_not_there(bench: StudioBench, tmp_path: Path) -> None:
    clips = [await a_clip(bench, seconds=20.0) for _ in range(3)]
    exports = bench.studio.exports

    def cancel_late(change: ExportChanged) -> None:
        if (change.export.progress or 0.0) > 0.5:
            exports.cancel(change.export.id)

    bench.studio.events.subscribe(ExportChanged, cancel_late)
    spec = a_spec(bench, tmp_path / "out")
    (started,) = await exports.export([clip.id for clip in clips], spec)
    assert (await exports.wait_until_finished(started.id)).state is State.CANCELLED
    assert list((tmp_path / "out").iterdir()) == []
    assert await bench.studio._library.exports.list_open() == []


async def test_a_service_makes_no_archive(bench: StudioBench, tmp_path: Path) -> None:
    profile = BUILT_IN_PROFILES[2].with_changes(extras=frozenset({ExportExtra.ZIP}))
    spec = bench.studio.export_profiles.spec(profile, tmp_path, by_service=True)
    clip = await a_clip(bench)
    with pytest.raises(RequestRejected, match="on this computer only"):
        await bench.studio.exports.export([clip.id], spec)
