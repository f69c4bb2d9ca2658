"""Paid work is neither lost, nor bought twice, nor judged wrongly, whatever a service does."""

import asyncio
import contextlib
import json
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from producer_studio.domain.account import Service
from producer_studio.domain.clip import Clip, MediaLinks, MediaState
from producer_studio.domain.errors import ErrorKind, ErrorRecord, StorageError
from producer_studio.domain.export_profile import ExportFormat
from producer_studio.domain.ids import AccountName, TaskId, new_clip_id, new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.studio.export.export import ExportSpec, ExportState
from producer_studio.studio.jobs import download, pipeline
from producer_studio.studio.jobs.actions import Resolution
from tests.integration.studio.conftest import (
    ACCOUNT,
    KEY,
    LONGEST_WAIT_S,
    SONG,
    StudioBench,
    open_bench,
    open_bench_at,
)
from tests.support.hostile_service import SONG as TONE
from tests.support.loopback_server import QuietHandler, serving

pytestmark = pytest.mark.anyio


@dataclass
class Say:
    """One answer; `length` is what its header claims, where that is not the truth."""

    body: object = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None
    after_s: float = 0.0

    @property
    def data(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


Answers = Callable[[str, str, Any], Say]


@dataclass
class Scripted:
    """A service on this computer that a test's function answers for."""

    answer: Answers
    url: str = ""
    clock_s: float = 0.0
    asked: list[tuple[str, str, Any]] = field(default_factory=list)

    def count(self, method: str, part: str) -> int:
        return sum(verb == method and part in path for verb, path, _ in self.asked)


@contextlib.contextmanager
def scripted(answer: Answers) -> Iterator[Scripted]:
    service = Scripted(answer)
    lock = threading.Lock()

    class Handler(QuietHandler):
        def do_GET(self) -> None:
            self._reply("GET")

        def do_POST(self) -> None:
            self._reply("POST")

        def do_HEAD(self) -> None:
            self._reply("HEAD")

        def _reply(self, method: str) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            with lock:
                body = json.loads(sent) if sent else None
                service.asked.append((method, self.path, body))
                said = service.answer(method, self.path, body)
            time.sleep(said.after_s)
            with contextlib.suppress(OSError):
                self.send_response(said.status)
                length = len(said.data) if said.length is None else said.length
                headers = {"Content-Type": "application/json", "Content-Length": str(length)}
                for name, value in (headers | said.headers).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(said.data)
            if said.length is not None:
                self.close_connection = True

        def date_time_string(self, timestamp: float | None = None) -> str:
            return super().date_time_string((timestamp or time.time()) + service.clock_s)

    with serving(Handler) as service.url:
        yield service


def media(**headers: str) -> Say:
    return Say(TONE, headers={"Content-Type": "audio/wav"} | headers)


async def settled(bench: StudioBench) -> None:
    """Waits until no job is under way; the limit is for a machine that is very busy."""
    await asyncio.wait_for(bench.studio.jobs.wait_until_idle(), LONGEST_WAIT_S)


async def a_song(bench: StudioBench) -> Any:
    _, clip = await bench.made(SONG)
    return clip


def musicapi(url: Callable[[], str]) -> Answers:
    """Takes everything; every task is done with one file of its own."""
    tasks: list[dict[str, Any]] = []

    def answer(method: str, path: str, body: Any) -> Say:
        if method == "POST":
            tasks.append(body)
            return Say({"message": "success", "task_id": f"t-{len(tasks)}"})
        if "/task/" in path:
            number = path.rsplit("-", 1)[1]
            entry = {
                "clip_id": f"c-{number}",
                "audio_url": f"{url()}/media/{number}.wav",
                "video_url": f"{url()}/video/{number}.mp4",
                "state": "succeeded",
            }
            return Say({"code": 200, "message": "success", "data": [entry]})
        if path.startswith("/media/"):
            said = media()
            said.after_s = 0.3
            return said
        if path.startswith("/video/"):
            return Say(b"\0\0\0\x18ftypmp42" + bytes(5000))
        return Say({"credits": 100, "extra_credits": 0})

    return answer


async def test_two_exports_of_one_clip_at_a_time_are_both_delivered(tmp_path: Path) -> None:
    url = ""
    with scripted(musicapi(lambda: url)) as service:
        url = service.url
        async with open_bench_at(service, tmp_path, Service.MUSICAPI) as bench:
            clip = await a_song(bench)
            common = {
                "operation": Operation.EXPORT,
                "source": clip.id,
                "source_remote": clip.remote_id,
            }
            jobs = await bench.press(
                Recipe(**common, export_format="wav"), Recipe(**common, export_format="mp3")
            )
            await settled(bench)
            rows = [await bench.row(job) for job in jobs]
            assert [row.state for row in rows] == [JobState.DONE, JobState.DONE]
            assert all(bench.studio.clips._collector.export_file(job.id) for job in jobs)


async def test_a_video_and_an_export_of_one_clip_at_a_time_are_both_fetched(
    tmp_path: Path,
) -> None:
    url = ""
    with scripted(musicapi(lambda: url)) as service:
        url = service.url
        async with open_bench_at(service, tmp_path, Service.AIMUSICAPI) as bench:
            clip = await a_song(bench)
            common = {"source": clip.id, "source_remote": clip.remote_id}
            await bench.press(
                Recipe(operation=Operation.EXPORT, export_format="wav", **common),
                Recipe(operation=Operation.VIDEO, preset="simple", **common),
            )
            await settled(bench)
            assert service.count("GET", "/video/") >= 1
            assert service.count("GET", "/media/") >= 2


@pytest.mark.parametrize("kind", ["video", "export"])
@pytest.mark.parametrize("word", ["start", "fetch again", "given up"])
async def test_a_paid_file_that_is_junk_for_a_moment_can_be_fetched_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, word: str
) -> None:
    monkeypatch.setattr(download, "_REJECTED_WAITS_S", (0.01,) * 5)
    monkeypatch.setattr(download, "_UNREADABLE_WAITS_S", (0.0,))
    url, mended = "", False
    usual = musicapi(lambda: url)

    def answer(method: str, path: str, body: Any) -> Say:
        is_paid_file = path == "/video/2.mp4" or path == "/media/2.wav"
        if is_paid_file:
            return Say(bytes(5000) if not mended else b"\0\0\0\x18ftypmp42" + bytes(5000))
        return usual(method, path, body)

    with scripted(answer) as service:
        url = service.url
        async with open_bench_at(service, tmp_path, Service.AIMUSICAPI) as bench:
            clip = await a_song(bench)
            common = {"source": clip.id, "source_remote": clip.remote_id}
            recipe = (
                Recipe(operation=Operation.VIDEO, preset="simple", **common)
                if kind == "video"
                else Recipe(operation=Operation.EXPORT, export_format="wav", **common)
            )
            (job,) = await bench.press(recipe)
            await settled(bench)
            row = await bench.row(job)
            assert (row.state, row.is_undelivered) == (JobState.COLLECTING, True)
            if word == "given up":
                await bench.studio.job_actions.cancel(job.id)
                (lost,) = await bench.studio.ledger.list_charged_jobs_without_clip()
                assert (lost.id, lost.state) == (job.id, JobState.DONE)
            before = len(service.asked)
            # Ten seconds later its store is well again.
            mended = True
            if word != "start":
                await bench.studio.job_actions.fetch_again(job.id)
                await settled(bench)
        async with open_bench(tmp_path) as bench:
            await bench.studio.jobs.resume()
            await settled(bench)
            last = await bench.row(job)
            assert await bench.studio.ledger.list_charged_jobs_without_clip() == []
        again = [path for _, path, _ in service.asked[before:]]
        assert any("/2." in path for path in again), (row.state, row.fault, again)
        assert (last.state, last.fault) == (JobState.DONE, None)


@pytest.mark.parametrize("task", ["t-1", None], ids=["named", "nameless"])
async def test_a_result_that_came_at_once_survives_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, task: str | None
) -> None:
    monkeypatch.setattr(pipeline, "_STORAGE_WAIT_S", 0.1)
    url = ""
    made = []

    def answer(method: str, path: str, body: Any) -> Say:
        if path.startswith("/media/"):
            return media()
        entry = {"id": "c-1", "state": "succeeded", "audio_url": f"{url}/media/1.wav"}
        whole = {"success": True, "task_id": task, "data": [entry]}
        if path == "/producer/audios":
            made.append(body)
            return Say(whole)
        return Say({"id": "t-1", "finished_at": 1.0, "response": whole})

    with scripted(answer) as service:
        url = service.url
        async with open_bench_at(service, tmp_path, Service.ACEDATA) as bench:
            library = bench.studio._library
            put, full = library.jobs.add_response, [True]

            async def put_answer(*given: Any) -> None:
                if full:
                    full.clear()
                    raise StorageError("The disk is full.")
                await put(*given)

            monkeypatch.setattr(library.jobs, "add_response", put_answer)
            (job,) = await bench.press(SONG)
            await settled(bench)
            state = (await bench.row(job)).state
        # There is room again.
        async with open_bench(tmp_path) as bench:
            await bench.studio.jobs.resume()
            await settled(bench)
            row = await bench.row(job)
        assert len(made) == 1
        assert row.state is JobState.DONE, (state, row.state, row.task_id, row.fault)


@pytest.mark.parametrize("where", ["submit", "look"])
async def test_an_answer_that_is_whole_is_read_although_its_length_is_wrong(
    tmp_path: Path, where: str
) -> None:
    url = ""
    usual = musicapi(lambda: url)

    def answer(method: str, path: str, body: Any) -> Say:
        said = usual(method, path, body)
        if (where == "submit" and method == "POST") or (where == "look" and "/task/" in path):
            said.length = len(said.data) + 2
        return said

    with scripted(answer) as service:
        url = service.url
        async with open_bench_at(service, tmp_path, Service.MUSICAPI) as bench:
            (job,) = await bench.press(SONG)
            if where == "submit":
                await settled(bench)
            else:
                await bench.until(
                    lambda one: one.state is JobState.DONE or one.fault is not None, job.id
                )
                with contextlib.suppress(TimeoutError):
                    await settled(bench)
            row = await bench.row(job)
            assert row.state is JobState.DONE, (row.state, row.task_id, row.fault)


async def test_two_takes_with_one_id_are_two_files_also_when_their_links_expire(
    tmp_path: Path,
) -> None:
    url, looks = "", []

    def answer(method: str, path: str, body: Any) -> Say:
        if method == "POST":
            return Say({"message": "success", "task_id": "t-1"})
        if "/task/" in path:
            looks.append(path)
            entries = [
                {"clip_id": "c", "audio_url": f"{url}/media/{take}-{len(looks)}.wav"}
                for take in ("first", "second")
            ]
            return Say({"code": 200, "data": entries})
        if path.startswith("/media/"):
            return Say(b"", 403) if path.endswith("-1.wav") else media()
        return Say({"credits": 100})

    with scripted(answer) as service:
        url = service.url
        async with open_bench_at(service, tmp_path, Service.MUSICAPI) as bench:
            (job,) = await bench.press(SONG)
            await settled(bench)
            assert (await bench.row(job)).state is JobState.DONE
        good = [
            path
            for _, path, _ in service.asked
            if path.startswith("/media/") and not path.endswith("-1.wav")
        ]
        assert {path.split("-")[0] for path in good} == {"/media/first", "/media/second"}, good


async def test_a_second_take_that_is_not_there_yet_is_waited_for(tmp_path: Path) -> None:
    url, looks = "", []

    def answer(method: str, path: str, body: Any) -> Say:
        if method == "POST":
            return Say({"message": "success", "task_id": "t-1"})
        if "/task/" in path:
            looks.append(path)
            late = (
                {"state": "running"}
                if len(looks) < 4
                else {"clip_id": "b", "state": "succeeded", "audio_url": f"{url}/media/b.wav"}
            )
            first = {"clip_id": "a", "state": "succeeded", "audio_url": f"{url}/media/a.wav"}
            return Say({"code": 200, "data": [first, late]})
        return media() if path.startswith("/media/") else Say({"credits": 100})

    with scripted(answer) as service:
        url = service.url
        async with open_bench_at(service, tmp_path, Service.MUSICAPI) as bench:
            await bench.press(SONG)
            await settled(bench)
        async with open_bench(tmp_path) as bench:
            await bench.studio.jobs.resume()
            await settled(bench)
        assert service.count("GET", "/media/b.wav") >= 1


async def test_a_preview_of_a_song_that_is_being_made_is_not_taken_for_it(tmp_path: Path) -> None:
    url, looks = "", []

    def answer(method: str, path: str, body: Any) -> Say:
        if method == "POST":
            return Say({"message": "success", "task_id": "t-1"})
        if "/task/" in path:
            looks.append(path)
            state, file = ("running", "preview") if len(looks) < 4 else ("succeeded", "whole")
            entry = {"clip_id": "a", "state": state, "audio_url": f"{url}/media/{file}.wav"}
            return Say({"code": 200, "data": [entry]})
        return media() if path.startswith("/media/") else Say({"credits": 100})

    with scripted(answer) as service:
        url = service.url
        async with open_bench_at(service, tmp_path, Service.MUSICAPI) as bench:
            await bench.press(SONG)
            await settled(bench)
        assert service.count("GET", "/media/whole.wav") >= 1


@pytest.mark.parametrize(
    "words",
    [
        "Nothing was refunded.",
        "None of your credits were refunded.",
        "Credits refunded: no",
        "Generation used non-refunded credits.",
        "Only 2 of 10 credits were refunded.",
        "Credits were partially refunded.",
    ],
)
async def test_a_refund_is_booked_only_where_the_service_has_made_it(
    tmp_path: Path, words: str
) -> None:
    def answer(method: str, path: str, body: Any) -> Say:
        if method == "POST":
            return Say({"message": "success", "task_id": "t-1"})
        if "/task/" in path:
            return Say({"code": 500, "error": words})
        return Say({"credits": 100})

    with scripted(answer) as service:
        async with open_bench_at(service, tmp_path, Service.AIMUSICAPI) as bench:
            (job,) = await bench.press(SONG)
            await settled(bench)
            row = await bench.row(job)
            lines = await bench.studio._library.ledger.list_entries(ACCOUNT)
            assert row.state is JobState.FAILED
            assert not [one for one in lines if one.kind == "refunded" and one.amount == 10], lines
            assert "The credits were refunded" not in (row.fault.message if row.fault else "")


CUT = Say(b"", length=60)
"""The connection ends after the request has arrived."""


def ago(seconds: float) -> str:
    return (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat()


async def test_a_task_that_an_answer_names_is_watched_whatever_code_stands_beside_it(
    tmp_path: Path,
) -> None:
    url = ""
    usual = musicapi(lambda: url)

    def answer(method: str, path: str, body: Any) -> Say:
        said = usual(method, path, body)
        if method == "POST":
            assert isinstance(said.body, dict)
            said.body |= {"code": 429, "message": "Queued, the service is busy"}
        return said

    with scripted(answer) as service:
        url = service.url
        async with open_bench_at(service, tmp_path, Service.MUSICAPI) as bench:
            (job,) = await bench.press(SONG)
            with contextlib.suppress(TimeoutError):
                await settled(bench)
            row = await bench.row(job)
            assert service.count("POST", "/create") == 1, "made and charged once a POST"
            assert row.state is JobState.DONE


@pytest.mark.parametrize("status", [409, 422])
async def test_a_duplicate_that_names_its_task_is_watched(tmp_path: Path, status: int) -> None:
    url = ""
    usual = musicapi(lambda: url)

    def answer(method: str, path: str, body: Any) -> Say:
        said = usual(method, path, body)
        if method == "POST":
            said.status = status
            assert isinstance(said.body, dict)
            said.body["message"] = "Duplicate of a request that is being made (idempotent)"
        return said

    with scripted(answer) as service:
        url = service.url
        async with open_bench_at(service, tmp_path, Service.MUSICAPI) as bench:
            (job,) = await bench.press(SONG)
            await settled(bench)
            row = await bench.row(job)
            assert row.state is JobState.DONE, (row.state, row.fault)


async def test_see_other_after_a_paid_request_is_not_told_as_not_charged(tmp_path: Path) -> None:
    """RFC 9110, 15.4.4: the request was processed, and its result is elsewhere."""
    made = []

    def answer(method: str, path: str, body: Any) -> Say:
        if method == "POST":
            made.append(body)
            return Say(b"", 303, {"Location": "/api/v1/producer/task/t-1"})
        return Say({"credits": 100})

    with scripted(answer) as service:
        async with open_bench_at(service, tmp_path, Service.MUSICAPI) as bench:
            (job,) = await bench.press(SONG)
            await settled(bench)
            row = await bench.row(job)
            assert row.fault is not None
            assert "Nothing was charged" not in row.fault.message, row.state


@pytest.mark.parametrize("cancels", [False, True])
async def test_a_task_that_ended_with_nothing_does_not_block_the_account(
    tmp_path: Path, cancels: bool
) -> None:
    url = ""
    usual = musicapi(lambda: url)

    def answer(method: str, path: str, body: Any) -> Say:
        if path.endswith("/task/t-1"):
            return Say({"code": 200, "message": "success", "status": "SUCCESS", "data": []})
        return usual(method, path, body)

    with scripted(answer) as service:
        url = service.url
        async with open_bench_at(service, tmp_path, Service.MUSICAPI, concurrency=1) as bench:
            (empty,) = await bench.press(SONG)
            await bench.until(lambda one: one.fault is not None, empty.id)
            (other,) = await bench.press(SONG.with_changes(title="Another", seed="8"))
            if cancels:
                await bench.studio.job_actions.cancel(empty.id)
            await bench.until_in(other, JobState.DONE)
            rows = [await bench.row(empty), await bench.row(other)]
            looks = service.count("GET", "/task/t-1")
            assert rows[1].state is JobState.DONE, ([row.state for row in rows], looks)


def apiframe(url: Callable[[], str], jobs: list[dict[str, Any]]) -> Answers:
    def answer(method: str, path: str, body: Any) -> Say:
        if method == "GET" and path.startswith("/v2/jobs/"):
            found = [job for job in jobs if path.endswith(f"/{job['id']}")]
            return Say(found[0]) if found else Say({"error": "Job not found"}, 404)
        if method == "GET" and path.startswith("/v2/jobs"):
            return Say({"jobs": jobs, "nextCursor": None, "hasMore": False})
        if path.startswith("/media/"):
            return media()
        return Say({"team": {"credits": 1}})

    return answer


@pytest.mark.parametrize("tells_time", [True, False])
async def test_a_clock_ten_minutes_ahead_gives_no_verdict_that_nothing_was_taken(
    tmp_path: Path, tells_time: bool
) -> None:
    """The clock of this computer is ten minutes ahead of the service's, as many are.

    Where the service's answers have no such date, what may be the job is left as unknown as it was.
    """
    url = ""
    jobs: list[dict[str, Any]] = []
    usual = apiframe(lambda: url, jobs)
    posts = []

    def answer(method: str, path: str, body: Any) -> Say:
        if method != "POST":
            return usual(method, path, body)
        posts.append(body)
        if len(posts) > 1:
            # The first one has used up the credits, and those are looked at first here.
            return Say(
                {"error": "Insufficient credits", "creditsRequired": 10, "creditsAvailable": 1}, 402
            )
        tracks = {"tracks": [{"id": "a", "audioUrl": f"{url}/media/a.wav"}]}
        jobs.append(
            {
                "id": "j-1",
                "model": "producer",
                "status": "COMPLETED",
                "createdAt": ago(600),
                "input": body,
                "creditCost": 10,
                "result": tracks,
            }
        )
        return CUT

    with scripted(answer) as service:
        url = service.url
        service.clock_s = -600.0 if tells_time else 0.0
        async with open_bench_at(service, tmp_path, Service.APIFRAME) as bench:
            (job,) = await bench.press(SONG.with_changes(model="FUZZ-2.0 Pro"))
            await settled(bench)
            row = await bench.row(job)
            expected = JobState.DONE if tells_time else JobState.UNKNOWN
            assert row.state is expected, (row.state, row.task_id, row.fault)


async def test_repeating_with_a_key_is_not_called_safe_by_the_clock_of_the_computer_alone(
    tmp_path: Path,
) -> None:
    """Sent while the clock stood seven hours ahead (two systems on one computer), 26 hours ago."""
    url = ""
    jobs: list[dict[str, Any]] = []
    usual = apiframe(lambda: url, jobs)

    def answer(method: str, path: str, body: Any) -> Say:
        if method != "POST":
            return usual(method, path, body)
        # The key is older than 24 hours: the service has forgotten it, and makes another song.
        tracks = {"tracks": [{"id": "b", "audioUrl": f"{url}/media/b.wav"}]}
        jobs.append(
            {
                "id": "j-2",
                "model": "producer",
                "status": "COMPLETED",
                "createdAt": ago(0),
                "input": body,
                "creditCost": 10,
                "result": tracks,
            }
        )
        return Say({"jobId": "j-2", "status": "QUEUED"}, 202)

    with scripted(answer) as service:
        url = service.url
        async with open_bench_at(service, tmp_path, Service.APIFRAME) as bench:
            recipe = SONG.with_changes(model="FUZZ-2.0 Pro")
            sent_at = datetime.now(UTC) - timedelta(hours=26 - 7)
            job = Job(
                id=new_job_id(),
                state=JobState.UNKNOWN,
                recipe=recipe,
                account=ACCOUNT,
                idempotency_key="k" * 32,
                created_at=sent_at,
                sent_at=sent_at,
            )
            await bench.studio._library.jobs.write(job)
            jobs.append(
                {
                    "id": "j-1",
                    "model": "producer",
                    "status": "COMPLETED",
                    "createdAt": ago(26 * 3600),
                    "creditCost": 10,
                    "input": {"prompt": recipe.sound, "producerParams": {"title": "Low tide"}},
                    "result": {"tracks": [{"id": "a", "audioUrl": f"{url}/media/a.wav"}]},
                }
            )
            await bench.studio.jobs.resume()
            await settled(bench)
            row = await bench.row(job)
            assert row.fault is None or "charged at most once" not in row.fault.message, row.fault


def acedata_with_list(url: Callable[[], str], tasks: dict[str, dict[str, Any]]) -> Answers:
    def answer(method: str, path: str, body: Any) -> Say:
        if "/applications/" in path:
            return Say({"count": 1, "items": [{"user_id": "u-1", "remaining_amount": 100}]})
        if path == "/producer/tasks" and body["action"] == "retrieve_batch":
            items = list(tasks.values())[body.get("offset", 0) :]
            return Say({"count": len(items), "items": items})
        if path == "/producer/tasks":
            return Say(tasks.get(body["id"]))
        return media() if path.startswith("/media/") else Say({})

    return answer


def acedata_task(url: str, name: str, body: Any) -> dict[str, Any]:
    entry = {"id": f"c-{name}", "state": "succeeded", "audio_url": f"{url}/media/{name}.wav"}
    return {
        "id": name,
        "created_at": time.time(),
        "finished_at": time.time(),
        "request": body,
        "response": {"success": True, "task_id": name, "data": [entry]},
    }


@pytest.mark.parametrize("resolution", Resolution)
@pytest.mark.parametrize("where", ["start", "look again"])
async def test_a_task_found_while_the_user_decides_is_not_lost(
    tmp_path: Path, where: str, resolution: Resolution
) -> None:
    url = ""
    tasks: dict[str, dict[str, Any]] = {}
    usual = acedata_with_list(lambda: url, tasks)
    state = {"posts": 0, "lists": 0}

    def answer(method: str, path: str, body: Any) -> Say:
        if path == "/producer/audios":
            state["posts"] += 1
            name = f"t-{state['posts']}"
            tasks[name] = acedata_task(url, name, body)
            return CUT if name == "t-1" else Say({"task_id": name})
        said = usual(method, path, body)
        if path == "/producer/tasks" and body["action"] == "retrieve_batch":
            state["lists"] += 1
            if state["lists"] == 1:
                return Say({"error": {"code": "api_error", "message": "Later"}}, 500)
            said.after_s = 1.5
        return said

    with scripted(answer) as service:
        url = service.url
        async with open_bench_at(
            service, tmp_path, Service.ACEDATA, platform_url=url, platform_token="pt-units-1"
        ) as bench:
            (job,) = await bench.press(SONG)
            await settled(bench)
            assert (await bench.row(job)).state is JobState.UNKNOWN
            if where == "start":
                looking: asyncio.Task[Any] = asyncio.create_task(bench.studio.jobs.resume())
            else:
                looking = asyncio.create_task(bench.studio.job_actions.recheck(job.id))
            while state["lists"] < 2:  # noqa: ASYNC110 - the service runs in a thread
                await asyncio.sleep(0.02)
            await bench.studio.job_actions.resolve(job.id, resolution)
            await asyncio.wait([looking])
            await settled(bench)
            error = looking.exception()
            brought = {
                clip.remote_id
                for clip in await bench.studio._library.clips.get_many(
                    [one for row in await bench.studio.jobs.all() for one in row.clips]
                )
            }
            assert error is None
            # What was found is not bought again, and is brought whatever the user has said.
            assert state["posts"] == 1
            assert brought == {"c-t-1"}


async def test_an_export_is_delivered_while_the_cover_of_its_clip_is_not_there_yet(
    tmp_path: Path,
) -> None:
    """The song plays already, and is exported at once; its picture takes half a minute."""
    url = ""
    usual = musicapi(lambda: url)

    def answer(method: str, path: str, body: Any) -> Say:
        if path.endswith("/task/t-1"):
            entry = {
                "clip_id": "c-1",
                "state": "succeeded",
                "audio_url": f"{url}/media/1.wav",
                "image_url": f"{url}/cover/1.jpg",
            }
            return Say({"code": 200, "message": "success", "data": [entry]})
        return Say(b"", 404) if path.startswith("/cover/") else usual(method, path, body)

    with scripted(answer) as service:
        url = service.url
        async with open_bench_at(service, tmp_path, Service.MUSICAPI) as bench:
            (song,) = await bench.press(SONG)
            await bench.until_in(song, JobState.COLLECTING)
            row = await bench.row(song)
            clip = await bench.studio.clips.get(row.clips[0])
            while clip is None or not clip.playable:
                await asyncio.sleep(0.1)
                clip = await bench.studio.clips.get(row.clips[0])
            (job,) = await bench.press(
                Recipe(
                    operation=Operation.EXPORT,
                    export_format="wav",
                    source=clip.id,
                    source_remote=clip.remote_id,
                )
            )
            await bench.until_in(job, JobState.DONE)
            assert bench.studio.clips._collector.export_file(job.id) is not None


@pytest.mark.parametrize("trouble", ["vague", "denied"])
async def test_retry_looks_at_a_task_before_it_buys_it_again(tmp_path: Path, trouble: str) -> None:
    url, times = "", 3 if trouble == "vague" else 6
    usual = musicapi(lambda: url)
    looks: list[str] = []

    def answer(method: str, path: str, body: Any) -> Say:
        if "/task/" in path:
            looks.append(path)
            if len(looks) <= times:
                vague = Say({"code": 500, "error": "Internal server error"}, 500)
                return vague if trouble == "vague" else Say({"error": "task not found."}, 404)
        return usual(method, path, body)

    with scripted(answer) as service:
        url = service.url
        async with open_bench_at(service, tmp_path, Service.MUSICAPI) as bench:
            (job,) = await bench.press(SONG)
            await settled(bench)
            assert (await bench.row(job)).state is JobState.FAILED
            # The service is well again, and has the song.
            await bench.studio.job_actions.retry(job.id)
            await settled(bench)
            assert service.count("POST", "/create") == 1


async def test_an_old_link_that_cannot_be_renewed_is_told_and_can_be_cancelled(
    tmp_path: Path,
) -> None:
    url = ""

    def answer(method: str, path: str, body: Any) -> Say:
        if "/task/" in path:
            return Say({"error": "Invalid API key", "type": "unauthorized"}, 401)
        return Say(b"", 403) if path.startswith("/media/") else Say({"credits": 100})

    with scripted(answer) as service:
        url = service.url
        async with open_bench_at(service, tmp_path, Service.MUSICAPI) as bench:
            then = datetime.now(UTC) - timedelta(hours=3)
            clip = Clip(
                id=new_clip_id(),
                title="Low tide",
                account=ACCOUNT,
                links=MediaLinks(audio=f"{url}/media/1.wav"),
                created_at=then,
            )
            job = Job(
                id=new_job_id(),
                state=JobState.COLLECTING,
                recipe=SONG,
                account=ACCOUNT,
                task_id=TaskId("t-1"),
                clips=(clip.id,),
                created_at=then,
                sent_at=then,
                accepted_at=then,
                received_at=then,
            )
            clip = clip.with_changes(job=job.id, media=MediaState.PENDING)
            await bench.studio._library.jobs.write(job)
            await bench.studio._library.clips.add([clip])
            await bench.studio.jobs.resume()
            await asyncio.sleep(12)
            row = await bench.studio.jobs.get(job.id)
            assert row is not None
            looks = service.count("GET", "/task/")
            await bench.studio.job_actions.cancel(job.id)
            after = await bench.studio.jobs.get(job.id)
            assert after is not None
            assert row.fault is not None or after.state.is_finished, (row.state, after.state, looks)


@pytest.mark.parametrize("how", ["the same", "white space", "composed", "model"])
async def test_a_list_that_writes_the_words_a_little_differently_gives_no_verdict(
    tmp_path: Path, how: str
) -> None:
    url = ""
    jobs: list[dict[str, Any]] = []
    usual = apiframe(lambda: url, jobs)
    sound = "calm pads with  soft piano,\nslow and dreamy cafe\u0301 mood, gentle strings behind"
    listed = {
        "white space": " ".join(sound.split()),
        "composed": unicodedata.normalize("NFC", sound),
    }.get(how, sound)
    with scripted(usual) as service:
        url = service.url
        async with open_bench_at(service, tmp_path, Service.APIFRAME) as bench:
            recipe = SONG.with_changes(model="FUZZ-2.0 Pro", sound=sound, title="", seed="")
            sent_at = datetime.now(UTC) - timedelta(hours=30)
            job = Job(
                id=new_job_id(),
                state=JobState.UNKNOWN,
                recipe=recipe,
                account=ACCOUNT,
                idempotency_key="k" * 32,
                created_at=sent_at,
                sent_at=sent_at,
            )
            await bench.studio._library.jobs.write(job)
            jobs.append(
                {
                    "id": "j-1",
                    "model": "Producer" if how == "model" else "producer",
                    "status": "COMPLETED",
                    "createdAt": ago(30 * 3600 - 2),
                    "creditCost": 10,
                    "input": {"prompt": listed},
                    "result": {"tracks": [{"id": "a", "audioUrl": f"{url}/media/a.wav"}]},
                }
            )
            await bench.studio.jobs.resume()
            await settled(bench)
            row = await bench.row(job)
            # Found, or as unknown as before; but never "nothing was charged".
            assert row.state is not JobState.QUEUED, row.fault


async def test_another_address_gives_no_verdict_on_a_task_of_the_one_before(
    tmp_path: Path,
) -> None:
    url = ""
    usual = musicapi(lambda: url)

    def working(method: str, path: str, body: Any) -> Say:
        return (
            Say({"code": 202, "type": "not_ready"})
            if "/task/" in path
            else usual(method, path, body)
        )

    def elsewhere(method: str, path: str, body: Any) -> Say:
        if method == "POST":
            return Say({"message": "success", "task_id": "e-1"})
        return Say({"error": "task not found."}, 404) if "/task/" in path else Say({"credits": 1})

    with scripted(working) as service, scripted(elsewhere) as other:
        url = service.url
        async with open_bench_at(service, tmp_path, Service.MUSICAPI) as bench:
            (job,) = await bench.press(SONG)
            await bench.until_in(job, JobState.WORKING)
            await bench.studio.accounts.add(
                ACCOUNT, Service.MUSICAPI, KEY, base_url=other.url, poll_s=0.05
            )
            await bench.until(lambda one: one.fault is not None, job.id)
            # The service has denied it more often than is believed of the one that took it.
            while other.count("GET", "/task/") < 8:  # noqa: ASYNC110 - it runs in a thread
                await asyncio.sleep(0.05)
            row = await bench.row(job)
            assert row.state is JobState.WORKING, row.fault
            assert row.fault is not None
            assert "another address" in row.fault.message
            assert await bench.studio.job_actions.retry(job.id) is None
            assert other.count("POST", "/create") == 0


async def test_of_two_requests_at_a_time_the_budget_lets_one_through(tmp_path: Path) -> None:
    """Another process may have queued the second one: so both are compared while being sent."""
    url = ""
    usual = musicapi(lambda: url)

    def answer(method: str, path: str, body: Any) -> Say:
        return usual(method, path, body)

    with scripted(answer) as service:
        url = service.url
        async with open_bench_at(service, tmp_path, Service.AIMUSICAPI, budget=10) as bench:
            recipes = [SONG, SONG.with_changes(title="Another", seed="8")]
            jobs = [
                Job(
                    id=new_job_id(),
                    recipe=recipe,
                    account=ACCOUNT,
                    credits_expected=10,
                    idempotency_key=new_job_id(),
                )
                for recipe in recipes
            ]
            await bench.studio.jobs._start_new_jobs(jobs)
            await settled(bench)
            rows = [await bench.row(job) for job in jobs]
            assert service.count("POST", "/create") == 1, [(row.state, row.fault) for row in rows]


async def test_a_stalled_list_of_one_account_holds_up_no_paid_job_of_another(
    tmp_path: Path,
) -> None:
    url = ""
    usual = musicapi(lambda: url)

    def stalled(method: str, path: str, body: Any) -> Say:
        said = Say({"jobs": [], "nextCursor": None, "hasMore": False})
        said.after_s = 20
        return said

    with scripted(usual) as service, scripted(stalled) as other:
        url = service.url
        async with open_bench_at(service, tmp_path, Service.MUSICAPI) as bench:
            await bench.studio.accounts.add(
                AccountName("slow"), Service.APIFRAME, KEY, base_url=other.url, poll_s=0.05
            )
            now = datetime.now(UTC)
            common: dict[str, Any] = {
                "recipe": SONG.with_changes(model="FUZZ-2.0 Pro"),
                "sent_at": now,
            }
            await bench.studio._library.jobs.write(
                Job(id=new_job_id(), state=JobState.UNKNOWN, account=AccountName("slow"), **common)
            )
            paid = Job(
                id=new_job_id(),
                state=JobState.ACCEPTED,
                account=ACCOUNT,
                task_id=TaskId("t-1"),
                accepted_at=now,
                **common,
            )
            await bench.studio._library.jobs.write(paid)
            resuming = asyncio.create_task(bench.studio.jobs.resume())
            await bench.until_in(paid, JobState.DONE)
            assert not resuming.done()
            resuming.cancel()
            await asyncio.wait([resuming])


async def test_retry_while_a_lent_file_is_taken_down_starts_the_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The host of the file (a bucket) takes its time for that."""
    url = ""
    usual = musicapi(lambda: url)
    posts: list[Any] = []

    def answer(method: str, path: str, body: Any) -> Say:
        if method == "POST":
            posts.append(body)
            if len(posts) == 1:
                return Say({"error": "No"}, 400)
        return usual(method, path, body)

    with scripted(answer) as service:
        url = service.url
        async with open_bench_at(service, tmp_path, Service.MUSICAPI) as bench:
            lending = bench.studio.jobs._runner._pipeline._uploads
            ending, ends = asyncio.Event(), asyncio.Event()

            async def take_down(job: Job, *, is_silent: bool = False) -> Job:
                ending.set()
                await ends.wait()
                return await bench.studio.jobs._store.update(job, hosted="")

            async def put_up(job: Job) -> Job:
                return await bench.studio.jobs._store.update(job, hosted='[["bucket", "key"]]')

            monkeypatch.setattr(lending, "delete", take_down)
            monkeypatch.setattr(lending, "upload", put_up)
            (job,) = await bench.press(SONG)
            await bench.until_in(job, JobState.FAILED)
            await ending.wait()
            await bench.studio.job_actions.retry(job.id)
            ends.set()
            await settled(bench)
            row = await bench.row(job)
            said = (row.state, bench.studio.jobs.needs_confirmation(row))
            assert row.state is JobState.DONE, said


def two_services(url: Callable[[], str], *, slow_upload: bool) -> Answers:
    """Uploads and operations; an upload goes on for a while."""
    usual = musicapi(url)
    looks: list[str] = []

    def answer(method: str, path: str, body: Any) -> Say:
        if method == "HEAD":
            return Say(b"")
        if path.endswith("/task/t-1") and slow_upload:
            looks.append(path)
            if len(looks) < 40:
                return Say({"code": 202, "type": "not_ready"})
        return usual(method, path, body)

    return answer


async def foreign_clip(bench: StudioBench, url: str) -> Clip:
    clip = Clip(
        id=new_clip_id(),
        title="Far shore",
        account=AccountName("gone"),
        links=MediaLinks(audio=f"{url}/media/9.wav"),
        media=MediaState.PENDING,
    )
    await bench.studio._library.clips.add([clip])
    return clip


VARIED = Recipe(operation=Operation.VARIATION, title="Other tide")


async def test_two_presses_at_a_time_upload_their_source_once(tmp_path: Path) -> None:
    url = ""
    with scripted(two_services(lambda: url, slow_upload=False)) as service:
        url = service.url
        async with open_bench_at(service, tmp_path, Service.MUSICAPI) as bench:
            clip = await foreign_clip(bench, url)
            jobs = bench.studio.jobs
            await asyncio.gather(
                jobs.submit_with_source([VARIED], ACCOUNT, clip.id, register=True),
                jobs.submit_with_source(
                    [
                        VARIED.with_changes(
                            operation=Operation.COVER, sound="slow strings and soft pads"
                        )
                    ],
                    ACCOUNT,
                    clip.id,
                    register=True,
                ),
            )
            await settled(bench)
            assert service.count("POST", "/upload") == 1


async def test_what_follows_a_cancelled_upload_is_not_bought(tmp_path: Path) -> None:
    """`JobRunner.fail_followers` ends what was to follow a cancelled one, and sends nothing."""
    url = ""
    with scripted(two_services(lambda: url, slow_upload=True)) as service:
        url = service.url
        async with open_bench_at(service, tmp_path, Service.MUSICAPI) as bench:
            clip = await foreign_clip(bench, url)
            upload, variation = await bench.studio.jobs.submit_with_source(
                [VARIED], ACCOUNT, clip.id, register=True
            )
            await bench.until_in(upload, JobState.WORKING)
            await bench.studio.job_actions.cancel(upload.id)
            await settled(bench)
            row = await bench.row(variation)
            assert service.count("POST", "/create") == 0, (row.state, row.credits_charged)


async def test_retry_of_what_followed_a_cancelled_upload_does_not_upload_again(
    tmp_path: Path,
) -> None:
    """The upload had been taken, is charged, and its result is kept when it comes."""
    url = ""
    with scripted(two_services(lambda: url, slow_upload=True)) as service:
        url = service.url
        async with open_bench_at(service, tmp_path, Service.MUSICAPI) as bench:
            clip = await foreign_clip(bench, url)
            upload = Job(
                id=new_job_id(),
                state=JobState.CANCELLED,
                account=ACCOUNT,
                recipe=Recipe(
                    operation=Operation.UPLOAD,
                    source=clip.id,
                    title="Far shore",
                    audio_url=clip.links.audio,
                ),
                task_id=TaskId("t-1"),
                accepted_at=datetime.now(UTC),
            )
            variation = Job(
                id=new_job_id(),
                state=JobState.FAILED,
                account=ACCOUNT,
                after=upload.id,
                recipe=VARIED.with_changes(source=clip.id, source_uploaded=True),
            )
            await bench.studio._library.jobs.write(upload)
            await bench.studio._library.jobs.write(variation)
            # As a start finds them: the upload is watched quietly.
            await bench.studio.jobs.resume()
            await bench.studio.job_actions.retry(variation.id)
            await settled(bench)
            assert service.count("POST", "/upload") == 0


async def test_what_a_failed_job_has_cost_all_the_same_is_booked(tmp_path: Path) -> None:
    def answer(method: str, path: str, body: Any) -> Say:
        if method == "POST":
            return Say({"jobId": "j-1", "status": "QUEUED"}, 202)
        if path == "/v2/jobs/j-1":
            return Say({"id": "j-1", "status": "FAILED", "error": "Too noisy", "creditCost": 10})
        return Say({"team": {"credits": 90}})

    with scripted(answer) as service:
        async with open_bench_at(service, tmp_path, Service.APIFRAME) as bench:
            (job,) = await bench.press(SONG.with_changes(model="FUZZ-2.0 Pro"))
            await settled(bench)
            assert (await bench.row(job)).state is JobState.FAILED
            assert sum(amount or 0 for amount in await bench.charged()) == 10


async def test_a_file_that_is_zeros_for_a_few_seconds_is_fetched_by_itself(tmp_path: Path) -> None:
    url = ""
    usual = musicapi(lambda: url)
    first: list[float] = []

    def answer(method: str, path: str, body: Any) -> Say:
        if path.startswith("/media/"):
            first.append(time.monotonic())
            if time.monotonic() - first[0] < 4:
                return Say(bytes(5000))
        return usual(method, path, body)

    with scripted(answer) as service:
        url = service.url
        async with open_bench_at(service, tmp_path, Service.MUSICAPI) as bench:
            (job,) = await bench.press(SONG)
            await settled(bench)
            row = await bench.row(job)
        await asyncio.sleep(3)
        # Nor is it at the next start, although the result is seconds old.
        async with open_bench(tmp_path) as bench:
            await bench.studio.jobs.resume()
            await settled(bench)
            (clip,) = await bench.studio._library.clips.get_many(list(row.clips))
            assert clip.playable, (clip.media, clip.media_note)


async def test_a_broken_submit_that_was_not_refunded_is_not_told_as_refunded(
    tmp_path: Path,
) -> None:
    def answer(method: str, path: str, body: Any) -> Say:
        if method == "POST":
            return Say({"message": "Upstream timeout. Nothing was refunded."}, 504)
        return Say({"credits": 100})

    with scripted(answer) as service:
        async with open_bench_at(service, tmp_path, Service.MUSICAPI) as bench:
            (job,) = await bench.press(SONG)
            await settled(bench)
            row = await bench.row(job)
            # Failed, it would be sent again by Retry without a question.
            assert row.state is JobState.UNKNOWN, row.fault


@pytest.mark.parametrize("how", ["http 202", "entry error"])
async def test_only_whether_there_is_sound_decides(tmp_path: Path, how: str) -> None:
    url = ""
    usual = musicapi(lambda: url)

    def answer(method: str, path: str, body: Any) -> Say:
        said = usual(method, path, body)
        if "/task/" in path:
            assert isinstance(said.body, dict)
            said.body["status"] = "SUCCESS"
            if how == "http 202":
                said.status = 202
            else:
                said.body["data"][0]["state"] = "error"
        return said

    with scripted(answer) as service:
        url = service.url
        async with open_bench_at(service, tmp_path, Service.MUSICAPI) as bench:
            (job,) = await bench.press(SONG)
            with contextlib.suppress(TimeoutError):
                await settled(bench)
            row = await bench.row(job)
            assert row.state is JobState.DONE, (row.state, row.fault)


@pytest.mark.parametrize("change", [{"budget": 500.0}, {"concurrency": 2}, {"key": KEY}])
async def test_settings_saved_while_a_request_is_out_do_not_cut_it_off(
    tmp_path: Path, change: dict[str, Any]
) -> None:
    """The service takes three seconds to answer; meanwhile the account's form is saved."""
    url = ""
    usual = musicapi(lambda: url)
    posts: list[Any] = []

    def answer(method: str, path: str, body: Any) -> Say:
        said = usual(method, path, body)
        if path.endswith("/task/t-1"):
            return Say({"code": 202, "type": "not_ready"})
        if method == "POST":
            posts.append(body)
            if len(posts) == 2:
                said.after_s = 3.0
        return said

    with scripted(answer) as service:
        url = service.url
        async with open_bench_at(service, tmp_path, Service.MUSICAPI) as bench:
            (first,) = await bench.press(SONG)
            await bench.until_in(first, JobState.WORKING)
            (second,) = await bench.press(SONG.with_changes(title="Another", seed="8"))
            while len(posts) < 2:  # noqa: ASYNC110 - the service runs in a thread
                await asyncio.sleep(0.02)
            await bench.studio.accounts.change(ACCOUNT, **change)
            row = await bench.until_in(second, JobState.DONE, JobState.UNKNOWN, JobState.FAILED)
            assert row.state is JobState.DONE, (row.state, row.fault)


async def test_a_late_result_that_meets_a_full_disk_goes_on_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = ""
    monkeypatch.setattr(pipeline, "_STORAGE_WAIT_S", 0.5)
    with scripted(musicapi(lambda: url)) as service:
        url = service.url
        async with open_bench_at(service, tmp_path, Service.MUSICAPI) as bench:
            verdict = ErrorRecord(kind=ErrorKind.FAILED_BY_SERVICE, message="Failed.", status=500)
            job = Job(
                id=new_job_id(),
                state=JobState.FAILED,
                account=ACCOUNT,
                recipe=SONG,
                task_id=TaskId("t-1"),
                fault=verdict,
                accepted_at=datetime.now(UTC),
            )
            await bench.studio._library.jobs.write(job)
            library = bench.studio._library
            adopt, full = library.media.store_file, [True]

            async def adopted(*given: Any) -> Path:
                if full:
                    full.clear()
                    raise StorageError("The disk is full.")
                return await adopt(*given)

            monkeypatch.setattr(library.media, "store_file", adopted)
            await bench.studio.jobs.resume()
            await settled(bench)
            row = await bench.row(job)
            assert row.state is JobState.DONE


def failed_job(**fields: Any) -> Job:
    """A job that the service has failed; its task has been done since."""
    verdict = ErrorRecord(kind=ErrorKind.FAILED_BY_SERVICE, message="Failed.", status=500)
    common = {"state": JobState.FAILED, "account": ACCOUNT, "recipe": SONG, "fault": verdict}
    return Job(
        id=new_job_id(), task_id=TaskId("t-1"), accepted_at=datetime.now(UTC), **common | fields
    )


async def test_a_late_result_of_a_dismissed_job_is_fetched_although_the_studio_was_killed(
    tmp_path: Path,
) -> None:
    url, away = "", True
    usual = musicapi(lambda: url)

    def answer(method: str, path: str, body: Any) -> Say:
        if path.startswith("/media/") and away:
            return Say("later", 503)
        return usual(method, path, body)

    with scripted(answer) as service:
        url = service.url
        async with open_bench_at(service, tmp_path, Service.MUSICAPI) as bench:
            job = failed_job(dismissed=True)
            await bench.studio._library.jobs.write(job)
            await bench.studio.jobs.resume()
            await bench.until_in(job, JobState.COLLECTING)
        away = False
        async with open_bench(tmp_path) as bench:
            await bench.studio.jobs.resume()
            await settled(bench)
            row = await bench.row(job)
            assert row.state is JobState.DONE
            (clip,) = await bench.studio.clips.get_many(row.clips)
            assert clip.media is MediaState.READY


async def test_a_result_that_comes_while_its_job_is_bought_again_is_fetched_after_a_kill(
    tmp_path: Path,
) -> None:
    url, away = "", True
    usual = musicapi(lambda: url)

    def answer(method: str, path: str, body: Any) -> Say:
        if path.startswith("/media/") and away:
            return Say("later", 503)
        return usual(method, path, body)

    with scripted(answer) as service:
        url = service.url
        async with open_bench_at(service, tmp_path, Service.MUSICAPI) as bench:
            job = failed_job()
            await bench.studio._library.jobs.write(job)
            await bench.studio.jobs.resume()
            await bench.until_in(job, JobState.COLLECTING)
            # As at the end of a Retry that was pressed before the result came.
            await bench.studio.jobs._store.update(job, dismissed=True)
        away = False
        async with open_bench(tmp_path) as bench:
            await bench.studio.jobs.resume()
            await settled(bench)
            assert (await bench.row(job)).state is JobState.DONE


@pytest.mark.parametrize("presses", [2, 3])
async def test_a_file_that_is_asked_for_several_times_at_once_is_fetched_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, presses: int
) -> None:
    monkeypatch.setattr(download, "_REJECTED_WAITS_S", (0.01,) * 5)
    monkeypatch.setattr(download, "_UNREADABLE_WAITS_S", (0.0,))
    url, gone = "", True
    usual = musicapi(lambda: url)

    def answer(method: str, path: str, body: Any) -> Say:
        if path == "/media/2.wav" and gone:
            return Say(bytes(5000))
        return usual(method, path, body)

    with scripted(answer) as service:
        url = service.url
        async with open_bench_at(service, tmp_path, Service.MUSICAPI) as bench:
            clip = await a_song(bench)
            common = {"source": clip.id, "source_remote": clip.remote_id}
            recipe = Recipe(operation=Operation.EXPORT, export_format="wav", **common)
            (job,) = await bench.press(recipe)
            await settled(bench)
            assert (await bench.row(job)).is_undelivered
            gone, before = False, service.count("GET", "/media/2.wav")
            again = bench.studio.job_actions.fetch_again
            await asyncio.gather(*(again(job.id) for _ in range(presses)))
            await settled(bench)
            assert service.count("GET", "/media/2.wav") == before + 1
            assert (await bench.row(job)).state is JobState.DONE
            assert job.id not in [one.id for one in bench.studio.jobs.visible_jobs()]
            assert not [n.text for n in bench.notices if "Something went wrong" in n.text]


@pytest.mark.parametrize("kind", [ErrorKind.UNKNOWN_TASK, ErrorKind.FAILED_BY_SERVICE])
async def test_a_failed_job_that_the_service_works_on_after_all_is_watched_to_its_end(
    tmp_path: Path, kind: ErrorKind
) -> None:
    url, looks = "", 0
    usual = musicapi(lambda: url)

    def answer(method: str, path: str, body: Any) -> Say:
        nonlocal looks
        if "/task/" in path:
            looks += 1
            if looks < 4:
                return Say({"code": 200, "status": "RUNNING", "data": []})
        return usual(method, path, body)

    with scripted(answer) as service:
        url = service.url
        async with open_bench_at(service, tmp_path, Service.MUSICAPI) as bench:
            fault = ErrorRecord(kind=kind, message="It does not know this task.", status=404)
            job = failed_job(fault=fault)
            await bench.studio._library.jobs.write(job)
            await bench.studio.jobs.resume()
            await settled(bench)
            assert (await bench.row(job)).state is JobState.DONE


async def test_cancelled_exports_that_wait_for_the_service_are_not_bought(tmp_path: Path) -> None:
    url, holds = "", True
    usual = musicapi(lambda: url)

    def answer(method: str, path: str, body: Any) -> Say:
        if path.endswith("/task/t-4") and holds:
            return Say({"code": 200, "status": "RUNNING", "data": []})
        return usual(method, path, body)

    with scripted(answer) as service:
        url = service.url
        async with open_bench_at(service, tmp_path, Service.MUSICAPI, concurrency=1) as bench:
            clips = [(await bench.made(SONG.with_changes(seed=f"{n}")))[1].id for n in range(3)]
            spec = ExportSpec(format=ExportFormat.WAV, folder=tmp_path / "out", by_service=True)
            exports = await bench.studio.exports.export(clips, spec)
            await bench.until(lambda job: job.state is JobState.WORKING)
            for export in exports:
                bench.studio.exports.cancel(export.id)
            ended = [await bench.studio.exports.wait_until_finished(one.id) for one in exports]
            assert {one.state for one in ended} == {ExportState.CANCELLED}
            holds = False
            await settled(bench)
            # The first was paid, and its file lies beside the clip.
            assert service.count("POST", "/download") == 1
            assert [n.text for n in bench.notices if "has arrived from the service" in n.text]
