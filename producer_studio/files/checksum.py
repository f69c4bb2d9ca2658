"""Checksums of files."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from producer_studio.files.regular_files import open_regular

_CHUNK_BYTES = 1 << 20


class ReadingCancelled(Exception):
    """Reading of a file was stopped by its caller."""


def compute_sha256(path: Path, is_cancelled: Callable[[], bool] = lambda: False) -> tuple[str, int]:
    """Returns the SHA-256 of a regular file, hexadecimal, and the number of bytes read; blocking.

    Args:
        is_cancelled: Called before each megabyte.

    Raises:
        OSError: It does not exist, is no regular file, or cannot be read.
        ReadingCancelled: `is_cancelled` returned true.
    """
    digest = hashlib.sha256()
    with open_regular(path) as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
            if is_cancelled():
                raise ReadingCancelled
        return digest.hexdigest(), file.tell()
