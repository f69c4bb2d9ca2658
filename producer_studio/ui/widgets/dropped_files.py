"""Files that other programs drag here, in any number."""

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QMimeData, QUrl

DROP_TASK = "read dropped files"

_URI_LIST_TYPE = "text/uri-list"
_FIRST_BYTES = 64 * 1024
_MAX_FIRST = 100


class DroppedFiles:
    """Local files of dragged data.

    To parse the URLs of 200,000 files takes seconds: a drag looks at the first ones only, and
    those of a drop are parsed in a thread.

    Attributes:
        first: The first files.
        is_complete: Whether these are all.
    """

    def __init__(self, data: QMimeData) -> None:
        """Reads the data, which may be gone after the event."""
        self._uris = data.data(_URI_LIST_TYPE)
        head = bytes(self._uris.left(_FIRST_BYTES).data())
        lines = head.split(b"\n")
        self.is_complete = self._uris.size() <= len(head) and len(lines) <= _MAX_FIRST
        if self._uris.size() > len(head):
            lines.pop()  # it may be cut off
        self.first = _parse_uris(lines[:_MAX_FIRST])

    async def read_all(self, accepts: Callable[[Path], bool] = lambda _file: True) -> list[Path]:
        """Returns all files that are accepted by a function, which is called in a thread."""

        def read() -> list[Path]:
            lines = bytes(self._uris.data()).split(b"\n")
            return [file for file in _parse_uris(lines) if accepts(file)]

        return await asyncio.to_thread(read)


def has_files(data: QMimeData) -> bool:
    """Whether dragged data are files, whose addresses a text field would insert.

    Clips are dragged with their files.
    """
    return data.hasUrls() and bool(DroppedFiles(data).first)


def _parse_uris(lines: Iterable[bytes]) -> list[Path]:
    """Parses lines of a text/uri-list (RFC 2483)."""
    urls = (QUrl.fromEncoded(line.strip()) for line in lines)
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
