"""Verification and parsing of webhooks about finished tasks. Nothing is sent here.

A webhook is only ever a reason to poll a task sooner: the result is read from the service's
response to that poll. So a lost webhook costs a little time, and a forged one a poll, which is
free.

- The musicapi family signs the time and the body with the account's webhook secret.
- Apiframe signs the body with a hash of the API key; it states no time, so a repeated old webhook
  is recognised by its signature alone, and is harmless.
- AceData Cloud signs nothing, nor does the musicapi family without a secret. Their webhooks count
  as hints, for tasks that are polled anyway, and for nothing else.
"""

import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from producer_studio.domain.ids import TaskId
from producer_studio.providers.profile import WebhookSignature
from producer_studio.translation import mark

MAX_CLOCK_SKEW_S = 300.0
"""A signed time that differs more than this, in either direction, is rejected."""

MAX_REMEMBERED_REPORTS = 1024
"""Number of webhooks stored to recognise a repetition, for each account."""

EVENT_LIMIT = 80

_TASK_KEYS = ("task_id", "jobId")


class UntrustedWebhook(Exception):
    """Not signed by the service, or too old to be distinguished from a repetition."""


class InvalidWebhook(Exception):
    """Not a webhook at all."""


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    """Parsed webhook.

    Attributes:
        task: The task's id; None when it is not stated, and then it may be any of the account's.
        event: The service's own name of the event, such as "song.completed"; may be empty.
    """

    task: TaskId | None
    event: str = ""


class WebhookVerifier(Protocol):
    """Verifier of the webhooks for one account."""

    def verify(self, headers: Mapping[str, str], body: bytes, now: float) -> WebhookEvent | None:
        """Verifies and parses a webhook; None when it contains nothing new.

        Args:
            headers: Names in lower case.
            body: The raw bytes, exactly as received.
            now: Unix seconds.

        Raises:
            UntrustedWebhook: It must not be trusted.
            InvalidWebhook: It cannot be parsed.
        """
        ...


class TimestampedVerifier:
    """Verifier of signatures over time and body, with the secret sent with each request."""

    __slots__ = ("_recent_reports", "_secret")

    def __init__(self, secret: str) -> None:
        """Stores the secret, which must not be empty: without one nothing would be proven."""
        if not secret:
            raise ValueError("a signature needs a secret")
        self._secret = secret.encode("utf-8", "replace")
        self._recent_reports = _RecentReports()

    def verify(self, headers: Mapping[str, str], body: bytes, now: float) -> WebhookEvent | None:
        time = headers.get("x-webhook-timestamp", "")
        signed = time.encode("utf-8", "replace") + b"." + body
        _check_signature(headers, hmac.new(self._secret, signed, hashlib.sha256))
        # Only now: a time means nothing before its signature is verified.
        if not (time.isascii() and time.isdigit()) or abs(now - float(time)) > MAX_CLOCK_SKEW_S:
            raise UntrustedWebhook(mark("The webhook is too old, or the clocks differ."))
        news = _parse_event(headers, body)
        name = headers.get("x-webhook-id") or headers.get("idempotency-key") or ""
        return (
            news
            if self._recent_reports.add_if_new(name.encode("utf-8", "replace") or body)
            else None
        )


class ApiKeyVerifier:
    """Verifier of signatures over the body alone, with a hash of the account's API key."""

    __slots__ = ("_key", "_recent_reports")

    def __init__(self, api_key: str) -> None:
        if not api_key:
            raise ValueError("a signature needs a key")
        self._key = hashlib.sha256(api_key.encode("utf-8", "replace")).digest()
        self._recent_reports = _RecentReports()

    def verify(
        self,
        headers: Mapping[str, str],
        body: bytes,
        now: float,  # noqa: ARG002 - no time is signed here
    ) -> WebhookEvent | None:
        _check_signature(headers, hmac.new(self._key, body, hashlib.sha256))
        news = _parse_event(headers, body)
        return news if self._recent_reports.add_if_new(body) else None


class UnsignedVerifier:
    """Verifier for services that sign nothing: accepts hints about tasks that are being polled."""

    __slots__ = ("_is_watched", "_seen")

    def __init__(self, is_watched: Callable[[TaskId], bool]) -> None:
        self._is_watched = is_watched
        self._seen = _RecentReports()

    def verify(
        self,
        headers: Mapping[str, str],
        body: bytes,
        now: float,  # noqa: ARG002 - no time is signed here
    ) -> WebhookEvent | None:
        news = _parse_event(headers, body)
        if news.task is None or not self._is_watched(news.task):
            return None
        return news if self._seen.add_if_new(body) else None


def create_verifier(
    signature: WebhookSignature, secret: str, is_polled: Callable[[TaskId], bool]
) -> WebhookVerifier:
    """Creates the verifier for a service's way of signing.

    Args:
        secret: API key or webhook secret, as `signature` requires; nothing can be proven without.
        is_polled: Whether a task is polled anyway, so that an unsigned webhook about it counts.
    """
    if not secret or signature is WebhookSignature.UNSIGNED:
        return UnsignedVerifier(is_polled)
    by_key = signature is WebhookSignature.API_KEY
    return ApiKeyVerifier(secret) if by_key else TimestampedVerifier(secret)


class _RecentReports:
    """The last webhooks, so that a repetition is recognised; older ones are dropped."""

    __slots__ = ("_marks",)

    def __init__(self) -> None:
        self._marks: OrderedDict[bytes, None] = OrderedDict()

    def add_if_new(self, name: bytes) -> bool:
        digest = hashlib.sha256(name).digest()
        if digest in self._marks:
            return False
        self._marks[digest] = None
        if len(self._marks) > MAX_REMEMBERED_REPORTS:
            self._marks.popitem(last=False)
        return True


def _check_signature(headers: Mapping[str, str], expected: "hmac.HMAC") -> None:
    given = headers.get("x-webhook-signature", "").strip().lower().removeprefix("sha256=")
    if not hmac.compare_digest(given.encode("utf-8", "replace"), expected.hexdigest().encode()):
        raise UntrustedWebhook(mark("The webhook is not signed by the service."))


def _parse_event(headers: Mapping[str, str], body: bytes) -> WebhookEvent:
    from producer_studio.providers.http.decoding import is_task_id  # start-up cost
    from producer_studio.providers.http.json_parser import parse_json  # start-up cost

    try:
        report = parse_json(body)
    except ValueError as error:
        raise InvalidWebhook(mark("The webhook is not JSON.")) from error
    if not isinstance(report, dict):
        raise InvalidWebhook(mark("The webhook is not a JSON object."))
    tasks = [value for name in _TASK_KEYS if isinstance(value := report.get(name), str)]
    task = tasks[0].strip() if tasks else ""
    event = headers.get("x-webhook-event") or report.get("event")
    event_name = event.strip() if isinstance(event, str) else ""
    return WebhookEvent(
        task=TaskId(task) if is_task_id(task) else None,
        event=event_name[:EVENT_LIMIT] if event_name.isprintable() else "",
    )
