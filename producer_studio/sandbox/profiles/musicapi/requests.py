"""Parser for request bodies."""

import re
from collections.abc import Callable
from typing import Any

from producer_studio.sandbox.models import DEFAULT_MODEL, MODEL_SECONDS, TASK_SECONDS
from producer_studio.sandbox.profiles.fields import FieldError, RequestFields
from producer_studio.sandbox.records import SandboxClip, TaskOrder, WebhookSubscription

TITLE_LIMIT = 80
PROMPT_LIMIT = 3000
EXTEND_STARTS_AT_S = 30.0
PRESETS = ("simple", "modern", "player")
FORMATS = ("mp3", "wav")
TASK_TYPES = (
    "create_music",
    "extend_music",
    "cover_music",
    "replace_music",
    "swap_music_vocals",
    "swap_music_sound",
    "music_variation",
)
PRICES = {"create": 10, "upload": 2, "download": 2, "lyrics": 1, "video": 5}

#: Words that trigger the moderation here, in place of the service's own.
_MODERATION = (
    (
        re.compile(r"\bcopyrighted\b", re.IGNORECASE),
        "The lyrics contain copyrighted content. Please change them and try again.",
    ),
    (
        re.compile(r"\bartistname\b", re.IGNORECASE),
        "The sound or lyrics contain artist names. Please remove them and try again.",
    ),
    (
        re.compile(r"\binvalidformat\b", re.IGNORECASE),
        "The lyrics format is invalid. Please use section markers such as [Verse].",
    ),
)

#: Finds a clip of the request's account by its id.
ClipFinder = Callable[[str], SandboxClip | None]


class ContentModerated(Exception):
    """The text is rejected; the message is that of the service."""


class TaskTypeRetired(Exception):
    """The operation has been retired; the message is its former name."""


def parse_create(body: dict[str, Any], find: ClipFinder) -> TaskOrder:
    """Parses the body of `/create`. Raises FieldError and ContentModerated."""
    fields = RequestFields(body)
    kind = fields.choice("task_type", TASK_TYPES, "", "task types")
    if not kind:
        raise FieldError("task_type", f"is required. Allowed task types: {', '.join(TASK_TYPES)}.")
    model = fields.choice("mv", tuple(MODEL_SECONDS), DEFAULT_MODEL, "models")
    sound = fields.text("sound")
    lyrics = fields.text("lyrics")
    instrumental = fields.flag("make_instrumental")
    details: dict[str, Any] = {
        "mv": model,
        "sound": sound,
        "lyrics": lyrics,
        "make_instrumental": instrumental,
        "title": fields.text("title", limit=TITLE_LIMIT),
        "cover_url": fields.web_address("cover_url"),
        "seed": fields.text("seed"),
        "lyrics_strength": value_or_default(fields.number("lyrics_strength", 0, 1), 0.5),
        "sound_strength": value_or_default(fields.number("sound_strength", 0.2, 1), 0.5),
        "weirdness": value_or_default(fields.number("weirdness", 0, 1), 0.5),
        "cover_strength": fields.number("cover_strength", 0.2, 1),
        "starts_at": fields.number("starts_at", 0),
        "ends_at": fields.number("ends_at", 0),
    }
    webhook = parse_webhook(fields)
    if kind != "create_music":
        source = find_source(fields, find)
        details["clip_id"] = source.id
        _check_times(kind, details, source)
    if kind != "music_variation" and sound is None and (lyrics is None or instrumental):
        raise FieldError("sound", "is required when 'lyrics' is empty.")
    return build_create_order(kind, details, MODEL_SECONDS[model], webhook)


def build_create_order(
    kind: str,
    details: dict[str, Any],
    typical_s: float,
    webhook: WebhookSubscription | None,
    price: int = PRICES["create"],
) -> TaskOrder:
    """Builds the order of a request for songs. Raises ContentModerated."""
    check_moderation(f"{details['sound'] or ''} {details['lyrics'] or ''}")
    return TaskOrder(
        kind=kind,
        price=price,
        typical_s=typical_s,
        details=details,
        places=fault_locations_of_kind("create"),
        webhook=webhook,
    )


def parse_upload(body: dict[str, Any], _find: ClipFinder) -> TaskOrder:
    """Parses the body of `/upload`. Raises FieldError."""
    fields = RequestFields(body)
    fields.required_text("audio_url")
    return build_simple_order("upload", {"audio_url": fields.web_address("audio_url")}, fields)


def parse_download(body: dict[str, Any], find: ClipFinder) -> TaskOrder:
    """Parses the body of `/download`. Raises FieldError."""
    fields = RequestFields(body)
    wanted = fields.choice("format", FORMATS, FORMATS[0], "formats")
    return build_simple_order(
        "download", {"clip_id": find_source(fields, find).id, "format": wanted}, fields
    )


def parse_lyrics(body: dict[str, Any], _find: ClipFinder) -> TaskOrder:
    """Parses the body of `/lyrics-create`. Raises FieldError and ContentModerated."""
    fields = RequestFields(body)
    prompt = fields.required_text("prompt", limit=PROMPT_LIMIT)
    check_moderation(prompt)
    return build_simple_order("lyrics", {"prompt": prompt}, fields)


def parse_video(body: dict[str, Any], find: ClipFinder) -> TaskOrder:
    """Parses the body of `/video-clip`. Raises FieldError."""
    fields = RequestFields(body)
    preset = fields.choice("preset", PRESETS, PRESETS[0], "presets")
    return build_simple_order(
        "video", {"clip_id": find_source(fields, find).id, "preset": preset}, fields
    )


def build_simple_order(kind: str, details: dict[str, Any], fields: RequestFields) -> TaskOrder:
    return TaskOrder(
        kind=kind,
        price=PRICES[kind],
        typical_s=TASK_SECONDS[kind],
        details=details,
        places=fault_locations_of_kind(kind),
        webhook=parse_webhook(fields),
    )


def fault_locations_of_kind(kind: str) -> frozenset[str]:
    return frozenset({"submit", kind})


def parse_webhook(fields: RequestFields) -> WebhookSubscription | None:
    secret = fields.text("webhook_secret")
    url = fields.webhook_address("webhook_url")
    return None if url is None else WebhookSubscription(url=url, secret=secret)


def find_source(fields: RequestFields, find: ClipFinder) -> SandboxClip:
    clip_id = fields.required_text("clip_id")
    clip = find(clip_id)
    if clip is None:
        raise FieldError("clip_id", "is invalid: clip not found.")
    return clip


def _check_times(kind: str, details: dict[str, Any], source: SandboxClip) -> None:
    """Checks that the times required by a task are set and within the source."""
    starts_at: float | None = details["starts_at"]
    ends_at: float | None = details["ends_at"]
    if kind == "extend_music" and starts_at is None:
        starts_at = details["starts_at"] = min(EXTEND_STARTS_AT_S, source.duration_s)
    if kind == "replace_music" and starts_at is None:
        raise FieldError("starts_at", "is required for replace_music.")
    if starts_at is None or kind not in {"extend_music", "replace_music"}:
        return
    check_start_within(starts_at, source)
    if kind == "replace_music" and ends_at is not None and ends_at <= starts_at:
        raise FieldError("ends_at", "must be greater than 'starts_at'.")


def check_start_within(starts_at: float, source: SandboxClip) -> None:
    """Raises FieldError when a task would begin after the end of its source."""
    # Players display rounded seconds, so the very end may be off by one of them.
    if starts_at > source.duration_s + 1:
        raise FieldError("starts_at", f"must be within the clip ({source.duration_s:g} seconds).")


def check_moderation(words: str) -> None:
    for marker, sentence in _MODERATION:
        if marker.search(words):
            raise ContentModerated(sentence)


def value_or_default(value: float | None, default: float) -> float:
    return default if value is None else value
