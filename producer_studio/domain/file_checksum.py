"""Checksum of a file of a clip, as it was when the file arrived."""

import re
from dataclasses import dataclass

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class FileChecksum:
    """Name, content and size of a file in the folder of its clip.

    Attributes:
        name: Name without a folder.
        sha256: 64 hexadecimal digits in lower case.
    """

    name: str
    sha256: str
    size_bytes: int


def is_sha256(text: str) -> bool:
    """Whether a text is a checksum as this program writes them."""
    return _SHA256.fullmatch(text) is not None
