"""Parser for `/create` since May 2026; the other verbs are unchanged."""

from typing import Any

from producer_studio.sandbox.models import LATER_MODEL_SECONDS, LYRIA_3_PRO
from producer_studio.sandbox.profiles.fields import FieldError, RequestFields
from producer_studio.sandbox.profiles.musicapi.requests import (
    PRICES,
    TITLE_LIMIT,
    ClipFinder,
    TaskTypeRetired,
    build_create_order,
    check_start_within,
    find_source,
    parse_webhook,
    value_or_default,
)
from producer_studio.sandbox.records import SandboxClip, TaskOrder

TASK_TYPES = (
    "create_music",
    "extend_music",
    "cover_music",
    "cover_upload_music",
    "replace_music",
)
RETIRED_TASK_TYPES = frozenset({"swap_music_vocals", "swap_music_sound", "music_variation"})
#: Extend and replace cost more than the rest (.github/docs/services.md).
PRICE_BY_TASK_TYPE = {"extend_music": 12, "replace_music": 12}
DEFAULT_LENGTH_S = 60.0
MAX_LENGTH_S = 240.0
DEFAULT_STRENGTH = 0.5


def parse_create(body: dict[str, Any], find: ClipFinder) -> TaskOrder:
    """Parses the body of `/create`. Raises FieldError, ContentModerated and TaskTypeRetired."""
    fields = RequestFields(body)
    if fields.text("task_type") in RETIRED_TASK_TYPES:
        raise TaskTypeRetired(body["task_type"])
    kind = fields.choice("task_type", TASK_TYPES, "", "task types")
    if not kind:
        raise FieldError("task_type", f"is required. Allowed task types: {', '.join(TASK_TYPES)}.")
    model = fields.choice("mv", tuple(LATER_MODEL_SECONDS), LYRIA_3_PRO, "models")
    sound, lyrics = fields.text("sound"), fields.text("lyrics")
    details: dict[str, Any] = {
        "mv": model,
        "sound": sound,
        "lyrics": lyrics,
        "title": fields.text("title", limit=TITLE_LIMIT),
        "cover_url": fields.web_address("cover_url"),
        "seed": fields.text("seed"),
        # Derived from the text only, as documented on the service's page.
        "make_instrumental": not lyrics and "no vocals" in (sound or "").lower(),
        # Still accepted with any value, but ignored.
        "lyrics_strength": 0.5,
        "sound_strength": 0.5,
        "weirdness": 0.5,
    }
    webhook = parse_webhook(fields)
    if kind == "create_music":
        if sound is None and lyrics is None:
            raise FieldError("sound", "is required when 'lyrics' is empty.")
    else:
        source = find_source(fields, find)
        instruction = fields.text("instruction")
        details |= {
            "clip_id": source.id,
            "sound": " ".join(words for words in (sound, instruction) if words) or None,
            **_parse_type_fields(kind, fields, source),
        }
    return build_create_order(
        # The task service has one cover operation for sources of any origin.
        "cover_music" if kind == "cover_upload_music" else kind,
        details,
        LATER_MODEL_SECONDS[model],
        webhook,
        PRICE_BY_TASK_TYPE.get(kind, PRICES["create"]),
    )


def _parse_type_fields(kind: str, fields: RequestFields, source: SandboxClip) -> dict[str, Any]:
    """Parses the fields of this type of task only."""
    match kind:
        case "extend_music":
            starts_at = _required_number(fields, "starts_at", kind)
            check_start_within(starts_at, source)
            length = value_or_default(fields.number("length", 1, MAX_LENGTH_S), DEFAULT_LENGTH_S)
            return {"starts_at": starts_at, "length_s": length}
        case "replace_music":
            starts_at = _required_number(fields, "starts_at", kind)
            ends_at = _required_number(fields, "ends_at", kind)
            check_start_within(starts_at, source)
            if ends_at <= starts_at:
                raise FieldError("ends_at", "must be greater than 'starts_at'.")
            return {"starts_at": starts_at, "ends_at": ends_at}
        case _:
            if source.uploaded != (kind == "cover_upload_music"):
                other = "cover_upload_music" if source.uploaded else "cover_music"
                raise FieldError("clip_id", f"is not a clip for {kind}. Use {other}.")
            strength = value_or_default(fields.number("strength", 0, 1), DEFAULT_STRENGTH)
            return {"cover_strength": strength}


def _required_number(fields: RequestFields, name: str, kind: str) -> float:
    value = fields.number(name, 0)
    if value is None:
        raise FieldError(name, f"is required for {kind}.")
    return value
