"""The dialect of seed 003 over real HTTP, field by field."""

import re
import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer_studio.sandbox.profiles.aimusicapi import requests
from producer_studio.sandbox.profiles.fields import FieldError
from producer_studio.sandbox.profiles.musicapi.requests import ContentModerated, TaskTypeRetired
from tests.support.musicapi_client import SOUND, Musician
from tests.support.sandbox_process import SandboxProcess

WORDS = "a bittersweet goodbye to a small town"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


@pytest.fixture
def client(sandbox: SandboxProcess) -> Any:
    someone = Musician(sandbox.url + "/aimusicapi")
    with someone.http:
        yield someone


@pytest.fixture(scope="module")
def owner(shared_sandbox: SandboxProcess) -> Any:
    someone = Musician(shared_sandbox.url + "/aimusicapi")
    with someone.http:
        yield someone


@pytest.fixture(scope="module")
def tune(owner: Musician) -> dict[str, Any]:
    return owner.make(sound=None, lyrics="[Verse 1]\nLate night drives", title="Back to You",
                      mv="FUZZ-2.0 Pro", seed="12345")  # fmt: skip


def test_a_song(owner: Musician, tune: dict[str, Any]) -> None:
    assert list(tune) == [
        "clip_id", "title", "sound", "lyrics", "audio_url", "wav_url", "image_url", "video_url",
        "duration", "mv", "seed", "state", "created_at",
    ]  # fmt: skip
    assert (tune["title"], tune["sound"], tune["video_url"]) == ("Back to You", None, None)
    assert (tune["mv"], tune["seed"], tune["state"]) == ("FUZZ-2.0 Pro", "12345", "succeeded")
    assert MOMENT.fullmatch(tune["created_at"])
    assert owner.http.get(tune["audio_url"]).content[4:8] == b"ftyp"


def test_the_promised_wav_is_made_when_it_is_asked_for(
    owner: Musician, tune: dict[str, Any]
) -> None:
    before = owner.credits()
    assert int(owner.http.head(tune["wav_url"]).headers["content-length"]) > 44
    answer = owner.http.get(tune["wav_url"])
    assert (answer.headers["content-type"], answer.content[:4]) == ("audio/wav", b"RIFF")
    assert owner.credits() == before


def test_lyrics(client: Musician) -> None:
    before = client.credits()
    data = client.make("lyrics-create", prompt=WORDS)
    assert list(data) == ["lyrics_id", "lyrics", "title", "sound", "created_at"]
    assert data["lyrics_id"].startswith("lyr_")
    assert client.credits() == before - 1


@pytest.mark.parametrize("preset", ["simple", "modern", "player"])
def test_a_video(owner: Musician, tune: dict[str, Any], preset: str) -> None:
    before = owner.credits()
    data = owner.make("video-clip", clip_id=tune["clip_id"], preset=preset)
    assert list(data) == [
        "clip_id", "title", "audio_url", "video_url", "image_url", "duration", "state",
        "created_at",
    ]  # fmt: skip
    assert owner.http.get(data["video_url"]).headers["content-type"] == "video/mp4"
    assert owner.credits() == before - 5


def test_an_upload(owner: Musician, tune: dict[str, Any]) -> None:
    before = owner.credits()
    data = owner.make("upload", audio_url=tune["audio_url"])
    assert list(data) == ["clip_id", "audio_url", "duration", "state", "created_at"]
    assert owner.credits() == before - 2


@pytest.mark.parametrize("wanted", ["mp3", "wav"])
def test_a_download(owner: Musician, tune: dict[str, Any], wanted: str) -> None:
    before = owner.credits()
    data = owner.make("download", clip_id=tune["clip_id"], format=wanted)
    assert list(data) == ["clip_id", "format", "audio_url", "state", "created_at"]
    assert data["format"] == wanted
    assert owner.http.get(data["audio_url"]).status_code == 200
    assert owner.credits() == before - 2


def test_a_download_names_its_format(owner: Musician, tune: dict[str, Any]) -> None:
    refused = owner.ask("download", clip_id=tune["clip_id"])
    assert refused.status_code == 400
    assert "'format'" in refused.json()["error"]


def test_a_failed_task_says_that_it_is_refunded(client: Musician) -> None:
    before = client.credits()
    ended = client.wait(client.submit("create", task_type="create_music", sound="test"))
    assert list(ended) == ["code", "status", "type", "message", "data"]
    assert (ended["code"], ended["status"], ended["type"]) == (200, "FAILED", "failed")
    assert ended["message"].startswith("Task failed. Credits have been refunded.")
    assert client.credits() == before


def test_an_unfinished_task(sandbox: SandboxProcess, client: Musician) -> None:
    sandbox.set_faults([{"where": "lyrics", "kind": "slow_task", "seconds": 30, "times": 1}])
    body = client.look(client.submit("lyrics-create", prompt=WORDS)).json()
    assert list(body) == ["code", "status", "message", "data"]
    assert (body["code"], body["data"]) == (200, [])
    assert body["status"] in {"PENDING", "RUNNING"}


def test_the_answers_stay_in_words(sandbox: SandboxProcess, client: Musician) -> None:
    task_id = client.submit("lyrics-create", prompt=WORDS)
    sandbox.control("settings", {"answers": "classic"})
    try:
        assert "status" in client.look(task_id, **{"X-Sandbox-Answers": "classic"}).json()
    finally:
        sandbox.control("settings", {"answers": None})


@pytest.mark.parametrize("kind", sorted(requests.RETIRED_TASK_TYPES))
def test_retired_task_types(client: Musician, kind: str) -> None:
    before = client.credits()
    gone = client.ask("create", task_type=kind, sound=SOUND, clip_id=str(uuid.uuid4()))
    assert gone.status_code == 410
    assert gone.json().keys() == {"type", "error"}
    assert gone.json()["type"] == "endpoint_retired"
    assert client.credits() == before


@pytest.mark.parametrize(
    ("verb", "body", "field"),
    [
        ("create", {"sound": SOUND}, "task_type"),
        ("create", {"task_type": "sing", "sound": SOUND}, "task_type"),
        ("create", {"task_type": "create_music"}, "sound"),
        ("create", {"task_type": "create_music", "sound": SOUND, "mv": "Lyria 3 Pro"}, "mv"),
        ("create", {"task_type": "create_music", "sound": SOUND, "title": "x" * 81}, "title"),
        ("create", {"task_type": "create_music", "sound": SOUND, "seed": 5}, "seed"),
        ("lyrics-create", {"prompt": "x" * 3001}, "prompt"),
        ("video-clip", {"clip_id": "nobody's"}, "clip_id"),
        ("upload", {}, "audio_url"),
    ],
)
def test_refusals_name_the_field(
    client: Musician, verb: str, body: dict[str, Any], field: str
) -> None:
    refused = client.ask(verb, **body)
    assert refused.status_code == 400
    assert refused.json().keys() == {"type", "error"}
    assert refused.json()["type"] == "validation_error"
    assert f"'{field}'" in refused.json()["error"]


def test_too_few_credits(sandbox: SandboxProcess, client: Musician) -> None:
    sandbox.control("credits", {"key": client.key, "credits": 3})
    refused = client.ask("create", task_type="create_music", sound=SOUND)
    assert (refused.status_code, refused.json()) == (
        402,
        {
            "type": "insufficient_credits",
            "error": "Insufficient credits. Please purchase additional credits or subscribe to "
            "continue.",
            "remaining_credits": 3,
        },
    )


def test_without_a_key(sandbox: SandboxProcess) -> None:
    answer = httpx.get(sandbox.url + "/aimusicapi/api/v1/get-credits", trust_env=False)
    assert answer.status_code == 401
    assert answer.json() == {"type": "unauthorized", "error": "Authorization header is missing"}


def test_moderation_and_an_unknown_task(client: Musician) -> None:
    moderated = client.ask("create", task_type="create_music", lyrics="copyrighted words")
    assert (moderated.status_code, moderated.json()["type"]) == (403, "moderation")
    unknown = client.look(str(uuid.uuid4()))
    assert (unknown.status_code, unknown.json()["error"]) == (400, "task not found.")


def test_another_services_clips_are_unknown(
    sandbox: SandboxProcess, join: Callable[..., Musician], owner: Musician, tune: dict[str, Any]
) -> None:
    """The same key at two services is two accounts."""
    elsewhere = join(sandbox.url + "/musicapi", owner.key)
    refused = elsewhere.ask("create", task_type="music_variation", clip_id=tune["clip_id"])
    assert refused.status_code == 400


_ANYTHING = st.none() | st.booleans() | st.floats() | st.integers() | st.text() | st.just([])
_FIELDS = ("task_type", "sound", "lyrics", "mv", "title", "seed", "make_instrumental",
           "webhook_url", "webhook_secret")  # fmt: skip


@given(
    kind=st.sampled_from(["create_music", *sorted(requests.RETIRED_TASK_TYPES)]) | _ANYTHING,
    body=st.fixed_dictionaries({}, optional=dict.fromkeys(_FIELDS[1:], _ANYTHING)),
)
def test_any_body_is_taken_or_refused(kind: object, body: dict[str, Any]) -> None:
    outcome = "taken"
    try:
        order = requests.parse_create({"task_type": kind, **body}, lambda _id: None)
        assert order.price == 10
    except FieldError as fault:
        outcome = fault.field
    except TaskTypeRetired as gone:
        outcome = str(gone)
    except ContentModerated:
        outcome = "moderated"
    assert outcome in {"taken", "moderated", *_FIELDS, *requests.RETIRED_TASK_TYPES}
