# mypy: untyped-calls-exclude=mutagen
"""Detection and removal of URLs in tags that a service wrote into an audio file.

They may be signed links to uploads, covers or media, which grant access to whoever has the file.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from mutagen.apev2 import APENoHeaderError, APEv2

_URL_MARK = "://"
_BLOCK = 1 << 20
_OVERLAP = 16


def contains_url(value: object) -> bool:
    """Whether a tag's value contains a URL: text, bytes of any encoding, or lists of them."""
    match value:
        case str():
            return _URL_MARK in value
        case bytes() | bytearray():
            # Without its zeros, UTF-16 text in ASCII range is ASCII.
            return _URL_MARK.encode() in bytes(value).replace(b"\0", b"")
        case Mapping():
            return any(map(contains_url, (*value.keys(), *value.values())))
        case list() | tuple():
            return any(map(contains_url, value))
        case int() | float():
            return False
        case _:
            return hasattr(value, "__dict__") and contains_url(vars(value))


def range_contains_url(file: BinaryIO, start: int, length: int) -> bool:
    """Whether a range of a file contains a URL; reads it in blocks."""
    file.seek(start)
    tail = b""
    while length > 0 and (block := file.read(min(_BLOCK, length))):
        length -= len(block)
        if contains_url(tail + block):
            return True
        tail = block[-_OVERLAP:]
    return False


def remove_ape_tag_with_urls(path: Path) -> None:
    """Removes an APEv2 tag that contains a URL from the end of an MP3 file.

    Raises:
        MutagenError: The tag is damaged, or the disk rejects the write.
    """
    try:
        found = APEv2(path)
    except APENoHeaderError:
        return
    if contains_url(dict(found.items())):
        found.delete(path)
