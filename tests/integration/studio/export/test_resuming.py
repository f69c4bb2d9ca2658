"""Exports go on after the program was closed or killed, and only those that were not cancelled."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from producer_studio.domain.export_profile import BUILT_IN_PROFILES, ExportExtra, ExportFormat
from producer_studio.domain.ids import ClipId, new_job_id
from producer_studio.library.export_repository import StoredExport
from producer_studio.studio.export.export import Export, ExportSpec
from producer_studio.studio.export.export import ExportState as State
from producer_studio.studio.export.export_records import export_json, parse_export
from producer_studio.studio.export.filenames import ExportPosition
from producer_studio.studio.export.tag_settings import TagSettings
from tests.integration.studio.conftest import StudioBench, open_bench
from tests.integration.studio.export.test_exports import a_clip
from tests.support.held_writes import held_writes

pytestmark = pytest.mark.anyio

FULL = Export(
    id="0123456789abcdef0123456789abcdef",
    clip=ClipId("clip"),
    title="Low tide",
    spec=ExportSpec(
        format=ExportFormat.FLAC, folder=Path("/music/out"), mp3_mode="V0", bits=24,
        sample_rate=48_000, loudness_lufs=-16.0, template="{n} {title}",
        tag_settings=TagSettings(artist="Jo Sea", comment="Hello"),
        extras=frozenset({ExportExtra.ZIP, ExportExtra.COVER}),
    ),
    more_clips=(ClipId("other"),),
    position=ExportPosition(number=2, count=3),
)  # fmt: skip


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[StudioBench]:
    """A studio without any service."""
    async with open_bench(tmp_path / "home") as made:
        yield made


def stored(export: Export, installation: str = "") -> StoredExport:
    spec = json.loads(json.dumps(export_json(export, installation)))
    return StoredExport(export.id, export.clip, spec, datetime.now(UTC))


def test_an_export_is_stored_with_all_that_it_needs() -> None:
    assert parse_export(stored(FULL)) == FULL
    by_service = replace(FULL, spec=replace(FULL.spec, by_service=True))
    relative = replace(FULL, spec=replace(FULL.spec, folder=Path("out")))
    assert parse_export(stored(by_service)) is None
    assert parse_export(stored(relative)) is None


async def test_a_closed_program_goes_on_with_its_exports(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    async with open_bench(tmp_path / "home") as bench:
        clips = [await a_clip(bench, f"Song {number}", seconds=30.0) for number in range(3)]
        spec = bench.studio.export_profiles.spec(BUILT_IN_PROFILES[1], out)
        started = await bench.studio.exports.export([clip.id for clip in clips], spec)
        bench.studio.exports.cancel(started[2].id)
    before = {path.name for path in out.iterdir()}
    assert not any(name.startswith(".") for name in before)
    async with open_bench(tmp_path / "home") as bench:
        resumed = await bench.studio.exports.resume()
        assert {one.title for one in resumed} == {"Song 0", "Song 1"} - {
            path.removesuffix(".wav").split(" - ")[0] for path in before
        }
        for one in resumed:
            ended = await bench.studio.exports.wait_until_finished(one.id)
            assert ended.state is State.DONE, ended.error
        assert await bench.studio.exports.resume() == []
        found = await bench.studio.clips.list_ids("exported:yes")
        assert set(found) == {clips[0].id, clips[1].id}
    made = sorted(path.name.split(" - ")[0].removesuffix(".wav") for path in out.iterdir())
    assert made == ["Song 0", "Song 1"]


async def test_cancelled_while_it_is_stored_it_does_not_go_on(
    bench: StudioBench, tmp_path: Path
) -> None:
    clip = await a_clip(bench)
    spec = bench.studio.export_profiles.spec(BUILT_IN_PROFILES[1], tmp_path)
    library = bench.studio._library
    async with held_writes(library.context.database) as held:
        storing = asyncio.create_task(bench.studio.exports.export([clip.id], spec))
        await held.wait_for_one()
        storing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await storing
    assert await library.exports.list_open() == []
    assert await bench.studio.exports.resume() == []


async def test_exports_to_a_drive_that_is_missing_wait_for_it(
    bench: StudioBench, tmp_path: Path
) -> None:
    clip = await a_clip(bench)
    library = bench.studio._library
    elsewhere = replace(
        FULL, id=new_job_id(), clip=clip.id, more_clips=(),
        spec=replace(FULL.spec, folder=tmp_path / "unplugged"),
    )  # fmt: skip
    deleted = replace(FULL, id=new_job_id(), spec=replace(FULL.spec, folder=tmp_path))
    for folder in (tmp_path, tmp_path / "unplugged"):
        bench.studio.exports._folders.remember(folder)
    own = library.context.installation
    await library.exports.add_open([stored(elsewhere, own), stored(deleted, own)])
    assert await bench.studio.exports.resume() == []
    assert [one.id for one in await library.exports.list_open()] == [elsewhere.id]
    (tmp_path / "unplugged").mkdir()
    (resumed,) = await bench.studio.exports.resume()
    assert (await bench.studio.exports.wait_until_finished(resumed.id)).state is State.DONE
    assert await library.exports.list_open() == []


async def test_a_library_of_somebody_else_writes_nowhere(
    bench: StudioBench, tmp_path: Path
) -> None:
    clip = await a_clip(bench)
    (tmp_path / "private").mkdir()
    spec = replace(FULL.spec, folder=tmp_path / "private")
    foreign = replace(FULL, id=new_job_id(), clip=clip.id, more_clips=(), spec=spec)
    library = bench.studio._library
    await library.exports.add_open([stored(foreign, library.context.installation)])
    assert await bench.studio.exports.resume() == []
    assert list((tmp_path / "private").iterdir()) == []


async def test_exports_of_another_installation_do_not_go_on(tmp_path: Path) -> None:
    """A library that comes from elsewhere would write into any folder here."""
    out = tmp_path / "out"
    out.mkdir()
    async with open_bench(tmp_path / "home") as bench:
        clip = await a_clip(bench)
        spec = bench.studio.export_profiles.spec(BUILT_IN_PROFILES[1], out)
        foreign = Export(id=new_job_id(), clip=clip.id, title="Low tide", spec=spec)
        unnamed = replace(foreign, id=new_job_id())
        exports = bench.studio._library.exports
        await exports.add_open([stored(foreign, "e" * 32), stored(unnamed)])
        assert await bench.studio.exports.resume() == []
        assert bench.studio.exports.active_exports() == []
        assert len(await exports.list_open()) == 2
    assert list(out.iterdir()) == []


async def test_a_damaged_record_is_left_alone(bench: StudioBench, tmp_path: Path) -> None:
    library = bench.studio._library
    await library.exports.add_open([stored(FULL)])
    with closing(sqlite3.connect(bench.studio.clips.folder / "library.db")) as db:
        db.execute("UPDATE exports SET spec = '{'")
        db.commit()
    assert await bench.studio.exports.resume() == []
