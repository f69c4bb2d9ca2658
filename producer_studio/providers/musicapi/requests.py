"""Request bodies of the musicapi family, by the tables of a dialect.

What the user left unset is not sent, so that the service's own defaults hold; nor is a field that
the operation does not have there.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.base import Webhook
from producer_studio.providers.http.request_bodies import encoded, refused, webhook_url
from producer_studio.providers.http.url_checks import split
from producer_studio.providers.musicapi.dialect import FORMATS, PRESETS, Dialect, Offer

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
"""The recipe's field and its name on the wire, in the order of a body."""

_MISSING: Mapping[str, str] = {
    "source": "Choose a clip that this service knows.",
    "starts_at_s": "Say where in the song this begins.",
    "ends_at_s": "Say where the section to replace ends.",
    "prompt": "Say what the lyrics should be about.",
    "audio_url": "Give the public web address of the sound file.",
}
_TOO_LONG: Mapping[str, str] = {
    "title": "The title",
    "sound": "The sound",
    "prompt": "The theme",
}
_SHORTEST_EXTENSION_S = 1.0


@dataclass(frozen=True, slots=True)
class Request:
    """Where to, and what."""

    path: str
    body: Body

    def encoded(self) -> bytes:
        return encoded(self.body)


def request_for(
    dialect: Dialect, recipe: Recipe, webhook: Webhook | None = None, *, service: str
) -> Request:
    """Translates a recipe.

    Args:
        service: Its name in sentences.

    Raises:
        Refused: The documents say that the service would decline it; `field` says why. Nothing is
            sent, so nothing can be charged.
    """
    offer = dialect.offers.get(recipe.operation)
    if offer is None:
        raise refused(dialect.capability(recipe.operation, service).reason, "operation")
    given = values_of(offer, recipe)
    in_words = bool(dialect.instrumental_words) and bool(given.pop("instrumental", False))
    if in_words:
        given.pop("lyrics", None)
    check_words(recipe.operation, given)
    if in_words:
        given["sound"] = _with_words(str(given.get("sound", "")), dialect.instrumental_words)
    check(dialect, offer, given)
    body: Body = {"task_type": offer.task_type} if offer.task_type else {}
    if recipe.source_uploaded and offer.uploaded_task_type:
        body["task_type"] = offer.uploaded_task_type
    names = {**WIRE_NAMES, **dialect.wire_names}
    body |= {names[field]: value for field, value in given.items()}
    return Request(PATH + offer.verb, body | _webhook(dialect, recipe, webhook))


def values_of(offer: Offer, recipe: Recipe) -> dict[str, Value]:
    """What is to be sent, by the recipe's fields."""
    given: dict[str, Value] = {}
    for field in WIRE_NAMES:
        if field not in offer.fields:
            continue
        value = recipe.source_remote if field == "source" else getattr(recipe, field)
        if isinstance(value, str) and not value.strip():
            value = None
        elif isinstance(value, float) and value.is_integer():
            # Whole numbers as the seeds write them: 45, not 45.0.
            value = int(value)
        if value is not None and value is not False:
            given[field] = value
    if offer.instruction_from_sound and "sound" in given:
        given.setdefault("instruction", given["sound"])
    if "export_format" in offer.fields:
        given.setdefault("export_format", FORMATS[0])
    return given


def check_words(operation: Operation, given: Mapping[str, Value]) -> None:
    """Raises Refused where an operation needs words and there are none."""
    if operation.needs_words and not {"sound", "lyrics", "instruction"} & given.keys():
        raise refused("Describe the sound or write lyrics first.", "sound")


def check(dialect: Dialect, offer: Offer, given: Mapping[str, Value]) -> None:
    """Holds what is given against the tables. Raises Refused with the field that is at fault."""
    for field, sentence in _MISSING.items():
        if field in offer.required and field not in given:
            raise refused(sentence, field)
    for field, name in _TOO_LONG.items():
        limit = dialect.limits.get(field)
        if limit is not None and len(str(given.get(field, ""))) > limit:
            raise refused(f"{name} has more than {limit} characters.", field)
    for field, strength in dialect.strengths.items():
        if field in given and not strength.contains(float(given[field])):
            raise refused(
                f"{strength.label} must be between {strength.low:g} and {strength.high:g}.", field
            )
    if dialect.numeric_seed and not _is_digits(str(given.get("seed", "0"))):
        raise refused("The seed may have digits only here.", "seed")
    _check_times(dialect, given)
    if "audio_url" in given:
        parts = split(str(given["audio_url"]))
        if parts is None or parts.scheme not in {"http", "https"}:
            raise refused(_MISSING["audio_url"], "audio_url")
    if given.get("export_format", FORMATS[0]) not in FORMATS:
        raise refused("The service exports MP3 or WAV only.", "export_format")
    if given.get("preset", PRESETS[0]) not in PRESETS:
        raise refused("Choose the simple, modern or player preset.", "preset")


def _with_words(sound: str, words: str) -> str:
    """The sound with words that it has to say, unless it says them already."""
    missing = [word for word in words.split(", ") if word.lower() not in sound.lower()]
    return ", ".join([text for text in (sound.rstrip(" ,"), *missing) if text])


def _check_times(dialect: Dialect, given: Mapping[str, Value]) -> None:
    start = float(given.get("starts_at_s", 0))
    if not 0 <= start < math.inf:
        raise refused("The start must be a time within the song.", "starts_at_s")
    if "ends_at_s" in given and not start < float(given["ends_at_s"]) < math.inf:
        raise refused("The section must end after it begins.", "ends_at_s")
    length = float(given.get("length_s", _SHORTEST_EXTENSION_S))
    longest = dialect.longest_extension_s
    if longest is not None and not _SHORTEST_EXTENSION_S <= length <= longest:
        raise refused(
            f"An extension can add {_SHORTEST_EXTENSION_S:g} to {longest:g} seconds.", "length_s"
        )


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _webhook(dialect: Dialect, recipe: Recipe, webhook: Webhook | None) -> Body:
    url = webhook_url(recipe, webhook, limit=dialect.limits["webhook_url"])
    if not url:
        return {}
    body: Body = {"webhook_url": url}
    if webhook is not None and webhook.secret:
        body["webhook_secret"] = webhook.secret
    return body
