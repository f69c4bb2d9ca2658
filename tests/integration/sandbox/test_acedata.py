"""The dialect of seed 001 over real HTTP: holding, answering at once, charging, handing files."""

import json
import time
import uuid
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest

from producer_studio.sandbox.profiles.acedata.files import parse_form_file
from producer_studio.sandbox.profiles.fields import FieldError
from tests.support.sandbox_process import SandboxProcess, running_sandbox
from tests.support.signals import tone, write_wave
from tests.support.webhook_receiver import Receiver

PATIENCE_S = 120.0
WISH = {"action": "generate", "custom": True, "prompt": "energetic punk rock, 180 bpm in D minor"}
LYRIC = "[Chorus]\nHello moon, hello sun"


class Guest:
    """One token's view of both planes."""

    def __init__(self, url: str) -> None:
        self.key = f"token-{uuid.uuid4()}"
        self.http = httpx.Client(
            base_url=f"{url}/acedata",
            headers={"Authorization": f"Bearer {self.key}"},
            trust_env=False,
            verify=False,  # noqa: S501 - no certificates to load for the loopback
            timeout=PATIENCE_S,
        )

    def ask(self, path: str, **body: Any) -> httpx.Response:
        return self.http.post(path, json=body)

    def make(self, path: str = "/producer/audios", **body: Any) -> Any:
        """The data of a task that the connection was held for."""
        answer = self.ask(path, **body)
        assert answer.status_code == 200, answer.text
        ended = answer.json()
        assert list(ended) == ["success", "task_id", "trace_id", "data"]
        assert ended["success"] is True
        return ended["data"]

    def record(self, task_id: str) -> Any:
        return self.ask("/producer/tasks", action="retrieve", id=task_id).json()

    def wait(self, task_id: str) -> dict[str, Any]:
        until = time.monotonic() + PATIENCE_S
        while "response" not in (record := self.record(task_id)):
            assert time.monotonic() < until
            time.sleep(0.03)
        return dict(record)

    def balance(self, token: str | None = None) -> float:
        header = {"Authorization": f"Bearer {token or f'platform-{self.key}'}"}
        answer = self.http.get("/api/v1/applications/", params={"user_id": "me"}, headers=header)
        (application,) = answer.json()["items"]
        return float(application["remaining_amount"])


@contextmanager
def visiting(url: str) -> Iterator[Guest]:
    someone = Guest(url)
    with someone.http:
        yield someone


@pytest.fixture(scope="module")
def host(shared_sandbox: SandboxProcess) -> Iterator[Guest]:
    """The owner of `song`."""
    with visiting(shared_sandbox.url) as someone:
        yield someone


@pytest.fixture(scope="module")
def song(host: Guest) -> dict[str, Any]:
    (item,) = host.make(**WISH, lyric=LYRIC, title="Inner Peace", seed="7")
    return dict(item)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A file of somebody's own."""
    path: Path = tmp_path_factory.mktemp("file") / "tone.wav"
    return write_wave(path, tone(1.0), rate=44_100).read_bytes()


@pytest.fixture
def guest(sandbox: SandboxProcess) -> Iterator[Guest]:
    with visiting(sandbox.url) as someone:
        yield someone


def test_a_held_connection_gets_the_fields_of_seed_001(song: dict[str, Any]) -> None:
    assert set(song) == {
        "id", "title", "image_url", "lyric", "audio_url", "video_url", "image_id", "seed",
        "sound", "created_at", "model", "progress", "state", "duration",
    }  # fmt: skip
    assert (song["title"], song["lyric"], song["seed"]) == ("Inner Peace", LYRIC, "7")
    assert (song["sound"], song["model"]) == (WISH["prompt"], "FUZZ-2.0")
    assert (song["progress"], song["state"]) == ("100%", "complete")
    assert isinstance(song["duration"], str)
    assert float(song["duration"]) > 5


def test_async_answers_the_id_alone_and_the_record_fills(
    sandbox: SandboxProcess, guest: Guest
) -> None:
    sandbox.set_faults([{"where": "lyrics", "kind": "slow_task", "seconds": 0.5}])
    body = {"prompt": "leaving a small town", "async": True}
    answer = guest.ask("/producer/lyrics", **body).json()
    assert list(answer) == ["task_id"]
    working = guest.record(answer["task_id"])
    assert list(working) == ["id", "type", "trace_id", "request", "created_at", "started_at"]
    assert working["request"] == body
    ended = guest.wait(answer["task_id"])
    assert ended["response"]["success"] is True
    assert ended["response"]["data"]["title"]
    assert ended["elapsed"] == pytest.approx(ended["finished_at"] - ended["started_at"])
    assert ended["trace_id"] == working["trace_id"]


def test_words_are_written_to_a_prompt_alone(guest: Guest) -> None:
    (item,) = guest.make(action="generate", prompt="leaving a small town, punk rock, 180 bpm")
    assert "[Chorus]" in item["lyric"]


def test_stems_come_in_one_archive(host: Guest, song: dict[str, Any]) -> None:
    before = host.balance()
    (item,) = host.make(action="stems", audio_id=song["id"])
    assert host.balance() == before - 10
    assert set(item) == {"title", "stems_url", "created_at", "progress", "state"}
    answer = host.http.get(item["stems_url"])
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(BytesIO(answer.content)) as archive:
        assert archive.namelist() == ["vocals.flac", "drums.flac", "bass.flac", "other.flac"]


def test_video_and_wav(host: Guest, song: dict[str, Any]) -> None:
    film = host.make("/producer/videos", audio_id=song["id"])
    assert host.http.get(film["video_url"]).headers["content-type"] == "video/mp4"
    (file,) = host.make("/producer/wav", audio_id=song["id"])
    assert (file["title"], list(file)) == ("Inner Peace", ["title", "file_url"])
    assert host.http.get(file["file_url"]).content.startswith(b"RIFF")


def test_a_file_goes_from_the_platform_to_an_upload_action(guest: Guest, sound: bytes) -> None:
    before = guest.balance()
    form = {"file": ("Übung Nr. 1.WAV", sound, "audio/wav")}
    handed = guest.http.post(
        "/api/v1/files/", files=form, headers={"Authorization": f"Bearer platform-{guest.key}"}
    )
    file_url = handed.json()["file_url"]
    assert guest.http.get(file_url).content == sound
    uploaded = guest.make("/producer/upload", audio_url=file_url)
    assert guest.balance() == before - 2
    (longer,) = guest.make(action="upload_extend", audio_id=uploaded["audio_id"], prompt="strings")
    assert float(longer["duration"]) > 2
    refused = guest.ask("/producer/audios", action="upload_cover", audio_id=longer["id"])
    assert refused.status_code == 400
    assert "upload_cover" in refused.json()["error"]["message"]


def test_the_journal_shows_what_came_but_no_files(
    sandbox: SandboxProcess, guest: Guest, sound: bytes
) -> None:
    guest.http.post("/api/v1/files/", files={"file": ("a.wav", sound, "audio/wav")})
    (line,) = sandbox.requests("POST", "/acedata/api/v1/files/")[-1:]
    assert line["body"].startswith("(a form of ")
    guest.ask("/producer/audios", action="cover", weirdness=False)
    (line,) = sandbox.requests("POST", "/acedata/producer/audios")[-1:]
    assert line["body"] == {"action": "cover", "weirdness": False}


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/producer/audios", {**WISH, "model": "FUZZ-9"}, 400, "bad_request"),
        ("/producer/audios", {**WISH, "prompt": "copyrighted"}, 403, "moderation"),
        ("/producer/videos", {"audio_id": str(uuid.uuid4())}, 400, "bad_request"),
        ("/producer/nothing", {}, 404, "no_api"),
        ("/nothing", {}, 404, "no_api"),
    ],
)
def test_what_is_refused_has_a_code_and_a_trace(
    guest: Guest, path: str, body: dict[str, Any], status: int, code: str
) -> None:
    before = guest.balance()
    answer = guest.ask(path, **body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert answer.json()["error"]["message"]
    assert uuid.UUID(answer.json()["trace_id"])
    assert guest.balance() == before


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "invalid_token"),
        ("Basic a", "invalid_token"),
        ("Bearer platform-a", "token_mismatched"),
    ],
)
def test_the_service_wants_its_own_token(guest: Guest, header: str, code: str) -> None:
    answer = guest.http.post("/producer/tasks", json={}, headers={"Authorization": header})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, code)


def test_the_platform_wants_any_token(guest: Guest) -> None:
    assert guest.balance() == guest.balance(guest.key)
    for method, path in (("GET", "/api/v1/applications/?user_id=me"), ("POST", "/api/v1/files/")):
        answer = guest.http.request(method, path, headers={"Authorization": ""})
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "invalid_token")


def test_only_known_keys_where_there_are_any() -> None:
    with running_sandbox("--key", "known") as sandbox, visiting(sandbox.url) as stranger:
        assert stranger.ask("/producer/tasks", action="retrieve", id="a").status_code == 401
        stranger.http.headers["Authorization"] = "Bearer known"
        assert stranger.record("a") is None


def test_used_up(sandbox: SandboxProcess, guest: Guest) -> None:
    sandbox.control("credits", {"credits": 9, "key": guest.key})
    answer = guest.ask("/producer/audios", **WISH, lyric=LYRIC)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "used_up")
    assert guest.balance() == 9


def test_too_many_requests() -> None:
    with running_sandbox("--concurrency", "1") as sandbox, visiting(sandbox.url) as guest:
        sandbox.set_faults([{"where": "lyrics", "kind": "slow_task", "seconds": 600}])
        words = {"prompt": "leaving a small town", "async": True}
        assert guest.ask("/producer/lyrics", **words).status_code == 200
        answer = guest.ask("/producer/lyrics", **words)
        assert (answer.status_code, answer.json()["error"]["code"]) == (429, "too_many_requests")


def test_a_failed_task_is_refunded_and_told_in_both_ways(
    sandbox: SandboxProcess, host: Guest, song: dict[str, Any]
) -> None:
    before = host.balance()
    sandbox.set_faults([{"where": "stems", "kind": "fail", "error": "No stems today."}])
    told = {"code": "api_error", "message": "No stems today."}
    held = host.ask("/producer/audios", action="stems", audio_id=song["id"])
    assert (held.status_code, held.json()["error"]) == (500, told)
    assert held.json()["success"] is False
    submitted = {"action": "stems", "audio_id": song["id"], "async": True}
    task_id = host.ask("/producer/audios", **submitted).json()["task_id"]
    response = host.wait(task_id)["response"]
    assert (response["success"], response["error"]) == (False, told)
    assert host.balance() == before


def test_stems_cannot_be_met_alone_in_the_exchange(sandbox: SandboxProcess) -> None:
    with pytest.raises(ValueError, match="stems"):
        sandbox.set_faults([{"where": "stems", "kind": "cut_after"}])


def test_faults_name_the_places_of_this_dialect(sandbox: SandboxProcess, guest: Guest) -> None:
    asked = {
        "create": ("/producer/audios", WISH),
        "lyrics": ("/producer/lyrics", {"prompt": "a"}),
        "upload": ("/producer/upload", {}),
        "video": ("/producer/videos", {}),
        "download": ("/producer/wav", {}),
        "poll": ("/producer/tasks", {}),
        "files": ("/api/v1/files/", {}),
    }
    for where, (path, body) in asked.items():
        sandbox.set_faults([{"where": where, "kind": "status", "status": 502}])
        answer = guest.ask(path, **body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (502, "api_error"), where
    sandbox.set_faults([{"where": "credits", "kind": "status", "status": 429, "retry_after": 2}])
    answer = guest.http.get("/api/v1/applications/", params={"user_id": "me"})
    assert answer.headers["retry-after"] == "2"
    assert answer.json()["error"]["code"] == "too_many_requests"


def test_a_cut_answer_was_taken_and_charged(sandbox: SandboxProcess, guest: Guest) -> None:
    before = guest.balance()
    sandbox.set_faults([{"where": "lyrics", "kind": "cut_after", "times": 1}])
    with pytest.raises(httpx.TransportError):
        guest.ask("/producer/lyrics", prompt="leaving a small town")
    assert guest.balance() == before - 1


def test_a_retired_action(sandbox: SandboxProcess, host: Guest, song: dict[str, Any]) -> None:
    sandbox.control("settings", {"retired": ["acedata:stems"]})
    try:
        answer = host.ask("/producer/audios", action="stems", audio_id=song["id"])
        assert answer.status_code == 410
    finally:
        sandbox.control("settings", {"retired": []})


def test_somebody_elses_things_are_unknown(guest: Guest, song: dict[str, Any]) -> None:
    answer = guest.ask("/producer/audios", action="variation", audio_id=song["id"])
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_request")
    with visiting(str(guest.http.base_url).removesuffix("/acedata/")) as other:
        words = {"prompt": "leaving a small town", "async": True}
        task_id = other.ask("/producer/lyrics", **words).json()["task_id"]
        mine = guest.ask("/producer/lyrics", **words).json()["task_id"]
    answer = guest.ask("/producer/tasks", action="retrieve", id=task_id)
    assert (answer.status_code, answer.text) == (200, "null")
    wanted = [task_id, mine, "nobody's"]
    batch = guest.ask("/producer/tasks", action="retrieve_batch", ids=wanted).json()
    assert (batch["count"], [one["id"] for one in batch["items"]]) == (1, [mine])


def test_the_callback_names_the_task(guest: Guest, receiver: Receiver) -> None:
    body = {"prompt": "leaving a small town", "callback_url": receiver.url}
    answer = guest.ask("/producer/lyrics", **body).json()
    headers, told = receiver.deliveries.get(timeout=PATIENCE_S)
    notice = json.loads(told)
    assert notice["task_id"] == answer["task_id"]
    assert notice["success"] is True
    assert notice["data"]["text"]
    assert not [name for name in headers if name.startswith("x-webhook")]


def test_every_length_is_handed_over_byte_by_byte() -> None:
    content = bytes(range(256)) + b"\r\n--frame\r\n"
    form = (
        b'--frame-7\r\nContent-Disposition: form-data; name="note"\r\n\r\nhello\r\n'
        b'--frame-7\r\nContent-Disposition: form-data; name="file"; filename="a b.wav"\r\n'
        b"Content-Type: audio/wav\r\n\r\n" + content + b"\r\n--frame-7--\r\n"
    )
    header = 'multipart/form-data; boundary="frame-7"'
    assert parse_form_file(header, form) == ("a b.wav", content)
    for cut in (form[:-12], form.replace(b'"file"', b'"song"'), b"", b"--frame-7--\r\n"):
        with pytest.raises(FieldError):
            parse_form_file(header, cut)
    with pytest.raises(FieldError):
        parse_form_file("application/json", form)


def test_a_server_that_ends_says_nothing_to_who_is_held() -> None:
    with running_sandbox() as sandbox, visiting(sandbox.url) as guest:
        sandbox.set_faults([{"where": "lyrics", "kind": "slow_task", "seconds": 600}])
        with ThreadPoolExecutor(1) as other:
            held = other.submit(guest.ask, "/producer/lyrics", prompt="leaving a small town")
            until = time.monotonic() + PATIENCE_S
            while not sandbox.state()["tasks"]:
                assert time.monotonic() < until
                time.sleep(0.03)
            assert sandbox.stop() == 0
            with pytest.raises(httpx.TransportError):
                held.result(PATIENCE_S)
