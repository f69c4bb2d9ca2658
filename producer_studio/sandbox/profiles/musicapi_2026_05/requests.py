"""Bodies of `/create` since May 2026; the other verbs read as before."""

from typing import Any

from producer_studio.sandbox.models import LATER_MODEL_SECONDS, LYRIA_3_PRO
from producer_studio.sandbox.profiles.fields import FieldFault, Fields
from producer_studio.sandbox.profiles.musicapi.requests import (
    PRICES,
    TITLE_LIMIT,
    ClipFinder,
    Retired,
    moderate,
    or_default,
    places_of,
    source_of,
    webhook_of,
    within,
)
from producer_studio.sandbox.records import Clip, Order

TASK_TYPES = (
    "create_music",
    "extend_music",
    "cover_music",
    "cover_upload_music",
    "replace_music",
)
RETIRED = frozenset({"swap_music_vocals", "swap_music_sound", "music_variation"})
#: Extend and replace cost more than the rest (services.md).
PRICES_OF_TYPES = {"extend_music": 12, "replace_music": 12}
LENGTH_S = 60.0
LONGEST_S = 240.0
STRENGTH = 0.5


def read_create(body: dict[str, Any], find: ClipFinder) -> Order:
    """The body of `/create`. Raises FieldFault, Moderated and Retired."""
    fields = Fields(body)
    if fields.text("task_type") in RETIRED:
        raise Retired(body["task_type"])
    kind = fields.choice("task_type", TASK_TYPES, "", "task types")
    if not kind:
        raise FieldFault("task_type", f"is required. Allowed task types: {', '.join(TASK_TYPES)}.")
    model = fields.choice("mv", tuple(LATER_MODEL_SECONDS), LYRIA_3_PRO, "models")
    sound, lyrics = fields.text("sound"), fields.text("lyrics")
    details: dict[str, Any] = {
        "mv": model,
        "sound": sound,
        "lyrics": lyrics,
        "title": fields.text("title", limit=TITLE_LIMIT),
        "cover_url": fields.web_address("cover_url"),
        "seed": fields.text("seed"),
        # Read from the words alone, as its page says.
        "make_instrumental": not lyrics and "no vocals" in (sound or "").lower(),
        # Still accepted, whatever they say, and no longer heeded.
        "lyrics_strength": 0.5,
        "sound_strength": 0.5,
        "weirdness": 0.5,
    }
    webhook = webhook_of(fields)
    if kind == "create_music":
        if sound is None and lyrics is None:
            raise FieldFault("sound", "is required when 'lyrics' is empty.")
    else:
        source = source_of(fields, find)
        instruction = fields.text("instruction")
        details |= {
            "clip_id": source.id,
            "sound": " ".join(words for words in (sound, instruction) if words) or None,
            **_particulars(kind, fields, source),
        }
    moderate(f"{details['sound'] or ''} {lyrics or ''}")
    return Order(
        # To the workshop a cover is a cover, wherever its source came from.
        kind="cover_music" if kind == "cover_upload_music" else kind,
        price=PRICES_OF_TYPES.get(kind, PRICES["create"]),
        typical_s=LATER_MODEL_SECONDS[model],
        details=details,
        places=places_of("create"),
        webhook=webhook,
    )


def _particulars(kind: str, fields: Fields, source: Clip) -> dict[str, Any]:
    """What only this type of task has."""
    match kind:
        case "extend_music":
            starts_at = _required(fields, "starts_at", kind)
            within(starts_at, source)
            length = or_default(fields.number("length", 1, LONGEST_S), LENGTH_S)
            return {"starts_at": starts_at, "length_s": length}
        case "replace_music":
            starts_at = _required(fields, "starts_at", kind)
            ends_at = _required(fields, "ends_at", kind)
            within(starts_at, source)
            if ends_at <= starts_at:
                raise FieldFault("ends_at", "must be greater than 'starts_at'.")
            return {"starts_at": starts_at, "ends_at": ends_at}
        case _:
            if source.uploaded != (kind == "cover_upload_music"):
                other = "cover_upload_music" if source.uploaded else "cover_music"
                raise FieldFault("clip_id", f"is not a clip for {kind}. Use {other}.")
            strength = or_default(fields.number("strength", 0, 1), STRENGTH)
            return {"cover_strength": strength}


def _required(fields: Fields, name: str, kind: str) -> float:
    value = fields.number(name, 0)
    if value is None:
        raise FieldFault(name, f"is required for {kind}.")
    return value
