"""Request that may cost credits, and its preview without secrets."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from producer_studio.domain.request_preview import (
    KEY_VARIABLE,
    WEBHOOK_SECRET_FIELD,
    WEBHOOK_SECRET_VARIABLE,
    RequestPreview,
)
from producer_studio.domain.signed_url import strip_url_signatures
from producer_studio.providers.http.redaction import SecretRedactor

METHOD = "POST"
"""Method of every request that may cost credits, in all dialects."""

FRESH_HEADERS: Mapping[str, str] = {"Cache-Control": "no-cache"}
"""Headers of a question; a stored answer would not show a task that was accepted since."""

JSON_HEADERS: Mapping[str, str] = {"Content-Type": "application/json"}

_URL_SCHEMES = ("https://", "http://")


@dataclass(frozen=True, slots=True)
class PaidRequest:
    """Request as a dialect builds it: once, for sending as well as for its preview.

    Attributes:
        path: Begins with a slash.
        body: JSON object, encoded; may contain the secret of webhooks.
        headers: In addition to those of the account.
    """

    path: str
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)


def preview_request(
    request: PaidRequest,
    base_url: str,
    client_headers: Mapping[str, str],
    account_headers: Mapping[str, str],
    redactor: SecretRedactor,
) -> RequestPreview:
    """Returns the preview of a request.

    Args:
        base_url: Without a slash at the end.
        client_headers: Headers of every request of the program.
        account_headers: Headers with the account's key.
        redactor: Knows all secrets of the account.
    """
    keys = {name: _mask_key(value) for name, value in account_headers.items()}
    body: dict[str, Any] = json.loads(redactor.redact_bytes(request.body))
    if WEBHOOK_SECRET_FIELD in body:
        body[WEBHOOK_SECRET_FIELD] = WEBHOOK_SECRET_VARIABLE
    return RequestPreview(
        METHOD,
        strip_url_signatures(redactor.redact(base_url + request.path)),
        {**client_headers, **keys, **request.headers, **JSON_HEADERS},
        {name: _strip_urls(value) for name, value in body.items()},
    )


def _mask_key(value: str) -> str:
    # Without a key the header ends after the scheme.
    return f"Bearer {KEY_VARIABLE}" if value.startswith("Bearer ") else KEY_VARIABLE


def _strip_urls(value: Any) -> Any:  # noqa: ANN401 - whatever JSON contains
    if isinstance(value, dict):
        return {name: _strip_urls(part) for name, part in value.items()}
    if isinstance(value, str) and value.startswith(_URL_SCHEMES):
        return strip_url_signatures(value)
    return value
