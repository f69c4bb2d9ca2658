"""Conversion of HTTP responses to errors with a message for the user.

The statuses are those of "MusicAPI, Producer API" ("status codes"), "AI Music API, Producer API"
§8, "AceData Cloud, Producer API" ("error handling") and .github/docs/services.md; one mapping
serves all dialects. Most important is whether a response proves that nothing was charged. For a
request that may be charged:

- 4xx: the request was read and declined; nothing was accepted. Exceptions are a conflict (409),
  which is with an earlier request, perhaps this one, and that may have been accepted, as is the
  statement that an idempotency key is in use; and 460 and 499 of proxies that took the connection
  for closed while the service was processing the request.
- 503, and 521, 523, 525, 526 of a CDN: it never reached the service, unless the body reports a
  timeout or a lost connection. Varnish, Fastly and Heroku have no other status for those.
- 502 with `upstream_error` in the service's own JSON: declined, "please retry" (AI Music API,
  Producer API).
- 302, 303: the result is at another URL, so the request may have been accepted.
- 408, 460, 499, 500, other 502, 504 and any other 5xx: a gateway gave up, or the service failed
  while processing it. It may have been accepted, so it is never sent again without the user's
  consent; unless the response states that the credits were refunded (504,
  .github/docs/services.md).
"""

import logging
import re
from collections.abc import Mapping

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
from producer_studio.providers.http.challenge_page import is_challenge
from producer_studio.providers.http.error_details import ErrorDetails, parse_error_details
from producer_studio.providers.http.refunds import is_refunded
from producer_studio.providers.http.rejected_field import MODERATION_PATTERN, find_rejected_field
from producer_studio.providers.http.response import RAW_BODY_LIMIT_BYTES, Response
from producer_studio.providers.http.retry_after import parse_retry_after_s
from producer_studio.translation import Message, join_texts, mark, sentences

log = logging.getLogger(__name__)

# These may follow a processed request (RFC 9110, 15.4.3 and 15.4.4). The other redirects require
# the same request at another URL, so it was not processed.
_PROCESSED_STATUSES = frozenset({302, 303})

UNDELIVERED_STATUSES = frozenset({503, 521, 523, 525, 526})

_CREDITS_PATTERN = re.compile(
    r"\bcredits?\b|\bbalance\b|insufficient|used.?up|\bquota\b|payment required", re.IGNORECASE
)
_NO_TASK_PATTERN = re.compile(r"\b(task|job)\b.{0,20}\bnot (be )?(found|exist)", re.IGNORECASE)
# Error text of a gateway that has no route for a request.
_NO_ROUTE_PATTERN = re.compile(
    r"\b(route|routes|path|endpoint|page|url|upstream|host)\b", re.IGNORECASE
)
# Pages and texts with 503 for a request that was forwarded to the service, whose response did not
# arrive: of Envoy, Varnish, Fastly, Heroku and of services themselves.
_FORWARDED_PATTERN = re.compile(
    rb"disconnect/reset|reset before|connection (termination|reset|closed)|guru med|"
    rb"backend (fetch failed|read error)|(?<!set)(?<!clear)time[ds]?[ -]?out|"
    rb"herokucdn\.com/error-pages/application",
    re.IGNORECASE,
)
_SEARCH_BYTES = 64 * 1024
_INTERRUPTED_STATUSES = frozenset({408, 460, 499})


# Error types in the body, mapped to the status that they represent.
_STATUS_BY_TYPE: Mapping[str, int] = {
    "validation_error": 400,
    "unauthorized": 401,
    "insufficient_credits": 402,
    "endpoint_retired": 410,
    "rate_limited": 429,
    "internal_error": 500,
    "upstream_error": 502,
    "bad_request": 400,
    "no_token": 401,
    "invalid_token": 401,
    "token_expired": 401,
    "token_mismatched": 401,
    "api_not_implemented": 400,
    "disabled": 400,
    "used_up": 403,
    "no_api": 404,
    "too_many_requests": 429,
    "api_error": 500,
}
_KEY_ERROR_TYPES = frozenset({"no_token", "invalid_token", "token_expired", "token_mismatched"})
_NOT_OFFERED_TYPES = frozenset({"api_not_implemented", "disabled", "no_api"})
_IDEMPOTENCY_PATTERN = re.compile(r"idempoten", re.IGNORECASE)
# Then the key itself was rejected, and no request was accepted with it.
_KEY_FORMAT_PATTERN = re.compile(
    r"\b(required|missing|invalid|malformed|format|must be|length|characters|too (long|short)|"
    r"not supported|unsupported)\b",
    re.IGNORECASE,
)

_NOTHING_CHARGED = mark("Nothing was charged.")
_TRY_LATER = mark("Try again later.")
_CHECK_ADDRESS = mark("Check the account's address in Settings.")
_CHECKING_IS_FREE = mark("Checking again is free.")
_MAY_BE_CHARGED = mark(
    "It may have been accepted and charged. Check your account before you send it again."
)


def resolve_status(response: Response, details: ErrorDetails) -> int:
    """Returns the effective status: the body's own when HTTP reports success.

    See "Errors" in .github/docs/services.md.
    """
    if not 200 <= response.status < 300:
        return response.status
    if details.code is not None and details.code >= 300:
        return details.code
    return _STATUS_BY_TYPE.get(details.type, response.status)


def create_service_error(
    response: Response,
    *,
    service: str,
    paid: bool,
    about_task: bool = False,
    operation: Operation | None = None,
    details: ErrorDetails | None = None,
) -> ServiceError:
    """Creates the error for a response that is not a success.

    Args:
        response: With a status outside 200 to 299, in HTTP or in its body.
        service: Its name in messages.
        paid: Whether the request could cost credits.
        about_task: Whether the request was a poll, so that "not found" means the task.
        operation: The requested operation, if any; used to find the rejected field.
        details: The explanation, where the dialect parses it itself because its error bodies have
            a shape of their own.
    """
    if details is None:
        details = parse_error_details(response)
    status = resolve_status(response, details)
    if is_challenge(response):
        kind: type[ServiceError] = ServiceUnavailable
        message = sentences(
            _challenge_text(service, status),
            _NOTHING_CHARGED if paid else "",
            mark(
                "A VPN or a proxy is often the cause: switch it off or use another, then try again."
            ),
        )
        return kind(message, status=status, raw=response.body[:RAW_BODY_LIMIT_BYTES])
    if about_task and _is_about_a_task(status, details):
        kind = UnknownTask
        message = unknown_task_message(service)
    else:
        kind, message = _classify(
            status,
            details,
            service=service,
            paid=paid,
            about_task=about_task,
            is_forwarded=bool(_FORWARDED_PATTERN.search(response.body[:_SEARCH_BYTES])),
        )
    return kind(
        message,
        service_words=details.text,
        trace_id=details.trace_id,
        field=_find_field(status, details, operation) if kind is RequestRejected else "",
        status=status,
        retry_after_s=parse_retry_after_s(response.headers),
        raw=response.body[:RAW_BODY_LIMIT_BYTES],
    )


def create_unreadable_error(
    response: Response,
    *,
    service: str,
    paid: bool,
    reason: str = "",
    free_kind: type[InvalidResponse] = InvalidResponse,
) -> ServiceError:
    """Creates the error for a success that cannot be parsed; a paid one may have been accepted.

    Args:
        free_kind: Class of the error where a repeated request costs nothing.
        reason: Cause, for the log: the user is shown the service's own text only.
    """
    details = parse_error_details(response)
    log.info("Cannot parse response of %s (%d): %s", service, response.status, reason)
    kind: type[ServiceError] = OutcomeUnknown if paid else free_kind
    after = (
        mark(
            "The request may have been accepted and charged. Check your account before you send it "
            "again."
        )
        if paid
        else _CHECKING_IS_FREE
    )
    return kind(
        sentences(mark("{service} sent an unreadable response.", service=service), after),
        service_words=details.text,
        trace_id=details.trace_id,
        status=response.status,
        raw=response.body[:RAW_BODY_LIMIT_BYTES],
    )


def _classify(
    status: int,
    details: ErrorDetails,
    *,
    service: str,
    paid: bool,
    about_task: bool,
    is_forwarded: bool,
) -> tuple[type[ServiceError], str]:
    nothing = _NOTHING_CHARGED if paid else ""
    reason = _truncate(details.text) if details.text else ""
    if status == 401 or (status in {400, 403} and details.type in _KEY_ERROR_TYPES):
        text = (
            mark(
                "{service} does not accept the key of this account any more: it has expired.",
                service=service,
            )
            if details.type == "token_expired"
            else mark("{service} does not accept the key of this account.", service=service)
        )
        return NotAuthorised, sentences(text, nothing, mark("Check the key in Settings."))
    if status == 402 or (status == 403 and _is_about_credits(details)):
        advice = mark("Add credits at {service}, or use another account.", service=service)
        return CreditsExhausted, sentences(_credits_text(details), nothing, advice)
    if status == 410 and details.is_json:
        return OperationRetired, sentences(
            mark("{service} no longer offers this.", service=service),
            nothing,
            mark("Another account may still offer it."),
        )
    if status == 429:
        busy = mark("{service} is busy with other requests.", service=service)
        return RateLimited, sentences(busy, nothing, _TRY_LATER)
    if details.type in _NOT_OFFERED_TYPES:
        if about_task:
            return ServiceUnavailable, mark(
                "{service} cannot report on this task at the moment.", service=service
            )
        text = mark("{service} does not offer this to the account at the moment", service=service)
        return RequestRejected, sentences(
            _with_reason(text, reason), nothing, mark("Another account may offer it.")
        )
    if paid and (status == 409 or (400 <= status < 500 and _is_about_used_key(details))):
        text = mark("{service} says that it has received this request before", service=service)
        return OutcomeUnknown, sentences(_with_reason(text, reason), _MAY_BE_CHARGED)
    if paid and status in _PROCESSED_STATUSES:
        return OutcomeUnknown, mark(
            "{service} redirected to another page and did not report the outcome of the request. "
            "It may have been accepted and charged. Check your account, and the account's address "
            "in Settings, before you send it again.",
            service=service,
        )
    if 300 <= status < 400:
        return ServiceUnavailable if about_task else RequestRejected, sentences(
            mark("The address of {service} has moved.", service=service), nothing, _CHECK_ADDRESS
        )
    if status in {404, 410} and about_task:
        return InvalidResponse, sentences(
            mark("The address of {service} returned a page that is not its own.", service=service),
            _CHECKING_IS_FREE,
        )
    if status in {404, 410} and not details.is_json:
        return RequestRejected, sentences(
            mark("There is no {service} at this address.", service=service),
            nothing,
            _CHECK_ADDRESS,
        )
    if about_task and 400 <= status < 500:
        # The poll was rejected: this says nothing about the task.
        text = mark("{service} does not report the status of this", service=service)
        return ServiceUnavailable, sentences(_with_reason(text, reason), _CHECKING_IS_FREE)
    if 400 <= status < 500 and status not in _INTERRUPTED_STATUSES:
        text = mark("{service} rejected the request", service=service)
        return RequestRejected, sentences(
            _with_reason(text, reason), nothing, mark("Change it and try again.")
        )
    if not paid or _is_certainly_not_accepted(status, details, is_forwarded=is_forwarded):
        text = mark("{service} is unavailable at the moment.", service=service)
        return ServiceUnavailable, sentences(text, nothing, _TRY_LATER)
    if is_refunded(details.text):
        text = mark("{service} could not finish this", service=service)
        return FailedByService, sentences(
            _with_reason(text, reason), mark("The credits were refunded. You can try again.")
        )
    text = mark("{service} failed while processing the request", service=service)
    return OutcomeUnknown, sentences(_with_reason(text, reason), _MAY_BE_CHARGED)


def _find_field(status: int, details: ErrorDetails, operation: Operation | None) -> str:
    if details.type in _NOT_OFFERED_TYPES:
        return "operation"
    return "" if 300 <= status < 400 else find_rejected_field(details, operation)


def _credits_text(details: ErrorDetails) -> Message:
    amounts = []
    if details.remaining_credits is not None:
        amounts.append(mark("{amount} left", amount=f"{details.remaining_credits:g}"))
    if details.required_credits is not None:
        amounts.append(mark("{amount} needed", amount=f"{details.required_credits:g}"))
    if not amounts:
        return mark("This account has too few credits.")
    return mark("This account has too few credits ({amounts}).", amounts=join_texts(amounts))


def _challenge_text(service: str, status: int) -> Message:
    if not status:
        return mark(
            "The protection of {service} mistook the request for a bot's and blocked it.",
            service=service,
        )
    return mark(
        "The protection of {service} mistook the request for a bot's and blocked it (HTTP "
        "{status}).",
        service=service,
        status=status,
    )


def _with_reason(text: Message, reason: str) -> Message:
    """Ends a sentence, with what the service said as its reason if it said something."""
    if reason:
        return mark("{text}: “{reason}”.", text=text, reason=reason)
    return mark("{text}.", text=text)


def _is_about_credits(details: ErrorDetails) -> bool:
    # "The lyrics contain copyrighted content. Credits …" is about the lyrics all the same.
    if MODERATION_PATTERN.search(details.text):
        return False
    return bool(_CREDITS_PATTERN.search(details.text) or _CREDITS_PATTERN.search(details.type))


def _is_about_used_key(details: ErrorDetails) -> bool:
    """Whether the service has received a request with the same idempotency key before."""
    words = f"{details.type} {details.text}"
    is_about_key = bool(_IDEMPOTENCY_PATTERN.search(words))
    return is_about_key and not _KEY_FORMAT_PATTERN.search(details.text)


def _is_about_a_task(status: int, details: ErrorDetails) -> bool:
    if status == 404:
        is_elsewhere = details.type in _NOT_OFFERED_TYPES or _NO_ROUTE_PATTERN.search(details.text)
        return details.is_json and (bool(_NO_TASK_PATTERN.search(details.text)) or not is_elsewhere)
    return status == 400 and bool(_NO_TASK_PATTERN.search(details.text))


def _is_certainly_not_accepted(status: int, details: ErrorDetails, *, is_forwarded: bool) -> bool:
    if status == 502:
        return details.is_json and details.type == "upstream_error"
    return status in UNDELIVERED_STATUSES and not is_forwarded


def _truncate(text: str, limit: int = 160) -> str:
    text = text.rstrip(".")
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "\u2026"


def unknown_task_message(service: str) -> Message:
    """Says that a service does not know a task."""
    return mark(
        "{service} does not know this task. It may have been deleted there, or belong to another "
        "account.",
        service=service,
    )
