"""Parser for recipes from untrusted files and rows."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from producer_studio.domain.field_reader import (
    MAX_LENGTH_S,
    MAX_LINK_LENGTH,
    MAX_NAME_LENGTH,
    MAX_TITLE_LENGTH,
    is_finite_number,
)
from producer_studio.domain.ids import ClipId, RemoteId
from producer_studio.domain.operation import SERVICE_OPERATIONS, Operation
from producer_studio.domain.recipe import Recipe

MAX_FIELD_LENGTH = 100_000
"""Characters; no service accepts as many. A longer text is cut."""

_TEXT_LIMITS = {
    "title": MAX_TITLE_LENGTH,
    "model": MAX_NAME_LENGTH,
    "seed": MAX_NAME_LENGTH,
    "preset": MAX_NAME_LENGTH,
    "export_format": MAX_NAME_LENGTH,
}
# A part of one would have another target: longer ones are dropped.
_EXACT_LIMITS = {
    "source": MAX_NAME_LENGTH,
    "source_remote": MAX_NAME_LENGTH,
    "cover_url": MAX_LINK_LENGTH,
    "audio_url": MAX_LINK_LENGTH,
    "webhook_url": MAX_LINK_LENGTH,
    "audio_file": MAX_LINK_LENGTH,
}

_OPERATIONS = frozenset(str(one) for one in SERVICE_OPERATIONS)
_DEFAULTS = {item.name: getattr(Recipe(), item.name) for item in fields(Recipe)}
_IDS = {"source": ClipId, "source_remote": RemoteId}


def parse_recipe(data: Mapping[str, Any]) -> tuple[Recipe, list[str]]:
    """Parses the valid fields of a recipe.

    Returns:
        The recipe, and the names of the fields that were reset to their default because their value
        is invalid, and of those that were truncated. An unknown operation becomes `create`; the
        other fields are parsed as usual.
    """
    changes: dict[str, Any] = {}
    invalid_fields: list[str] = []
    # Only existing fields are visited: thousands of rows are read, and most have few fields.
    for name, value in data.items():
        if value is None or name not in _DEFAULTS:
            continue
        if name == "operation":
            is_valid = isinstance(value, str) and value in _OPERATIONS
        else:
            is_valid = _is_valid(name, value)
        if not is_valid:
            invalid_fields.append(name)
        elif name == "operation":
            changes[name] = Operation(value)
        elif isinstance(value, str):
            limit = _TEXT_LIMITS.get(name, MAX_FIELD_LENGTH)
            if len(value) > limit and name not in _EXACT_LIMITS:
                invalid_fields.append(name)
                value = value[:limit]
            changes[name] = _IDS[name](value) if name in _IDS else value
        else:
            changes[name] = value
    return Recipe(**changes), invalid_fields


def _is_valid(name: str, value: Any) -> bool:  # noqa: ANN401 - of a file
    """Whether a value has the type of the default; a number where the default is None."""
    default = _DEFAULTS[name]
    if isinstance(default, bool):
        return isinstance(value, bool)
    if isinstance(default, str) or name in _IDS:
        return isinstance(value, str) and len(value) <= _EXACT_LIMITS.get(name, len(value))
    return is_finite_number(value) and abs(value) <= MAX_LENGTH_S
