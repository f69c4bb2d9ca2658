"""The recipe inside an exported file, as far as a file from anywhere is to be believed."""

import asyncio
import math
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from producer_studio.domain.faults import StorageFault
from producer_studio.domain.ids import ClipId
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe

_LONGEST = 100_000
"""No service takes as many signs; a longer text is left out."""

_NOT_FROM_FILES = frozenset(
    # A file must not choose which file of this computer is sent away, nor who is told of the job;
    # and ids at a service mean nothing to another account.
    {"audio_file", "webhook_url", "source_remote", "source_uploaded", "export_format"}
)


async def recipe_in(path: Path) -> Recipe | None:
    """The recipe of a file that this program has exported; None in any other audio file.

    Raises:
        StorageFault: The file is not there or cannot be read.
    """
    return await asyncio.to_thread(_read, path)


def believed(data: Mapping[str, Any]) -> Recipe | None:
    """What of a recipe can be put on the desk; None when its operation is not known here."""
    operation = data.get("operation")
    if not isinstance(operation, str) or operation not in set(Operation):
        return None
    recipe = Recipe(operation=Operation(operation))
    changes = {}
    for item in fields(Recipe):
        value = data.get(item.name)
        if item.name in _NOT_FROM_FILES or item.name == "operation" or value is None:
            continue
        if _fits(value, getattr(recipe, item.name), text=item.name == "source"):
            changes[item.name] = ClipId(value) if item.name == "source" else value
    return recipe.with_(**changes)


def _read(path: Path) -> Recipe | None:
    # The library of tags takes a while to load, which the start of the window does not wait for.
    from producer_studio.audio.tags import read_recipe

    try:
        path.open("rb").close()
    except OSError as error:
        raise StorageFault(f"“{path.name}” cannot be read: {error.strerror}.") from error
    data = read_recipe(path)
    return believed(data) if data is not None else None


def _fits(value: object, usual: object, *, text: bool) -> bool:
    """Whether a value is of the kind of the usual one; a number where that is None."""
    if isinstance(usual, bool):
        return isinstance(value, bool)
    if isinstance(usual, str) or text:
        return isinstance(value, str) and len(value) <= _LONGEST
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value)  # type: ignore[arg-type]
