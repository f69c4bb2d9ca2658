"""Sidecar format `recipe.json`: all data of a clip.

It is readable without this program and sufficient to rebuild the clip's row.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from producer_studio.domain.clip import Clip
from producer_studio.domain.field_reader import FieldReader, parse_json_object
from producer_studio.domain.file_checksum import FileChecksum, is_sha256
from producer_studio.library.clip_parser import SIDECAR_KEYS, parse_clip
from producer_studio.library.column_values import replace_lone_surrogates
from producer_studio.library.fields import STORED_FIELDS
from producer_studio.library.path_confinement import read_plain_file, resolve_inside

FORMAT_VERSION = 1
SIDECAR_NAME = "recipe.json"

_FILES = "files"
_KNOWN_KEYS = SIDECAR_KEYS | {_FILES}
_MAX_BYTES = 8 * 1024 * 1024


class UnreadableSidecar(ValueError):
    """A `recipe.json` without the required data of a clip."""


def serialize_sidecar(clip: Clip, folder: Path, files: Sequence[FileChecksum] = ()) -> str:
    """Serialises a clip as JSON text; files inside the clip's folder get relative paths.

    Args:
        files: Checksums of the files in the folder.
    """
    data: dict[str, Any] = {"format": FORMAT_VERSION}
    for spec, column in STORED_FIELDS:
        part, _, name = spec.attribute.rpartition(".")
        target = data.setdefault(part, {}) if part else data
        target[name] = column.type.to_json(spec.value(clip), folder)
    if files:
        data[_FILES] = {
            one.name: {"sha256": one.sha256, "size_bytes": one.size_bytes} for one in files
        }
    text: str = replace_lone_surrogates(json.dumps(data, ensure_ascii=False, indent=2))
    return text + "\n"


@dataclass(frozen=True, slots=True)
class Sidecar:
    """Parsed `recipe.json`.

    Attributes:
        unread: The names of the fields that are invalid or unknown.
        has_time: Whether it states when the clip was added.
        files: Checksums of the files in its folder, as they were when they arrived.
    """

    clip: Clip
    unread: tuple[str, ...] = ()
    has_time: bool = True
    files: tuple[FileChecksum, ...] = ()


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
    unread += sorted(data.keys() - _KNOWN_KEYS)
    if not _is_utf8(content):
        unread.append("its characters")
    reader = FieldReader(data)
    has_time = reader.timestamp("added_at") is not None
    files = _parse_checksums(reader.mapping(_FILES))
    return Sidecar(clip, tuple(unread), has_time, files)


def _parse_checksums(found: Mapping[str, Any]) -> tuple[FileChecksum, ...]:
    """Returns the valid ones: without one, a file is recorded as it is found."""
    checksums = []
    for name, value in found.items():
        reader = FieldReader(value if isinstance(value, dict) else {})
        sha256, size_bytes = reader.text("sha256"), reader.optional_integer("size_bytes")
        is_name = "/" not in name and resolve_inside(Path(), name) is not None
        if is_name and is_sha256(sha256) and size_bytes is not None:
            checksums.append(FileChecksum(name, sha256, size_bytes))
    return tuple(checksums)


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True
