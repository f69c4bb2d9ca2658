"""Pictures that the user chooses."""

from pathlib import Path

from producer_studio.domain.errors import StorageError
from producer_studio.files.file_types import (
    HEAD_BYTES,
    MAX_COVER_BYTES,
    ContentKind,
    detect_file_type,
)
from producer_studio.files.regular_files import read_regular
from producer_studio.studio.user_files import run_for_user_file
from producer_studio.translation import mark


async def read_picture(path: Path) -> tuple[bytes, str]:
    """Returns the content of a picture, and the suffix of its type.

    Raises:
        StorageError: It cannot be read, is too large, or no picture.
    """
    return await run_for_user_file(path, _read, path)


def _read(path: Path) -> tuple[bytes, str]:
    try:
        content = read_regular(path, MAX_COVER_BYTES)
    except OSError as error:
        raise StorageError(
            mark("“{path}” cannot be read.", path=path.name), service_words=str(error)
        ) from error
    found = detect_file_type(content[:HEAD_BYTES])
    if found is None or found.content is not ContentKind.IMAGE or not found.suffix:
        raise StorageError(mark("“{path}” is not a picture that can be a cover.", path=path.name))
    return content, found.suffix
