"""From an archive of stems to clips, whatever is in it."""

import asyncio
import errno
import io
import os
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from producer_studio.domain.clip import Clip, MediaLinks, MediaState
from producer_studio.domain.errors import StorageError
from producer_studio.domain.ids import RemoteId, new_clip_id, new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.library.media_store import MediaKind
from producer_studio.providers.base import FinishedTask, RemoteClip
from producer_studio.providers.downloads.partial_download import PartialDownload, ResumeInfo
from producer_studio.providers.downloads.stems_archive import STEMS_LIMIT
from producer_studio.studio.jobs import download
from producer_studio.studio.jobs.result_clips import ARCHIVE_STEP
from tests.integration.studio.conftest import ACCOUNT, StudioBench
from tests.support.loopback_server import QuietHandler, serving
from tests.support.tone import write_tone

pytestmark = pytest.mark.anyio


@pytest.fixture
def sound(tmp_path: Path) -> bytes:
    write_tone(tmp_path / "tone.wav", 1)
    return (tmp_path / "tone.wav").read_bytes()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "_UNREADABLE_WAITS_S", (0.0, 0.02, 0.02))


def zipped(**files: bytes) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for name, data in files.items():
            archive.writestr(f"{name}.wav", data)
    return body.getvalue()


@contextmanager
def served(*bodies: bytes) -> Iterator[str]:
    """One file at an address of this computer, made in some steps: the last one stays."""
    steps = list(bodies)

    class Answer(QuietHandler):
        def do_GET(self) -> None:
            body = steps.pop(0) if len(steps) > 1 else steps[0]
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with serving(Answer) as url:
        yield f"{url}/stems.zip"


async def collected(bench: StudioBench, url: str) -> tuple[Clip, Job]:
    """The song, and the job that asked for its stems after it was collected."""
    song = Clip(id=new_clip_id(), title="Low tide", account=ACCOUNT, media=MediaState.NONE)
    await bench.studio._library.clips.add([song])
    recipe = Recipe(operation=Operation.STEMS, source=song.id, source_remote=RemoteId("r"))
    job = Job(id=new_job_id(), state=JobState.ACCEPTED, recipe=recipe, account=ACCOUNT)
    await bench.studio._library.jobs.write(job)
    box = RemoteClip(title="stems", links=MediaLinks(archive=url))
    return song, await bench.studio.clips._collector.collect(job, FinishedTask((box,)))


async def test_each_stem_becomes_a_clip_of_its_own(bench: StudioBench, sound: bytes) -> None:
    with served(zipped(drums=sound, vocals=sound, readme=b"not a sound")) as url:
        song, job = await collected(bench, url)
    assert job.state is JobState.DONE
    clips = await bench.studio.clips.get_many(job.clips)
    assert [clip.stem for clip in clips] == ["drums", "vocals"]
    assert [clip.title for clip in clips] == ["Low tide · drums", "Low tide · vocals"]
    assert {clip.parent for clip in clips} == {song.id}
    assert [clip.position for clip in clips] == [0, 1]
    assert all(clip.playable and clip.remote_id is None for clip in clips)
    assert all(abs(clip.duration_s - 1) < 0.01 for clip in clips)
    assert len(await bench.studio.clips.get_peaks([clip.id for clip in clips])) == 2
    assert list((bench.studio.clips.folder / "partial").iterdir()) == []


async def test_what_lies_beside_the_stems_is_no_stem(bench: StudioBench, sound: bytes) -> None:
    """A project file begins like nothing that is known, and so does a stem with padding."""
    files = {"a project": bytes(range(0x81, 0xFF)) * 9, "drums": sound, "._drums": b"\0\5\x16\7"}
    with served(zipped(**files)) as url:
        _, job = await collected(bench, url)
    assert [clip.stem for clip in await bench.studio.clips.get_many(job.clips)] == ["drums"]
    assert [notice.text for notice in bench.notices] == []


async def test_an_archive_that_is_half_made_is_fetched_again(
    bench: StudioBench, sound: bytes
) -> None:
    whole = zipped(drums=sound, vocals=sound)
    with served(whole[: len(whole) // 2], whole[:-30], zipped(readme=b"soon"), whole) as url:
        _, job = await collected(bench, url)
    clips = await bench.studio.clips.get_many(job.clips)
    assert [(one.stem, one.media) for one in clips] == [
        ("drums", MediaState.READY),
        ("vocals", MediaState.READY),
    ]
    assert job.fault is None


async def test_an_archive_that_is_none_is_refused_and_can_be_tried_again(
    bench: StudioBench, sound: bytes
) -> None:
    with served(b"PK\x03\x04" + bytes(200)) as url:
        _, job = await collected(bench, url)
    assert job.state is JobState.DONE
    (clip,) = await bench.studio.clips.get_many(job.clips)
    assert clip.media is MediaState.REJECTED
    assert clip.media_note
    with served(zipped(bass=sound, vocals=sound)) as url:
        await bench.studio._library.clips.update_fields(clip.id, links=MediaLinks(archive=url))
        await bench.studio.clips.retry_download(clip.id)
    row = await bench.row(job)
    clips = await bench.studio.clips.get_many(row.clips)
    assert [(one.stem, one.media) for one in clips] == [
        ("bass", MediaState.READY),
        ("vocals", MediaState.READY),
    ]
    assert clips[0].id == clip.id


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """A disk that has no room for what is unpacked, for as long as something is in the list."""
    held, sync = [True], os.fsync

    def fsync(file: int) -> None:
        if held and ".unpacked" in str(Path(f"/proc/self/fd/{file}").readlink()):
            raise OSError(errno.ENOSPC, "No space left on device")
        sync(file)

    monkeypatch.setattr(os, "fsync", fsync)
    return held


def gathered(bench: StudioBench) -> list[str]:
    folder = bench.studio.clips.folder / "partial"
    return sorted(path.name.partition(".")[2] for path in folder.iterdir())


async def left_by_a_full_disk(bench: StudioBench, sound: bytes) -> Job:
    archive = zipped(drums=sound, vocals=sound)
    with served(archive) as url, pytest.raises(StorageError, match="disk is full"):
        await collected(bench, url)
    (job,) = await bench.studio.jobs.all()
    assert job.state is JobState.COLLECTING
    return job


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc which file is meant")
async def test_an_archive_that_does_not_fit_is_not_fetched_twice(
    bench: StudioBench, sound: bytes, full: list[bool]
) -> None:
    job = await left_by_a_full_disk(bench, sound)
    assert gathered(bench) == ["archive.part"]
    full.clear()
    # The service is gone by now.
    job = await bench.studio.clips._collector.download(job)
    assert job.state is JobState.DONE
    clips = await bench.studio.clips.get_many((await bench.row(job)).clips)
    assert [(clip.stem, clip.playable) for clip in clips] == [("drums", True), ("vocals", True)]
    assert gathered(bench) == []


async def test_an_archive_that_came_in_part_is_not_taken_for_a_whole_one(
    bench: StudioBench, sound: bytes
) -> None:
    archive = zipped(drums=sound, vocals=sound)
    with served(archive) as url:
        box = Clip(id=new_clip_id(), account=ACCOUNT, links=MediaLinks(archive=url))
        await bench.studio._library.clips.add([box])
        recipe = Recipe(operation=Operation.STEMS, source=box.id)
        job = Job(id=new_job_id(), recipe=recipe, account=ACCOUNT, clips=(box.id,))
        job = job.with_changes(state=JobState.COLLECTING)
        await bench.studio._library.jobs.write(job)
        half = PartialDownload(bench.studio._library.media.partial_path(box.id, MediaKind.ARCHIVE))
        half.begin(0, ResumeInfo(url, "", len(archive)))
        half.write(0, archive[: len(archive) // 2])
        job = await bench.studio.clips._collector.download(job)
    clips = await bench.studio.clips.get_many((await bench.row(job)).clips)
    assert [(clip.stem, clip.playable) for clip in clips] == [("drums", True), ("vocals", True)]


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc which file is meant")
async def test_what_does_not_fit_can_be_given_up_and_leaves_nothing_large(
    bench: StudioBench, sound: bytes, full: list[bool]
) -> None:
    job = await left_by_a_full_disk(bench, sound)
    job = await bench.studio.clips._collector.abandon_download(job)
    assert gathered(bench) == []
    (clip,) = await bench.studio.clips.get_many(job.clips)
    assert clip.media is MediaState.REJECTED
    with served(zipped(drums=sound)) as url:
        await bench.studio._library.clips.update_fields(clip.id, links=MediaLinks(archive=url))
        with pytest.raises(StorageError):
            await bench.studio.clips.retry_download(clip.id)
    again = await bench.studio.clips.get(clip.id)
    assert again is not None
    assert (again.media, "disk is full" in again.media_note) == (MediaState.REJECTED, True)
    full.clear()
    await bench.studio.clips.retry_download(clip.id)
    again = await bench.studio.clips.get(clip.id)
    assert again is not None
    assert again.playable


async def test_one_stem_that_does_not_decode_keeps_the_others(
    bench: StudioBench, sound: bytes
) -> None:
    with served(zipped(drums=sound[:44] + b"", vocals=sound)) as url:
        _, job = await collected(bench, url)
        clips = {clip.stem: clip for clip in await bench.studio.clips.get_many(job.clips)}
        assert clips["drums"].media is MediaState.REJECTED
        assert clips["vocals"].playable
    with served(zipped(drums=sound, vocals=sound)) as url:
        await bench.studio._library.clips.update_fields(
            clips["drums"].id, links=MediaLinks(archive=url)
        )
        await bench.studio.clips.retry_download(clips["drums"].id)
    again = await bench.studio.clips.get_many((await bench.row(job)).clips)
    assert len(again) == 2
    assert all(clip.playable for clip in again)


async def test_stems_that_were_not_all_in_place_come_in_at_the_next_start(
    bench: StudioBench, sound: bytes
) -> None:
    with served(zipped(drums=sound, vocals=sound)) as url:
        _, job = await collected(bench, url)
        clips = await bench.studio.clips.get_many(job.clips)
        late = clips[1]
        # As a kill between the rows and the files leaves it.
        await bench.studio._library.clips.update_fields(
            late.id, media=MediaState.PENDING, path=None
        )
        await bench.studio._library.jobs.write(job.with_changes(state=JobState.COLLECTING))
        await bench.studio.jobs.resume()
        await bench.studio.jobs.wait_until_idle()
    row = await bench.row(job)
    assert row.state is JobState.DONE
    assert row.clips == job.clips
    again = await bench.studio.clips.get(late.id)
    assert again is not None
    assert again.playable


@contextmanager
def served_files(**files: bytes) -> Iterator[str]:
    """Files at the addresses `/NAME` of this computer; any other is missing."""

    class Answer(QuietHandler):
        def do_GET(self) -> None:
            body = files.get(self.path.lstrip("/"))
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

    with serving(Answer) as url:
        yield url


async def collected_results(bench: StudioBench, *results: RemoteClip) -> Job:
    song = Clip(id=new_clip_id(), title="Low tide", account=ACCOUNT, media=MediaState.NONE)
    await bench.studio._library.clips.add([song])
    recipe = Recipe(operation=Operation.STEMS, source=song.id, source_remote=RemoteId("r"))
    job = Job(id=new_job_id(), state=JobState.ACCEPTED, recipe=recipe, account=ACCOUNT)
    await bench.studio._library.jobs.write(job)
    job = await bench.studio.clips._collector.collect(job, FinishedTask(results))
    return await bench.row(job)


async def stems_of(bench: StudioBench, job: Job) -> list[tuple[str, MediaState]]:
    clips = await bench.studio.clips.get_many((await bench.row(job)).clips)
    ordered = sorted(clips, key=lambda clip: clip.position)
    return [(clip.stem or clip.title, clip.media) for clip in ordered]


async def test_all_archives_of_a_result_are_fetched(bench: StudioBench, sound: bytes) -> None:
    basic, full = zipped(vocals=sound, music=sound), zipped(vocals=sound, drums=sound, bass=sound)
    with served_files(basic=basic, full=full) as url:
        job = await collected_results(
            bench,
            RemoteClip(title="basic", links=MediaLinks(archive=f"{url}/basic")),
            RemoteClip(title="full", links=MediaLinks(archive=f"{url}/full")),
        )
    assert job.state is JobState.DONE
    ready = MediaState.READY
    assert sorted(await stems_of(bench, job)) == [
        ("bass", ready),
        ("drums", ready),
        ("music", ready),
        ("vocals", ready),
        ("vocals 2", ready),
    ]
    assert gathered(bench) == []


async def test_sounds_beside_an_archive_are_fetched(bench: StudioBench, sound: bytes) -> None:
    with served_files(archive=zipped(drums=sound, bass=sound), vocals=sound) as url:
        job = await collected_results(
            bench,
            RemoteClip(title="rest", links=MediaLinks(archive=f"{url}/archive")),
            RemoteClip(title="voice", links=MediaLinks(audio=f"{url}/vocals")),
        )
    ready = MediaState.READY
    found = await stems_of(bench, job)
    assert sorted(found) == [("bass", ready), ("drums", ready), ("voice (2)", ready)]


async def test_an_archive_that_is_refused_does_not_stop_the_other(
    bench: StudioBench, sound: bytes
) -> None:
    with served_files(broken=b"PK\x03\x04" + bytes(200), full=zipped(drums=sound)) as url:
        job = await collected_results(
            bench,
            RemoteClip(links=MediaLinks(archive=f"{url}/broken")),
            RemoteClip(links=MediaLinks(archive=f"{url}/full")),
        )
    (_, first), (drums, second) = await stems_of(bench, job)
    assert (first, drums, second) == (MediaState.REJECTED, "drums", MediaState.READY)
    with served_files(mended=zipped(bass=sound)) as url:
        clips = await bench.studio.clips.get_many(job.clips)
        (clip,) = (one for one in clips if one.media is MediaState.REJECTED)
        await bench.studio._library.clips.update_fields(
            clip.id, links=MediaLinks(archive=f"{url}/mended")
        )
        await bench.studio.clips.retry_download(clip.id)
    assert await stems_of(bench, job) == [("bass", MediaState.READY), ("drums", MediaState.READY)]


async def test_second_archive_that_an_earlier_version_left_can_be_fetched(
    bench: StudioBench, sound: bytes
) -> None:
    """It numbered the placeholders 0 and 1, and the stems of the first archive from 0 on."""
    with served_files(first=zipped(drums=sound), second=zipped(bass=sound, vocals=sound)) as url:
        common = {"account": ACCOUNT, "operation": Operation.STEMS}
        job_id = new_job_id()
        first, second = MediaLinks(archive=f"{url}/first"), MediaLinks(archive=f"{url}/second")
        clips = [
            Clip(id=new_clip_id(), job=job_id, stem="drums", position=0, links=first, **common),
            Clip(id=new_clip_id(), job=job_id, stem="hum", position=1, links=first, **common),
            Clip(id=new_clip_id(), job=job_id, position=1, links=second, **common),
        ]
        clips = [
            clip.with_changes(media=MediaState.NONE if clip.stem else MediaState.REJECTED)
            for clip in clips
        ]
        await bench.studio._library.clips.add(clips)
        recipe = Recipe(operation=Operation.STEMS, source=clips[0].id)
        job = Job(id=job_id, recipe=recipe, account=ACCOUNT, clips=tuple(one.id for one in clips))
        job = job.with_changes(state=JobState.DONE)
        await bench.studio._library.jobs.write(job)
        await bench.studio.clips.retry_download(clips[2].id)
    assert await stems_of(bench, job) == [
        ("drums", MediaState.NONE),
        ("hum", MediaState.NONE),
        ("bass", MediaState.READY),
        ("vocals", MediaState.READY),
    ]


async def test_stem_beside_one_that_was_deleted_for_good_is_fetched_again(
    bench: StudioBench, sound: bytes
) -> None:
    archive = zipped(bass=sound, drums=sound, vocals=sound)
    with served(archive) as url:
        _, job = await collected(bench, url)
        job = await bench.row(job)
        _, drums, vocals = await bench.studio.clips.get_many(job.clips)
        await bench.studio.clips.trash([drums.id])
        await bench.studio.clips.delete([drums.id])
        assert vocals.path is not None
        vocals.path.unlink()
        await bench.studio.clips.retry_download(vocals.id)
    assert await stems_of(bench, job) == [("bass", MediaState.READY), ("vocals", MediaState.READY)]
    again = await bench.studio.clips.get(vocals.id)
    assert again is not None
    assert again.path is not None
    assert again.path.exists()


async def test_stem_that_a_later_archive_does_not_contain_is_told(
    bench: StudioBench, sound: bytes
) -> None:
    with served(zipped(bass=sound, vocals=sound)) as url:
        _, job = await collected(bench, url)
        job = await bench.row(job)
        _, vocals = await bench.studio.clips.get_many(job.clips)
        assert vocals.path is not None
        vocals.path.unlink()
    with served(zipped(bass=sound)) as url:
        for clip_id in job.clips:
            await bench.studio._library.clips.update_fields(clip_id, links=MediaLinks(archive=url))
        await bench.studio.clips.retry_download(vocals.id)
    assert await stems_of(bench, job) == [
        ("bass", MediaState.READY),
        ("vocals", MediaState.REJECTED),
    ]


def test_stems_of_one_archive_have_room_before_those_of_the_next() -> None:
    assert STEMS_LIMIT < ARCHIVE_STEP


async def test_lost_stems_that_are_requested_together_come_from_one_download(
    bench: StudioBench, sound: bytes
) -> None:
    archive = zipped(bass=sound, drums=sound, vocals=sound)
    requests = []

    class Answer(QuietHandler):
        def do_GET(self) -> None:
            requests.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", str(len(archive)))
            self.end_headers()
            self.wfile.write(archive)

    with serving(Answer) as url:
        job = await collected_results(bench, RemoteClip(links=MediaLinks(archive=f"{url}/a.zip")))
        for clip in await bench.studio.clips.get_many(job.clips):
            assert clip.path is not None
            clip.path.unlink()
            await bench.studio._library.clips.update_fields(clip.id, media=MediaState.MISSING)
        requests.clear()
        await asyncio.gather(*(bench.studio.clips.retry_download(one) for one in job.clips))
    assert {media for _, media in await stems_of(bench, job)} == {MediaState.READY}
    assert len(requests) == 1
