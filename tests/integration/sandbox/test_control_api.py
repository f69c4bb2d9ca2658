"""What is asked of the sandbox itself: settings, credits, retired operations, error bodies."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.support.apiframe_client import Framer
from tests.support.musicapi_client import SOUND, Musician
from tests.support.sandbox_process import SandboxProcess

STATUSES = (400, 401, 402, 403, 404, 408, 409, 410, 422, 429, 500, 502, 503, 504)
SUBMITS = {
    "": "/api/v1/producer/create",
    "/musicapi": "/api/v1/producer/create",
    "/musicapi-2026-05": "/api/v1/producer/create",
    "/aimusicapi": "/api/v1/producer/create",
    "/apiframe": "/v2/music/generate",
}
FIELDS = {
    "": {"code", "type", "error"},
    "/musicapi": {"code", "type", "error"},
    "/musicapi-2026-05": {"code", "type", "error"},
    "/aimusicapi": {"type", "error"},
    "/apiframe": {"error"},
}
MORE = {
    ("/musicapi-2026-05", 402): {"remaining_credits"},
    ("/aimusicapi", 402): {"remaining_credits"},
    ("/apiframe", 400): {"details"},
    ("/apiframe", 402): {"creditsRequired", "creditsAvailable"},
}


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("prefix", SUBMITS)
def test_every_dialect_has_words_for_every_status(
    sandbox: SandboxProcess, prefix: str, status: int
) -> None:
    sandbox.set_faults([{"where": "submit", "kind": "status", "status": status, "times": 1}])
    answer = httpx.post(sandbox.url + prefix + SUBMITS[prefix], trust_env=False)
    assert answer.status_code == status
    assert answer.json().keys() == FIELDS[prefix] | MORE.get((prefix, status), set())
    assert "Unexpected" not in answer.json()["error"]


@pytest.mark.parametrize(
    ("method", "path", "where"),
    [
        ("POST", "/musicapi/api/v1/producer/upload", "upload"),
        ("POST", "/musicapi-2026-05/api/v1/producer/download", "download"),
        ("POST", "/aimusicapi/api/v1/producer/lyrics-create", "lyrics"),
        ("POST", "/aimusicapi/api/v1/producer/video-clip", "video"),
        ("GET", "/musicapi/api/v1/producer/task/x", "poll"),
        ("GET", "/musicapi-2026-05/api/v1/get-credits", "credits"),
        ("GET", "/aimusicapi/api/v1/get-credits", "credits"),
        ("GET", "/apiframe/v2/jobs/x", "poll"),
        ("GET", "/apiframe/v2/jobs", "list"),
        ("GET", "/apiframe/v2/me", "credits"),
    ],
)
def test_faults_find_their_place_in_every_dialect(
    sandbox: SandboxProcess, method: str, path: str, where: str
) -> None:
    sandbox.set_faults([{"where": where, "kind": "status", "status": 503, "times": 1}])
    assert httpx.request(method, sandbox.url + path, trust_env=False).status_code == 503


def test_an_operation_retired_from_outside(
    frame: Callable[..., Framer],
    sandbox: SandboxProcess,
    musician: Musician,
    join: Callable[..., Musician],
) -> None:
    before = musician.credits()
    words = {"prompt": "leaving a small town"}
    sandbox.control("settings", {"retired": ["musicapi-2026-02:lyrics"]})
    try:
        gone = musician.ask("lyrics-create", **words)
        assert (gone.status_code, gone.json()["type"]) == (410, "endpoint_retired")
        sister = join(sandbox.url + "/aimusicapi")
        assert sister.ask("lyrics-create", **words).status_code == 200
        sandbox.control("settings", {"retired": ["lyrics", "create_music"]})
        gone = sister.ask("lyrics-create", **words)
        assert (gone.status_code, gone.json()["type"]) == (410, "endpoint_retired")
        framer = frame(sandbox.url)
        assert framer.ask({"prompt": SOUND, "model": "producer"}).status_code == 410
    finally:
        sandbox.control("settings", {"retired": []})
    assert musician.credits() == before
    assert musician.ask("lyrics-create", **words).status_code == 200


def test_credits_of_a_key_are_set_at_every_service(
    frame: Callable[..., Framer], sandbox: SandboxProcess, join: Callable[..., Musician]
) -> None:
    sandbox.control("credits", {"key": "many-places", "credits": 3})
    for prefix in ("", "/musicapi", "/musicapi-2026-05", "/aimusicapi"):
        assert join(sandbox.url + prefix, "many-places").credits() == 3
    framer = frame(sandbox.url, "many-places")
    assert framer.credits() == 3


@pytest.mark.parametrize(
    "wrong",
    [{"retired": "lyrics"}, {"retired": [3]}, {"link_life_s": "long"}, {"answers": ["status"]}],
)
def test_settings_that_make_no_sense(sandbox: SandboxProcess, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        sandbox.control("settings", wrong)


def test_the_state_counts_clips_by_their_task(
    sandbox: SandboxProcess, song: dict[str, Any], song_task: str
) -> None:
    (clip,) = [one for one in sandbox.state()["clips"] if one["id"] == song["clip_id"]]
    assert clip["task_id"] == song_task
    assert clip["uploaded"] is False
