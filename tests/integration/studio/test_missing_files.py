"""Files that are not there yet: awaited while the result is young, given up when it is old."""

import errno
import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from producer_studio.domain.account import Service
from producer_studio.domain.clip import MediaState
from producer_studio.domain.errors import StorageError
from producer_studio.domain.ids import new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.studio.jobs import download
from producer_studio.studio.jobs.download_messages import (
    FILE_UNREADABLE_MESSAGE,
    missing_file_message,
)
from producer_studio.studio.jobs.result_age import RECENT_RESULT_S, ResultAges
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

NOW = datetime.now(UTC)
QUICK = (0.01,)
TRIES = 12
"""More than any file gets that is taken for gone."""


def missing(status: int = 404, **more: Any) -> dict[str, Any]:
    return {"where": "media", "kind": "status", "status": status, **more}


def no_space(_file: int) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "_MISSING_WAITS_S", QUICK)


@pytest.mark.parametrize(
    "fault",
    [
        missing(404),
        missing(403),
        missing(202),
        missing(204),
        missing(405),
        missing(451),
        {"where": "media", "kind": "zeros", "bytes": 0},
    ],
    ids=["404", "403", "202", "204", "405", "451", "empty 200"],
)
async def test_a_young_file_is_awaited(
    bench: StudioBench, sandbox: SandboxProcess, fault: dict[str, Any]
) -> None:
    sandbox.set_faults([fault | {"times": TRIES}])
    (job,) = await bench.press(SONG)
    waiting = await bench.until(
        lambda one: one.state is JobState.COLLECTING and one.fault is not None, job.id
    )
    assert waiting.fault is not None
    assert waiting.fault.message == missing_file_message("")
    await bench.studio.jobs.wait_until_idle()
    done = await bench.row(job)
    assert done.state is JobState.DONE
    assert done.fault is None
    clip = await bench.studio.clips.get(done.clips[0])
    assert clip is not None
    assert clip.playable
    assert len(sandbox.requests("GET", "/audio.m4a")) == TRIES + 1


@pytest.mark.parametrize("status", [200, 403, 405])
async def test_a_page_in_place_of_a_young_file_does_not_end_it(
    bench: StudioBench, sandbox: SandboxProcess, status: int
) -> None:
    sandbox.set_faults([{"where": "media", "kind": "html", "status": status, "times": TRIES}])
    (job,) = await bench.press(SONG)
    waiting = await bench.until(
        lambda one: one.state is JobState.COLLECTING and one.fault is not None, job.id
    )
    assert waiting.fault is not None
    assert waiting.fault.message.endswith("automatically, also after a restart.")
    assert ("sent a web page instead of the file" in waiting.fault.message) is (status == 200)
    await bench.studio.jobs.wait_until_idle()
    clip = await bench.studio.clips.get((await bench.row(job)).clips[0])
    assert clip is not None
    assert clip.playable
    assert len(sandbox.requests("POST", "/create")) == 1


async def test_a_young_file_that_cannot_be_read_yet_is_fetched_again(
    bench: StudioBench, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "_UNREADABLE_WAITS_S", (0.0, 0.02, 0.02, 0.02))
    sandbox.set_faults([{"where": "media", "kind": "garbage", "times": 4}])
    (job,) = await bench.press(SONG)
    waiting = await bench.until(
        lambda one: one.state is JobState.COLLECTING and one.fault is not None, job.id
    )
    assert waiting.fault is not None
    assert waiting.fault.message == FILE_UNREADABLE_MESSAGE
    await bench.studio.jobs.wait_until_idle()
    done = await bench.row(job)
    clip = await bench.studio.clips.get(done.clips[0])
    assert clip is not None
    assert clip.playable
    assert done.fault is None


@pytest.mark.parametrize("fault", [{"kind": "status", "status": 404}, {"kind": "html"}])
async def test_a_picture_may_come_a_little_later_than_its_sound(
    bench: StudioBench,
    sandbox: SandboxProcess,
    monkeypatch: pytest.MonkeyPatch,
    fault: dict[str, Any],
) -> None:
    monkeypatch.setattr(download, "_BRIEF_WAITS_S", (0.01,) * 3)
    sandbox.set_faults([{"where": "media", "after": 1, "times": 2, **fault}])
    _, clip = await bench.made(SONG)
    assert clip.playable
    assert clip.cover is not None


async def test_what_is_not_there_yet_stays_pending_and_is_tried_at_each_start(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    sandbox.set_faults([missing()])
    async with open_bench_at(sandbox, tmp_path) as bench:
        (job,) = await bench.press(SONG)
        await bench.until(lambda one: one.fault is not None, job.id)
    for _ in range(2):
        async with open_bench(tmp_path) as bench:
            before = len(sandbox.requests("GET", "/audio.m4a"))
            await bench.studio.jobs.resume()
            await bench.until(lambda one: one.fault is not None, job.id)
            assert len(sandbox.requests("GET", "/audio.m4a")) > before
            clip = await bench.studio.clips.get((await bench.row(job)).clips[0])
            assert clip is not None
            assert clip.media is MediaState.PENDING
    sandbox.set_faults([])
    async with open_bench(tmp_path) as bench:
        await bench.studio.jobs.resume()
        await bench.studio.jobs.wait_until_idle()
        assert (await bench.row(job)).state is JobState.DONE
    assert len(sandbox.requests("POST", "/create")) == 1


@pytest.mark.parametrize("days", [3, -2], ids=["3 days on", "2 days back"])
async def test_a_corrected_clock_does_not_make_a_file_old(
    sandbox: SandboxProcess, tmp_path: Path, days: int
) -> None:
    sandbox.set_faults([missing()])
    async with open_bench_at(sandbox, tmp_path) as bench:
        (job,) = await bench.press(SONG)
        await bench.until(lambda one: one.fault is not None, job.id)
    async with open_bench(tmp_path) as bench:
        moment = datetime.now(UTC) - timedelta(days=days)
        await bench.studio._library.jobs.write(
            (await bench.row(job)).with_changes(received_at=moment, accepted_at=moment)
        )
        sandbox.set_faults([missing(times=TRIES)])
        await bench.studio.jobs.resume()
        await bench.studio.jobs.wait_until_idle()
        clip = await bench.studio.clips.get((await bench.row(job)).clips[0])
        assert clip is not None
        assert clip.playable


async def test_an_old_file_that_is_not_there_is_refused_and_can_be_tried_again(
    sandbox: SandboxProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "_WAITS_S", QUICK)
    sandbox.set_faults([missing()])
    async with open_bench_at(sandbox, tmp_path) as bench:
        (job,) = await bench.press(SONG)
        await bench.until(lambda one: one.fault is not None, job.id)
    async with open_bench(tmp_path) as bench:
        moment = datetime.now(UTC) - timedelta(days=3)
        row = await bench.row(job)
        await bench.studio._library.jobs.write(row.with_changes(received_at=moment))
        await bench.studio._library.clips.update_fields(row.clips[0], created_at=moment)
        await bench.studio.jobs.resume()
        await bench.studio.jobs.wait_until_idle()
        clip = await bench.studio.clips.get(row.clips[0])
        assert clip is not None
        assert clip.media is MediaState.REJECTED
        assert (await bench.row(job)).state is JobState.DONE


@pytest.mark.parametrize("disk_is_full", [False, True])
async def test_a_file_is_awaited_while_the_user_retries_another_one_of_its_task(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, disk_is_full: bool
) -> None:
    monkeypatch.setattr(download, "_WAITS_S", QUICK)
    monkeypatch.setattr(download, "_REJECTED_WAITS_S", QUICK * 5)
    with hostile_service() as service:
        songs = [
            {"clip_id": name, "state": "succeeded", "audio_url": f"{service.url}/media/{name}"}
            for name in ("zeros", "late")
        ]
        service.submits = [Reply({"task_id": "t-1"})]
        service.looks = [Reply({"code": 200, "data": songs})]
        service.media = {"/media/zeros": Reply(bytes(70_000)), "/media/late": Reply(b"", 404)}
        async with open_bench(tmp_path) as bench:
            await bench.studio.accounts.add(
                ACCOUNT, Service.MUSICAPI, base_url=service.url, poll_s=0.02
            )
            (job,) = await bench.press(SONG)
            waiting = await bench.until(lambda one: one.fault is not None, job.id)
            refused, late = waiting.clips
            await bench.until_media(refused, MediaState.REJECTED)
            if disk_is_full:
                del service.media["/media/zeros"]
                with monkeypatch.context() as full:
                    full.setattr(os, "fsync", no_space)
                    with pytest.raises(StorageError, match="disk is full"):
                        await bench.studio.clips.retry_download(refused)
            else:
                await bench.studio.clips.retry_download(refused)
            await bench.until_media(refused, MediaState.REJECTED)
            found = await bench.studio.clips.get(late)
            assert found is not None
            assert found.media is MediaState.PENDING
            service.media = {}
            await bench.studio.jobs.wait_until_idle()
            clip = await bench.studio.clips.get(late)
            assert clip is not None
            assert clip.playable


async def test_a_file_that_the_user_asks_for_once_more_is_not_awaited(
    bench: StudioBench, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "_WAITS_S", QUICK)
    monkeypatch.setattr(download, "_REJECTED_WAITS_S", QUICK * 5)
    sandbox.set_faults([{"where": "media", "kind": "zeros"}])
    _, clip = await bench.made(SONG)
    assert clip.media is MediaState.REJECTED
    sandbox.set_faults([missing()])
    await bench.studio.clips.retry_download(clip.id)
    again = await bench.studio.clips.get(clip.id)
    assert again is not None
    assert again.media is MediaState.REJECTED


async def test_a_file_that_was_being_fetched_again_is_fetched_at_the_next_start(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    async with open_bench_at(sandbox, tmp_path) as bench:
        job, clip = await bench.made(SONG)
        assert clip.path is not None
        path = bench.studio.clips.folder / "library.db"
    # As a kill in the middle of trying once more leaves it.
    clip.path.unlink()
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE clips SET media = 'pending' WHERE id = ?", (clip.id,))
    async with open_bench(tmp_path) as bench:
        assert [one.id for one in await bench.studio.jobs.resume()] == [job.id]
        await bench.studio.jobs.wait_until_idle()
        again = await bench.studio.clips.get(clip.id)
        assert again is not None
        assert again.playable


@pytest.mark.parametrize(
    ("received", "made", "served", "young"),
    [
        (timedelta(minutes=5), None, None, True),
        (timedelta(days=3), None, None, False),
        (timedelta(days=-2), None, None, True),
        # The service's own clocks know better than one that was corrected.
        (timedelta(days=3), NOW, NOW + timedelta(minutes=2), True),
        (timedelta(days=-2), NOW, NOW + timedelta(hours=5), False),
        (timedelta(days=-2), NOW, NOW + timedelta(minutes=5), True),
        (timedelta(minutes=5), NOW, NOW + timedelta(hours=9), True),
        (None, None, None, True),
    ],
)
def test_age_of_a_result(
    received: timedelta | None, made: datetime | None, served: datetime | None, young: bool
) -> None:
    received_at = None if received is None else datetime.now(UTC) - received
    job = Job(id=new_job_id(), state=JobState.COLLECTING, received_at=received_at)
    assert ResultAges().is_recent(job, made, served) is young


@pytest.mark.parametrize("by_service", [True, False])
def test_result_is_not_older_than_its_request_by_the_clock_of_the_service(
    *, by_service: bool
) -> None:
    """The computer's clock was two days behind when the result came, and was corrected since."""
    wrong = datetime.now(UTC) - timedelta(days=2)
    job = Job(id=new_job_id(), received_at=wrong, service_sent_at=NOW)
    for age, young in ((timedelta(minutes=5), True), (timedelta(hours=2), False)):
        now, served = (NOW + age, None) if by_service else (None, NOW + age)
        # Without a time by the service, a clip has that of the computer.
        assert ResultAges().is_recent(job, wrong, served, now) is young


def test_a_result_of_this_run_ages_by_the_time_since_the_start_of_the_computer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    boot_s = 1000.0
    monkeypatch.setattr("producer_studio.studio.jobs.result_age.boot_time_s", lambda: boot_s)
    ages = ResultAges()
    # Whatever the wall clock has been set to since.
    job = Job(id=new_job_id(), received_at=datetime.now(UTC) - timedelta(days=3))
    ages.record_received(job)
    boot_s += RECENT_RESULT_S - 1
    assert ages.is_recent(job)
    boot_s += 2
    assert not ages.is_recent(job)
