"""Request bodies of AceData Cloud.

Sources: "AceData Cloud, Producer API"; lengths and the other paths: .github/docs/services.md.

The sound is sent as `prompt`. With lyrics a song is made from them, and the prompt is its style
(`custom` true); without, it is made from the prompt alone. Both are always sent, empty where
unused, and so are the strengths, because documents differ on the service's defaults: the values
that the user sees must apply.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from producer_studio.domain.capabilities import DEFAULT_MODEL, MODELS
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.strength import (
    COVER_STRENGTH,
    LYRICS_STRENGTH,
    SOUND_STRENGTH,
    WEIRDNESS,
    Strength,
)
from producer_studio.providers.base import WebhookTarget
from producer_studio.providers.http.request_bodies import (
    create_model_rejection,
    create_rejection,
    resolve_webhook_url,
)
from producer_studio.providers.musicapi.dialect import Dialect, OperationSpec
from producer_studio.providers.musicapi.requests import check_has_text, check_values, collect_values
from producer_studio.translation import mark

Body: TypeAlias = dict[str, Any]

PATH = "/producer/"
EXPORT_FORMATS = ("wav",)
EXCLUDED_MODELS = frozenset({"Lyria 3 preview", "FUZZ-3-Demo"})
"""Models of "MusicAPI, Producer API" that this service does not have."""

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

_SOURCE_FIELDS = frozenset({"source", "webhook_url"})
_SONG_FIELDS = frozenset(
    {
        "sound", "lyrics", "title", "model", "seed", "instrumental", "webhook_url",
        "lyrics_strength", "sound_strength", "weirdness",
    }
)  # fmt: skip
_REWORK_FIELDS = _SONG_FIELDS | _SOURCE_FIELDS
_COVER_FIELDS = _REWORK_FIELDS | {"cover_strength"}
_TIME_FIELDS = frozenset({"starts_at_s", "ends_at_s"})
_REQUIRED_SOURCE = frozenset({"source"})

DIALECT = Dialect(
    profile="acedata",
    # The documents state no prices for this service, and unknown is not 0.
    operations={
        Operation.CREATE: OperationSpec(
            endpoint="audios", task_type="generate", fields=_SONG_FIELDS
        ),
        Operation.EXTEND: OperationSpec(
            endpoint="audios",
            task_type="extend",
            uploaded_task_type="upload_extend",
            fields=_REWORK_FIELDS | {"starts_at_s"},
            required=_REQUIRED_SOURCE | {"starts_at_s"},
        ),
        Operation.COVER: OperationSpec(
            endpoint="audios",
            task_type="cover",
            uploaded_task_type="upload_cover",
            fields=_COVER_FIELDS,
            required=_REQUIRED_SOURCE,
        ),
        Operation.REPLACE: OperationSpec(
            endpoint="audios",
            task_type="replace_section",
            uploaded_task_type="upload_replace_section",
            fields=_REWORK_FIELDS | _TIME_FIELDS,
            required=_REQUIRED_SOURCE | _TIME_FIELDS,
        ),
        Operation.SWAP_VOCALS: OperationSpec(
            endpoint="audios",
            task_type="swap_vocals",
            fields=_COVER_FIELDS,
            required=_REQUIRED_SOURCE,
        ),
        Operation.SWAP_SOUND: OperationSpec(
            endpoint="audios",
            task_type="swap_instrumentals",
            fields=_COVER_FIELDS,
            required=_REQUIRED_SOURCE,
        ),
        Operation.VARIATION: OperationSpec(
            endpoint="audios",
            task_type="variation",
            fields=_REWORK_FIELDS,
            required=_REQUIRED_SOURCE,
        ),
        Operation.STEMS: OperationSpec(
            endpoint="audios", task_type="stems", fields=_SOURCE_FIELDS, required=_REQUIRED_SOURCE
        ),
        Operation.LYRICS: OperationSpec(
            endpoint="lyrics",
            fields=frozenset({"prompt", "webhook_url"}),
            required=frozenset({"prompt"}),
        ),
        Operation.VIDEO: OperationSpec(
            endpoint="videos", fields=_SOURCE_FIELDS, required=_REQUIRED_SOURCE
        ),
        Operation.UPLOAD: OperationSpec(
            endpoint="upload",
            fields=frozenset({"audio_url", "webhook_url"}),
            required=frozenset({"audio_url"}),
        ),
        Operation.EXPORT: OperationSpec(
            endpoint="wav", fields=_SOURCE_FIELDS, required=_REQUIRED_SOURCE
        ),
    },
    models=tuple(model.name for model in MODELS if model.name not in EXCLUDED_MODELS),
    default_model=DEFAULT_MODEL,
    strengths=STRENGTHS,
    limits={"sound": 200, "webhook_url": 1024},
)


def build_request(
    recipe: Recipe, webhook: WebhookTarget | None = None, *, service: str
) -> tuple[str, Body]:
    """Builds path and body of the request for a recipe.

    Args:
        service: Its name in messages.

    Raises:
        RequestRejected: According to the documents, the service would decline it; `field` names the
            field. Nothing is sent, so nothing can be charged.
    """
    spec = DIALECT.operations[recipe.operation]
    # An instrumental has no vocals: the song must not be made from lyrics then.
    values = collect_values(spec, recipe.with_changes(lyrics="") if recipe.instrumental else recipe)
    check_has_text(recipe.operation, values)
    check_values(DIALECT, spec, values)
    _check_choices(spec, recipe, service)
    names = dict(WIRE_NAMES)
    if recipe.operation is Operation.REPLACE:
        names |= {"starts_at_s": "replace_section_start", "ends_at_s": "replace_section_end"}
    body: Body = {names.get(field, field): value for field, value in values.items()}
    if spec.task_type:
        body |= _task_fields(spec, recipe)
        body |= {field: body.get(field, "") for field in ("prompt", "lyric")}
    if "lyrics" in spec.fields:
        body |= {"custom": bool(body["lyric"]), "instrumental": recipe.instrumental}
    for field in STRENGTHS.keys() & spec.fields:
        body.setdefault(field, _simplify_number(STRENGTHS[field].default))
    url = resolve_webhook_url(recipe, webhook, limit=DIALECT.limits["webhook_url"])
    # The service accepts no secret, and does not sign its webhooks.
    return PATH + spec.endpoint, body | ({"callback_url": url} if url else {})


def _task_fields(spec: OperationSpec, recipe: Recipe) -> Body:
    uploaded = recipe.source_uploaded and spec.uploaded_task_type
    # Without `async` the connection stays open until the song is finished, and may break before.
    return {"action": uploaded or spec.task_type, "async": True}


def _check_choices(spec: OperationSpec, recipe: Recipe, service: str) -> None:
    if "model" in spec.fields and recipe.model and recipe.model not in DIALECT.models:
        raise create_model_rejection(service, recipe.model, DIALECT.models)
    if recipe.operation is Operation.EXPORT and recipe.export_format not in {"", *EXPORT_FORMATS}:
        raise create_rejection(
            mark("{service} exports WAV only.", service=service), "export_format"
        )


def _simplify_number(value: float) -> float:
    return int(value) if value.is_integer() else value
