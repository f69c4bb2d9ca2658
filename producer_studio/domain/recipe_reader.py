"""Parser for recipes from untrusted files and rows."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from producer_studio.domain.field_reader import is_finite_number
from producer_studio.domain.ids import ClipId, RemoteId
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe

MAX_FIELD_LENGTH = 100_000
"""Characters; no service accepts as many. A longer text is dropped."""

_OPERATIONS = frozenset(str(one) for one in Operation)
_DEFAULTS = {item.name: getattr(Recipe(), item.name) for item in fields(Recipe)}
_IDS = {"source": ClipId, "source_remote": RemoteId}


def parse_recipe(data: Mapping[str, Any]) -> tuple[Recipe, list[str]]:
    """Parses the valid fields of a recipe.

    Returns:
        The recipe, and the names of the fields that are at their default because their value is
        invalid. An unknown operation becomes `create`; the other fields are read all the same.
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
            is_valid = _has_type_of(value, _DEFAULTS[name], is_id=name in _IDS)
        if not is_valid:
            invalid_fields.append(name)
        elif name == "operation":
            changes[name] = Operation(value)
        else:
            changes[name] = _IDS[name](value) if name in _IDS else value
    return Recipe(**changes), invalid_fields


def _has_type_of(value: object, default: object, *, is_id: bool) -> bool:
    """Whether a value has the type of the default; a number where the default is None."""
    if isinstance(default, bool):
        return isinstance(value, bool)
    if isinstance(default, str) or is_id:
        return isinstance(value, str) and len(value) <= MAX_FIELD_LENGTH
    return is_finite_number(value)
