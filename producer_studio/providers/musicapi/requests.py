"""Request bodies of the musicapi family, built from the tables of a dialect.

Unset fields are not sent, so that the service's own defaults apply; nor are fields that the
operation does not have in that dialect.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.base import WebhookTarget
from producer_studio.providers.http.request_bodies import (
    create_rejection,
    encode_body,
    resolve_webhook_url,
)
from producer_studio.providers.http.url_checks import split_url
from producer_studio.providers.musicapi.dialect import (
    EXPORT_FORMATS,
    VIDEO_PRESETS,
    Dialect,
    OperationSpec,
)
from producer_studio.translation import mark

Value: TypeAlias = str | int | float | bool
Body: TypeAlias = dict[str, Value]

PATH = "/api/v1/producer/"

WIRE_NAMES: Mapping[str, str] = {
    "source": "clip_id",
    "model": "mv",
    "sound": "sound",
    "lyrics": "lyrics",
    "instruction": "instruction",
    "title": "title",
    "cover_url": "cover_url",
    "seed": "seed",
    "instrumental": "make_instrumental",
    "lyrics_strength": "lyrics_strength",
    "sound_strength": "sound_strength",
    "weirdness": "weirdness",
    "cover_strength": "cover_strength",
    "starts_at_s": "starts_at",
    "ends_at_s": "ends_at",
    "length_s": "length",
    "prompt": "prompt",
    "preset": "preset",
    "audio_url": "audio_url",
    "export_format": "format",
}
"""Wire names by the recipe's field, in the order of a body."""

_MISSING_MESSAGES: Mapping[str, str] = {
    "source": mark("Choose a clip that this service knows."),
    "starts_at_s": mark("Enter where in the song this starts."),
    "ends_at_s": mark("Enter where the section to replace ends."),
    "prompt": mark("Describe what the lyrics should be about."),
    "audio_url": mark("Enter the public web address of the audio file."),
}
_LIMITED_FIELD_LABELS: Mapping[str, str] = {
    "title": mark("The title"),
    "sound": mark("The sound"),
    "prompt": mark("The theme"),
}
_MIN_EXTENSION_S = 1.0


@dataclass(frozen=True, slots=True)
class MusicApiRequest:
    """Path and body of a request."""

    path: str
    body: Body

    def encode(self) -> bytes:
        return encode_body(self.body)


def build_request(
    dialect: Dialect, recipe: Recipe, webhook: WebhookTarget | None = None, *, service: str
) -> MusicApiRequest:
    """Builds the request for a recipe.

    Args:
        service: Its name in messages.

    Raises:
        RequestRejected: According to the documents, the service would decline it; `field` names the
            field. Nothing is sent, so nothing can be charged.
    """
    spec = dialect.operations.get(recipe.operation)
    if spec is None:
        raise create_rejection(dialect.capability(recipe.operation, service).reason, "operation")
    values = collect_values(spec, recipe)
    has_instrumental_text = bool(dialect.instrumental_text) and bool(
        values.pop("instrumental", False)
    )
    if has_instrumental_text:
        values.pop("lyrics", None)
    check_has_text(recipe.operation, values)
    if has_instrumental_text:
        values["sound"] = _append_missing_text(
            str(values.get("sound", "")), dialect.instrumental_text
        )
    check_values(dialect, spec, values)
    body: Body = {"task_type": spec.task_type} if spec.task_type else {}
    if recipe.source_uploaded and spec.uploaded_task_type:
        body["task_type"] = spec.uploaded_task_type
    names = {**WIRE_NAMES, **dialect.wire_names}
    body |= {names[field]: value for field, value in values.items()}
    return MusicApiRequest(PATH + spec.endpoint, body | _webhook_fields(dialect, recipe, webhook))


def collect_values(spec: OperationSpec, recipe: Recipe) -> dict[str, Value]:
    """Returns the values to be sent, by the recipe's fields."""
    values: dict[str, Value] = {}
    for field in WIRE_NAMES:
        if field not in spec.fields:
            continue
        value = recipe.source_remote if field == "source" else getattr(recipe, field)
        if isinstance(value, str) and not value.strip():
            value = None
        elif isinstance(value, float) and value.is_integer():
            # Integers as in the documents: 45, not 45.0.
            value = int(value)
        if value is not None and value is not False:
            values[field] = value
    if spec.instruction_from_sound and "sound" in values:
        values.setdefault("instruction", values["sound"])
    if "export_format" in spec.fields:
        values.setdefault("export_format", EXPORT_FORMATS[0])
    return values


def check_has_text(operation: Operation, values: Mapping[str, Value]) -> None:
    """Raises RequestRejected where an operation needs a text and there is none."""
    if operation.needs_text and not {"sound", "lyrics", "instruction"} & values.keys():
        raise create_rejection(mark("Describe the sound or write lyrics first."), "sound")


def check_values(dialect: Dialect, spec: OperationSpec, values: Mapping[str, Value]) -> None:
    """Validates the values against the tables. Raises RequestRejected with the invalid field."""
    for field, sentence in _MISSING_MESSAGES.items():
        if field in spec.required and field not in values:
            raise create_rejection(sentence, field)
    for field, name in _LIMITED_FIELD_LABELS.items():
        limit = dialect.limits.get(field)
        if limit is not None and len(str(values.get(field, ""))) > limit:
            raise create_rejection(
                mark("{name} has more than {limit} characters.", name=name, limit=str(limit)), field
            )
    for field, strength in dialect.strengths.items():
        if field in values and not strength.contains(float(values[field])):
            raise create_rejection(f"{strength.range_text}.", field)
    if dialect.numeric_seed and not _is_digits(str(values.get("seed", "0"))):
        raise create_rejection(mark("The seed must be digits only here."), "seed")
    _check_times(dialect, values)
    if "audio_url" in values:
        parts = split_url(str(values["audio_url"]))
        if parts is None or parts.scheme not in {"http", "https"}:
            raise create_rejection(_MISSING_MESSAGES["audio_url"], "audio_url")
    if values.get("export_format", EXPORT_FORMATS[0]) not in EXPORT_FORMATS:
        raise create_rejection(mark("The service exports MP3 or WAV only."), "export_format")
    if values.get("preset", VIDEO_PRESETS[0]) not in VIDEO_PRESETS:
        raise create_rejection(mark("Choose the simple, modern or player preset."), "preset")


def _append_missing_text(sound: str, required_text: str) -> str:
    """Appends a required text to the sound, unless the sound contains it."""
    missing = [word for word in required_text.split(", ") if word.lower() not in sound.lower()]
    return ", ".join([text for text in (sound.rstrip(" ,"), *missing) if text])


def _check_times(dialect: Dialect, values: Mapping[str, Value]) -> None:
    start = float(values.get("starts_at_s", 0))
    if not 0 <= start < math.inf:
        raise create_rejection(mark("The start must be within the song."), "starts_at_s")
    if "ends_at_s" in values and not start < float(values["ends_at_s"]) < math.inf:
        raise create_rejection(mark("The section must end after it starts."), "ends_at_s")
    length = float(values.get("length_s", _MIN_EXTENSION_S))
    longest = dialect.max_extension_s
    if longest is not None and not _MIN_EXTENSION_S <= length <= longest:
        raise create_rejection(
            mark(
                "An extension can add {shortest} to {longest} seconds.",
                shortest=f"{_MIN_EXTENSION_S:g}",
                longest=f"{longest:g}",
            ),
            "length_s",
        )


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _webhook_fields(dialect: Dialect, recipe: Recipe, webhook: WebhookTarget | None) -> Body:
    url = resolve_webhook_url(recipe, webhook, limit=dialect.limits["webhook_url"])
    if not url:
        return {}
    body: Body = {"webhook_url": url}
    if webhook is not None and webhook.secret:
        body["webhook_secret"] = webhook.secret
    return body
