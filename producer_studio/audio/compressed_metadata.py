"""Size limit for compressed metadata in audio files.

Neither mutagen nor FFmpeg has such a limit: half a megabyte of MP3 can unpack to gigabytes.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from producer_studio.audio.riff import is_wave, read_chunks
from producer_studio.domain.errors import MediaRejected
from producer_studio.files.regular_files import open_regular

_MAX_UNPACKED_BYTES = 32 * 2**20
"""Enough for a large cover; real tags are hardly ever compressed at all."""

_MIN_COST_BYTES = 1024
"""Minimum cost of each decompression attempt, so that their number is limited, too."""

_MAX_ASF_HEADER_BYTES = 64 * 2**20
_MAX_CHUNKS = 1000
_ASF_HEADER = b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c"

# A frame of ID3v2.3 or 2.4 whose flags mark it as compressed, and the beginning of its zlib stream,
# after a length and bytes of other flags or none. Readers disagree on how the size of a frame is
# encoded; each match is decompressed with each encoding.
_FLAGS = bytes(value for value in range(256) if value & 0x88)
_ZLIB = bytes(range(0x08, 0x80, 0x10))
_COMPRESSED_FRAME = re.compile(
    rb"(?=[A-Z][A-Z0-9]{3}[\0-\xff]{5}[%s][\0-\xff]{0,6}?[%s])" % (re.escape(_FLAGS), _ZLIB)
)
_FRAME_HEADER = 10
_MAX_FLAG_BYTES = 6


def reject_large_metadata(path: Path) -> None:
    """Checks the unpacked size of a file's tags before any library unpacks them.

    Raises:
        MediaRejected: The tags would take more than 32 MB.
        OSError: The file does not exist or cannot be read.
    """
    with open_regular(path) as file:
        budget = _Budget()
        for tag in _find_tags(file):
            budget.spend_on(tag)
        if _unpacked_mp4_index_bytes(file) > _MAX_UNPACKED_BYTES:
            raise _rejection()


class _Budget:
    """Number of bytes that may still be unpacked from one file."""

    def __init__(self) -> None:
        self._left = _MAX_UNPACKED_BYTES

    def spend_on(self, tag: bytes) -> None:
        """Unpacks every compressed frame of a tag, including nested frames."""
        waiting = [tag]
        while waiting:
            data = waiting.pop()
            # Unsynchronised tags have a zero after each 255; a reader may see either form.
            plain = data.replace(b"\xff\0", b"\xff")
            forms = (data,) if plain == data else (data, plain)
            for form in forms:
                for found in _COMPRESSED_FRAME.finditer(form):
                    rest = form[found.start() + _FRAME_HEADER :]
                    waiting += self._unpack(rest)
                    if form is data and plain is not data:
                        waiting += self._unpack(rest.replace(b"\xff\0", b"\xff"))

    def _unpack(self, frame: bytes) -> Iterator[bytes]:
        for at in range(_MAX_FLAG_BYTES + 1):
            head = frame[at : at + 2]
            if len(head) < 2 or head[0] not in _ZLIB or int.from_bytes(head) % 31:
                continue
            try:
                unpacked = zlib.decompressobj().decompress(frame[at:], self._left + 1)
            except zlib.error:
                unpacked = b""
            self._left -= max(len(unpacked), _MIN_COST_BYTES)
            if self._left < 0:
                raise _rejection()
            if unpacked:
                yield unpacked


def _rejection() -> MediaRejected:
    return MediaRejected("The tags of this file are far too large for a song.")


def _find_tags(file: BinaryIO) -> Iterator[bytes]:
    """Yields the ID3 tags of a file, wherever its format stores them."""
    file.seek(0)
    head = file.read(16)
    if head.startswith(b"ID3"):
        yield from _leading_id3_tags(file)
    elif is_wave(head[:12]):
        for chunk in read_chunks(file):
            if chunk.name in {b"id3 ", b"ID3 "}:
                file.seek(chunk.start)
                yield file.read(chunk.size)
    elif head.startswith(b"FORM") and head[8:12] in {b"AIFF", b"AIFC"}:
        yield from _aiff_id3_chunks(file)
    elif head == _ASF_HEADER:
        size = int.from_bytes(file.read(8), "little")
        yield file.read(min(size, _MAX_ASF_HEADER_BYTES))


def _leading_id3_tags(file: BinaryIO) -> Iterator[bytes]:
    """Yields every tag at the start of the file: some programs write several in a row."""
    at = 0
    while True:
        file.seek(at)
        head = file.read(10)
        if len(head) < 10 or head[:3] != b"ID3":
            return
        size = 0
        for byte in head[6:]:
            size = size << 7 | byte & 127
        yield file.read(size)
        has_footer = bool(head[5] & 0x10)
        at += 10 + size + (10 if has_footer else 0)


def _aiff_id3_chunks(file: BinaryIO) -> Iterator[bytes]:
    at = 12
    for _ in range(_MAX_CHUNKS):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            return
        name, size = struct.unpack(">4sI", head)
        if name in {b"ID3 ", b"id3 "}:
            yield file.read(size)
        at += 8 + size + size % 2


def _unpacked_mp4_index_bytes(file: BinaryIO) -> int:
    """Returns the declared size in bytes of a QuickTime file's compressed index; 0 without one."""
    file.seek(0)
    if file.read(8)[4:] not in {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide"}:
        return 0
    end = file.seek(0, 2)
    index = _find_atom(file, 0, end, b"moov")
    packed = _find_atom(file, *index, b"cmov") if index else None
    data = _find_atom(file, *packed, b"cmvd") if packed else None
    if data is None:
        return 0
    file.seek(data[0])
    return int.from_bytes(file.read(4))


def _find_atom(file: BinaryIO, start: int, end: int, name: bytes) -> tuple[int, int] | None:
    """Returns start and end of the content of the first atom with this name."""
    for _ in range(_MAX_CHUNKS):
        file.seek(start)
        head = file.read(16)
        if start + 8 > end or len(head) < 8:
            return None
        size, found = struct.unpack(">I4s", head[:8])
        content = 8
        if size == 1 and len(head) == 16:
            size, content = struct.unpack(">Q", head[8:])[0], 16
        elif size == 0:
            size = end - start
        if size < content:
            return None
        if found == name:
            return start + content, min(end, start + size)
        start += size
    return None
