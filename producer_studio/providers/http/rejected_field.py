"""Search for the recipe's field that a response rejects."""

import re
from collections.abc import Mapping

from producer_studio.domain.operation import Operation
from producer_studio.providers.http.error_details import ErrorDetails

MODERATION_PATTERN = re.compile(
    r"copyright|artist name|lyrics format|moderat|sensitive|inappropriate|violat|prohibited|"
    r"not allowed",
    re.IGNORECASE,
)
FIELD_BY_WIRE_NAME: Mapping[str, str] = {
    "sound": "sound",
    "lyrics": "lyrics",
    "lyric": "lyrics",
    "title": "title",
    "mv": "model",
    "model": "model",
    "model_version": "model",
    "seed": "seed",
    "make_instrumental": "instrumental",
    "instrumental": "instrumental",
    "instruction": "instruction",
    "lyrics_strength": "lyrics_strength",
    "sound_strength": "sound_strength",
    "weirdness": "weirdness",
    "cover_strength": "cover_strength",
    "strength": "cover_strength",
    "clip_id": "source",
    "audio_id": "source",
    "starts_at": "starts_at_s",
    "continue_at": "starts_at_s",
    "replace_section_start": "starts_at_s",
    "ends_at": "ends_at_s",
    "replace_section_end": "ends_at_s",
    "length": "length_s",
    "cover_url": "cover_url",
    "audio_url": "audio_url",
    "prompt": "prompt",
    "preset": "preset",
    "format": "export_format",
    "task_type": "operation",
    "action": "operation",
    "custom": "lyrics",
    "webhook_url": "webhook_url",
    "webhookurl": "webhook_url",
    "webhookevents": "webhook_url",
    "callback_url": "webhook_url",
    "webhook_secret": "webhook_url",
}
# Ordinary words too, so they name a field only in quotes.
_QUOTED_ONLY_NAMES = frozenset(
    {"format", "model", "prompt", "action", "custom", "length", "strength", "instruction"}
)
_QUOTED_NAME_PATTERN = re.compile(r"['\"`\u2018\u201c]([a-z_.]+)['\"`\u2019\u201d]")
_NAME_PATTERN = re.compile(r"\b[a-z_]+\b")
_MODEL_REJECTED_PATTERN = re.compile(
    r"\b(invalid|unsupported|unknown) model\b|"
    r"\bmodel\b.{0,40}\b((is|was|are) )?(invalid|unsupported|unknown|retired|deprecated|"
    r"not (supported|available|found|allowed|offered|valid|exist))\b",
    re.IGNORECASE,
)
_NO_SOURCE_PATTERN = re.compile(
    r"\b(clip|audio|song|track)\b.{0,20}\b(not|cannot) (be )?(found|exist)\b", re.IGNORECASE
)
# Names that moderation uses for the text that this program calls the sound.
_MODERATED_SOUND_PATTERN = re.compile(r"artist name|prompt|style|tags|description", re.IGNORECASE)


def find_recipe_field(wire_name: str) -> str:
    """Maps a wire name, such as "producerParams.title", to the recipe's field; empty if unknown."""
    return FIELD_BY_WIRE_NAME.get(wire_name.lower().rpartition(".")[2], "")


def find_field_in_text(text: str) -> str:
    """Finds the recipe's field that a service's error text names; empty when it names none."""
    for match in _QUOTED_NAME_PATTERN.finditer(text.lower()):
        if found := find_recipe_field(match[1]):
            return found
    if _MODEL_REJECTED_PATTERN.search(text):
        return "model"
    for match in _NAME_PATTERN.finditer(text.lower()):
        if match[0] in FIELD_BY_WIRE_NAME and match[0] not in _QUOTED_ONLY_NAMES:
            return FIELD_BY_WIRE_NAME[match[0]]
    if _NO_SOURCE_PATTERN.search(text):
        return "source"
    if MODERATION_PATTERN.search(text) and _MODERATED_SOUND_PATTERN.search(text):
        return "sound"
    return ""


def find_rejected_field(details: ErrorDetails, operation: Operation | None = None) -> str:
    """Finds the recipe's field that a response rejects, by its wire names or by its text.

    Args:
        operation: The requested operation, where known: services use "prompt" for the theme of
            lyrics and for the sound of a song.
    """
    found = next(
        filter(None, map(find_recipe_field, details.wire_names)), ""
    ) or find_field_in_text(details.text)
    if operation is not None and found in {"prompt", "sound"}:
        return "prompt" if operation is Operation.LYRICS else "sound"
    return found
