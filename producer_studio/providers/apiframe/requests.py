"""Request bodies of Apiframe.

Sources: "Apiframe, Producer"; lengths and webhooks: .github/docs/services.md.

The service rejects unknown fields with 400, so only documented fields are sent. Unset fields are
not sent, so that the service's own defaults apply.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

from producer_studio.domain.operation import Operation
from producer_studio.domain.prompt_advice import TITLE_LIMIT
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.strength import STRENGTHS, Strength
from producer_studio.providers.base import WebhookTarget
from producer_studio.providers.http.request_bodies import (
    create_model_rejection,
    create_rejection,
    encode_body,
    resolve_webhook_url,
)
from producer_studio.translation import mark

Body: TypeAlias = dict[str, Any]

PATH = "/v2/music/generate"

MODELS: Mapping[str, str] = {
    "FUZZ-2.0 Pro": "FUZZ_2_PRO",
    "FUZZ-2.0": "FUZZ_2",
    "FUZZ-2.0 Raw": "FUZZ_2_RAW",
    "FUZZ-1.1 Pro": "FUZZ_1_1_PRO",
    "FUZZ-1.0 Pro": "FUZZ_1_PRO",
    "FUZZ-1.0": "FUZZ_1",
}
"""Wire names by model; the first is the service's default."""

LIMITS: Mapping[str, int] = {
    "sound": 5000,
    "lyrics": 5000,
    "title": TITLE_LIMIT,
    "webhook_url": 1024,
}
"""Maximum characters of a text, by the recipe's field; the webhook's is our own."""

_STEPS_PER_UNIT = 20
"""Steps in a strength from 0 to 1: the service distinguishes steps of 0.05."""

STRENGTH_RANGES: Mapping[str, Strength] = {
    one.name: Strength(
        one.name,
        one.label,
        one.low,
        one.high,
        one.default,
        one.value_labels,
        step=1 / _STEPS_PER_UNIT,
    )
    for one in STRENGTHS
}
"""Ranges and steps of "Apiframe, Producer", which states no defaults.

A slider has our default, and its value is sent; a recipe with an unset strength sends none.
"""

FIELDS = frozenset(
    {"sound", "lyrics", "title", "model", "instrumental", "seed", "webhook_url", *STRENGTH_RANGES}
)
REQUIRED_FIELDS = frozenset({"sound"})
WEBHOOK_EVENTS = ("completed", "failed")

_FIELD_LABELS: Mapping[str, str] = {
    "sound": mark("The sound"),
    "lyrics": mark("The lyrics"),
    "title": mark("The title"),
}


def build_request(recipe: Recipe, webhook: WebhookTarget | None = None, *, service: str) -> bytes:
    """Builds the body of the request for a recipe.

    Lyrics alone are not enough here: the sound is the service's prompt, which is required. No
    default replaces it, because the user would pay for a style that they did not choose.

    Args:
        service: Its name in messages.

    Raises:
        RequestRejected: According to the documents, the service would decline it; `field` names the
            field. Nothing is sent, so nothing can be charged.
    """
    if recipe.operation is not Operation.CREATE:
        raise create_rejection(
            mark("{service} only makes new songs.", service=service), "operation"
        )
    if not recipe.sound.strip():
        raise create_rejection(
            mark(
                "Describe the sound first: {service} cannot work from lyrics alone.",
                service=service,
            ),
            "sound",
        )
    for field, name in _FIELD_LABELS.items():
        if len(getattr(recipe, field)) > LIMITS[field]:
            raise create_rejection(
                mark(
                    "{name} has more than {limit} characters.", name=name, limit=str(LIMITS[field])
                ),
                field,
            )
    params: Body = {
        "model_version": _find_wire_model(recipe, service),
        "instrumental": recipe.instrumental,
    }
    for field in ("lyrics", "title", "seed"):
        text = getattr(recipe, field)
        if text.strip():
            params[field] = text
    for field, strength in STRENGTH_RANGES.items():
        value = getattr(recipe, field)
        if value is not None:
            params[field] = _round_to_step(strength, value)
    body: Body = {"prompt": recipe.sound, "model": "producer", "producerParams": params}
    url = resolve_webhook_url(recipe, webhook, limit=LIMITS["webhook_url"])
    if url:
        # There is no secret to send: the service signs with the account's own key.
        body |= {"webhookUrl": url, "webhookEvents": list(WEBHOOK_EVENTS)}
    return encode_body(body)


def _find_wire_model(recipe: Recipe, service: str) -> str:
    if recipe.model in MODELS.values():
        return recipe.model
    if recipe.model not in MODELS:
        raise create_model_rejection(service, recipe.model, MODELS)
    return MODELS[recipe.model]


def _round_to_step(strength: Strength, value: float) -> int | float:
    if not strength.contains(value):
        raise create_rejection(f"{strength.range_text}.", strength.name)
    steps = round(value * _STEPS_PER_UNIT)
    return steps // _STEPS_PER_UNIT if steps % _STEPS_PER_UNIT == 0 else steps / _STEPS_PER_UNIT
