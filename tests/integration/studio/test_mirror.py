"""Everything that a service still has is fetched, free, and again after an interruption."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from producer_studio.domain.account import Service
from producer_studio.domain.clip import Clip, MediaLinks, MediaState
from producer_studio.domain.errors import ErrorKind
from producer_studio.domain.ids import new_clip_id
from producer_studio.studio.events import JobChanged
from producer_studio.studio.jobs import download
from producer_studio.studio.mirror import mirror
from producer_studio.studio.mirror.mirror_plan import MirrorKind, plan_text, result_text
from tests.integration.studio.conftest import (
    ACCOUNT,
    SONG,
    StudioBench,
    open_bench,
    open_bench_at,
)
from tests.support.hostile_service import Reply, hostile_service
from tests.support.sandbox_process import SandboxProcess

pytestmark = pytest.mark.anyio
DIALECT = "musicapi-2026-05"
"""Its results have a link to a WAV as well."""


@pytest.fixture
async def newer(sandbox: SandboxProcess, tmp_path: Path) -> AsyncIterator[StudioBench]:
    async with open_bench_at(sandbox, tmp_path / "home", profile=DIALECT) as made:
        yield made


async def stored(bench: StudioBench, clip: Clip) -> Clip:
    found = await bench.studio.clips.get(clip.id)
    assert found is not None
    return found


async def lose_files(bench: StudioBench, clip: Clip) -> None:
    """The files of a clip are gone from the disk, as after an accident."""
    for path in (clip.path, clip.cover):
        assert path is not None
        path.unlink()
    await bench.studio.clips.refresh_media_states([clip.id])


async def test_what_is_missing_is_listed_with_its_size_and_fetched(
    newer: StudioBench, sandbox: SandboxProcess
) -> None:
    _, clip = await newer.made(SONG)
    assert clip.links.wav
    await lose_files(newer, clip)
    paid = len(sandbox.requests("POST", ""))
    mirrors = newer.studio.mirror
    plan = await mirrors.plan()
    sizes = {item.kind: item.size_bytes for item in plan.items}
    assert set(sizes) == {MirrorKind.AUDIO, MirrorKind.WAV, MirrorKind.COVER}
    assert plan.unknown_sizes == plan.ended_links == 0
    assert "3 files to fetch: 1 sound, 1 WAV, 1 cover." in plan_text(plan)
    result = await mirrors.run(plan)
    assert [one.error for one in result.outcomes] == [None] * 3
    # The sizes that were told before are those that came.
    assert {one.item.kind: one.size_bytes for one in result.outcomes} == sizes
    assert result.size_bytes == plan.known_bytes
    after = await stored(newer, clip)
    assert after.playable
    assert after.path is not None
    assert after.path.is_file()
    assert after.cover is not None
    assert after.cover.is_file()
    (wav,) = after.path.parent.glob("*(by service).wav")
    assert wav.stat().st_size == sizes[MirrorKind.WAV]
    assert not (await mirrors.plan()).items
    assert plan_text(await mirrors.plan()).startswith("Nothing is missing")
    assert len(sandbox.requests("POST", "")) == paid, "nothing is sent that could cost"
    assert not any((newer.studio.clips.folder / "partial").iterdir())


async def test_clips_in_the_trash_are_left_alone(newer: StudioBench) -> None:
    _, clip = await newer.made(SONG)
    await lose_files(newer, clip)
    await newer.studio.clips.trash([clip.id])
    assert not (await newer.studio.mirror.plan()).items


async def test_a_link_that_has_ended_is_renewed_free(
    newer: StudioBench, sandbox: SandboxProcess
) -> None:
    _, clip = await newer.made(SONG)
    ended = "https://cdn.invalid/a.wav?Expires=1700000000&Signature=5ec2e7"
    links = MediaLinks(audio=clip.links.audio, image=clip.links.image, wav=ended)
    await newer.studio._library.clips.update_fields(clip.id, links=links)
    plan = await newer.studio.mirror.plan()
    (item,) = plan.items
    assert (item.kind, item.size_bytes, item.has_ended) == (MirrorKind.WAV, None, True)
    assert "1 link has ended" in plan_text(plan)
    result = await newer.studio.mirror.run(plan)
    assert [one.error for one in result.outcomes] == [None]
    assert (await stored(newer, clip)).links.wav != ended


async def test_a_link_that_has_ended_by_the_clock_of_this_computer_is_tried(tmp_path: Path) -> None:
    """The clock may be days ahead, and the service gives the same link again."""
    with hostile_service() as service:
        url = f"{service.url}/media/song?Expires=1700000000&Signature=5ec2e7"
        entry = {"clip_id": "c1", "state": "succeeded", "audio_url": url}
        service.submits = [Reply({"task_id": "t1"})]
        service.looks = [Reply({"code": 200, "data": [entry]})]
        service.head_status = 403
        async with open_bench(tmp_path) as bench:
            await bench.studio.accounts.add(
                ACCOUNT, Service.MUSICAPI, base_url=service.url, poll_s=0.02
            )
            _, clip = await bench.made(SONG)
            assert clip.path is not None
            clip.path.unlink()
            plan = await bench.studio.mirror.plan()
            assert plan.ended_links == 1
            result = await asyncio.wait_for(bench.studio.mirror.run(plan), 30)
            assert not result.failed
            assert (await stored(bench, clip)).playable


async def test_an_interrupted_file_goes_on_where_it_was(
    newer: StudioBench, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mirror, "_RETRY_WAITS_S", ())
    await newer.made(SONG)
    plan = await newer.studio.mirror.plan()
    # The second time at the new address that is asked for after the first.
    sandbox.set_faults([{"where": "media", "kind": "cut_midway", "times": 2}])
    result = await newer.studio.mirror.run(plan)
    assert [one.error.kind for one in result.failed if one.error] == [ErrorKind.UNREACHABLE]
    assert "could not be fetched" in result_text(result)
    assert any((newer.studio.clips.folder / "partial").iterdir())
    again = await newer.studio.mirror.run(await newer.studio.mirror.plan())
    assert not again.failed
    statuses = [one["status"] for one in sandbox.requests("GET", "/audio.wav")]
    assert statuses == [200, 206, 206]


async def test_a_response_that_was_not_stored_is_asked_for_again(
    newer: StudioBench, sandbox: SandboxProcess
) -> None:
    job, clip = await newer.made(SONG)
    assert not await newer.studio._library.jobs.list_without_response()
    with closing(sqlite3.connect(newer.studio.clips.folder / "library.db")) as db:
        db.execute("DELETE FROM answers")
        db.commit()
    plan = await newer.studio.mirror.plan()
    assert [(one.kind, one.clip) for one in plan.items if one not in plan.files] == [
        (MirrorKind.RESPONSE, clip.id)
    ]
    result = await newer.studio.mirror.run(plan)
    assert not result.failed
    (response,) = await newer.studio._library.jobs.list_responses(job.id)
    assert clip.remote_id is not None
    assert clip.remote_id.encode() in response


async def test_a_server_that_is_gone_is_not_waited_for(
    sandbox: SandboxProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mirror, "_RETRY_WAITS_S", ())
    async with open_bench_at(sandbox, tmp_path / "home", service=Service.DEMO) as bench:
        # Nothing listens at this port.
        links = MediaLinks(image="http://127.0.0.1:1/cover.png")
        clips = [
            Clip(
                id=new_clip_id(), title=f"{number}", account=ACCOUNT, links=links,
                media=MediaState.NONE,
            )
            for number in range(12)
        ]  # fmt: skip
        await bench.studio._library.clips.add(clips)
        plan = await bench.studio.mirror.plan()
        assert (len(plan.items), plan.unknown_sizes) == (12, 12)
        assert "Their sizes are unknown" in plan_text(plan)
        result = await bench.studio.mirror.run(plan)
    # The server is asked for a few of them only; others would be tried all the same.
    assert [one.error.kind for one in result.failed if one.error] == [ErrorKind.UNREACHABLE] * 12
    assert (result.fetched, result.stopped) == (0, None)


async def test_a_server_that_limits_requests_is_not_waited_for_at_each_file(
    sandbox: SandboxProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each wait may take ten minutes, and a library has thousands of files."""
    monkeypatch.setattr(mirror, "_RETRY_WAITS_S", ())
    with hostile_service() as service:
        service.media["/media/cover.png"] = Reply({}, 429, {"Retry-After": "99999999999"})
        links = MediaLinks(image=f"{service.url}/media/cover.png")
        async with open_bench_at(sandbox, tmp_path / "home", service=Service.DEMO) as bench:
            clips = [
                Clip(id=new_clip_id(), account=ACCOUNT, links=links, media=MediaState.NONE)
                for _ in range(12)
            ]
            await bench.studio._library.clips.add(clips)
            plan = await bench.studio.mirror.plan()
            asked = len(service.requests)
            result = await bench.studio.mirror.run(plan)
    assert [one.error.kind for one in result.failed if one.error] == [ErrorKind.RATE_LIMITED] * 12
    assert len(service.requests) - asked < 6


async def test_a_sound_whose_server_fails_does_not_hold_up_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "_WAITS_S", (0.01,))
    with hostile_service() as service:
        url = f"{service.url}/media/song"
        entry = {"clip_id": "c1", "state": "succeeded", "audio_url": url}
        service.submits = [Reply({"task_id": "t1"})]
        service.looks = [Reply({"code": 200, "data": [entry]})]
        # Its signature is good for GET alone.
        service.head_status = 403
        async with open_bench(tmp_path) as bench:
            await bench.studio.accounts.add(
                ACCOUNT, Service.MUSICAPI, base_url=service.url, poll_s=0.02
            )
            job, clip = await bench.made(SONG)
            assert clip.path is not None
            clip.path.unlink()
            service.media["/media/song"] = Reply({}, 503)
            plan = await bench.studio.mirror.plan()
            result = await asyncio.wait_for(bench.studio.mirror.run(plan), 30)
            (failed,) = result.failed
            assert failed.error is not None
            assert failed.error.kind is ErrorKind.SERVICE_UNAVAILABLE
            after = await stored(bench, clip)
            assert after.media is MediaState.REJECTED
            assert after.media_note == failed.error.message
            # Its job is finished: nothing is tried again, as the error of the download says.
            assert (await bench.row(job)).fault is None
            told = len(bench.told)

            def recover(changed: JobChanged) -> None:
                if changed.job.fault is not None:
                    service.media.clear()

            stop = bench.studio.events.subscribe(JobChanged, recover)
            assert (await bench.studio.mirror.run(plan)).fetched == 1
            stop()
            assert any(one.fault is not None for one in bench.told[told:])
            assert (await stored(bench, clip)).playable
            assert (await bench.row(job)).fault is None


async def test_what_a_stopped_run_left_is_counted(newer: StudioBench) -> None:
    _, clip = await newer.made(SONG)
    await lose_files(newer, clip)
    plan = await newer.studio.mirror.plan()
    result = await newer.studio.mirror.run(plan)
    assert "left" not in result_text(result)
    del result.outcomes[1:]
    assert "1 of 3 fetched" in result_text(result)
    assert result_text(result).endswith(
        "2 files are left. Fetch everything again to go on from here."
    )
