"""Width and height of a picture, read from the start of its file without decoding it."""

from pathlib import Path
from typing import BinaryIO

from producer_studio.files.regular_files import open_regular

_HEAD_BYTES = 32
_MAX_SEGMENTS = 1000
_JPEG_SIZES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""Markers of segments with the size: all SOFn, but not DHT, JPG and DAC."""


def read_picture_size(path: Path) -> tuple[int, int] | None:
    """Returns width and height in pixels of a PNG, JPEG or WebP file; None for any other. Blocking.

    A picture that a camera has turned on its side is measured as it is stored.

    Raises:
        OSError: It cannot be read, or is not a regular file.
    """
    with open_regular(path) as file:
        head = file.read(_HEAD_BYTES)
        found = 0, 0
        if len(head) < _HEAD_BYTES:
            return None
        if head.startswith(b"\x89PNG\r\n\x1a\n") and head[12:16] == b"IHDR":
            found = int.from_bytes(head[16:20]), int.from_bytes(head[20:24])
        elif head.startswith(b"\xff\xd8"):
            found = _read_jpeg_size(file)
        elif head[:4] == b"RIFF" and head[8:12] == b"WEBP":
            found = _webp_size(head)
    return found if min(found) > 0 else None


def _read_jpeg_size(file: BinaryIO) -> tuple[int, int]:
    """Reads the size from the first segment that has it; (0, 0) if there is none."""
    file.seek(2)
    for _ in range(_MAX_SEGMENTS):
        marker = file.read(2)
        if marker == b"\xff\xff":  # a fill byte before a marker
            file.seek(-1, 1)
            continue
        length = int.from_bytes(file.read(2))
        if len(marker) < 2 or marker[0] != 0xFF or length < 2:
            break
        if marker[1] in _JPEG_SIZES:
            frame = file.read(5)
            return int.from_bytes(frame[3:5]), int.from_bytes(frame[1:3])
        file.seek(length - 2, 1)
    return 0, 0


def _webp_size(head: bytes) -> tuple[int, int]:
    match head[12:16]:
        case b"VP8 ":
            width, height = (int.from_bytes(head[at : at + 2], "little") for at in (26, 28))
            return width & 0x3FFF, height & 0x3FFF
        case b"VP8L":
            bits = int.from_bytes(head[21:25], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":
            width, height = (int.from_bytes(head[at : at + 3], "little") for at in (24, 27))
            return width + 1, height + 1
        case _:
            return 0, 0
