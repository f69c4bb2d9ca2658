"""Parser for request bodies of "AI Music API, Producer API"; `create_music` is the only type."""

from typing import Any

from producer_studio.sandbox.models import DEFAULT_MODEL, MODEL_SECONDS
from producer_studio.sandbox.profiles.fields import FieldError, RequestFields
from producer_studio.sandbox.profiles.musicapi.requests import (
    FORMATS,
    TITLE_LIMIT,
    ClipFinder,
    TaskTypeRetired,
    build_create_order,
    parse_download,
    parse_webhook,
)
from producer_studio.sandbox.records import TaskOrder

#: "AI Music API, Producer API", §7
RETIRED_TASK_TYPES = frozenset(
    {
        "cover_music",
        "cover_upload_music",
        "extend_music",
        "extend_upload_music",
        "replace_music",
        "replace_upload_music",
        "swap_music_vocals",
        "swap_upload_music_vocals",
        "swap_music_sound",
        "swap_upload_music_sound",
        "music_variation",
    }
)


def parse_create(body: dict[str, Any], _find: ClipFinder) -> TaskOrder:
    """Parses the body of `/create`. Raises FieldError, ContentModerated and TaskTypeRetired."""
    fields = RequestFields(body)
    kind = fields.required_text("task_type")
    if kind in RETIRED_TASK_TYPES:
        raise TaskTypeRetired(kind)
    fields.choice("task_type", ("create_music",), "create_music", "task types")
    model = fields.choice("mv", tuple(MODEL_SECONDS), DEFAULT_MODEL, "models")
    sound, lyrics = fields.text("sound"), fields.text("lyrics")
    details: dict[str, Any] = {
        "mv": model,
        "sound": sound,
        "lyrics": lyrics,
        "make_instrumental": fields.flag("make_instrumental"),
        "title": fields.text("title", limit=TITLE_LIMIT),
        "seed": fields.text("seed"),
        # Not among this revision's fields: they are ignored.
        "lyrics_strength": 0.5,
        "sound_strength": 0.5,
        "weirdness": 0.5,
    }
    webhook = parse_webhook(fields)
    if sound is None and lyrics is None:
        raise FieldError("sound", "is required when 'lyrics' is empty.")
    return build_create_order(kind, details, MODEL_SECONDS[model], webhook)


def parse_export(body: dict[str, Any], find: ClipFinder) -> TaskOrder:
    """Parses the body of `/download`, whose format has no default here. Raises FieldError."""
    if RequestFields(body).text("format") is None:
        raise FieldError("format", f"is required. Allowed formats: {', '.join(FORMATS)}.")
    return parse_download(body, find)
