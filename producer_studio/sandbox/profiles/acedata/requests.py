"""Parser for request bodies.

Known clients send `false` for unset numbers and null or nothing for the rest; according to
.github/docs/services.md all of these mean "not set".
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from producer_studio.sandbox.models import DEFAULT_MODEL, MODEL_SECONDS, TASK_SECONDS
from producer_studio.sandbox.profiles.fields import FieldError, RequestFields
from producer_studio.sandbox.profiles.musicapi.requests import check_moderation, value_or_default
from producer_studio.sandbox.records import SandboxClip, TaskOrder, WebhookSubscription

PROMPT_LIMIT = 200
MAX_LISTED_TASKS = 100
#: Task type for each action of "AceData Cloud, Producer API".
ACTIONS = {
    "generate": "create_music",
    "extend": "extend_music",
    "cover": "cover_music",
    "replace_section": "replace_music",
    "swap_vocals": "swap_music_vocals",
    "swap_instrumentals": "swap_music_sound",
    "variation": "music_variation",
    "stems": "stems",
    "upload_extend": "extend_music",
    "upload_cover": "cover_music",
    "upload_replace_section": "replace_music",
}
MODELS = tuple(name for name in MODEL_SECONDS if name not in {"Lyria 3 preview", "FUZZ-3-Demo"})
#: The documents state no prices; these are our choice, so that charges and refunds can be counted.
PRICES = {"audios": 10, "lyrics": 1, "videos": 5, "upload": 2, "wav": 2}
STEMS_S = 30.0
_NUMBERS = (
    "continue_at", "replace_section_start", "replace_section_end", "lyrics_strength",
    "sound_strength", "cover_strength", "weirdness",
)  # fmt: skip

#: Finds a clip of the request's account by its id.
ClipFinder = Callable[[str], SandboxClip | None]


def parse_audios(body: dict[str, Any], find: ClipFinder) -> TaskOrder:
    """Parses the body of `/producer/audios`. Raises FieldError and ContentModerated."""
    fields = _parse_fields(body)
    action = fields.required_text("action")
    action = fields.choice("action", ACTIONS, action, "actions")
    if action == "stems":
        source = _find_source(fields, find)
        return _build_order("stems", "audios", {"clip_id": source.id}, fields, body, STEMS_S)
    model = fields.choice("model", MODELS, DEFAULT_MODEL, "models")
    details: dict[str, Any] = {
        "mv": model,
        "sound": fields.text("prompt", limit=PROMPT_LIMIT),
        "lyrics": fields.text("lyric"),
        "make_instrumental": fields.flag("instrumental"),
        "title": fields.text("title"),
        "seed": fields.text("seed"),
        "lyrics_strength": value_or_default(fields.number("lyrics_strength", 0, 1), 0.7),
        "sound_strength": value_or_default(fields.number("sound_strength", 0.2, 1), 0.7),
        "weirdness": value_or_default(fields.number("weirdness", 0, 1), 0.5),
        "cover_strength": value_or_default(fields.number("cover_strength", 0.2, 1), 1.0),
        "starts_at": fields.number("continue_at", 0),
        "ends_at": None,
    }
    custom = fields.flag("custom")
    if action == "generate":
        _check_text(details, custom=custom)
    else:
        source = _find_source(fields, find)
        details["clip_id"] = source.id
        _check_source(action, source)
        _parse_times(action, details, fields, source)
    check_moderation(f"{details['sound'] or ''} {details['lyrics'] or ''}")
    return _build_order(ACTIONS[action], "audios", details, fields, body, MODEL_SECONDS[model])


def parse_lyrics(body: dict[str, Any], _find: ClipFinder) -> TaskOrder:
    """Parses the body of `/producer/lyrics`. Raises FieldError and ContentModerated."""
    fields = _parse_fields(body)
    prompt = fields.required_text("prompt")
    check_moderation(prompt)
    return _build_order("lyrics", "lyrics", {"prompt": prompt}, fields, body)


def parse_upload(body: dict[str, Any], _find: ClipFinder) -> TaskOrder:
    """Parses the body of `/producer/upload`. Raises FieldError."""
    fields = _parse_fields(body)
    fields.required_text("audio_url")
    details = {"audio_url": fields.web_address("audio_url")}
    return _build_order("upload", "upload", details, fields, body)


def parse_videos(body: dict[str, Any], find: ClipFinder) -> TaskOrder:
    """Parses the body of `/producer/videos`. Raises FieldError."""
    fields = _parse_fields(body)
    details = {"clip_id": _find_source(fields, find).id, "preset": "simple"}
    return _build_order("video", "videos", details, fields, body)


def parse_wav(body: dict[str, Any], find: ClipFinder) -> TaskOrder:
    """Parses the body of `/producer/wav`. Raises FieldError."""
    fields = _parse_fields(body)
    details = {"clip_id": _find_source(fields, find).id, "format": "wav"}
    return _build_order("download", "wav", details, fields, body)


class TaskListQuery(NamedTuple):
    """Query for a user's own tasks since a time (Unix seconds), as sent by the service's website.

    The documents do not describe this form of `retrieve_batch`.
    """

    user_id: str
    created_at_min: float
    offset: int
    limit: int


def parse_task_query(body: dict[str, Any]) -> list[str] | str | TaskListQuery:
    """Parses the body of `/producer/tasks`: a list of ids, the one id of a `retrieve`, or a query.

    Raises:
        FieldError: The action is neither of the two, or its ids are missing.
    """
    fields = RequestFields(body)
    action = fields.required_text("action")
    if fields.choice("action", ("retrieve", "retrieve_batch"), action, "actions") == "retrieve":
        return fields.required_text("id")
    user_id = fields.text("user_id")
    if user_id is not None:
        return TaskListQuery(
            user_id,
            fields.number("created_at_min", 0) or 0.0,
            int(fields.number("offset", 0) or 0),
            int(fields.number("limit", 1, MAX_LISTED_TASKS) or MAX_LISTED_TASKS),
        )
    ids = body.get("ids")
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        raise FieldError("ids", "must be a list of task ids.")
    return ids


def wants_immediate_response(body: dict[str, Any], order: TaskOrder) -> bool:
    """Whether to respond with the task's id at once instead of holding the connection.

    Raises:
        FieldError: A field is invalid.
    """
    return RequestFields(body).flag("async") or order.webhook is not None


def _parse_fields(body: dict[str, Any]) -> RequestFields:
    return RequestFields({n: None if n in _NUMBERS and v is False else v for n, v in body.items()})


def _build_order(
    kind: str,
    endpoint: str,
    details: dict[str, Any],
    fields: RequestFields,
    body: dict[str, Any],
    typical_s: float | None = None,
) -> TaskOrder:
    place = "create" if endpoint == "audios" and kind != "stems" else kind
    url = fields.web_address("callback_url")
    fields.flag("async")
    return TaskOrder(
        kind=kind,
        price=PRICES[endpoint],
        typical_s=TASK_SECONDS[kind] if typical_s is None else typical_s,
        details=details,
        places=frozenset({"submit", place}),
        webhook=None if url is None else WebhookSubscription(url=url, signing="none"),
        asked=body,
    )


def _find_source(fields: RequestFields, find: ClipFinder) -> SandboxClip:
    clip = find(fields.required_text("audio_id"))
    if clip is None:
        raise FieldError("audio_id", "is invalid: no such audio.")
    return clip


def _check_source(action: str, source: SandboxClip) -> None:
    """Checks the source of an action.

    In "AceData Cloud, Producer API", the `upload_…` actions use ids from the upload API. It does
    not state that the plain ones reject an upload, and some clients send only those.
    """
    if action.startswith("upload_") and not source.uploaded:
        raise FieldError("audio_id", f"must be of an uploaded audio for '{action}'.")


def _check_text(details: dict[str, Any], *, custom: bool) -> None:
    """Checks the text: `custom` generates from the lyrics, every other action from the prompt."""
    if not custom:
        details["lyrics"] = None
        if details["sound"] is None:
            raise FieldError("prompt", "is required unless 'custom' is true.")
        details["theme"] = None if details["make_instrumental"] else details["sound"]
    elif details["sound"] is None and (details["lyrics"] is None or details["make_instrumental"]):
        raise FieldError("lyric", "is required when 'custom' is true and 'prompt' is empty.")


def _parse_times(
    action: str, details: dict[str, Any], fields: RequestFields, source: SandboxClip
) -> None:
    """Parses the start and end of an action.

    Without times an extension starts at the very end of the song, and a section extends from the
    start or to the end.
    """
    kind = ACTIONS[action]
    if kind == "extend_music":
        details["starts_at"] = value_or_default(details["starts_at"], source.duration_s)
        _check_within("continue_at", details["starts_at"], source)
    elif kind == "replace_music":
        start = fields.number("replace_section_start", 0)
        end = fields.number("replace_section_end", 0)
        if start is None and end is None:
            raise FieldError("replace_section_start", f"is required for '{action}'.")
        details["starts_at"], details["ends_at"] = value_or_default(start, 0.0), end
        _check_within("replace_section_start", details["starts_at"], source)
        if end is not None and end <= details["starts_at"]:
            raise FieldError("replace_section_end", "must be after 'replace_section_start'.")


def _check_within(field: str, second: float, source: SandboxClip) -> None:
    # Players display rounded seconds, so the very end may be off by one of them.
    if second > source.duration_s + 1:
        raise FieldError(field, f"must be within the audio ({source.duration_s:g} seconds).")
