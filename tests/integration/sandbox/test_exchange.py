"""Faults of the exchange as a client really meets them."""

import io
import json
import time
import zipfile
from typing import Any

import httpx
import pytest

from tests.support.musicapi_client import Musician
from tests.support.sandbox_process import SandboxProcess

WORDS = {"prompt": "a bittersweet goodbye to a small town"}


def tasks_of(sandbox: SandboxProcess, musician: Musician) -> list[str]:
    """The ids of the tasks that this musician can see."""
    ids = [task["id"] for task in sandbox.state()["tasks"]]
    return [task_id for task_id in ids if musician.look(task_id).status_code == 200]


@pytest.mark.parametrize(("kind", "taken"), [("cut_before", 0), ("cut_after", 1)])
def test_a_cut_connection_is_really_broken(
    sandbox: SandboxProcess, musician: Musician, kind: str, taken: int
) -> None:
    before = musician.credits()
    sandbox.set_faults([{"where": "lyrics", "kind": kind, "times": 1}])
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        musician.ask("lyrics-create", **WORDS)
    assert musician.credits() == before - taken
    assert len(tasks_of(sandbox, musician)) == taken
    assert musician.ask("lyrics-create", **WORDS).status_code == 200


@pytest.mark.parametrize("status", [429, 500, 502, 504])
def test_a_status_is_not_taken(sandbox: SandboxProcess, musician: Musician, status: int) -> None:
    before = musician.credits()
    sandbox.set_faults([{"where": "submit", "kind": "status", "status": status, "times": 1}])
    refused = musician.ask("lyrics-create", **WORDS)
    assert refused.status_code == refused.json()["code"] == status
    assert "retry-after" not in refused.headers
    assert musician.credits() == before


def test_retry_after(sandbox: SandboxProcess, musician: Musician) -> None:
    sandbox.set_faults(
        [{"where": "credits", "kind": "status", "status": 429, "retry_after": 2, "times": 1}]
    )
    assert musician.http.get("/api/v1/get-credits").headers["retry-after"] == "2"
    assert musician.http.get("/api/v1/get-credits").status_code == 200


def test_html_and_garbage_are_not_taken(sandbox: SandboxProcess, musician: Musician) -> None:
    before = musician.credits()
    sandbox.set_faults(
        [
            {"where": "lyrics", "kind": "html", "status": 502, "times": 1},
            {"where": "lyrics", "kind": "garbage", "times": 1},
        ]
    )
    page = musician.ask("lyrics-create", **WORDS)
    assert (page.status_code, page.headers["content-type"]) == (502, "text/html; charset=utf-8")
    garbage = musician.ask("lyrics-create", **WORDS)
    assert garbage.headers["content-type"] == "application/json"
    with pytest.raises(ValueError, match=r"."):
        garbage.json()
    assert musician.credits() == before


def test_an_empty_file(sandbox: SandboxProcess, musician: Musician, song: dict[str, Any]) -> None:
    sandbox.set_faults([{"where": "media", "kind": "empty", "times": 1}])
    empty = musician.http.get(song["audio_url"])
    assert (empty.status_code, empty.content) == (200, b"")
    assert musician.http.get(song["audio_url"]).content


def test_spoilt_answers_are_taken(sandbox: SandboxProcess, musician: Musician) -> None:
    before = musician.credits()
    sandbox.set_faults(
        [
            {"where": "lyrics", "kind": "truncated", "times": 1},
            {"where": "lyrics", "kind": "wrong_types", "times": 1},
        ]
    )
    truncated = musician.ask("lyrics-create", **WORDS)
    assert truncated.content.startswith(b'{"message"')
    with pytest.raises(json.JSONDecodeError):
        truncated.json()
    assert not isinstance(musician.ask("lyrics-create", **WORDS).json()["task_id"], str)
    assert musician.credits() == before - 2


def test_a_poll_with_few_fields_no_data_or_an_error_beside_them(
    sandbox: SandboxProcess, composer: Musician, song_task: str
) -> None:
    kinds = ("missing_fields", "empty_data", "partial")
    sandbox.set_faults([{"where": "poll", "kind": kind, "times": 1} for kind in kinds])
    whole = composer.http.get(f"/api/v1/producer/task/{song_task}")
    clip_id = whole.json()["data"][0]["clip_id"]
    assert whole.json() == {"code": 200, "data": [{"clip_id": clip_id}]}
    assert composer.look(song_task).json() == {"code": 200, "data": [], "message": "success"}
    partial = composer.look(song_task).json()
    assert (partial["code"], partial["error"]) == (200, "Internal Server Error")
    assert partial["data"][0]["audio_url"]


def test_media_that_nobody_should_believe(
    sandbox: SandboxProcess, musician: Musician, song: dict[str, Any]
) -> None:
    link = song["audio_url"]
    whole = musician.http.get(link).content
    sandbox.set_faults(
        [
            {"where": "media", "kind": "redirect", "times": 1},
            {"where": "media", "kind": "redirect", "to": "http://10.0.0.1/a.m4a", "times": 1},
            {"where": "media", "kind": "zeros", "bytes": 100_001, "times": 1},
            {"where": "media", "kind": "zip_slip", "times": 1},
            {"where": "media", "kind": "odd_name", "times": 1},
            {"where": "media", "kind": "odd_name", "name": "a/b\x00", "times": 1},
        ]
    )
    assert musician.http.get(link).headers["location"] == "file:///etc/passwd"
    assert musician.http.get(link).headers["location"] == "http://10.0.0.1/a.m4a"
    zeros = musician.http.get(link)
    assert zeros.headers["content-type"] == "audio/mp4"
    assert zeros.content == bytes(100_001)
    with zipfile.ZipFile(io.BytesIO(musician.http.get(link).content)) as archive:
        assert any(name.startswith("../") for name in archive.namelist())
    named = musician.http.get(link)
    assert "%2F" in named.headers["content-disposition"]
    assert named.content == whole
    assert musician.http.get(link).headers["content-disposition"].endswith("''a%2Fb%00")


def test_zeros_weigh_a_hundred_megabytes(
    sandbox: SandboxProcess, musician: Musician, song: dict[str, Any]
) -> None:
    sandbox.set_faults([{"where": "media", "kind": "zeros", "times": 1}])
    with musician.http.stream("GET", song["audio_url"]) as answer:
        assert int(answer.headers["content-length"]) == 100 * 1024 * 1024


def test_an_endless_file_ends_with_its_connection(
    sandbox: SandboxProcess, musician: Musician, song: dict[str, Any]
) -> None:
    sandbox.set_faults([{"where": "media", "kind": "endless", "times": 1}])
    with musician.http.stream("GET", song["audio_url"]) as answer:
        assert "content-length" not in answer.headers
        got = 0
        for part in answer.iter_raw():
            got += len(part)
            if got > 20_000_000:
                break
    assert musician.credits() > 0


def test_latency_waits_and_goes_on(sandbox: SandboxProcess, musician: Musician) -> None:
    sandbox.set_faults([{"where": "credits", "kind": "latency", "seconds": 0.3, "times": 1}])
    started = time.monotonic()
    assert musician.http.get("/api/v1/get-credits").status_code == 200
    assert time.monotonic() - started >= 0.3


def test_failure_after_acceptance_is_refunded(sandbox: SandboxProcess, musician: Musician) -> None:
    before = musician.credits()
    sandbox.set_faults([{"where": "lyrics", "kind": "fail", "error": "Out of tune", "times": 1}])
    assert musician.wait(musician.submit("lyrics-create", **WORDS)) == {
        "code": 500,
        "error": "Out of tune",
    }
    assert musician.credits() == before


def test_media_cut_midway_goes_on_with_range(
    sandbox: SandboxProcess, musician: Musician, song: dict[str, Any]
) -> None:
    whole = musician.http.get(song["audio_url"]).content
    sandbox.set_faults([{"where": "media", "kind": "cut_midway", "bytes": 5000, "times": 1}])
    got = bytearray()

    def drain(answer: httpx.Response) -> None:
        for part in answer.iter_raw():
            got.extend(part)

    with musician.http.stream("GET", song["audio_url"]) as answer:
        etag = answer.headers["etag"]
        with pytest.raises(httpx.RemoteProtocolError):
            drain(answer)
    assert got == whole[:5000]
    rest = musician.http.get(song["audio_url"], headers={"Range": "bytes=5000-", "If-Range": etag})
    assert rest.status_code == 206
    assert got + rest.content == whole


def test_slow_media_arrive_whole(
    sandbox: SandboxProcess, musician: Musician, song: dict[str, Any]
) -> None:
    whole = musician.http.get(song["image_url"]).content
    sandbox.set_faults(
        [{"where": "media", "kind": "slow", "bytes_per_s": len(whole) * 4, "times": 1}]
    )
    started = time.monotonic()
    assert musician.http.get(song["image_url"]).content == whole
    assert time.monotonic() - started >= 0.2


@pytest.mark.parametrize("status", [403, 404])
def test_an_expired_link_stays_dead_and_another_poll_gives_a_new_one(
    sandbox: SandboxProcess, composer: Musician, song_task: str, status: int
) -> None:
    old = composer.look(song_task).json()["data"][0]["image_url"]
    sandbox.set_faults([{"where": "media", "kind": "expired", "status": status, "times": 1}])
    assert composer.http.get(old).status_code == status
    sandbox.set_faults([])
    assert composer.http.get(old).status_code == status
    new = composer.look(song_task).json()["data"][0]["image_url"]
    assert composer.http.get(new).status_code == 200


def test_the_state_tells_what_was_asked_without_the_key(
    sandbox: SandboxProcess, musician: Musician
) -> None:
    task_id = musician.submit("lyrics-create", **WORDS)
    state = sandbox.state()
    seen = state["requests"][-1]
    assert seen["body"] == WORDS
    assert seen["path"] == "/api/v1/producer/lyrics-create"
    assert seen["status"] == 200
    assert musician.key not in json.dumps(state)
    charge = [entry for entry in state["ledger"] if entry["task_id"] == task_id]
    assert [entry["credits"] for entry in charge] == [-1]


def test_a_wrong_fault_is_refused(sandbox: SandboxProcess) -> None:
    with pytest.raises(ValueError, match="gremlin"):
        sandbox.set_faults([{"where": "poll", "kind": "gremlin"}])


def test_reset_forgets_requests_and_faults(sandbox: SandboxProcess, musician: Musician) -> None:
    sandbox.set_faults([{"where": "any", "kind": "html"}])
    sandbox.control("reset", {})
    assert sandbox.state()["requests"] == []
    assert sandbox.state()["faults"] == []
    assert musician.credits() > 0
