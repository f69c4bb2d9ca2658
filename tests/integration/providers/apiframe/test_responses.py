"""Answers of Apiframe, and whatever else may come from there."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer_studio.domain.credits import Balance
from producer_studio.domain.errors import (
    CreditsExhausted,
    EmptyResult,
    ErrorKind,
    ErrorRecord,
    InvalidResponse,
    NotAuthorised,
    OutcomeUnknown,
    RateLimited,
    RequestRejected,
    ServiceError,
    ServiceUnavailable,
    UnknownTask,
)
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.apiframe.responses import (
    JobPage,
    parse_balance,
    parse_found_task,
    parse_job_page,
    parse_poll,
    parse_submit,
)
from producer_studio.providers.base import (
    AcceptedTask,
    FailedTask,
    FinishedTask,
    FoundTask,
    RunningTask,
)
from producer_studio.providers.http.response import Response

RECIPE = Recipe(sound="slow waltz for two guitars", model="FUZZ-2.0 Pro")
TRACK = {
    "id": "track-1",
    "audioUrl": "https://cdn.example/1.mp3",
    "imageUrl": "https://cdn.example/1.jpeg",
    "title": "Waltz",
    "tags": "waltz, guitar",
    "duration": 184.2,
}
JOB = {
    "id": "job-1",
    "status": "COMPLETED",
    "model": "producer",
    "progress": 100,
    "error": None,
    "creditCost": 12,
    "webhookStatus": None,
    "createdAt": "2026-05-01T10:00:00.000Z",
    "completedAt": "2026-05-01T10:00:45.000Z",
    "expired": False,
    "result": {"tracks": [TRACK]},
}


def answer(value: object, status: int = 200, **headers: str) -> Response:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return Response(status, {name.replace("_", "-"): text for name, text in headers.items()}, body)


def look(value: object, status: int = 200, **headers: str) -> object:
    return parse_poll(answer(value, status, **headers), RECIPE, "Apiframe")


def job(**changes: Any) -> dict[str, Any]:
    return JOB | changes


@pytest.mark.parametrize("status", [200, 202])
@pytest.mark.parametrize("phase", ["QUEUED", "COMPLETED"])
def test_a_submit_gives_its_job(status: int, phase: str) -> None:
    found = parse_submit(answer({"jobId": "b2c3", "status": phase}, status), "Apiframe")
    assert found == AcceptedTask("b2c3")


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (202, {"status": "QUEUED"}, OutcomeUnknown),
        (202, {"jobId": 7.5}, OutcomeUnknown),
        (202, {"jobId": "x" * 201}, OutcomeUnknown),
        (202, b"<html>", OutcomeUnknown),
        (202, b'{"jobId": "b2', OutcomeUnknown),
        (400, {"error": "Validation failed", "details": {"lyrics": ["Too long"]}}, RequestRejected),
        (401, {"error": "Invalid API key"}, NotAuthorised),
        (
            402,
            {"error": "Insufficient credits", "creditsRequired": 12, "creditsAvailable": 3},
            CreditsExhausted,
        ),
        (409, {"error": "The key was used with another body"}, OutcomeUnknown),
        (429, {"error": "Rate limit exceeded"}, RateLimited),
        (500, {"error": "Internal error"}, OutcomeUnknown),
        (502, b"<html>Bad gateway</html>", OutcomeUnknown),
        (503, {"error": "Unavailable"}, ServiceUnavailable),
    ],
)
def test_a_submit_that_is_not_taken_or_unclear(
    status: int, body: object, kind: type[ServiceError]
) -> None:
    with pytest.raises(kind) as caught:
        parse_submit(answer(body, status, retry_after="7"), "Apiframe")
    assert type(caught.value) is kind
    if kind is RateLimited:
        assert caught.value.retry_after_s == 7


@pytest.mark.parametrize("status", [303, 400, 402, 409, 422, 429, 500, 503])
@pytest.mark.parametrize("body", [{"jobId": "b2c3"}, {"data": {"jobId": "b2c3"}}])
def test_an_error_that_names_a_job_was_taken(status: int, body: dict[str, Any]) -> None:
    found = parse_submit(answer(body | {"error": "x"}, status), "Apiframe")
    assert found == AcceptedTask("b2c3")


@pytest.mark.parametrize(
    ("phase", "progress", "share"),
    [
        ("QUEUED", 0, 0.0),
        ("PROCESSING", 65, 0.65),
        ("processing", 65.5, 0.655),
        ("PROCESSING", None, None),
        ("PROCESSING", 101, None),
        ("PROCESSING", -1, None),
        ("RENDERING", 50, None),
    ],
)
def test_a_job_on_its_way(phase: str, progress: float | None, share: float | None) -> None:
    found = look(job(status=phase, progress=progress, result=None), retry_after="3")
    assert found == RunningTask(progress=share, phase=phase.upper(), retry_after_s=3)


@pytest.mark.parametrize("phase", ["PROCESSING", "RUNNING", "in_progress", "STREAMING"])
def test_a_track_of_a_job_on_its_way_is_a_preview(phase: str) -> None:
    found = look(job(status=phase, progress=65))
    assert isinstance(found, RunningTask)
    assert found.preview is not None
    assert found.preview.clips[0].links.audio


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_track_beside_an_error_is_taken(status: int) -> None:
    assert isinstance(look(JOB, status), FinishedTask)


def test_one_track() -> None:
    found = look(JOB)
    assert isinstance(found, FinishedTask)
    (clip,) = found.clips
    assert (clip.remote_id, clip.title, clip.duration_s) == ("track-1", "Waltz", 184.2)
    assert (clip.links.audio, clip.links.image) == (TRACK["audioUrl"], TRACK["imageUrl"])
    assert clip.sound == RECIPE.sound
    assert clip.created_at == datetime(2026, 5, 1, 10, 0, 45, tzinfo=UTC)
    assert (found.charged_credits, found.message, found.is_expired) == (12, "", False)
    assert json.loads(found.raw) == JOB


def test_two_tracks_and_nulls() -> None:
    bare = {"id": 2, "audioUrl": "https://cdn.example/2.mp3", "title": None, "duration": "90"}
    found = look(job(result={"tracks": [TRACK, bare]}, creditCost=None))
    assert isinstance(found, FinishedTask)
    assert [clip.remote_id for clip in found.clips] == ["track-1", "2"]
    assert [clip.duration_s for clip in found.clips] == [184.2, 90]
    assert found.charged_credits is None
    assert not found.message


@pytest.mark.parametrize(
    "result", ["https://cdn.example/1.mp3", ["https://cdn.example/1.mp3"], [TRACK]]
)
def test_addresses_in_other_forms(result: object) -> None:
    found = look(job(result=result))
    assert isinstance(found, FinishedTask)
    assert found.clips[0].links.audio.startswith("https://cdn.example/1")


def test_a_track_without_sound_is_a_part() -> None:
    found = look(job(result={"tracks": [TRACK, {"id": "track-2", "audioUrl": None}, {}]}))
    assert isinstance(found, FinishedTask)
    assert len(found.clips) == 2
    assert found.message == "Apiframe delivered only part of this."


def test_an_expired_job_keeps_what_is_known_and_says_so() -> None:
    found = look(job(expired=True))
    assert isinstance(found, FinishedTask)
    assert found.is_expired
    assert "stores them for one day only" in found.message
    assert found.clips[0].links.audio


@pytest.mark.parametrize("result", [None, {}, {"tracks": []}, {"tracks": None}])
def test_an_expired_job_without_a_song_was_charged_all_the_same(result: object) -> None:
    found = look(job(expired=True, result=result))
    assert isinstance(found, FailedTask)
    assert found.refunded is False
    assert "It was charged" in found.error.message


@pytest.mark.parametrize("result", [None, {}, {"tracks": []}, {"tracks": [{}]}])
def test_done_without_a_song_is_nonsense(result: object) -> None:
    with pytest.raises(InvalidResponse):
        look(job(result=result))


@pytest.mark.parametrize("status", ["FAILED", "CANCELLED"])
def test_a_song_of_a_job_that_failed_all_the_same_is_kept(status: str) -> None:
    found = look(job(status=status, error="The second track failed", creditCost=0))
    assert isinstance(found, FinishedTask)
    assert found.clips[0].links.audio
    assert (found.charged_credits, found.message) == (0, "Apiframe delivered only part of this.")


@pytest.mark.parametrize(
    ("changes", "refunded", "kind", "words"),
    [
        ({"creditCost": 0}, True, ErrorKind.FAILED_BY_SERVICE, "Nothing was charged"),
        ({"creditCost": None}, True, ErrorKind.FAILED_BY_SERVICE, "Nothing was charged"),
        ({"creditCost": 12}, None, ErrorKind.FAILED_BY_SERVICE, "of 12 credits all the same"),
        ({"creditCost": 1e300}, None, ErrorKind.FAILED_BY_SERVICE, "check your balance"),
        (
            {"creditCost": None, "error": "Nothing was refunded."},
            False, ErrorKind.FAILED_BY_SERVICE, "were not refunded",
        ),
        (
            {"creditCost": 0, "error": "Content policy violation in lyrics"},
            True, ErrorKind.REQUEST_REJECTED, "accepted this and then rejected it",
        ),
        (
            {"creditCost": 0, "status": "CANCELLED"},
            True, ErrorKind.FAILED_BY_SERVICE, "cancelled at Apiframe. Nothing was charged",
        ),
        (
            {"creditCost": None, "status": "CANCELLED"},
            None, ErrorKind.FAILED_BY_SERVICE, "check your balance",
        ),
    ],
)  # fmt: skip
def test_a_job_that_failed(
    changes: dict[str, Any], refunded: bool | None, kind: ErrorKind, words: str
) -> None:
    found = look(
        job(**{"status": "FAILED", "result": None, "error": "Provider gave up"} | changes),
        x_request_id="r-9",
    )
    assert isinstance(found, FailedTask)
    assert (found.refunded, found.error.kind) == (refunded, kind)
    assert words in found.error.message
    assert found.error.service_words == changes.get("error", "Provider gave up")
    assert found.error.trace_id == "r-9"
    cost = changes.get("creditCost")
    assert found.charged_credits == (None if refunded else cost)


@pytest.mark.parametrize("phase", ["ERROR", "failure", "TIMED_OUT", "TIMEOUT", "ABORTED"])
def test_an_undocumented_end_is_a_failure_that_may_be_about_the_poll(phase: str) -> None:
    found = look(job(status=phase, result=None, error="It took too long", creditCost=None))
    assert isinstance(found, FailedTask)
    assert (found.refunded, found.is_vague) == (None, True)
    assert "check your balance" in found.error.message


def test_an_american_cancellation_is_one() -> None:
    found = look(job(status="CANCELED", result=None, creditCost=0))
    assert isinstance(found, FailedTask)
    assert (found.refunded, found.is_vague) == (True, False)
    assert "cancelled at Apiframe" in found.error.message


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (404, {"error": "Job not found"}, UnknownTask),
        (404, b"<html>", InvalidResponse),
        (401, {"error": "Invalid API key"}, NotAuthorised),
        (429, {"error": "Slow down"}, RateLimited),
        (502, b"", ServiceUnavailable),
        (200, b"<html>", InvalidResponse),
        (200, b'{"status": "COMP', InvalidResponse),
        (200, {"id": "job-1"}, InvalidResponse),
        (200, {"status": {"is": "done"}}, InvalidResponse),
        (200, {"status": "COMPLETED", "result": {"tracks": [{"audioUrl": 5}]}}, EmptyResult),
        (200, None, InvalidResponse),
    ],
)
def test_a_look_that_tells_nothing(status: int, body: object, kind: type[ServiceError]) -> None:
    with pytest.raises(kind) as caught:
        look(body, status)
    assert type(caught.value) is kind


def test_a_page_of_the_list() -> None:
    asked = {"prompt": "waltz", "producerParams": {"lyrics": "La", "title": "W", "seed": "4"}}
    page = parse_job_page(
        answer(
            {
                "jobs": [job(input=asked), job(id="job-2", model="midjourney"), job(id="job-3")],
                "nextCursor": "c2",
                "hasMore": True,
            }
        ),
        "Apiframe",
    )
    made = datetime(2026, 5, 1, 10, tzinfo=UTC)
    assert page == JobPage(
        (
            FoundTask("job-1", made, "W", "waltz", "La", "4", "COMPLETED"),
            FoundTask("job-3", made, status="COMPLETED"),
        ),
        (made, made, made),
        "c2",
    )


def test_the_last_page() -> None:
    last = {"jobs": [], "nextCursor": "c9", "hasMore": False}
    assert parse_job_page(answer(last), "Apiframe").next_cursor == ""
    assert parse_job_page(answer({"jobs": [], "nextCursor": None}), "Apiframe").next_cursor == ""


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"jobs": None},
        {"jobs": {}},
        {"jobs": [], "nextCursor": ["a"]},
        {"jobs": [], "hasMore": True, "nextCursor": None},
        b"[]",
        b"<html>",
    ],
)
def test_an_unreadable_page_hides_nothing(body: object) -> None:
    with pytest.raises(InvalidResponse):
        parse_job_page(answer(body), "Apiframe")


@pytest.mark.parametrize("asked", [None, 5, [], "text", {"prompt": [5], "producerParams": 7}])
def test_what_was_asked_for_may_be_anything(asked: object) -> None:
    assert parse_found_task(answer(job(input=asked)), "Apiframe").prompt == ""


@pytest.mark.parametrize(
    "told",
    [
        {"input": {"prompt": "waltz", "lyrics": "La"}},
        {"input": {"prompt": "waltz", "producerParams": {"lyrics": "La"}}},
        {"input": {"prompt": "waltz", "params": {"lyrics": "La"}}},
        {"prompt": "waltz", "params": {"lyrics": "La"}},
    ],
)
def test_where_a_job_tells_what_was_asked_for(told: dict[str, Any]) -> None:
    found = parse_found_task(answer(job(**told)), "Apiframe")
    assert (found.prompt, found.lyrics) == ("waltz", "La")


def test_credits_are_the_teams() -> None:
    me = {"user": {"id": "u"}, "team": {"id": "t", "credits": 990}, "apiKey": None}
    assert parse_balance(answer(me), "Apiframe").total == 990


@pytest.mark.parametrize("body", [{}, {"team": None}, {"team": {"credits": "many"}}, b"x"])
def test_credits_that_cannot_be_read(body: object) -> None:
    with pytest.raises(InvalidResponse):
        parse_balance(answer(body), "Apiframe")


NAMES = [
    "jobId", "id", "status", "model", "progress", "error", "creditCost", "createdAt", "expired",
    "completedAt", "result", "tracks", "audioUrl", "imageUrl", "title", "tags", "duration",
    "input", "prompt", "params", "producerParams", "jobs", "nextCursor", "hasMore", "team",
    "credits", "details",
]  # fmt: skip
WORDS = ["COMPLETED", "FAILED", "CANCELLED", "QUEUED", "producer", "job-1", "100"]
scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(WORDS)
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner),
    max_leaves=12,
)
whole = st.fixed_dictionaries(
    {}, optional={"status": st.sampled_from(WORDS), "result": values, "creditCost": scalars,
                  "expired": st.booleans(), "error": values, "input": values}
)  # fmt: skip
bodies = st.binary() | (whole | st.dictionaries(st.sampled_from(NAMES), values) | values).map(
    lambda value: json.dumps(value).encode()
)
statuses = st.sampled_from([200, 202]) | st.integers(100, 599)
answers = st.builds(
    Response, statuses, st.dictionaries(st.sampled_from(["retry-after"]), st.text()), bodies
)
READERS: list[tuple[Callable[[Response], object], type | tuple[type, ...]]] = [
    (lambda one: parse_submit(one, "Apiframe"), AcceptedTask),
    (lambda one: parse_poll(one, RECIPE, "Apiframe"), (RunningTask, FinishedTask, FailedTask)),
    (lambda one: parse_found_task(one, "Apiframe"), FoundTask),
    (lambda one: parse_job_page(one, "Apiframe"), JobPage),
    (lambda one: parse_balance(one, "Apiframe"), Balance),
]


@given(answers, st.sampled_from(READERS))
def test_whatever_comes_only_known_faults_come_out(
    one: Response, reader: tuple[Callable[[Response], object], type | tuple[type, ...]]
) -> None:
    read, kinds = reader
    try:
        found = read(one)
    except ServiceError as fault:
        record = fault.to_record()
        assert ErrorRecord.from_json(json.loads(json.dumps(record.to_json()))) == record
    else:
        assert isinstance(found, kinds)


def test_a_stored_list_proves_nothing() -> None:
    """What was accepted since is missing in it, and would count as not accepted."""
    page = {"jobs": [], "nextCursor": None}
    with pytest.raises(InvalidResponse, match="old list"):
        parse_job_page(answer(page, age="30"), "Apiframe")
    assert parse_job_page(answer(page, age="0"), "Apiframe").tasks == ()
