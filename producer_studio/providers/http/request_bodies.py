"""Request bodies: functions shared by all dialects."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from producer_studio.domain.errors import RequestRejected
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.base import WebhookTarget
from producer_studio.providers.http.url_checks import is_secure_url
from producer_studio.translation import mark, sentences


def encode_body(body: Mapping[str, Any]) -> bytes:
    """Encodes a body as compact JSON."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    # Pasted text may contain lone surrogates, which UTF-8 cannot encode.
    return text.encode("utf-8", "replace")


def create_rejection(message: str, field: str) -> RequestRejected:
    """Creates the error for a request that is not sent, because the service would decline it."""
    return RequestRejected(
        sentences(message, mark("Nothing was sent and nothing was charged.")), field=field
    )


def create_model_rejection(service: str, model: str, models: Iterable[str]) -> RequestRejected:
    """Creates the error for a model that the service does not have."""
    names = ", ".join(models)
    return create_rejection(
        mark(
            "{service} does not offer the model “{model}”. It offers {names}.",
            service=service,
            model=model,
            names=names,
        ),
        "model",
    )


def resolve_webhook_url(recipe: Recipe, webhook: WebhookTarget | None, *, limit: int) -> str:
    """Returns the webhook URL of a request; empty when there is none.

    Raises:
        RequestRejected: It is not encrypted, or longer than `limit` characters.
    """
    url = webhook.url if webhook is not None else recipe.webhook_url
    if not url:
        return ""
    if len(url) > limit or not is_secure_url(url):
        raise create_rejection(
            mark(
                "The webhook address must start with https and have at most {limit} characters, "
                "without a user name or password.",
                limit=str(limit),
            ),
            "webhook_url",
        )
    return url
