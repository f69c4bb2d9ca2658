"""Recipe embedded in an exported file; treated as untrusted."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from producer_studio.domain.errors import StorageError
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.recipe_parser import parse_recipe as read_fields
from producer_studio.files.regular_files import open_regular
from producer_studio.studio.user_files import run_for_user_file
from producer_studio.translation import mark

_UNTRUSTED_FIELDS = frozenset(
    # A file must not select a local file for upload or the receiver of webhooks, and ids of a
    # service are not valid for another account.
    {"audio_file", "webhook_url", "source_remote", "source_uploaded", "export_format"}
)


async def read_embedded_recipe(path: Path) -> Recipe | None:
    """Reads the recipe of a file that this program has exported; None for any other audio file.

    Raises:
        StorageError: The file is missing or cannot be read.
    """
    return await run_for_user_file(path, _read, path)


def trusted_recipe(data: Mapping[str, Any]) -> Recipe | None:
    """Returns the recipe without its untrusted fields; None if its operation is unknown."""
    recipe, unread = read_fields({k: v for k, v in data.items() if k not in _UNTRUSTED_FIELDS})
    return None if "operation" in unread or not data.get("operation") else recipe


def _read(path: Path) -> Recipe | None:
    # The tag library is slow to import, which must not delay the start of the window.
    from producer_studio.audio.tags import read_recipe

    try:
        open_regular(path).close()
    except OSError as error:
        raise StorageError(
            mark("“{path}” cannot be read: {strerror}.", path=path.name, strerror=error.strerror)
        ) from error
    data = read_recipe(path)
    return trusted_recipe(data) if data is not None else None
