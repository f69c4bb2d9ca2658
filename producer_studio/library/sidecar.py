"""`recipe.json`: all about a clip, readable without this program, enough to rebuild its row."""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from producer_studio.domain.clip import Clip, MediaLinks, MediaState, Sound
from producer_studio.domain.ids import AccountName, ClipId, JobId, RemoteId
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.library.record import (
    registered_data,
    registered_from,
    storable,
    time_text,
)

FORMAT = 1
NAME = "recipe.json"

_PLAIN = (
    "title", "sound", "lyrics", "model", "service", "seed", "position", "stem", "media_note",
    "stars", "favourite", "heard", "notes",
)  # fmt: skip
_FILES = ("path", "cover", "video")
_TIMES = ("created_at", "added_at", "trashed_at")


class UnreadableSidecar(ValueError):
    """A `recipe.json` that does not say what a clip needs."""


def sidecar_text(clip: Clip, folder: Path) -> str:
    """The file's text; files inside the clip's folder are named relative to it."""
    data: dict[str, Any] = {
        "format": FORMAT,
        "id": clip.id,
        "remote_id": clip.remote_id,
        "operation": str(clip.operation),
        "account": clip.account,
        "parent": clip.parent,
        "job": clip.job,
        "media": str(clip.media),
        "tags": list(clip.tags),
        "measured": asdict(clip.measured),
        "links": {name: link for name, link in asdict(clip.links).items() if link},
        "recipe": clip.recipe.to_json(),
        "registered": registered_data(clip),
    }
    data |= {name: getattr(clip, name) for name in _PLAIN}
    data |= {name: _file_text(getattr(clip, name), folder) for name in _FILES}
    for name in _TIMES:
        moment = getattr(clip, name)
        data[name] = time_text(moment) if moment else None
    text: str = storable(json.dumps(data, ensure_ascii=False, indent=2))
    return text + "\n"


def clip_from_sidecar(text: str, folder: Path) -> Clip:
    """The clip that `sidecar_text` wrote; what a later version added is left out.

    Raises:
        UnreadableSidecar: It is not such a file.
    """
    try:
        data = json.loads(text)
        fields: dict[str, Any] = {name: data[name] for name in _PLAIN if name in data}
        fields |= {n: datetime.fromisoformat(data[n]) for n in _TIMES if data.get(n)}
        fields |= {name: folder / data[name] for name in _FILES if data.get(name)}
        links = MediaLinks(**_known(data.get("links", {}), MediaLinks()))
        measured = Sound(**_known(data.get("measured", {}), Sound()))
        return Clip(
            id=ClipId(data["id"]),
            remote_id=RemoteId(data["remote_id"]) if data.get("remote_id") else None,
            operation=Operation(data["operation"]),
            account=AccountName(data.get("account", "")),
            parent=ClipId(data["parent"]) if data.get("parent") else None,
            job=JobId(data["job"]) if data.get("job") else None,
            media=MediaState(data["media"]),
            tags=tuple(data.get("tags", ())),
            recipe=Recipe.from_json(data.get("recipe", {})),
            registered=registered_from(data.get("registered", ())),
            links=links,
            measured=measured,
            **fields,
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UnreadableSidecar(str(error)) from error


def _known(data: dict[str, Any], empty: Sound | MediaLinks) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name in asdict(empty)}


def _file_text(path: Path | None, folder: Path) -> str | None:
    if path is None:
        return None
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)
