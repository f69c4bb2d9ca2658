"""The dialect over real HTTP: accepting, polling, charging, refunding."""

import re
import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from producer_studio.domain.media_note import UNKNOWN_WORDS
from tests.support.musicapi_client import SOUND, Musician
from tests.support.sandbox_process import SandboxProcess, running_sandbox

LYRICS = "[Verse]\nWalking through the city lights\nFeeling like I own the night"


def test_a_finished_task_has_the_fields_of_seed_000(
    composer: Musician, song: dict[str, Any]
) -> None:
    assert list(song) == [
        "clip_id",
        "title",
        "sound",
        "lyrics",
        "image_url",
        "audio_url",
        "video_url",
        "created_at",
        "mv",
        "seed",
        "duration",
        "state",
    ]
    assert song["title"] == "Inner Peace"
    assert song["sound"] == SOUND
    assert song["mv"] == "FUZZ-2.0"
    assert song["seed"] == "7"
    assert song["state"] == "succeeded"
    assert song["video_url"] is None
    assert song["duration"] > 5
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", song["created_at"])


def test_words_that_change_nothing_are_told_in_a_note(musician: Musician) -> None:
    """Demo Studio's dialect alone has the field, and only then."""
    song = musician.make(task_type="create_music", sound="gamelan pop in 7/8", seed="1")
    assert song["note"] == "Demo Studio does not know these words of the sound: gamelan, 7/8"
    # The studio translates this very sentence.
    assert song["note"] == UNKNOWN_WORDS.with_values(words="gamelan, 7/8")


def test_create_charges_ten_and_draws_a_seed(sandbox: SandboxProcess, musician: Musician) -> None:
    before = musician.credits()
    # Slow enough to be seen before the refund, and never rendered.
    sandbox.set_faults([{"where": "create", "kind": "slow_task", "seconds": 30, "times": 1}])
    task_id = musician.submit("create", task_type="create_music", sound="test")
    assert musician.credits() == before - 10
    (task,) = [task for task in sandbox.state()["tasks"] if task["id"] == task_id]
    assert task["seed"].isdigit()


@pytest.mark.parametrize(
    "request_body",
    [
        {"task_type": "extend_music", "starts_at": 5},
        {"task_type": "cover_music", "cover_strength": 0.8},
        {"task_type": "replace_music", "starts_at": 4, "ends_at": 8},
        {"task_type": "swap_music_vocals", "lyrics": LYRICS},
        {"task_type": "swap_music_sound"},
        {"task_type": "music_variation"},
    ],
    ids=lambda body: body["task_type"],
)
def test_every_task_with_a_source(
    composer: Musician, song: dict[str, Any], request_body: dict[str, Any]
) -> None:
    clip = composer.make(clip_id=song["clip_id"], **request_body)
    assert clip["clip_id"] != song["clip_id"]
    assert clip["title"] == song["title"]
    assert composer.http.get(clip["audio_url"]).status_code == 200


def test_somebody_elses_clip_is_unknown(musician: Musician, song: dict[str, Any]) -> None:
    answer = musician.ask("create", task_type="music_variation", clip_id=song["clip_id"])
    assert answer.status_code == 400
    assert answer.json()["type"] == "validation_error"
    assert "'clip_id'" in answer.json()["error"]


def test_somebody_elses_task_is_unknown(musician: Musician, composer: Musician) -> None:
    task_id = composer.submit("lyrics-create", prompt="leaving a small town")
    assert musician.look(task_id).status_code == 404
    assert musician.look(str(uuid.uuid4())).json()["code"] == 404


@pytest.mark.parametrize(("wanted", "start"), [("mp3", (b"ID3", b"\xff\xfb")), ("wav", (b"RIFF",))])
def test_download(
    composer: Musician, song: dict[str, Any], wanted: str, start: tuple[bytes, ...]
) -> None:
    before = composer.credits()
    data = composer.make("download", clip_id=song["clip_id"], format=wanted)
    assert composer.credits() == before - 2
    assert data["format"] == wanted
    assert composer.http.get(data["audio_url"]).content.startswith(start)


def test_upload_fetches_the_url_after_a_probe(
    sandbox: SandboxProcess, musician: Musician, song: dict[str, Any]
) -> None:
    before = musician.credits()
    data = musician.make("upload", audio_url=song["audio_url"])
    assert musician.credits() == before - 2
    assert {"clip_id", "audio_url", "lyrics"} <= data.keys()
    path = httpx.URL(song["audio_url"]).path
    methods = [line["method"] for line in sandbox.state()["requests"] if line["path"] == path]
    assert methods[-2:] == ["HEAD", "GET"]
    assert musician.http.get(data["audio_url"]).headers["content-type"] == "audio/mp4"


@pytest.mark.parametrize("path", ["/nothing-here.mp3", "/api/v1/get-credits"])
def test_an_upload_that_cannot_be_fetched_fails_and_is_refunded(
    sandbox: SandboxProcess, musician: Musician, path: str
) -> None:
    before = musician.credits()
    ended = musician.wait(musician.submit("upload", audio_url=sandbox.url + path))
    assert ended["code"] == 500
    assert musician.credits() == before


def test_an_upload_that_is_no_audio_fails_and_is_refunded(
    sandbox: SandboxProcess, musician: Musician, song: dict[str, Any]
) -> None:
    before = musician.credits()
    sandbox.set_faults([{"where": "media", "kind": "html", "times": 2}])
    ended = musician.wait(musician.submit("upload", audio_url=song["audio_url"]))
    assert ended == {"code": 500, "error": "The uploaded file is not audio that can be read."}
    assert musician.credits() == before


def test_lyrics(musician: Musician) -> None:
    before = musician.credits()
    data = musician.make("lyrics-create", prompt="a bittersweet goodbye to a small town")
    assert musician.credits() == before - 1
    assert data["lyrics_id"].startswith("lyr_")
    assert "[" in data["lyrics"]
    assert data["title"]
    assert data["sound"]


def test_video(composer: Musician, song: dict[str, Any]) -> None:
    before = composer.credits()
    data = composer.make("video-clip", clip_id=song["clip_id"], preset="simple")
    assert composer.credits() == before - 5
    film = composer.http.get(data["video_url"])
    assert film.headers["content-type"] == "video/mp4"
    assert film.content[4:8] == b"ftyp"


@pytest.mark.parametrize("words", [{"sound": "test"}, {"sound": SOUND, "lyrics": "la la la"}])
def test_poor_input_is_taken_then_fails_and_is_refunded(
    musician: Musician, words: dict[str, str]
) -> None:
    before = musician.credits()
    ended = musician.wait(musician.submit("create", task_type="create_music", **words))
    assert ended["code"] == 500
    assert musician.credits() == before


def test_the_revision_in_words(musician: Musician) -> None:
    task_id = musician.submit("create", task_type="create_music", sound="test")
    musician.wait(task_id)
    failed = musician.look(task_id, **{"X-Sandbox-Answers": "status"})
    assert failed.status_code == 200
    assert failed.json()["status"] == "FAILED"
    assert failed.json()["type"] == "failed"
    assert "refunded" in failed.json()["message"]
    task_id = musician.submit("lyrics-create", prompt="leaving a small town")
    musician.wait(task_id)
    done = musician.look(task_id, **{"X-Sandbox-Answers": "status"}).json()
    assert (done["code"], done["status"], len(done["data"])) == (200, "SUCCESS", 1)


def test_the_revision_with_codes_in_the_status(musician: Musician) -> None:
    task_id = musician.submit("create", task_type="create_music", sound="test")
    musician.wait(task_id)
    assert musician.look(task_id, **{"X-Sandbox-Answers": "classic-http"}).status_code == 500
    assert musician.look(task_id).status_code == 200


def test_an_unfinished_task(sandbox: SandboxProcess, musician: Musician) -> None:
    sandbox.set_faults([{"where": "lyrics", "kind": "slow_task", "seconds": 30, "times": 1}])
    task_id = musician.submit("lyrics-create", prompt="leaving a small town")
    assert musician.look(task_id).json() == {
        "code": 202,
        "type": "not_ready",
        "error": "Task is still processing. Please wait a few seconds and try again.",
    }
    in_words = musician.look(task_id, **{"X-Sandbox-Answers": "status"}).json()
    assert in_words["status"] in {"PENDING", "RUNNING"}
    assert in_words["data"] == []
    assert musician.look(task_id, **{"X-Sandbox-Answers": "classic-http"}).status_code == 202


@pytest.mark.parametrize(
    ("headers", "sentence"),
    [
        ({}, "Authorization header is missing"),
        ({"Authorization": "Bearer"}, "Invalid API key"),
        ({"Authorization": "Basic abc"}, "Invalid API key"),
    ],
)
def test_without_a_key(sandbox: SandboxProcess, headers: dict[str, str], sentence: str) -> None:
    for method, path in (
        ("POST", "/api/v1/producer/create"),
        ("GET", "/api/v1/get-credits"),
        ("GET", "/api/v1/producer/task/x"),
    ):
        answer = httpx.request(method, sandbox.url + path, headers=headers, trust_env=False)
        assert answer.status_code == 401
        assert answer.json() == {"code": 401, "type": "unauthorized", "error": sentence}


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"create_music"', b"\xff"])
def test_a_body_that_is_no_object(musician: Musician, content: bytes) -> None:
    answer = musician.http.post("/api/v1/producer/create", content=content)
    assert answer.status_code == 400
    assert answer.json()["type"] == "validation_error"


def test_refusals_cost_nothing(musician: Musician) -> None:
    before = musician.credits()
    refused = musician.ask("create", task_type="create_music", sound=SOUND, title="x" * 81)
    assert refused.status_code == 400
    moderated = musician.ask("create", task_type="create_music", lyrics="copyrighted words")
    assert moderated.status_code == 403
    assert moderated.json()["error"].startswith("The lyrics contain copyrighted content")
    assert musician.credits() == before


def test_too_few_credits(sandbox: SandboxProcess, musician: Musician) -> None:
    sandbox.control("credits", {"key": musician.key, "credits": 9})
    refused = musician.ask("create", task_type="create_music", sound=SOUND)
    assert refused.status_code == 403
    assert "Insufficient credits" in refused.json()["error"]
    assert musician.credits() == 9


def test_the_prefix_speaks_the_same(sandbox: SandboxProcess, musician: Musician) -> None:
    there = musician.http.get("/musicapi/api/v1/get-credits")
    assert there.json() == {"credits": musician.credits(), "extra_credits": 0}


@pytest.mark.parametrize("path", ["/", "/api/v1/producer/sing", "/nowhere/api/v1/get-credits"])
def test_nothing_else_is_there(musician: Musician, path: str) -> None:
    assert musician.http.get(path).status_code == 404


def test_chosen_keys_and_a_limit_of_tasks(join: Callable[..., Musician]) -> None:
    with running_sandbox(
        "--key", "one", "--key", "two", "--concurrency", "2", "--credits", "77", "--speed", "1"
    ) as strict:
        one, stranger = join(strict.url, "one"), join(strict.url, "three")
        assert one.credits() == join(strict.url, "two").credits() == 77
        assert stranger.http.get("/api/v1/get-credits").status_code == 401
        for _ in range(2):
            one.submit("lyrics-create", prompt="leaving a small town")
        busy = one.ask("lyrics-create", prompt="leaving a small town")
        assert (busy.status_code, busy.json()["type"]) == (429, "rate_limited")
        assert busy.headers["retry-after"] == "5"
        assert one.credits() == 75


def test_speed_makes_a_task_take_the_time_of_its_model(
    sandbox: SandboxProcess, musician: Musician
) -> None:
    sandbox.control("settings", {"speed": 100})
    task_id = musician.submit("create", task_type="create_music", sound="test", mv="FUZZ-3-Demo")
    musician.wait(task_id)
    sandbox.control("settings", {"speed": None})
    (task,) = [task for task in sandbox.state()["tasks"] if task["id"] == task_id]
    assert task["finished_at"] - task["created_at"] >= 65 / 100


@pytest.mark.parametrize(("longest", "lengths"), [(8, (3, 8)), (None, (30, 90))])
def test_songs_are_as_long_as_they_may_be(
    join: Callable[..., Musician], longest: float | None, lengths: tuple[float, float]
) -> None:
    with running_sandbox(longest=longest) as server:
        song = join(server.url).make(seed="7")
        assert lengths[0] < song["duration"] <= lengths[1]


def test_the_revision_can_be_set_for_all(sandbox: SandboxProcess, musician: Musician) -> None:
    task_id = musician.submit("create", task_type="create_music", sound="test")
    sandbox.control("settings", {"answers": "status"})
    assert "status" in musician.look(task_id).json()
    sandbox.control("settings", {"answers": None})
    assert "status" not in musician.look(task_id).json()


@pytest.mark.parametrize("wrong", [{"answers": "loud"}, {"speed": 0}, {"tempo": 3}])
def test_wrong_settings_are_refused(sandbox: SandboxProcess, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="cannot be set"):
        sandbox.control("settings", wrong)
