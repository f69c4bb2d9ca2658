"""Recipes from files and rows that somebody else may have written."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from producer_studio.domain.field_reader import is_finite
from producer_studio.domain.ids import ClipId, RemoteId
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe

LONGEST_FIELD = 100_000
"""Characters; no service takes as many. A longer text is left out."""

_OPERATIONS = frozenset(str(one) for one in Operation)
_USUAL = {item.name: getattr(Recipe(), item.name) for item in fields(Recipe)}
_IDS = {"source": ClipId, "source_remote": RemoteId}


def read_recipe(data: Mapping[str, Any]) -> tuple[Recipe, list[str]]:
    """Takes what fits of a recipe, field by field.

    Returns:
        The recipe, and the names of the fields that are at their default because their value does
        not fit. With an unknown operation that is `create`, with the rest as it was.
    """
    changes: dict[str, Any] = {}
    unread: list[str] = []
    # Only what is there is looked at: thousands of rows are read, and most say little.
    for name, value in data.items():
        if value is None or name not in _USUAL:
            continue
        if name == "operation":
            fits = isinstance(value, str) and value in _OPERATIONS
        else:
            fits = _fits(value, _USUAL[name], is_id=name in _IDS)
        if not fits:
            unread.append(name)
        elif name == "operation":
            changes[name] = Operation(value)
        else:
            changes[name] = _IDS[name](value) if name in _IDS else value
    return Recipe(**changes), unread


def _fits(value: object, usual: object, *, is_id: bool) -> bool:
    """Whether a value is of the kind of the usual one; a number where that is None."""
    if isinstance(usual, bool):
        return isinstance(value, bool)
    if isinstance(usual, str) or is_id:
        return isinstance(value, str) and len(value) <= LONGEST_FIELD
    return is_finite(value)
