"""Every line of the table from HTTP answers to faults."""

import json
from typing import Any

import pytest

from producer_studio.domain.errors import (
    CreditsExhausted,
    FailedByService,
    InvalidResponse,
    NotAuthorised,
    OperationRetired,
    OutcomeUnknown,
    RateLimited,
    RequestRejected,
    ServiceError,
    ServiceUnavailable,
    UnknownTask,
)
from producer_studio.domain.operation import Operation
from producer_studio.providers.http.error_details import parse_error_details
from producer_studio.providers.http.rejected_field import find_field_in_text, find_recipe_field
from producer_studio.providers.http.response import Response
from producer_studio.providers.http.response_errors import (
    create_service_error,
    create_unreadable_error,
)

PAGE = b"<html><body><h1>Bad gateway</h1></body></html>"


def said(status: int, *, headers: dict[str, str] | None = None, **body: object) -> Response:
    return Response(status, headers or {}, json.dumps(body).encode())


def ace(status: int, code: str, message: str = "No.") -> Response:
    """An error in the shape of seed 001 and services.md."""
    error = {"code": code, "message": message}
    return said(status, error=error, trace_id="trace-1", success=False)


SUBMITS = [
    (said(401, type="unauthorized", error="Authorization header is missing"), NotAuthorised),
    (Response(401, {}, PAGE), NotAuthorised),
    (
        said(402, type="insufficient_credits", error="Too few", remaining_credits=3),
        CreditsExhausted,
    ),
    (said(403, error="Insufficient credits."), CreditsExhausted),
    (said(403, type="insufficient_credits", error="No."), CreditsExhausted),
    (said(403, error="The lyrics contain copyrighted content."), RequestRejected),
    (said(403, error="Credits to artist names are not allowed."), RequestRejected),
    (said(403, error="The lyrics format is invalid."), RequestRejected),
    (said(403, error="Permission denied"), RequestRejected),
    (Response(403, {}, PAGE), RequestRejected),
    (said(400, type="validation_error", error="The 'mv' field is invalid."), RequestRejected),
    (said(400, error="task not found."), RequestRejected),
    (said(404, error="Clip not found"), RequestRejected),
    (Response(404, {}, PAGE), RequestRejected),
    # A conflict is with a request that came before: perhaps with this one.
    (said(409, error="Conflict"), OutcomeUnknown),
    (said(422, error="This idempotency key was used for another request."), OutcomeUnknown),
    (said(400, error="This Idempotency-Key was used with other parameters."), OutcomeUnknown),
    (said(400, error={"type": "idempotency_error", "message": "Used."}), OutcomeUnknown),
    (said(423, error="A request with this idempotency key is in progress."), OutcomeUnknown),
    (said(400, error="Header Idempotency-Key is required."), RequestRejected),
    (said(422, error="The Idempotency-Key must be a UUID."), RequestRejected),
    (said(413, error="Too large"), RequestRejected),
    (said(422, detail="title too long"), RequestRejected),
    (said(410, type="endpoint_retired", error="Gone"), OperationRetired),
    (Response(410, {}, PAGE), RequestRejected),
    (said(429, type="rate_limited", error="Too many concurrent tasks."), RateLimited),
    (Response(301, {"location": "https://elsewhere.example"}, b""), RequestRejected),
    (Response(307, {"location": "https://elsewhere.example"}, b""), RequestRejected),
    (Response(308, {"location": "https://elsewhere.example"}, b""), RequestRejected),
    # What was done is told elsewhere:
    (Response(303, {"location": "/task/t-1"}, b""), OutcomeUnknown),
    (Response(302, {"location": "/task/t-1"}, b""), OutcomeUnknown),
    # Never arrived, or declined in so many words:
    (said(503, error="Unavailable"), ServiceUnavailable),
    (Response(503, {}, PAGE), ServiceUnavailable),
    (Response(521, {}, PAGE), ServiceUnavailable),
    (said(502, type="upstream_error", error="Generation is unavailable."), ServiceUnavailable),
    # May have been taken:
    (said(500, type="internal_error", error="Internal Server Error"), OutcomeUnknown),
    (Response(500, {}, b""), OutcomeUnknown),
    (Response(502, {}, PAGE), OutcomeUnknown),
    (said(502, error="Bad Gateway"), OutcomeUnknown),
    (said(504, error="Task failed due to timeout."), OutcomeUnknown),
    (Response(504, {}, PAGE), OutcomeUnknown),
    (said(504, error="Task failed due to timeout. Credits were refunded."), FailedByService),
    (said(500, error="Worker lost. Your credits have been returned."), FailedByService),
    (said(502, error={"message": "Gone. A refund has been issued."}), FailedByService),
    (said(504, error="Timeout. Credits were not refunded."), OutcomeUnknown),
    (said(504, error="Credits cannot be refunded."), OutcomeUnknown),
    (said(504, error="Timeout. Your credits will be refunded if it fails."), OutcomeUnknown),
    (said(504, error="If the task fails, credits are refunded."), OutcomeUnknown),
    (said(504, error="Credits may be returned or refunded later."), OutcomeUnknown),
    (Response(408, {}, b""), OutcomeUnknown),
    (Response(524, {}, PAGE), OutcomeUnknown),
    (Response(499, {}, b""), OutcomeUnknown),
    (said(460, error="Client closed the connection"), OutcomeUnknown),
    (Response(503, {}, b"upstream connect error or reset before headers"), OutcomeUnknown),
    # Varnish, Fastly and Heroku send 503 as well when the service took too long or hung up.
    (Response(503, {}, b"<h1>Error 503 Backend fetch failed</h1><h3>Guru Meditation:</h3>"),
     OutcomeUnknown),
    (Response(503, {}, b"<title>503 first byte timeout</title>"), OutcomeUnknown),
    (Response(503, {}, b"<iframe src='//www.herokucdn.com/error-pages/application-error.html'>"),
     OutcomeUnknown),
    (said(503, error="The upstream server timed out"), OutcomeUnknown),
    (Response(503, {}, b"<script>setTimeout(reload, 9000)</script>Maintenance"),
     ServiceUnavailable),
    # The body's own code counts when HTTP says all is well:
    (said(200, code=402, error="Too few"), CreditsExhausted),
    (said(200, code="401", error="No key"), NotAuthorised),
    (said(200, code=500, error="Internal Server Error"), OutcomeUnknown),
    # Seed 001 and services.md:
    (ace(400, "token_mismatched"), NotAuthorised),
    (ace(400, "no_token"), NotAuthorised),
    (ace(400, "api_not_implemented"), RequestRejected),
    (ace(400, "disabled"), RequestRejected),
    (ace(400, "bad_request", "lyric is required"), RequestRejected),
    (ace(401, "invalid_token"), NotAuthorised),
    (ace(401, "token_expired"), NotAuthorised),
    (ace(401, "token_mismatched"), NotAuthorised),
    (ace(403, "used_up"), CreditsExhausted),
    (ace(403, "forbidden", "The lyric has copyrighted content"), RequestRejected),
    (ace(404, "no_api"), RequestRejected),
    (ace(429, "too_many_requests"), RateLimited),
    (ace(500, "api_error"), OutcomeUnknown),
    (ace(200, "used_up"), CreditsExhausted),
    (ace(200, "api_error"), OutcomeUnknown),
    # services.md, apiframe:
    (said(400, error="Validation failed", details=[{"path": ["prompt"], "message": "Required"}]),
     RequestRejected),
    (said(401, error="Invalid API key"), NotAuthorised),
    (said(402, error="Insufficient credits", creditsRequired=12, creditsAvailable=3),
     CreditsExhausted),
    (said(403, error="Forbidden"), RequestRejected),
    (said(404, error="Model not found"), RequestRejected),
    (said(429, headers={"retry-after": "30"}, error="Rate limit exceeded"), RateLimited),
    (said(502, error="Upstream failed"), OutcomeUnknown),
    (said(503, error="Service unavailable"), ServiceUnavailable),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "kind"), SUBMITS)
def test_a_paid_request(answer: Response, kind: type[ServiceError]) -> None:
    fault = create_service_error(answer, service="MusicAPI", paid=True)
    assert type(fault) is kind
    sure = "Nothing was charged." in fault.message
    unsure = "may have been accepted and charged" in fault.message
    back = "The credits were refunded." in fault.message
    assert (sure, unsure, back) == (
        kind not in {OutcomeUnknown, FailedByService},
        kind is OutcomeUnknown,
        kind is FailedByService,
    )
    assert fault.raw == answer.body


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (said(404, error="Task not found"), UnknownTask),
        (said(400, type="validation_error", error="task not found."), UnknownTask),
        (said(200, code=404, error="Task not found"), UnknownTask),
        (Response(404, {}, PAGE), InvalidResponse),
        # The question is refused, perhaps by something in between: not the task.
        (said(400, error="Something else"), ServiceUnavailable),
        (said(403, error="Permission denied"), ServiceUnavailable),
        (said(422, detail="odd id"), ServiceUnavailable),
        (Response(403, {}, PAGE), ServiceUnavailable),
        (Response(301, {"location": "https://elsewhere.example"}, b""), ServiceUnavailable),
        (said(404, message="no Route matched with those values"), InvalidResponse),
        (said(401, error="no"), NotAuthorised),
        (said(410, error="gone"), OperationRetired),
        (Response(410, {}, PAGE), InvalidResponse),
        (said(429, error="slow down"), RateLimited),
        (said(500, type="internal_error", error="oops"), ServiceUnavailable),
        (Response(502, {}, PAGE), ServiceUnavailable),
        (Response(503, {}, PAGE), ServiceUnavailable),
        (Response(504, {}, PAGE), ServiceUnavailable),
        (Response(408, {}, b""), ServiceUnavailable),
        # About the operation, not about the task:
        (ace(404, "no_api"), ServiceUnavailable),
        (ace(400, "disabled"), ServiceUnavailable),
        (ace(500, "api_error"), ServiceUnavailable),
        (ace(403, "used_up"), CreditsExhausted),
    ],
)
def test_a_look(answer: Response, kind: type[ServiceError]) -> None:
    fault = create_service_error(answer, service="MusicAPI", paid=False, about_task=True)
    assert type(fault) is kind
    assert "charged" not in fault.message or kind is OperationRetired


def test_a_missing_page_elsewhere_says_nothing_about_a_task() -> None:
    fault = create_service_error(said(404, error="Not found"), service="MusicAPI", paid=False)
    assert type(fault) is RequestRejected


def test_what_the_service_said_is_kept() -> None:
    answer = said(
        400,
        headers={"x-request-id": "from-header"},
        error={"code": "bad_request", "message": "title must be short"},
        trace_id="t-1",
    )
    record = create_service_error(answer, service="MusicAPI", paid=True).to_record()
    assert record.service_words == "title must be short"
    assert (record.trace_id, record.field, record.status) == ("t-1", "title", 400)


@pytest.mark.parametrize(
    ("body", "amounts"),
    [
        ({"remaining_credits": 3}, "too few credits (3 left). Nothing"),
        ({"remaining_credits": 0}, "too few credits (0 left). Nothing"),
        ({"creditsRequired": 12, "creditsAvailable": 2.5}, "(2.5 left, 12 needed). Nothing"),
        ({"creditsRequired": "12"}, "(12 needed). Nothing"),
        ({"creditsAvailable": []}, "too few credits. Nothing"),
    ],
)
def test_the_rest_of_the_credits_is_named(body: dict[str, Any], amounts: str) -> None:
    answer = said(402, error="Too few", **body)
    assert amounts in create_service_error(answer, service="MusicAPI", paid=True).message


def test_a_key_that_has_expired_is_called_expired() -> None:
    fault = create_service_error(ace(401, "token_expired"), service="AceData Cloud", paid=True)
    assert "any more: it has expired. Nothing was charged. Check the key" in fault.message
    assert (fault.trace_id, fault.service_words) == ("trace-1", "No.")


@pytest.mark.parametrize("code", ["api_not_implemented", "disabled", "no_api"])
def test_what_the_account_may_not_do_is_about_the_operation(code: str) -> None:
    fault = create_service_error(
        ace(404 if code == "no_api" else 400, code), service="AceData", paid=True
    )
    assert fault.field == "operation"
    assert "Another account may offer it." in fault.message


@pytest.mark.parametrize(
    ("details", "field", "words"),
    [
        (
            [{"path": ["producerParams", "title"], "message": "At most 80 characters"}],
            "title",
            "Bad request: producerParams.title: At most 80 characters",
        ),
        (
            {"fieldErrors": {"producerParams.lyrics_strength": ["Too high", "Odd"]}},
            "lyrics_strength",
            (
                "Bad request: producerParams.lyrics_strength: Too high; "
                "producerParams.lyrics_strength: Odd"
            ),
        ),
        (
            {"producerParams": {"model_version": {"_errors": ["Invalid"]}}},
            "model",
            "Bad request: producerParams.model_version: Invalid",
        ),
        ({"webhookUrl": "Must be https"}, "webhook_url", "Bad request: webhookUrl: Must be https"),
        ([{"loc": ["body", "seed"], "msg": "str"}], "seed", "Bad request: seed: str"),
        ("Unrecognized key: 'mood'", "", "Bad request: Unrecognized key: 'mood'"),
        ([], "", "Bad request."),
        ([[[[[[["deep"]]]]]]], "", "Bad request."),
        ({"path": 7, "message": ""}, "", "Bad request."),
        (17, "", "Bad request."),
    ],
)
def test_details_name_the_field(details: object, field: str, words: str) -> None:
    fault = create_service_error(
        said(400, error="Bad request.", details=details), service="A", paid=True
    )
    assert (fault.field, fault.service_words) == (field, words)


def test_an_error_may_name_its_field_itself() -> None:
    answer = said(400, error={"code": "bad_request", "message": "Too big", "param": "continue_at"})
    assert create_service_error(answer, service="AceData Cloud", paid=True).field == "starts_at_s"


@pytest.mark.parametrize(
    ("operation", "field"),
    [(Operation.CREATE, "sound"), (Operation.LYRICS, "prompt"), (None, "prompt")],
)
def test_a_prompt_is_the_sound_of_a_song_and_the_theme_of_lyrics(
    operation: Operation | None, field: str
) -> None:
    answer = said(400, error="'prompt' is too long")
    fault = create_service_error(answer, service="A", paid=True, operation=operation)
    assert fault.field == field


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("lyric", "lyrics"),
        ("audio_id", "source"),
        ("continue_at", "starts_at_s"),
        ("replace_section_start", "starts_at_s"),
        ("replace_section_end", "ends_at_s"),
        ("callback_url", "webhook_url"),
        ("webhookUrl", "webhook_url"),
        ("producerParams.model_version", "model"),
        ("producerParams", ""),
        ("", ""),
    ],
)
def test_wire_names_of_every_dialect(name: str, field: str) -> None:
    assert find_recipe_field(name) == field


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
        ("`producerParams.model_version` must be one of FUZZ_2", "model"),
        ("Invalid model: FUZZ-9", "model"),
        ("The model FUZZ-9 is not available", "model"),
        ("The model is busy with your lyrics", "lyrics"),
        ("Our model could not read this", ""),
        ("continue_at must be a number", "starts_at_s"),
        ("Your prompt contains artist names, which are not allowed", "sound"),
        ("Artist names are not allowed", "sound"),
        ("The lyrics contain artist names", "lyrics"),
        ("Clip not found", "source"),
        ("The audio does not exist", "source"),
        ("The song was found and is too long", ""),
        ("Invalid parameters", ""),
        ("", ""),
    ],
)
def test_the_field_is_found_in_the_words(text: str, field: str) -> None:
    assert find_field_in_text(text) == field


def test_429_carries_its_time() -> None:
    answer = said(429, headers={"retry-after": "9"}, error="wait")
    assert create_service_error(answer, service="MusicAPI", paid=True).retry_after_s == 9


def test_a_success_that_cannot_be_read_keeps_its_body() -> None:
    answer = Response(200, {}, b"\xff\xfe garbage")
    paid = create_unreadable_error(answer, service="MusicAPI", paid=True)
    free = create_unreadable_error(answer, service="MusicAPI", paid=False)
    assert (type(paid), type(free)) == (OutcomeUnknown, InvalidResponse)
    assert paid.raw == free.raw == answer.body


@pytest.mark.parametrize(
    "answer",
    [
        Response(403, {"cf-mitigated": "challenge"}, b"<html>Just a moment...</html>"),
        Response(200, {"cf-mitigated": "challenge"}, b"<html>credits</html>"),
        Response(
            403, {"content-type": "text/html; charset=UTF-8"}, b"<title>Just a moment...</title>"
        ),
        Response(
            503, {"content-type": "text/html"}, b"<script src='/cdn-cgi/challenge-platform/x'>"
        ),
        Response(
            403,
            {"content-type": "text/html"},
            b"<title>Attention Required! | Cloudflare</title> insufficient balance",
        ),
        Response(429, {"content-type": "text/html"}, b"<div class='h-captcha'></div>"),
    ],
)
@pytest.mark.parametrize("paid", [True, False])
@pytest.mark.parametrize("about_task", [True, False])
def test_a_page_for_browsers_is_told_as_such(
    answer: Response, paid: bool, about_task: bool
) -> None:
    """What protects a service from robots has passed nothing on to it."""
    fault = create_service_error(answer, service="MusicAPI", paid=paid, about_task=about_task)
    assert type(fault) is ServiceUnavailable
    assert "mistook the request for a bot's" in fault.message
    assert ("charged" in fault.message) is paid, "a look that failed knows nothing of a charge"
    assert "VPN" in fault.message


@pytest.mark.parametrize(
    "answer",
    [
        said(403, error="Your lyrics say just a moment, which is not allowed"),
        Response(500, {"content-type": "text/html"}, b"Just a moment..."),
        Response(403, {"content-type": "text/html"}, b"<html>Forbidden</html>"),
    ],
)
def test_other_refusals_are_no_pages_for_browsers(answer: Response) -> None:
    assert "mistook" not in create_service_error(answer, service="MusicAPI", paid=True).message


def test_a_dialect_parses_an_error_body_of_its_own_shape() -> None:
    answer = said(402, problem="Top up first", where="words")
    details = parse_error_details(answer, {"error": "Top up first", "field": "lyrics"})
    fault = create_service_error(answer, service="Songs", paid=True, details=details)
    assert isinstance(fault, CreditsExhausted)
    assert fault.service_words == "Top up first"
    assert not create_service_error(answer, service="Songs", paid=True).service_words
    rejected = create_service_error(
        said(400, problem="Top up first"), service="Songs", paid=True, details=details
    )
    assert isinstance(rejected, RequestRejected)
    assert rejected.field == "lyrics"
