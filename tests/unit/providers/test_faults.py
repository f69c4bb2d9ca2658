"""Every line of the table from HTTP answers to faults."""

import json
from datetime import UTC, datetime

import pytest

from producer_studio.domain.faults import (
    CreditsExhausted,
    Fault,
    Nonsense,
    NotAuthorised,
    OutcomeUnknown,
    Refused,
    Retired,
    ServiceDown,
    TooBusy,
    UnknownTask,
)
from producer_studio.providers.faults import fault_of, field_in, retry_after_s, unreadable
from producer_studio.providers.http import Answer

PAGE = b"<html><body><h1>Bad gateway</h1></body></html>"


def said(status: int, *, headers: dict[str, str] | None = None, **body: object) -> Answer:
    return Answer(status, headers or {}, json.dumps(body).encode())


SUBMITS = [
    (said(401, type="unauthorized", error="Authorization header is missing"), NotAuthorised),
    (Answer(401, {}, PAGE), NotAuthorised),
    (
        said(402, type="insufficient_credits", error="Too few", remaining_credits=3),
        CreditsExhausted,
    ),
    (said(403, error="Insufficient credits."), CreditsExhausted),
    (said(403, type="insufficient_credits", error="No."), CreditsExhausted),
    (said(403, error="The lyrics contain copyrighted content."), Refused),
    (said(403, error="Credits to artist names are not allowed."), Refused),
    (said(403, error="The lyrics format is invalid."), Refused),
    (said(403, error="Permission denied"), Refused),
    (Answer(403, {}, PAGE), Refused),
    (said(400, type="validation_error", error="The 'mv' field is invalid."), Refused),
    (said(400, error="task not found."), Refused),
    (said(404, error="Clip not found"), Refused),
    (Answer(404, {}, PAGE), Refused),
    (said(409, error="Conflict"), Refused),
    (said(413, error="Too large"), Refused),
    (said(422, detail="title too long"), Refused),
    (said(410, type="endpoint_retired", error="Gone"), Retired),
    (said(429, type="rate_limited", error="Too many concurrent tasks."), TooBusy),
    (Answer(301, {"location": "https://elsewhere.example"}, b""), Refused),
    # Never arrived, or declined in so many words:
    (said(503, error="Unavailable"), ServiceDown),
    (Answer(503, {}, PAGE), ServiceDown),
    (Answer(521, {}, PAGE), ServiceDown),
    (said(502, type="upstream_error", error="Generation provider unavailable."), ServiceDown),
    # May have been taken:
    (said(500, type="internal_error", error="Internal Server Error"), OutcomeUnknown),
    (Answer(500, {}, b""), OutcomeUnknown),
    (Answer(502, {}, PAGE), OutcomeUnknown),
    (said(502, error="Bad Gateway"), OutcomeUnknown),
    (said(504, error="Task failed due to timeout."), OutcomeUnknown),
    (Answer(504, {}, PAGE), OutcomeUnknown),
    (Answer(408, {}, b""), OutcomeUnknown),
    (Answer(524, {}, PAGE), OutcomeUnknown),
    (Answer(503, {}, b"upstream connect error or disconnect/reset before headers"), OutcomeUnknown),
    # The body's own code counts when HTTP says all is well:
    (said(200, code=402, error="Too few"), CreditsExhausted),
    (said(200, code="401", error="No key"), NotAuthorised),
    (said(200, code=500, error="Internal Server Error"), OutcomeUnknown),
]


@pytest.mark.parametrize(("answer", "kind"), SUBMITS)
def test_a_paid_request(answer: Answer, kind: type[Fault]) -> None:
    fault = fault_of(answer, service="MusicAPI", paid=True)
    assert type(fault) is kind
    sure = "Nothing was charged." in fault.message
    unsure = "may have been taken and charged" in fault.message
    assert (sure, unsure) == ((False, True) if kind is OutcomeUnknown else (True, False))
    assert fault.raw == answer.body


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (said(404, error="Task not found"), UnknownTask),
        (said(400, type="validation_error", error="task not found."), UnknownTask),
        (said(200, code=404, error="Task not found"), UnknownTask),
        (Answer(404, {}, PAGE), Nonsense),
        (said(400, error="Something else"), Refused),
        (said(401, error="no"), NotAuthorised),
        (said(410, error="gone"), Retired),
        (said(429, error="slow down"), TooBusy),
        (said(500, type="internal_error", error="oops"), ServiceDown),
        (Answer(502, {}, PAGE), ServiceDown),
        (Answer(503, {}, PAGE), ServiceDown),
        (Answer(504, {}, PAGE), ServiceDown),
        (Answer(408, {}, b""), ServiceDown),
    ],
)
def test_a_look(answer: Answer, kind: type[Fault]) -> None:
    fault = fault_of(answer, service="MusicAPI", paid=False, about_task=True)
    assert type(fault) is kind
    assert "charged" not in fault.message or kind is Retired


def test_a_missing_page_elsewhere_says_nothing_about_a_task() -> None:
    fault = fault_of(said(404, error="Not found"), service="MusicAPI", paid=False)
    assert type(fault) is Refused


def test_what_the_service_said_is_kept() -> None:
    answer = said(
        400,
        headers={"x-request-id": "from-header"},
        error={"code": "bad_request", "message": "title must be short"},
        trace_id="t-1",
    )
    record = fault_of(answer, service="MusicAPI", paid=True).record()
    assert record.service_words == "title must be short"
    assert (record.trace_id, record.field, record.status) == ("t-1", "title", 400)


def test_the_rest_of_the_credits_is_named() -> None:
    answer = said(402, error="Too few", remaining_credits=3)
    assert "(3 left)" in fault_of(answer, service="MusicAPI", paid=True).message


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("The 'mv' field is invalid. Allowed models: FUZZ-3-Demo", "model"),
        ("The lyrics contain copyrighted content", "lyrics"),
        ("The lyrics format is invalid", "lyrics"),
        ("sound_strength must be between 0.2 and 1", "sound_strength"),
        ("title must be at most 80 characters", "title"),
        ("Please give a `clip_id`", "source"),
        ("'starts_at' is required for replace_music", "starts_at_s"),
        ("The 'format' field is invalid", "export_format"),
        ("The request format is not JSON", ""),
        ("Invalid parameters", ""),
        ("", ""),
    ],
)
def test_the_field_is_found_in_the_words(text: str, field: str) -> None:
    assert field_in(text) == field


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7),
        ("1.5", 1.5),
        ("-3", 0),
        ("Fri, 20 Nov 2026 12:00:30 GMT", 30),
        ("Fri, 20 Nov 2026 11:00:00 GMT", 0),
        ("soon", None),
        ("nan", None),
        ("", None),
    ],
)
def test_retry_after(value: str, seconds: float | None) -> None:
    assert retry_after_s(value, datetime(2026, 11, 20, 12, tzinfo=UTC)) == seconds


def test_429_carries_its_time() -> None:
    answer = said(429, headers={"retry-after": "9"}, error="wait")
    assert fault_of(answer, service="MusicAPI", paid=True).retry_after_s == 9


def test_a_success_that_cannot_be_read_keeps_its_body() -> None:
    answer = Answer(200, {}, b"\xff\xfe garbage")
    paid = unreadable(answer, service="MusicAPI", paid=True)
    free = unreadable(answer, service="MusicAPI", paid=False)
    assert (type(paid), type(free)) == (OutcomeUnknown, Nonsense)
    assert paid.raw == free.raw == answer.body
