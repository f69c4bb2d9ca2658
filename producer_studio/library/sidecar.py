"""Sidecar format `recipe.json`: all data of a clip.

It is readable without this program and sufficient to rebuild the clip's row.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from producer_studio.domain.clip import Clip
from producer_studio.domain.field_reader import FieldReader, parse_json_object
from producer_studio.domain.signed_url import drop_signed_url
from producer_studio.library.clip_reader import FIELDS, parse_clip
from producer_studio.library.column_values import format_time, replace_lone_surrogates
from producer_studio.library.path_confinement import read_plain_file
from producer_studio.library.rows import registrations_to_json

FORMAT_VERSION = 1
SIDECAR_NAME = "recipe.json"

_MAX_BYTES = 8 * 1024 * 1024

_PLAIN_FIELDS = (
    "title", "sound", "lyrics", "model", "service", "seed", "position", "stem", "media_note",
    "stars", "favourite", "heard", "notes", "bpm_override", "key_override",
)  # fmt: skip
_PATH_FIELDS = ("path", "cover", "video")
_TIME_FIELDS = ("created_at", "added_at", "trashed_at")


class UnreadableSidecar(ValueError):
    """A `recipe.json` without the required data of a clip."""


def serialize_sidecar(clip: Clip, folder: Path) -> str:
    """Serialises a clip as JSON text; files inside the clip's folder get relative paths."""
    data: dict[str, Any] = {
        "format": FORMAT_VERSION,
        "id": clip.id,
        "remote_id": clip.remote_id,
        "operation": str(clip.operation),
        "account": clip.account,
        "parent": clip.parent,
        "job": clip.job,
        "media": str(clip.media),
        "tags": list(clip.tags),
        "measured": asdict(clip.measured),
        # The folder may be shared: signed links are stored in the database only, and requested
        # again.
        "links": {name: link for name, link in asdict(clip.links).items() if drop_signed_url(link)},
        # Paths of folders on this computer are private, too.
        "recipe": clip.recipe.strip_secrets().with_changes(audio_file="").to_json(),
        "registered": registrations_to_json(clip),
    }
    data |= {name: getattr(clip, name) for name in _PLAIN_FIELDS}
    data |= {name: _relative_path_text(getattr(clip, name), folder) for name in _PATH_FIELDS}
    for name in _TIME_FIELDS:
        moment = getattr(clip, name)
        data[name] = format_time(moment) if moment else None
    text: str = replace_lone_surrogates(json.dumps(data, ensure_ascii=False, indent=2))
    return text + "\n"


@dataclass(frozen=True, slots=True)
class Sidecar:
    """Parsed `recipe.json`.

    Attributes:
        unread: The names of the fields that are invalid or unknown.
        has_time: Whether it states when the clip was added.
    """

    clip: Clip
    unread: tuple[str, ...] = ()
    has_time: bool = True


def read_sidecar(folder: Path) -> Sidecar:
    """Reads the clip from a folder's `recipe.json`, field by field.

    Raises:
        FileNotFoundError: It does not exist.
        UnreadableSidecar: It is not a file, too large, or no JSON object.
        OSError: It cannot be read.
    """
    try:
        content = read_plain_file(folder / SIDECAR_NAME, _MAX_BYTES)
    except ValueError as error:
        raise UnreadableSidecar(str(error)) from error
    return parse_sidecar(content, folder)


def parse_sidecar(content: bytes, folder: Path) -> Sidecar:
    """Parses the content of a `recipe.json`.

    Raises:
        UnreadableSidecar: It is no JSON object.
    """
    try:
        text = content.decode("utf-8-sig", "surrogatepass" if _is_utf8(content) else "replace")
        data = parse_json_object(text)
    except ValueError as error:
        raise UnreadableSidecar(str(error)) from error
    clip, unread = parse_clip(data, folder)
    unread += sorted(data.keys() - FIELDS)
    if not _is_utf8(content):
        unread.append("its characters")
    return Sidecar(clip, tuple(unread), FieldReader(data).timestamp("added_at") is not None)


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def _relative_path_text(path: Path | None, folder: Path) -> str | None:
    """Returns the path relative to the clip's folder; None for a file outside of it."""
    if path is None or not path.is_relative_to(folder):
        return None
    return path.relative_to(folder).as_posix()
