"""The dialect of seed 004 over real HTTP."""

import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer_studio.sandbox.profiles.apiframe.requests import (
    InvalidBody,
    parse_generate,
    track_count,
)
from producer_studio.sandbox.store import SandboxStore
from tests.support.apiframe_client import Framer
from tests.support.musicapi_client import SOUND
from tests.support.sandbox_process import SandboxProcess, running_sandbox

JOB_FIELDS = {
    "id", "jobId", "status", "model", "prompt", "params", "progress", "error", "creditCost",
    "createdAt", "completedAt", "expired", "result",
}  # fmt: skip
GOOD = {"prompt": SOUND, "model": "producer"}


@pytest.fixture
def framer(sandbox: SandboxProcess, frame: Callable[..., Framer]) -> Framer:
    return frame(sandbox.url)


def test_a_job_from_the_submit_to_the_audio(framer: Framer) -> None:
    before = framer.credits()
    job_id = framer.submit(seed="11", title="Night Drive", lyrics="[Verse]\nHello moon")
    job = framer.wait(job_id)
    assert job.keys() == JOB_FIELDS
    assert (job["id"], job["jobId"]) == (job_id, job_id)
    assert (job["status"], job["progress"], job["error"]) == ("COMPLETED", 100, None)
    assert (job["model"], job["prompt"]) == ("producer", SOUND)
    assert job["params"] == {"seed": "11", "title": "Night Drive", "lyrics": "[Verse]\nHello moon"}
    assert job["creditCost"] == before - framer.credits() == 10
    assert job["expired"] is False
    for moment in (job["createdAt"], job["completedAt"]):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", moment)
    (track,) = job["result"]["tracks"]
    assert track.keys() == {"id", "audioUrl", "imageUrl", "title", "tags", "duration"}
    assert (track["title"], track["tags"]) == ("Night Drive", SOUND)
    assert framer.http.get(track["audioUrl"]).content[4:8] == b"ftyp"
    assert framer.http.get(track["imageUrl"]).content.startswith(b"\x89PNG")


def test_an_even_seed_gives_two_tracks_for_one_price(
    sandbox: SandboxProcess, framer: Framer
) -> None:
    before = framer.credits()
    job_id = framer.submit(seed="12")
    one, other = framer.wait(job_id)["result"]["tracks"]
    assert framer.credits() == before - 10
    assert one["id"] != other["id"]
    heard = [framer.http.get(track["audioUrl"]).content for track in (one, other)]
    assert heard[0] != heard[1]
    made = [clip["id"] for clip in sandbox.state()["clips"] if clip["task_id"] == job_id]
    assert made == [one["id"], other["id"]]


@pytest.mark.parametrize(
    ("seed", "tracks"), [("0", 2), ("7", 1), ("take-2", 2), ("9" * 5000, 1), ("4" * 5000, 2)]
)
def test_the_seed_decides_about_the_tracks(seed: str, tracks: int) -> None:
    assert track_count(seed) == tracks


def test_other_seeds_count_by_their_checksum() -> None:
    assert {track_count(word) for word in ("blue", "moon", "river", "stone", "夜")} == {1, 2}


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"prompt": None}, "prompt"),
        ({"prompt": ""}, "prompt"),
        ({"prompt": "x" * 5001}, "prompt"),
        ({"prompt": 3}, "prompt"),
        ({"model": None}, "model"),
        ({"model": "suno"}, "model"),
        ({"webhookUrl": "http://example.com/hook"}, "webhookUrl"),
        ({"webhookEvents": "all"}, "webhookEvents"),
        ({"webhookEvents": ["sneezed"]}, "webhookEvents"),
        ({"sound": "rock"}, "sound"),
        ({"title": "rock"}, "title"),
        ({"lyriaParams": {}}, "lyriaParams"),
        ({"producerParams": []}, "producerParams"),
        ({"producerParams": {"mv": "FUZZ_2"}}, "producerParams.mv"),
        ({"producerParams": {"model_version": "FUZZ-2.0"}}, "producerParams.model_version"),
        ({"producerParams": {"instrumental": "no"}}, "producerParams.instrumental"),
        ({"producerParams": {"lyrics": "x" * 5001}}, "producerParams.lyrics"),
        ({"producerParams": {"title": "x" * 81}}, "producerParams.title"),
        ({"producerParams": {"seed": 7}}, "producerParams.seed"),
        ({"producerParams": {"lyrics_strength": 1.05}}, "producerParams.lyrics_strength"),
        ({"producerParams": {"sound_strength": 0.15}}, "producerParams.sound_strength"),
        ({"producerParams": {"weirdness": 0.33}}, "producerParams.weirdness"),
        ({"producerParams": {"weirdness": "0.5"}}, "producerParams.weirdness"),
    ],
)
def test_the_schema_is_strict(framer: Framer, changes: dict[str, Any], path: str) -> None:
    before = framer.credits()
    answer = framer.ask({**GOOD, **changes})
    assert answer.status_code == 400
    assert answer.json().keys() == {"error", "details"}
    assert path in [detail["path"] for detail in answer.json()["details"]]
    assert all(detail["message"] for detail in answer.json()["details"])
    assert framer.credits() == before


def test_every_mistake_is_told_at_once(framer: Framer) -> None:
    answer = framer.ask({"model": "producer", "mv": "x", "producerParams": {"weirdness": 2}})
    paths = {detail["path"] for detail in answer.json()["details"]}
    assert paths == {"prompt", "mv", "producerParams.weirdness"}


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff"])
def test_a_body_that_is_no_object(framer: Framer, content: bytes) -> None:
    answer = framer.http.post("v2/music/generate", content=content)
    assert answer.status_code == 400
    assert answer.json()["details"]


def test_what_the_schema_takes(sandbox: SandboxProcess, framer: Framer) -> None:
    sandbox.set_faults([{"where": "create", "kind": "fail"}])
    for number, version in enumerate(
        ("FUZZ_2_PRO", "FUZZ_2", "FUZZ_2_RAW", "FUZZ_1_1_PRO", "FUZZ_1_PRO", "FUZZ_1")
    ):
        strengths = {"lyrics_strength": 0.35, "sound_strength": 0.2, "weirdness": number / 20}
        framer.submit(model_version=version, **strengths)
    for prose in ("webhookUrl", "webhook_url"):
        # They fail, and only the other end is to be told: nobody listens there.
        told = {prose: "http://127.0.0.1:9/hook", "webhookEvents": ["completed"]}
        assert framer.ask({**GOOD, **told}).status_code == 202


@pytest.mark.parametrize("model", ["lyria-3-clip", "lyria-3-pro"])
def test_the_sibling_models_take_their_own_params(framer: Framer, model: str) -> None:
    before = framer.credits()
    answer = framer.ask(
        {"prompt": SOUND, "model": model, "lyriaParams": {"seed": "3", "anything": True}}
    )
    assert answer.status_code == 202
    job = framer.wait(answer.json()["jobId"])
    assert (job["model"], job["params"]) == (model, {"seed": "3", "anything": True})
    assert before - framer.credits() == job["creditCost"] > 0
    refused = framer.ask({"prompt": SOUND, "model": model, "producerParams": {}})
    assert refused.json()["details"][0]["path"] == "producerParams"


def test_a_repeated_key_gives_the_same_job_without_a_second_charge(framer: Framer) -> None:
    before = framer.credits()
    first = framer.submit(repeat_key="once", seed="5")
    assert framer.submit(repeat_key="once", seed="5") == first
    assert framer.credits() == before - 10
    other_body = framer.ask({**GOOD, "producerParams": {"seed": "6"}}, "once")
    assert other_body.status_code == 409
    assert other_body.json().keys() == {"error"}
    assert framer.submit(repeat_key="twice", seed="5") != first
    assert framer.credits() == before - 20


def test_a_key_is_the_business_of_its_account(
    frame: Callable[..., Framer], framer: Framer, sandbox: SandboxProcess
) -> None:
    first = framer.submit(repeat_key="once", seed="5")
    assert frame(sandbox.url).submit(repeat_key="once", seed="5") != first


def test_a_repeated_key_outlives_a_killed_server(
    frame: Callable[..., Framer], tmp_path: Path
) -> None:
    state = ("--state", str(tmp_path))
    with running_sandbox(*state) as sandbox:
        framer = frame(sandbox.url, "afk_K")
        before = framer.credits()
        # The client never hears of this one.
        sandbox.set_faults([{"where": "create", "kind": "cut_after", "times": 1}])
        with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
            framer.submit(repeat_key="once", seed="8")
        sandbox.kill()
    with running_sandbox(*state) as sandbox:
        framer = frame(sandbox.url, "afk_K")
        job_id = framer.submit(repeat_key="once", seed="8")
        (listed,) = framer.jobs()["jobs"]
        assert (listed["id"], listed["params"]) == (job_id, {"seed": "8"})
        assert len(framer.wait(job_id)["result"]["tracks"]) == 2
        assert framer.credits() == before - 10


def test_after_a_day_the_key_is_forgotten_and_the_links_are_dead(
    frame: Callable[..., Framer], tmp_path: Path
) -> None:
    state = ("--state", str(tmp_path))
    with running_sandbox(*state) as sandbox:
        framer = frame(sandbox.url, "afk_K")
        first = framer.submit(repeat_key="once", seed="7")
        assert framer.wait(first)["expired"] is False
        sandbox.stop()
    store = SandboxStore(tmp_path / "sandbox.sqlite", durable=True)
    for task in list(store.tasks()):
        assert task.finished_at is not None
        task.created_at -= 25 * 3600
        task.finished_at -= 25 * 3600
        store.commit(task)
    store.close()
    with running_sandbox(*state) as sandbox:
        framer = frame(sandbox.url, "afk_K")
        old = framer.look(first)
        assert (old["status"], old["expired"]) == ("COMPLETED", True)
        assert framer.http.get(old["result"]["tracks"][0]["audioUrl"]).status_code == 403
        assert framer.submit(repeat_key="once", seed="7") != first


def test_the_list_is_paged_newest_first(sandbox: SandboxProcess, framer: Framer) -> None:
    sandbox.set_faults([{"where": "create", "kind": "fail"}])
    ids = [framer.submit(seed=str(number)) for number in range(5)]
    for job_id in ids:
        framer.wait(job_id)
    assert framer.jobs(status="COMPLETED")["jobs"] == []
    seen, cursor = [], {}
    for more in (True, True, False):
        page = framer.jobs(limit=2, status="FAILED", model="producer", **cursor)
        assert page["hasMore"] is more
        assert (page["nextCursor"] is not None) is more
        seen += [job["id"] for job in page["jobs"]]
        cursor = {"cursor": page["nextCursor"]}
    assert seen == ids[::-1]
    assert framer.jobs(model="lyria-3-pro")["jobs"] == []
    assert framer.jobs()["jobs"][0].keys() == JOB_FIELDS


@pytest.mark.parametrize(
    "query", [{"limit": 0}, {"limit": 101}, {"limit": "all"}, {"status": "DONE"}, {"cursor": "x"}]
)
def test_a_list_that_makes_no_sense(framer: Framer, query: dict[str, Any]) -> None:
    answer = framer.http.get("v2/jobs", params=query)
    assert answer.status_code == 400
    assert answer.json()["error"]


@pytest.mark.parametrize(("status", "word"), [(500, "FAILED"), (499, "CANCELLED")])
def test_a_failed_job_costs_nothing(
    sandbox: SandboxProcess, framer: Framer, status: int, word: str
) -> None:
    before = framer.credits()
    fault = {"where": "create", "kind": "fail", "status": status, "error": "Out of tune"}
    sandbox.set_faults([{**fault, "times": 1}])
    job = framer.wait(framer.submit(seed="4"))
    assert (job["status"], job["error"]) == (word, "Out of tune")
    assert (job["creditCost"], job["result"], job["progress"]) == (0, None, None)
    assert framer.credits() == before


def test_an_unfinished_job(sandbox: SandboxProcess, framer: Framer) -> None:
    sandbox.set_faults([{"where": "create", "kind": "slow_task", "seconds": 30, "times": 1}])
    job = framer.look(framer.submit())
    assert job["status"] in {"QUEUED", "PROCESSING"}
    assert (job["result"], job["completedAt"], job["creditCost"]) == (None, None, 10)
    assert job["progress"] is None or 0 <= job["progress"] < 100


def test_links_expire(sandbox: SandboxProcess, framer: Framer) -> None:
    job_id = framer.submit(seed="3")
    link = framer.wait(job_id)["result"]["tracks"][0]["audioUrl"]
    sandbox.control("settings", {"link_life_s": 0})
    try:
        job = framer.look(job_id)
        assert job["expired"] is True
        assert framer.http.get(link).status_code == 403
        assert framer.http.get(job["result"]["tracks"][0]["audioUrl"]).status_code == 403
    finally:
        sandbox.control("settings", {"link_life_s": 86400})
    assert framer.look(job_id)["expired"] is False
    assert framer.http.get(link).status_code == 200


def test_too_few_credits(sandbox: SandboxProcess, framer: Framer) -> None:
    sandbox.control("credits", {"key": framer.key, "credits": 9})
    refused = framer.ask(GOOD)
    assert refused.status_code == 402
    assert refused.json().keys() == {"error", "creditsRequired", "creditsAvailable"}
    assert (refused.json()["creditsRequired"], refused.json()["creditsAvailable"]) == (10, 9)


def test_a_limit_of_jobs(
    frame: Callable[..., Framer],
) -> None:
    with running_sandbox("--concurrency", "1", "--speed", "1") as strict:
        framer = frame(strict.url)
        framer.submit()
        busy = framer.ask(GOOD)
    assert busy.status_code == 429
    assert busy.headers["retry-after"] == "5"
    assert busy.json().keys() == {"error"}


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "music/generate"), ("GET", "jobs"), ("GET", "jobs/x"), ("GET", "me")],
)
def test_without_a_key(sandbox: SandboxProcess, method: str, path: str) -> None:
    # The other dialects' header is none here.
    answer = httpx.request(
        method,
        f"{sandbox.url}/apiframe/v2/{path}",
        headers={"Authorization": "Bearer K"},
        trust_env=False,
    )
    assert (answer.status_code, answer.json()) == (401, {"error": "Invalid API key"})


def test_an_unknown_job(framer: Framer) -> None:
    answer = framer.http.get(f"v2/jobs/{uuid.uuid4()}")
    assert (answer.status_code, answer.json()) == (404, {"error": "Job not found"})


def test_the_credits_are_its_own(
    frame: Callable[..., Framer], sandbox: SandboxProcess, join: Callable[..., Any]
) -> None:
    framer = frame(sandbox.url)
    musician = join(sandbox.url, framer.key)
    before = musician.credits()
    framer.submit()
    assert musician.credits() == before


_ANYTHING = st.none() | st.booleans() | st.floats() | st.integers() | st.text() | st.just([])
_PARAMS = ("model_version", "instrumental", "lyrics", "title", "seed", "lyrics_strength",
           "sound_strength", "weirdness", "mv")  # fmt: skip
_TOP = ("prompt", "model", "webhookUrl", "webhook_url", "webhookEvents", "lyriaParams", "sound")


@given(
    params=st.fixed_dictionaries({}, optional=dict.fromkeys(_PARAMS, _ANYTHING)) | _ANYTHING,
    body=st.fixed_dictionaries({}, optional=dict.fromkeys(_TOP, _ANYTHING)),
)
def test_any_body_is_taken_or_refused(params: object, body: dict[str, Any]) -> None:
    known = {*_TOP, "producerParams", *(f"producerParams.{name}" for name in _PARAMS)}
    wrong: set[str] = set()
    try:
        order = parse_generate({**GOOD, "producerParams": params, **body}, "", "00")
        assert order.tracks in {1, 2}
        assert order.details["sound"] == {**GOOD, **body}["prompt"]
    except InvalidBody as refused:
        wrong = {detail["path"] for detail in refused.details}
    assert wrong <= known
