"""Clip parser for JSON that is not trusted: a `recipe.json` of another program, a damaged row."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from producer_studio.domain.clip import AudioMeasurements, Clip
from producer_studio.domain.field_reader import FieldReader
from producer_studio.library.fields import STORED_FIELDS

_MEASURED = "measured"

SIDECAR_KEYS = frozenset({"format", *(spec.attribute.split(".")[0] for spec, _ in STORED_FIELDS)})
"""Every key that is parsed; others come from a later version."""


def parse_clip(data: Mapping[str, Any], base: Path) -> tuple[Clip, list[str]]:
    """Parses a clip field by field, using defaults for invalid fields; never raises.

    Args:
        data: As written by `serialize_sidecar`.
        base: The folder that its files' paths are relative to; paths outside of it are rejected.

    Returns:
        The clip, and the names of the fields that have their default because they are invalid. A
        clip without a usable id has a new one.
    """
    reader = FieldReader(data)
    measured = FieldReader(reader.mapping(_MEASURED))
    values: dict[str, Any] = {}
    for spec, column in STORED_FIELDS:
        part, _, name = spec.attribute.rpartition(".")
        value = column.type.from_json(measured if part else reader, name, base)
        if value is not None:
            values[spec.attribute] = value
    if measured.invalid_fields:
        reader.mark_invalid(_MEASURED)
    return build_clip(values), reader.invalid_fields


def build_clip(values: Mapping[str, Any]) -> Clip:
    """Builds a clip from values by the names of their attributes, such as `measured.bpm`."""
    own: dict[str, Any] = {}
    measured: dict[str, Any] = {}
    for attribute, value in values.items():
        part, _, name = attribute.rpartition(".")
        (measured if part else own)[name] = value
    return Clip(**own, measured=AudioMeasurements(**measured))
