"""The recipe inside an exported file, as far as a file from anywhere is to be believed."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from producer_studio.domain.errors import StorageError
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.recipe_reader import parse_recipe as read_fields
from producer_studio.files.regular_file import open_regular

_UNTRUSTED_FIELDS = frozenset(
    # A file must not choose which file of this computer is sent away, nor who is told of the job;
    # and ids at a service mean nothing to another account.
    {"audio_file", "webhook_url", "source_remote", "source_uploaded", "export_format"}
)


async def read_embedded_recipe(path: Path) -> Recipe | None:
    """The recipe of a file that this program has exported; None in any other audio file.

    Raises:
        StorageFault: The file is not there or cannot be read.
    """
    return await asyncio.to_thread(_read, path)


def trusted_recipe(data: Mapping[str, Any]) -> Recipe | None:
    """What of a recipe can be put on the desk; None when its operation is not known here."""
    recipe, unread = read_fields({k: v for k, v in data.items() if k not in _UNTRUSTED_FIELDS})
    return None if "operation" in unread or not data.get("operation") else recipe


def _read(path: Path) -> Recipe | None:
    # The library of tags takes a while to load, which the start of the window does not wait for.
    from producer_studio.audio.tags import read_recipe

    try:
        open_regular(path).close()
    except OSError as error:
        raise StorageError(f"“{path.name}” cannot be read: {error.strerror}.") from error
    data = read_recipe(path)
    return trusted_recipe(data) if data is not None else None
