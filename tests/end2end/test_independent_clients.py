"""Clients that others wrote make music at the sandbox: each with every operation that it has."""

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import acedatacloud
import httpx
import pytest

from tests.support.independent_clients import Client, CommandLine, PythonApi, Tools, running_tools
from tests.support.sandbox_process import SandboxProcess, running_sandbox
from tests.support.signals import tone, write_wave

PROMPT = "gentle lofi beat with soft piano and brushed drums, mellow late night mood, 90 bpm"
WORDS = "[Verse]\nQuiet harbour lights are calling us tonight over the dark water"
CLIENTS = (CommandLine.name, PythonApi.name, Tools.name)
CREDITS = 100_000


class Desk:
    """One client at work, what it made first, and what the service has seen of it."""

    def __init__(self, client: Client, sandbox: SandboxProcess) -> None:
        self.client = client
        self.sandbox = sandbox
        self.song = client.audio(
            "generate", prompt=PROMPT, lyric=WORDS, title="Harbour", custom=True
        )
        self.first_body = self.seen("/producer/audios")

    def seen(self, path: str) -> dict[str, Any]:
        """The body of the last request at a path."""
        return dict(self.sandbox.requests("POST", path)[-1]["body"])

    def charged(self) -> int:
        """Credits of all charges so far, refunds given back."""
        entries = self.sandbox.state()["ledger"]
        return -sum(one["credits"] for one in entries if one["reason"] != "grant")

    def fetch(self, url: str, kind: str) -> bytes:
        """What a link gives, which must be of this kind."""
        answer = httpx.get(url, trust_env=False)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == kind
        return answer.content

    def heard(self, item: dict[str, Any]) -> float:
        """Checks a new song, and gives its length in seconds."""
        assert item["id"]
        assert item["state"] == "complete"
        assert item["progress"] == "100%"
        assert isinstance(item["seed"], str)
        assert b"ftyp" in self.fetch(item["audio_url"], "audio/mp4")[:16]
        return float(item["duration"])


@pytest.fixture(scope="module")
def service() -> Iterator[SandboxProcess]:
    with running_sandbox("--credits", str(CREDITS)) as sandbox:
        yield sandbox
        assert list(sandbox.log) == []


@pytest.fixture(scope="module", params=CLIENTS)
def desk(
    request: pytest.FixtureRequest,
    service: SandboxProcess,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Desk]:
    url, key = f"{service.url}/acedata", f"key of {request.param}"
    folder = tmp_path_factory.mktemp("client")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_PROXY", "127.0.0.1")
        if request.param == CommandLine.name:
            yield Desk(CommandLine(url, key, folder), service)
        elif request.param == PythonApi.name:
            api = PythonApi(url, key)
            with api.cloud:
                yield Desk(api, service)
        else:
            with running_tools(url, key, folder) as tools:
                yield Desk(tools, service)


def generate(desk: Desk) -> None:
    # Made when the desk was set up, as the source of all that follows.
    assert desk.heard(desk.song) > 5
    assert (desk.song["title"], desk.song["lyric"], desk.song["sound"]) == (
        "Harbour",
        WORDS,
        PROMPT,
    )
    wanted = {"action": "generate", "prompt": PROMPT, "lyric": WORDS, "custom": True}
    assert wanted.items() <= desk.first_body.items()


def lyrics(desk: Desk) -> None:
    words = desk.client.lyrics("a bittersweet goodbye to a small town")
    assert words["title"]
    assert "[Chorus]" in words["text"]


def upload(desk: Desk) -> None:
    given = desk.client.upload(desk.song["audio_url"])
    assert given["audio_id"] != desk.song["id"]
    desk.fetch(given["audio_url"], "audio/mp4")
    # Its own documentation works on uploads with the plain actions; it has no others.
    assert desk.heard(desk.client.audio("variation", audio_id=given["audio_id"])) > 5


def extend(desk: Desk) -> None:
    longer = desk.client.audio("extend", audio_id=desk.song["id"], continue_at=5.5)
    assert desk.heard(longer) > float(desk.song["duration"]) + 2
    _came_from(desk, longer, "extend", continue_at=5.5)


def cover(desk: Desk) -> None:
    covered = desk.client.audio("cover", audio_id=desk.song["id"], prompt="heavy metal, 160 bpm")
    desk.heard(covered)
    assert covered["sound"] == "heavy metal, 160 bpm"
    _came_from(desk, covered, "cover", prompt="heavy metal, 160 bpm")


def replace(desk: Desk) -> None:
    section = {"replace_section_start": 4.0, "replace_section_end": 8.0}
    replaced = desk.client.audio("replace_section", audio_id=desk.song["id"], **section)
    assert desk.heard(replaced) == pytest.approx(float(desk.song["duration"]))
    _came_from(desk, replaced, "replace_section", **section)


def swap_vocals(desk: Desk) -> None:
    swapped = desk.client.audio("swap_vocals", audio_id=desk.song["id"])
    assert desk.heard(swapped) == pytest.approx(float(desk.song["duration"]))
    _came_from(desk, swapped, "swap_vocals")


def swap_instrumentals(desk: Desk) -> None:
    swapped = desk.client.audio("swap_instrumentals", audio_id=desk.song["id"])
    assert desk.heard(swapped) == pytest.approx(float(desk.song["duration"]))
    _came_from(desk, swapped, "swap_instrumentals")


def variation(desk: Desk) -> None:
    varied = desk.client.audio("variation", audio_id=desk.song["id"])
    desk.heard(varied)
    assert varied["seed"] != desk.song["seed"]
    _came_from(desk, varied, "variation")


def stems(desk: Desk) -> None:
    parts = desk.client.audio("stems", audio_id=desk.song["id"])
    assert not {"id", "audio_url"} & parts.keys()
    with zipfile.ZipFile(io.BytesIO(desk.fetch(parts["stems_url"], "application/zip"))) as archive:
        assert archive.testzip() is None
        assert {"vocals.flac", "drums.flac", "bass.flac"} < set(archive.namelist())
    assert desk.seen("/producer/audios")["action"] == "stems"


def video(desk: Desk) -> None:
    film = desk.client.video(desk.song["id"])
    assert b"ftyp" in desk.fetch(film["video_url"], "video/mp4")[:16]
    assert desk.seen("/producer/videos") == {"audio_id": desk.song["id"]}


def wav(desk: Desk) -> None:
    file = desk.client.wav(desk.song["id"])
    assert file["title"] == "Harbour"
    assert desk.fetch(file["file_url"], "audio/wav").startswith(b"RIFF")
    assert desk.seen("/producer/wav") == {"audio_id": desk.song["id"]}


def tasks(desk: Desk) -> None:
    record = desk.client.task(desk.song["task_id"])
    assert record is not None
    assert record["id"] == desk.song["task_id"]
    assert record["finished_at"] > record["created_at"]
    assert record["response"]["success"] is True
    assert record["request"]["lyric"] == WORDS
    another = desk.client.audio("stems", audio_id=desk.song["id"])
    told = desk.client.tasks([desk.song["task_id"], another["task_id"]])
    assert desk.song["task_id"] in told
    assert another["task_id"] in told


def _came_from(desk: Desk, item: dict[str, Any], action: str, **wishes: Any) -> None:
    body = desk.seen("/producer/audios")
    assert item["id"] != desk.song["id"]
    assert {"action": action, "audio_id": desk.song["id"], **wishes}.items() <= body.items()


OPERATIONS: dict[Callable[[Desk], None], int] = {
    generate: 0, lyrics: 1, upload: 12, extend: 10, cover: 10, replace: 10, swap_vocals: 10,
    swap_instrumentals: 10, variation: 10, stems: 10, video: 5, wav: 2, tasks: 10,
}  # fmt: skip
"""With the credits that each is charged, once."""


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.__name__)
def test_operation(
    desk: Desk, operation: Callable[[Desk], None], record_property: Callable[[str, object], None]
) -> None:
    record_property("client", f"{desk.client.name} {operation.__name__}")
    before = desk.charged()
    operation(desk)
    assert desk.charged() - before == OPERATIONS[operation]


@pytest.fixture(scope="module")
def api(service: SandboxProcess) -> Iterator[PythonApi]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_PROXY", "127.0.0.1")
        made = PythonApi(f"{service.url}/acedata", "another key")
        with made.cloud:
            yield made


def test_a_local_file_and_the_balance_go_over_the_platform(
    service: SandboxProcess, api: PythonApi, tmp_path: Path
) -> None:
    sound = write_wave(tmp_path / "Übung 1.wav", tone(1.0))
    given = api.cloud.files.upload(str(sound))
    uploaded = api.upload(given["file_url"])
    longer = api.audio("upload_extend", audio_id=uploaded["audio_id"], prompt="soaring strings")
    assert float(longer["duration"]) > 3
    (application,) = api.cloud.platform.applications.list(user_id="me")["items"]
    assert application["remaining_amount"] == CREDITS - 2 - 10


def test_a_finished_answer_needs_no_polling(service: SandboxProcess, api: PythonApi) -> None:
    polls = len(service.requests("POST", "/producer/tasks"))
    handle = api.cloud.producer.generate(
        action="generate", prompt=PROMPT, lyric="", instrumental=True, async_=False
    )
    assert handle.done
    assert any("/audio.m4a" in url for url in handle.urls())
    assert len(service.requests("POST", "/producer/tasks")) == polls


@pytest.mark.parametrize(
    ("wishes", "fault", "status"),
    [
        ({"prompt": "copyrighted words"}, acedatacloud.ModerationError, 403),
        ({"prompt": "x" * 201}, acedatacloud.ValidationError, 400),
        ({"prompt": PROMPT, "model": "FUZZ-3-Demo"}, acedatacloud.ValidationError, 400),
    ],
    ids=["moderation", "length", "model"],
)
def test_what_is_refused_is_named_as_the_client_knows_it(
    service: SandboxProcess, wishes: dict[str, Any], fault: type[Exception], status: int
) -> None:
    api = PythonApi(f"{service.url}/acedata", "a careless key")
    with api.cloud, pytest.raises(fault) as refused:
        api.cloud.producer.generate(action="generate", lyric="", **wishes)
    assert refused.value.status_code == status
    assert refused.value.trace_id


def test_who_has_no_credits_or_no_token_is_told_so(service: SandboxProcess) -> None:
    service.control("credits", {"credits": 3, "key": "a poor key"})
    poor = PythonApi(f"{service.url}/acedata", "a poor key")
    with poor.cloud, pytest.raises(acedatacloud.InsufficientBalanceError) as refused:
        poor.audio("generate", prompt=PROMPT)
    assert refused.value.code == "used_up"
    stranger = PythonApi(f"{service.url}/acedata", "platform-token")
    with stranger.cloud, pytest.raises(acedatacloud.TokenMismatchError):
        stranger.audio("generate", prompt=PROMPT)
