"""A file of this computer, lent to a service from a bucket and taken down afterwards."""

import errno
import filecmp
import os
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from producer_studio.domain.account import BucketLocation, Service
from producer_studio.domain.errors import ErrorKind, RequestRejected
from producer_studio.domain.ids import RemoteId, new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.base import FinishedTask, RemoteClip
from tests.integration.studio.conftest import ACCOUNT, StudioBench, open_bench, open_bench_at
from tests.support.file_server import served
from tests.support.loopback_server import QuietHandler, serving
from tests.support.sandbox_process import SandboxProcess
from tests.support.signals import coded, tone
from tests.support.tone import write_tone

pytestmark = pytest.mark.anyio

SECRET = {"PRODUCER_STUDIO_BUCKET_SECRET": "bucket-secret-0815"}


@dataclass
class Shelf:
    """A bucket as its server sees it."""

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    given: list[str] = field(default_factory=list)
    refuses_deleting: bool = False

    @property
    def place(self) -> BucketLocation:
        return BucketLocation(
            bucket="songs", access_key_id="AKIAMINE", endpoint=self.url, region="us-east-1"
        )


@pytest.fixture
async def bench(sandbox: SandboxProcess, tmp_path: Path) -> AsyncIterator[StudioBench]:
    """Of a service that has no place for files itself."""
    async with open_bench_at(sandbox, tmp_path / "home", Service.MUSICAPI) as made:
        yield made


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    """A server that keeps what is put, hands it out and deletes it, whoever asks."""
    made = Shelf()

    class Answer(QuietHandler):
        protocol_version = "HTTP/1.1"

        def do_PUT(self) -> None:
            length = int(self.headers["Content-Length"])
            made.files[self.path.partition("?")[0]] = self.rfile.read(length)
            self._answer(200, etag='"1"')

        def do_GET(self) -> None:
            name = self.path.partition("?")[0]
            made.given.append(name)
            found = made.files.get(name)
            self._answer(404 if found is None else 200, found or b"")

        def do_HEAD(self) -> None:
            found = made.files.get(self.path.partition("?")[0])
            self._answer(404 if found is None else 200, found or b"", with_body=False)

        def do_DELETE(self) -> None:
            if made.refuses_deleting:
                self._answer(403)
                return
            made.files.pop(self.path.partition("?")[0], None)
            self._answer(204)

        def _answer(
            self, status: int, body: bytes = b"", etag: str = "", *, with_body: bool = True
        ) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if etag:
                self.send_header("ETag", etag)
            self.end_headers()
            if with_body:
                self.wfile.write(body)

    with serving(Answer, waits_for_requests=False) as made.url:
        yield made


@pytest.fixture
def upload(tmp_path: Path) -> Recipe:
    write_tone(tmp_path / "My demo.wav", 1)
    return Recipe(operation=Operation.UPLOAD, audio_file=str(tmp_path / "My demo.wav"))


async def test_a_file_is_lent_and_taken_down_and_becomes_a_clip(
    bench: StudioBench, shelf: Shelf, upload: Recipe
) -> None:
    await bench.studio.bucket.save(shelf.place, "secret")
    job, clip = await bench.made(upload)
    assert shelf.given
    assert shelf.files == {}
    assert (job.hosted, job.recipe.audio_url, clip.recipe.audio_url) == ("", "", "")
    assert clip.playable
    assert clip.remote_id is not None
    assert abs(clip.duration_s - 1) < 0.1


async def test_it_is_taken_down_when_the_upload_fails(
    bench: StudioBench, sandbox: SandboxProcess, shelf: Shelf, upload: Recipe
) -> None:
    sandbox.set_faults([{"where": "upload", "kind": "status", "status": 401}])
    await bench.studio.bucket.save(shelf.place, "secret")
    (job,) = await bench.press(upload)
    await bench.studio.jobs.wait_until_idle()
    failed = await bench.row(job)
    assert (failed.state, failed.hosted) == (JobState.FAILED, "")
    assert shelf.files == {}


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc which file is meant")
async def test_a_full_disk_keeps_no_file_lent(
    bench: StudioBench, shelf: Shelf, upload: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync = os.fsync

    def fsync(file: int) -> None:
        if Path(f"/proc/self/fd/{file}").readlink().name.endswith(".audio.part"):
            raise OSError(errno.ENOSPC, "No space left on device")
        sync(file)

    monkeypatch.setattr(os, "fsync", fsync)
    await bench.studio.bucket.save(shelf.place, "secret")
    (job,) = await bench.press(upload)
    waiting = await bench.until(
        lambda one: one.state is JobState.COLLECTING and one.fault is not None and not one.hosted,
        job.id,
    )
    assert waiting.fault is not None
    assert waiting.fault.kind is ErrorKind.STORAGE
    assert shelf.given
    assert shelf.files == {}
    assert (await bench.row(job)).hosted == ""


async def test_what_could_not_be_taken_down_is_said_and_tried_at_the_next_start(
    sandbox: SandboxProcess, tmp_path: Path, shelf: Shelf, upload: Recipe
) -> None:
    shelf.refuses_deleting = True
    async with open_bench_at(sandbox, tmp_path / "home", Service.MUSICAPI) as bench:
        await bench.studio.bucket.save(shelf.place, "secret")
        job, _ = await bench.made(upload)
        assert [n.text for n in bench.notices if "could not be deleted from there" in n.text]
        assert job.hosted
        assert len(shelf.files) == 1
    shelf.refuses_deleting = False
    async with open_bench(tmp_path / "home", **SECRET) as bench:
        await bench.studio.jobs.resume()
        await bench.studio.jobs.wait_until_idle()
        assert (await bench.row(job)).hosted == ""
        assert shelf.files == {}
        assert bench.notices == []


async def test_what_an_earlier_run_put_up_is_replaced_before_it_is_sent(
    bench: StudioBench, shelf: Shelf, upload: Recipe
) -> None:
    await bench.studio.bucket.save(shelf.place, "secret")
    shelf.files["/songs/00000000000000000000000000000000.wav"] = b"old"
    old = '[["the bucket “songs”", "00000000000000000000000000000000.wav"]]'
    job = Job(
        id=new_job_id(),
        recipe=upload.with_changes(
            audio_url=f"{shelf.url}/songs/00000000000000000000000000000000.wav?expired"
        ),
        account=ACCOUNT,
        hosted=old,
    )
    await bench.studio._library.jobs.write(job)
    await bench.studio.job_actions.send(job.id)
    await bench.studio.jobs.wait_until_idle()
    assert (await bench.row(job)).state is JobState.DONE
    assert "/songs/00000000000000000000000000000000.wav" not in shelf.given
    assert shelf.files == {}


async def test_a_waiting_job_that_is_cancelled_leaves_nothing_there(
    bench: StudioBench, shelf: Shelf, upload: Recipe
) -> None:
    await bench.studio.bucket.save(shelf.place, "secret")
    shelf.files["/songs/00000000000000000000000000000000.wav"] = b"old"
    job = Job(
        id=new_job_id(),
        recipe=upload,
        account=ACCOUNT,
        hosted='[["the bucket “songs”", "00000000000000000000000000000000.wav"]]',
    )
    await bench.studio._library.jobs.write(job)
    cancelled = await bench.studio.job_actions.cancel(job.id)
    assert cancelled is not None
    assert (cancelled.state, cancelled.hosted) == (JobState.CANCELLED, "")
    assert shelf.files == {}


async def test_without_a_place_nothing_is_queued(
    bench: StudioBench, sandbox: SandboxProcess, upload: Recipe
) -> None:
    with pytest.raises(RequestRejected, match="Set up a bucket") as refused:
        await bench.press(upload)
    assert refused.value.field == "audio_file"
    assert await bench.studio.jobs.all() == []
    assert sandbox.requests("POST", "/upload") == []


async def test_without_the_buckets_secret_nothing_is_queued(
    bench: StudioBench, shelf: Shelf, upload: Recipe
) -> None:
    await bench.studio.bucket.save(shelf.place)
    with pytest.raises(RequestRejected, match="No secret is stored for the bucket"):
        await bench.press(upload)
    assert await bench.studio.jobs.all() == []


async def test_a_place_that_went_after_it_was_queued_is_missed_before_it_is_sent(
    bench: StudioBench, sandbox: SandboxProcess, upload: Recipe
) -> None:
    job = Job(id=new_job_id(), recipe=upload, account=ACCOUNT)
    await bench.studio._library.jobs.write(job)
    await bench.studio.job_actions.send(job.id)
    await bench.studio.jobs.wait_until_idle()
    failed = await bench.row(job)
    assert failed.state is JobState.FAILED
    assert failed.fault is not None
    assert "Set up a bucket" in failed.fault.message
    with pytest.raises(RequestRejected, match="Set up a bucket"):
        await bench.studio.job_actions.retry(job.id)
    assert await bench.row(job) == failed
    assert sandbox.requests("POST", "/upload") == []


async def test_a_file_that_is_gone_is_not_sent(
    bench: StudioBench, sandbox: SandboxProcess, shelf: Shelf
) -> None:
    await bench.studio.bucket.save(shelf.place, "secret")
    gone = Recipe(operation=Operation.UPLOAD, audio_file="/nowhere/song.wav")
    (job,) = await bench.press(gone)
    await bench.studio.jobs.wait_until_idle()
    failed = await bench.row(job)
    assert failed.fault is not None
    assert failed.fault.kind is RequestRejected.kind
    assert failed.fault.field == "audio_file"
    assert sandbox.requests("POST", "/upload") == []


@pytest.mark.parametrize("public", [False, True])
async def test_a_service_that_gives_no_address_leaves_the_sound_that_is_here_or_was_given(
    bench: StudioBench, upload: Recipe, public: bool
) -> None:
    file = Path(upload.audio_file)
    with served(file.parent) as url:
        if public:
            upload = Recipe(operation=Operation.UPLOAD, audio_url=f"{url}/My%20demo.wav")
        job = Job(id=new_job_id(), state=JobState.ACCEPTED, recipe=upload, account=ACCOUNT)
        await bench.studio._library.jobs.write(job)
        result = FinishedTask((RemoteClip(remote_id=RemoteId("r-1")),))
        done = await bench.studio.clips._collector.collect(job, result)
    (clip,) = await bench.studio.clips.get_many(done.clips)
    assert clip.playable
    assert clip.path is not None
    assert clip.title == "My demo"
    assert clip.recipe.audio_url == upload.audio_url
    assert filecmp.cmp(clip.path, file, shallow=False)


@pytest.mark.parametrize("kind", ["padded sound", "noise", "page", "pipe"])
async def test_a_file_that_begins_like_nothing_is_decoded_before_it_is_sent(
    bench: StudioBench, sandbox: SandboxProcess, shelf: Shelf, tmp_path: Path, kind: str
) -> None:
    await bench.studio.bucket.save(shelf.place, "secret")
    file = tmp_path / "My song"
    plain = coded(tone(2.0), tmp_path / "plain.mp3", "mp3", "libmp3lame").read_bytes()
    if kind == "pipe":
        os.mkfifo(file)
    else:
        content = {"padded sound": bytes(999) + plain, "page": b"<html>" * 99}
        file.write_bytes(content.get(kind, bytes(range(0x81, 0xFF)) * 300))
    (job,) = await bench.press(Recipe(operation=Operation.UPLOAD, audio_file=str(file)))
    await bench.studio.jobs.wait_until_idle()
    ended = await bench.row(job)
    sent = sandbox.requests("POST", "/upload")
    if kind == "padded sound":
        assert len(sent) == 1
        return
    assert sent == []
    assert shelf.given == []
    assert ended.fault is not None
    assert ended.fault.field == "audio_file"
    if kind != "pipe":
        assert "MP3, WAV, FLAC" in ended.fault.message
        assert "nothing was charged" in ended.fault.message
