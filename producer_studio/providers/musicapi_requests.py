"""Request bodies of the musicapi family (seeds 000 and 002; lyrics and video: seed 003).

What the user left unset is not sent, so that the service's own defaults hold.
"""

import json
from dataclasses import dataclass
from typing import TypeAlias

from producer_studio.domain.faults import Refused
from producer_studio.domain.guidance import TITLE_LIMIT
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.strength import (
    COVER_STRENGTH,
    LYRICS_STRENGTH,
    SOUND_STRENGTH,
    WEIRDNESS,
)
from producer_studio.providers.addresses import is_loopback_url, split
from producer_studio.providers.protocol import Webhook

Body: TypeAlias = dict[str, str | int | float | bool]

TASK_TYPES: dict[Operation, str] = {
    Operation.CREATE: "create_music",
    Operation.EXTEND: "extend_music",
    Operation.COVER: "cover_music",
    Operation.REPLACE: "replace_music",
    Operation.SWAP_VOCALS: "swap_music_vocals",
    Operation.SWAP_SOUND: "swap_music_sound",
    Operation.VARIATION: "music_variation",
}
PATH = "/api/v1/producer/"
WEBHOOK_URL_LIMIT = 1024
PROMPT_LIMIT = 3000
PRESETS = ("simple", "modern", "player")
FORMATS = ("mp3", "wav")

_WITH_COVER_STRENGTH = frozenset({Operation.COVER, Operation.SWAP_VOCALS, Operation.SWAP_SOUND})
_WITH_START = frozenset({Operation.EXTEND, Operation.REPLACE})


@dataclass(frozen=True, slots=True)
class Request:
    """Where to, and what."""

    path: str
    body: Body

    def encoded(self) -> bytes:
        text = json.dumps(self.body, ensure_ascii=False, separators=(",", ":"))
        # Pasted text may hold halves of characters, which UTF-8 has no bytes for.
        return text.encode("utf-8", "replace")


def request_for(recipe: Recipe, webhook: Webhook | None = None) -> Request:
    """Translates a recipe.

    Raises:
        Refused: The documents say that the service would decline it; `field` says why. Nothing is
            sent, so nothing can be charged.
    """
    match recipe.operation:
        case Operation.UPLOAD:
            verb, body = "upload", _upload(recipe)
        case Operation.EXPORT:
            verb, body = "download", _download(recipe)
        case Operation.LYRICS:
            verb, body = "lyrics-create", _lyrics(recipe)
        case Operation.VIDEO:
            verb, body = "video-clip", _video(recipe)
        case Operation.STEMS:
            raise _refused("This service does not split a song into stems.", "operation")
        case _:
            verb, body = "create", _create(recipe)
    return Request(PATH + verb, body | _webhook(recipe, webhook))


def _create(recipe: Recipe) -> Body:
    operation = recipe.operation
    if operation.needs_words and not (recipe.sound.strip() or recipe.lyrics.strip()):
        raise _refused("Describe the sound or write lyrics first.", "sound")
    if len(recipe.title) > TITLE_LIMIT:
        raise _refused(f"The title has more than {TITLE_LIMIT} characters.", "title")
    body: Body = {"task_type": TASK_TYPES[operation]}
    if operation.needs_source:
        body["clip_id"] = _source(recipe)
    for name, text in (
        ("mv", recipe.model),
        ("sound", recipe.sound),
        ("lyrics", recipe.lyrics),
        ("title", recipe.title),
        ("cover_url", recipe.cover_url),
        ("seed", recipe.seed),
    ):
        if text.strip():
            body[name] = text
    if recipe.instrumental:
        body["make_instrumental"] = True
    strengths = [
        (LYRICS_STRENGTH, recipe.lyrics_strength),
        (SOUND_STRENGTH, recipe.sound_strength),
        (WEIRDNESS, recipe.weirdness),
    ]
    if operation in _WITH_COVER_STRENGTH:
        strengths.append((COVER_STRENGTH, recipe.cover_strength))
    for strength, value in strengths:
        if value is None:
            continue
        if not strength.contains(value):
            raise _refused(
                f"{strength.label} must be between {strength.low:g} and {strength.high:g}.",
                strength.name,
            )
        body[strength.name] = _number(value)
    return body | _times(recipe)


def _times(recipe: Recipe) -> Body:
    if recipe.operation not in _WITH_START:
        return {}
    body: Body = {}
    if recipe.starts_at_s is not None:
        if not 0 <= recipe.starts_at_s < float("inf"):
            raise _refused("The start must be a time within the song.", "starts_at_s")
        body["starts_at"] = _number(recipe.starts_at_s)
    if recipe.operation is not Operation.REPLACE:
        return body
    if recipe.starts_at_s is None:
        raise _refused("Say where the section to replace begins.", "starts_at_s")
    if recipe.ends_at_s is not None:
        if not recipe.starts_at_s < recipe.ends_at_s < float("inf"):
            raise _refused("The section must end after it begins.", "ends_at_s")
        body["ends_at"] = _number(recipe.ends_at_s)
    return body


def _upload(recipe: Recipe) -> Body:
    parts = split(recipe.audio_url)
    if parts is None or parts.scheme not in {"http", "https"}:
        raise _refused("Give the public web address of the sound file.", "audio_url")
    return {"audio_url": recipe.audio_url}


def _download(recipe: Recipe) -> Body:
    wanted = recipe.export_format or FORMATS[0]
    if wanted not in FORMATS:
        raise _refused("The service exports MP3 or WAV only.", "export_format")
    return {"clip_id": _source(recipe), "format": wanted}


def _lyrics(recipe: Recipe) -> Body:
    if not recipe.prompt.strip():
        raise _refused("Say what the lyrics should be about.", "prompt")
    if len(recipe.prompt) > PROMPT_LIMIT:
        raise _refused(f"The theme has more than {PROMPT_LIMIT} characters.", "prompt")
    return {"prompt": recipe.prompt}


def _video(recipe: Recipe) -> Body:
    body: Body = {"clip_id": _source(recipe)}
    if recipe.preset:
        if recipe.preset not in PRESETS:
            raise _refused("Choose the simple, modern or player preset.", "preset")
        body["preset"] = recipe.preset
    return body


def _source(recipe: Recipe) -> str:
    if not recipe.source_remote:
        raise _refused("Choose a clip that this service knows.", "source")
    return recipe.source_remote


def _webhook(recipe: Recipe, webhook: Webhook | None) -> Body:
    url = webhook.url if webhook is not None else recipe.webhook_url
    if not url:
        return {}
    parts = split(url)
    secure = parts is not None and parts.scheme == "https"
    if len(url) > WEBHOOK_URL_LIMIT or not (secure or is_loopback_url(url)):
        raise _refused(
            f"The webhook address must begin with https and have at most {WEBHOOK_URL_LIMIT} "
            "characters.",
            "webhook_url",
        )
    body: Body = {"webhook_url": url}
    if webhook is not None and webhook.secret:
        body["webhook_secret"] = webhook.secret
    return body


def _number(value: float) -> int | float:
    """Whole numbers as the seeds write them: 45, not 45.0."""
    return int(value) if float(value).is_integer() else value


def _refused(sentence: str, field: str) -> Refused:
    return Refused(f"{sentence} Nothing was sent and nothing was charged.", field=field)
