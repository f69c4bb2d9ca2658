"""Request bodies of AceData Cloud (seed 001; lengths and the other paths: services.md).

The sound is what this service calls the prompt. With lyrics a song is made from them, and the
prompt goes along as its style (`custom` true); without, it is made from the prompt alone. Both are
always sent, empty where unused, and so are the strengths, because documents differ on what the
service assumes when they are not: what the user sees is what counts.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from producer_studio.domain.model import DEFAULT_MODEL, MODELS
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.strength import (
    COVER_STRENGTH,
    LYRICS_STRENGTH,
    SOUND_STRENGTH,
    WEIRDNESS,
    Strength,
)
from producer_studio.providers.base import Webhook
from producer_studio.providers.http.request_bodies import refused, webhook_url
from producer_studio.providers.musicapi.dialect import Dialect, Offer
from producer_studio.providers.musicapi.requests import check, check_words, values_of

Body: TypeAlias = dict[str, Any]

PATH = "/producer/"
FORMATS = ("wav",)
NOT_HERE = frozenset({"Lyria 3 preview", "FUZZ-3-Demo"})
"""Models that seed 000 has and this service has not."""

STRENGTHS: Mapping[str, Strength] = {
    one.name: one
    for one in (
        replace(LYRICS_STRENGTH, default=0.7),
        replace(SOUND_STRENGTH, default=0.7),
        WEIRDNESS,
        replace(COVER_STRENGTH, default=1.0),
    )
}
WIRE_NAMES: Mapping[str, str] = {
    "source": "audio_id",
    "sound": "prompt",
    "lyrics": "lyric",
    "title": "title",
    "model": "model",
    "seed": "seed",
    "instrumental": "instrumental",
    "starts_at_s": "continue_at",
    "prompt": "prompt",
    "audio_url": "audio_url",
}

_SOURCE = frozenset({"source", "webhook_url"})
_SONG = frozenset(
    {
        "sound", "lyrics", "title", "model", "seed", "instrumental", "webhook_url",
        "lyrics_strength", "sound_strength", "weirdness",
    }
)  # fmt: skip
_REWORK = _SONG | _SOURCE
_COVER = _REWORK | {"cover_strength"}
_TIMES = frozenset({"starts_at_s", "ends_at_s"})
_KNOWN = frozenset({"source"})

DIALECT = Dialect(
    profile="acedata",
    # What anything costs here no document says, and unknown is not 0.
    offers={
        Operation.CREATE: Offer(verb="audios", task_type="generate", fields=_SONG),
        Operation.EXTEND: Offer(
            verb="audios",
            task_type="extend",
            uploaded_task_type="upload_extend",
            fields=_REWORK | {"starts_at_s"},
            required=_KNOWN | {"starts_at_s"},
        ),
        Operation.COVER: Offer(
            verb="audios",
            task_type="cover",
            uploaded_task_type="upload_cover",
            fields=_COVER,
            required=_KNOWN,
        ),
        Operation.REPLACE: Offer(
            verb="audios",
            task_type="replace_section",
            uploaded_task_type="upload_replace_section",
            fields=_REWORK | _TIMES,
            required=_KNOWN | _TIMES,
        ),
        Operation.SWAP_VOCALS: Offer(
            verb="audios", task_type="swap_vocals", fields=_COVER, required=_KNOWN
        ),
        Operation.SWAP_SOUND: Offer(
            verb="audios", task_type="swap_instrumentals", fields=_COVER, required=_KNOWN
        ),
        Operation.VARIATION: Offer(
            verb="audios", task_type="variation", fields=_REWORK, required=_KNOWN
        ),
        Operation.STEMS: Offer(verb="audios", task_type="stems", fields=_SOURCE, required=_KNOWN),
        Operation.LYRICS: Offer(
            verb="lyrics",
            fields=frozenset({"prompt", "webhook_url"}),
            required=frozenset({"prompt"}),
        ),
        Operation.VIDEO: Offer(verb="videos", fields=_SOURCE, required=_KNOWN),
        Operation.UPLOAD: Offer(
            verb="upload",
            fields=frozenset({"audio_url", "webhook_url"}),
            required=frozenset({"audio_url"}),
        ),
        Operation.EXPORT: Offer(verb="wav", fields=_SOURCE, required=_KNOWN),
    },
    models=tuple(model.name for model in MODELS if model.name not in NOT_HERE),
    default_model=DEFAULT_MODEL,
    strengths=STRENGTHS,
    limits={"sound": 200, "webhook_url": 1024},
)


def request_for(
    recipe: Recipe, webhook: Webhook | None = None, *, service: str
) -> tuple[str, Body]:
    """Translates a recipe to a path and a body.

    Args:
        service: Its name in sentences.

    Raises:
        Refused: The documents say that the service would decline it; `field` says why. Nothing is
            sent, so nothing can be charged.
    """
    offer = DIALECT.offers[recipe.operation]
    # Nobody sings in an instrumental: the song must not be made from words then.
    given = values_of(offer, recipe.with_(lyrics="") if recipe.instrumental else recipe)
    check_words(recipe.operation, given)
    check(DIALECT, offer, given)
    _check_choices(offer, recipe, service)
    names = dict(WIRE_NAMES)
    if recipe.operation is Operation.REPLACE:
        names |= {"starts_at_s": "replace_section_start", "ends_at_s": "replace_section_end"}
    body: Body = {names.get(field, field): value for field, value in given.items()}
    if offer.task_type:
        body |= _task(offer, recipe)
        body |= {field: body.get(field, "") for field in ("prompt", "lyric")}
    if "lyrics" in offer.fields:
        body |= {"custom": bool(body["lyric"]), "instrumental": recipe.instrumental}
    for field in STRENGTHS.keys() & offer.fields:
        body.setdefault(field, _whole(STRENGTHS[field].default))
    url = webhook_url(recipe, webhook, limit=DIALECT.limits["webhook_url"])
    # The service takes no secret, and does not sign what it reports.
    return PATH + offer.verb, body | ({"callback_url": url} if url else {})


def _task(offer: Offer, recipe: Recipe) -> Body:
    uploaded = recipe.source_uploaded and offer.uploaded_task_type
    # Without `async` the connection is held until the song is done, and may break before.
    return {"action": uploaded or offer.task_type, "async": True}


def _check_choices(offer: Offer, recipe: Recipe, service: str) -> None:
    if "model" in offer.fields and recipe.model and recipe.model not in DIALECT.models:
        raise refused(
            f"{service} does not offer the model \u201c{recipe.model}\u201d. It offers "
            f"{', '.join(DIALECT.models)}.",
            "model",
        )
    if recipe.operation is Operation.EXPORT and recipe.export_format not in {"", *FORMATS}:
        raise refused(f"{service} exports WAV only.", "export_format")


def _whole(value: float) -> float:
    return int(value) if value.is_integer() else value
