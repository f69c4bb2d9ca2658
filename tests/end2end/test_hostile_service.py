"""The real program at a service that sends hostile answers: nothing paid for is lost."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.hostile_service import HostileService, Reply, hostile_service
from tests.support.program import Ended, Program

ACCEPTED = Reply({"message": "success", "task_id": "t-1", "jobId": "t-1"})
ODD: dict[str, Any] = {
    "title number": {"title": 1999},
    "time in milliseconds": {"created_at": 1795907800000},
    "year one": {"created_at": "0001-01-01T00:00:00Z"},
    "list of pictures": {"image_url": ["http://127.0.0.1:9/a.png"]},
    "state number": {"state": 2},
    "seed float": {"seed": 1.5e9},
    "id number": {"clip_id": 42},
    "lyrics list": {"lyrics": ["la", "la"]},
    "duration object": {"duration": {"s": 6}},
}


@pytest.fixture
def service() -> Iterator[HostileService]:
    with hostile_service() as found:
        found.submits = [ACCEPTED]
        yield found


@pytest.fixture
def program(tmp_path: Path, service: HostileService) -> Program:
    made = Program(tmp_path / "home")
    made.add_account(service.url)
    return made


def done(service: HostileService, *, clips: int = 1, **changes: object) -> dict[str, Any]:
    song = {
        "clip_id": "c", "title": "Ordinary", "sound": "warm lofi", "duration": 1, "state": "x",
        "audio_url": f"{service.url}/media/a.wav", "created_at": "2026-11-28T23:10:17Z",
    } | changes  # fmt: skip
    entries = [song | {"clip_id": f"c-{number}"} if number else song for number in range(clips)]
    return {"code": 200, "message": "success", "data": entries}


def generate(program: Program, account: str = "test", patience_s: float = 120) -> Ended:
    sound = "warm lofi tape loops with soft piano, slow and mellow, late night mood"
    patience = ("--patience", str(patience_s))
    return program.run("generate", "--account", account, "--sound", sound, *patience)


def playable(program: Program) -> int:
    return sum(clip["media"] == "ready" for clip in program.clips())


@pytest.mark.parametrize("name", ODD)
def test_an_odd_field_never_hides_the_song(
    program: Program, service: HostileService, name: str
) -> None:
    service.looks = [Reply(done(service, **ODD[name]))]
    ended = generate(program)
    assert ended.code == 0, ended.stderr
    assert playable(program) == 1
    assert len(service.times("POST", "/create")) == 1


@pytest.mark.parametrize(
    "hostile",
    [b"9" * 5000, b"[" * 100_000 + b"]" * 100_000, b'"\xff\xfe"'],
    ids=["digits", "nesting", "no characters"],
)
def test_a_hostile_value_in_an_unknown_field_never_hides_the_song(
    program: Program, service: HostileService, hostile: bytes
) -> None:
    body = json.dumps(done(service)).encode()
    odd = b'\xef\xbb\xbf{"extra":' + hostile + b"," + body[1:]
    taken = b'\xef\xbb\xbf{"extra":' + hostile + b',"task_id":"t-1"}'
    service.submits, service.looks = [Reply(taken)], [Reply(odd)]
    ended = generate(program)
    assert ended.code == 0, ended.stderr
    assert playable(program) == 1


def test_a_packed_gigabyte_is_not_unpacked_and_the_song_comes_after_it(
    program: Program, service: HostileService
) -> None:
    zeros = gzip.compress(bytes(128 << 20), 9)
    packed, once = {"Content-Encoding": "gzip, gzip"}, {"Content-Encoding": "gzip"}
    service.looks = [
        Reply(gzip.compress(zeros, 9), headers=packed),
        Reply(zeros, headers=once),
        Reply(gzip.compress(json.dumps(done(service)).encode()), headers=once),
    ]
    ended = generate(program)
    assert ended.code == 0, ended.stderr
    assert playable(program) == 1


def test_a_busy_service_is_not_flooded_at_its_own_wish(
    program: Program, service: HostileService
) -> None:
    busy = Reply({"error": "Slow down"}, 429, {"Retry-After": "0"})
    past = Reply({"error": "Slow down"}, 429, {"Retry-After": "Thu, 01 Jan 1970 00:00:00 GMT"})
    service.submits = [busy, past, ACCEPTED]
    service.looks = [Reply(done(service))]
    ended = generate(program)
    assert ended.code == 0, ended.stderr
    first, second, third = service.times("POST", "/create")
    assert second - first >= 5
    assert third - second >= 10


def test_what_a_busy_service_has_not_taken_is_not_called_taken(
    program: Program, service: HostileService
) -> None:
    service.submits = [Reply({"error": "Slow down"}, 429, {"Retry-After": "600"})]
    ended = generate(program, patience_s=2)
    (job,) = program.jobs()
    assert (ended.code, job["state"]) == (6, "queued")
    assert "busy with other requests for 2 seconds" in ended.stderr
    assert "nothing was charged" in ended.stderr
    assert f"jobs resolve {job['id'][:8]} --send-again" in ended.stderr
    assert "jobs resume" not in ended.stderr


def test_what_polls_wait_for_is_told_as_it_is(program: Program, service: HostileService) -> None:
    service.looks = [Reply({"error": "Slow down"}, 429, {"Retry-After": "600"})]
    ended = generate(program, patience_s=2)
    assert ended.code == 6
    assert "busy with other requests for 2 seconds" in ended.stderr
    assert "jobs resume" in ended.stderr


def test_a_task_that_the_service_disowns_is_decided_by_the_user(
    program: Program, service: HostileService
) -> None:
    service.looks = [Reply({"error": "Task not found"}, 404)]
    ended = generate(program)
    (job,) = program.jobs()
    assert (ended.code, job["state"]) == (8, "failed")
    decide = f"jobs resolve {job['id'][:8]}"
    assert decide in ended.stderr
    bare = program.run("jobs", "resolve", job["id"])
    assert bare.code == 2
    service.submits, service.looks = [Reply({"task_id": "t-2"})], [*service.looks, *service.looks]
    service.looks += [Reply(done(service))]
    again = program.run("jobs", "resolve", job["id"], "--send-again")
    assert again.code == 0, again.stderr
    assert playable(program) == 1
    assert len(service.times("POST", "/create")) == 2


def test_a_task_that_the_service_disowns_can_be_forgotten(
    program: Program, service: HostileService
) -> None:
    service.looks = [Reply({"error": "Task not found"}, 404)]
    generate(program)
    (job,) = program.jobs()
    ended = program.run("jobs", "resolve", job["id"], "--forget")
    assert ended.code == 0, ended.stderr
    assert program.run("jobs", "list").lines == []
    assert len(service.times("POST", "/create")) == 1


@pytest.mark.parametrize("task", [1899234567890123456, 7])
def test_a_number_names_a_task_as_a_text_does(
    program: Program, service: HostileService, task: int
) -> None:
    service.submits = [Reply({"code": 200, "data": {"task_id": task}})]
    service.looks = [Reply(done(service))]
    ended = generate(program)
    assert ended.code == 0, ended.stderr
    assert playable(program) == 1
    assert service.times("GET", f"/task/{task}")


def test_a_task_of_thousands_of_clips_neither_floods_the_library_nor_the_network(
    program: Program, service: HostileService
) -> None:
    service.looks = [Reply(done(service, clips=1500))]
    ended = generate(program)
    assert ended.code == 0, ended.stderr
    assert playable(program) == 48
    assert 2 <= service.busiest <= 4
    assert "delivered 1 500 clips for one request" in ended.stderr


def test_a_timeout_whose_credits_were_refunded_is_no_unknown(
    program: Program, service: HostileService
) -> None:
    said = "Task failed due to timeout. Credits were previously refunded."
    service.submits = [Reply({"error": said}, 504)]
    generate(program)
    (job,) = program.jobs()
    assert job["state"] == "failed"
    assert "The credits were refunded. You can try again." in job["fault"]["message"]


@pytest.mark.parametrize("name", [".", ".."])
def test_a_task_named_by_dots_is_never_asked_for_at_another_path(
    program: Program, service: HostileService, name: str
) -> None:
    service.submits = [Reply({"task_id": name})]
    generate(program)
    (job,) = program.jobs()
    assert job["state"] == "unknown"
    assert service.times("GET", "/producer/") == []


@pytest.mark.parametrize("cost", [-1000, 1e300])
def test_a_price_that_cannot_be_right_changes_no_budget(
    tmp_path: Path, service: HostileService, cost: float
) -> None:
    program = Program(tmp_path / "home", ("frame",))
    program.add_account(service.url, "frame", service="apiframe")
    track = {"id": "c", "audioUrl": f"{service.url}/media/a.wav"}
    job = {"id": "t-1", "status": "COMPLETED", "creditCost": cost, "result": {"tracks": [track]}}
    service.looks = [Reply(job)]
    ended = generate(program, "frame")
    assert ended.code == 0, ended.stderr
    assert playable(program) == 1
    assert "which cannot be right" in ended.stderr
    lines = program.run("ledger").lines
    charged = [line for line in lines if line["kind"] == "charged"]
    assert [line["credits"] for line in charged] == [None, None]
    assert f"reported {cost:g} credits, which cannot be right" in charged[0]["note"]
    (totals,) = program.run("ledger", "--totals").lines
    assert (totals["charged"], totals["spent"]) == (0, 0)
