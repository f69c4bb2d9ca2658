"""Sidecar format `recipe.json`: all data of a clip.

It is readable without this program and sufficient to rebuild the clip's row.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from producer_studio.domain.clip import Clip
from producer_studio.domain.field_reader import FieldReader, parse_json_object
from producer_studio.library.clip_parser import SIDECAR_KEYS, parse_clip
from producer_studio.library.column_values import replace_lone_surrogates
from producer_studio.library.fields import STORED_FIELDS
from producer_studio.library.path_confinement import read_plain_file

FORMAT_VERSION = 1
SIDECAR_NAME = "recipe.json"

_MAX_BYTES = 8 * 1024 * 1024


class UnreadableSidecar(ValueError):
    """A `recipe.json` without the required data of a clip."""


def serialize_sidecar(clip: Clip, folder: Path) -> str:
    """Serialises a clip as JSON text; files inside the clip's folder get relative paths."""
    data: dict[str, Any] = {"format": FORMAT_VERSION}
    for spec, column in STORED_FIELDS:
        part, _, name = spec.attribute.rpartition(".")
        target = data.setdefault(part, {}) if part else data
        target[name] = column.type.to_json(spec.value(clip), folder)
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
    unread += sorted(data.keys() - SIDECAR_KEYS)
    if not _is_utf8(content):
        unread.append("its characters")
    return Sidecar(clip, tuple(unread), FieldReader(data).timestamp("added_at") is not None)


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True
