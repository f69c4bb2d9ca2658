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
_IDS = {"source": ClipId, "source_remote": RemoteId}


def read_recipe(data: Mapping[str, Any]) -> tuple[Recipe, list[str]]:
    """Takes what fits of a recipe, field by field.

    Returns:
        The recipe, and the names of the fields that are at their default because their value does
        not fit. With an unknown operation that is `create`, with the rest as it was.
    """
    usual = Recipe()
    changes: dict[str, Any] = {}
    unread: list[str] = []
    for item in fields(Recipe):
        value = data.get(item.name)
        if value is None:
            continue
        if item.name == "operation":
            fits = isinstance(value, str) and value in _OPERATIONS
        else:
            fits = _fits(value, getattr(usual, item.name), is_id=item.name in _IDS)
        if not fits:
            unread.append(item.name)
        elif item.name == "operation":
            changes[item.name] = Operation(value)
        else:
            changes[item.name] = _IDS[item.name](value) if item.name in _IDS else value
    return usual.with_(**changes), unread


def _fits(value: object, usual: object, *, is_id: bool) -> bool:
    """Whether a value is of the kind of the usual one; a number where that is None."""
    if isinstance(usual, bool):
        return isinstance(value, bool)
    if isinstance(usual, str) or is_id:
        return isinstance(value, str) and len(value) <= LONGEST_FIELD
    return is_finite(value)
