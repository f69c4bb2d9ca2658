"""Ogg page parser that detects truncated files."""

from pathlib import Path

from producer_studio.files.regular_files import open_regular

_MAX_PAGE_BYTES = 65_307
"""Maximum page size (RFC 3533)."""

_PAGE_HEADER_BYTES = 27


def is_truncated(path: Path) -> bool:
    """Whether the file ends in the middle of a page.

    A missing end-of-stream flag is not evidence: some programs never set it.

    Raises:
        OSError: The file cannot be read.
    """
    with open_regular(path) as file:
        length = file.seek(0, 2)
        file.seek(max(0, length - 2 * _MAX_PAGE_BYTES))
        tail = file.read()
    at = tail.rfind(b"OggS")
    while at >= 0:
        page = tail[at:]
        lengths = (
            page[_PAGE_HEADER_BYTES : _PAGE_HEADER_BYTES + page[26]]
            if len(page) >= _PAGE_HEADER_BYTES
            else b""
        )
        if len(page) < _PAGE_HEADER_BYTES or len(lengths) < page[26]:
            return True
        # The capture pattern may occur in audio by chance; the version after it is 0 in every page.
        if page[4] == 0:
            return len(page) < _PAGE_HEADER_BYTES + len(lengths) + sum(lengths)
        at = tail.rfind(b"OggS", 0, at)
    return False
