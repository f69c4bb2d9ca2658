"""Bodies of seed 003: only `create_music` is left of the task types."""

from typing import Any

from producer_studio.sandbox.models import DEFAULT_MODEL, MODEL_SECONDS
from producer_studio.sandbox.profiles.fields import FieldFault, Fields
from producer_studio.sandbox.profiles.musicapi.requests import (
    FORMATS,
    PRICES,
    TITLE_LIMIT,
    ClipFinder,
    Retired,
    moderate,
    places_of,
    read_download,
    webhook_of,
)
from producer_studio.sandbox.records import Order

#: seed 003 §7
RETIRED = frozenset(
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


def read_create(body: dict[str, Any], _find: ClipFinder) -> Order:
    """The body of `/create`. Raises FieldFault, Moderated and Retired."""
    fields = Fields(body)
    kind = fields.required_text("task_type")
    if kind in RETIRED:
        raise Retired(kind)
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
        # Not in this revision's table of fields: whoever sends them is not heard.
        "lyrics_strength": 0.5,
        "sound_strength": 0.5,
        "weirdness": 0.5,
    }
    webhook = webhook_of(fields)
    if sound is None and lyrics is None:
        raise FieldFault("sound", "is required when 'lyrics' is empty.")
    moderate(f"{sound or ''} {lyrics or ''}")
    return Order(
        kind=kind,
        price=PRICES["create"],
        typical_s=MODEL_SECONDS[model],
        details=details,
        places=places_of("create"),
        webhook=webhook,
    )


def read_export(body: dict[str, Any], find: ClipFinder) -> Order:
    """The body of `/download`, whose format has no default here. Raises FieldFault."""
    if Fields(body).text("format") is None:
        raise FieldFault("format", f"is required. Allowed formats: {', '.join(FORMATS)}.")
    return read_download(body, find)
