"""Refuses sound files whose metadata unpacks to far more than what is stored of it.

Neither mutagen nor FFmpeg has a limit for this: half a megabyte of MP3 takes gigabytes.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from producer_studio.audio.riff import is_wave, read_chunks
from producer_studio.domain.errors import MediaRejected
from producer_studio.files.regular_file import open_regular

_MAX_UNPACKED_BYTES = 32 * 2**20
"""Room for a large cover; true tags are hardly ever compressed at all."""

_MIN_COST_BYTES = 1024
"""Counted for each try, so that their number is limited, too."""

_MAX_ASF_HEADER_BYTES = 64 * 2**20
_MAX_CHUNKS = 1000
_ASF_HEADER = b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c"

# A frame of ID3v2.3 or 2.4 whose flags say that it is compressed, and the beginning of the zlib
# stream in it, behind a length and bytes of other flags or none. Readers disagree on how the size
# of a frame is written; what is found like this is compressed to each of them.
_FLAGS = bytes(value for value in range(256) if value & 0x88)
_ZLIB = bytes(range(0x08, 0x80, 0x10))
_COMPRESSED_FRAME = re.compile(
    rb"(?=[A-Z][A-Z0-9]{3}[\0-\xff]{5}[%s][\0-\xff]{0,6}?[%s])" % (re.escape(_FLAGS), _ZLIB)
)
_FRAME_HEADER = 10
_MAX_FLAG_BYTES = 6


def reject_large_metadata(path: Path) -> None:
    """Looks at the tags of a file before anything else unpacks them.

    Raises:
        MediaRejected: They would take more than 32 MB.
        OSError: The file is not there or cannot be read.
    """
    with open_regular(path) as file:
        budget = _Budget()
        for tag in _find_tags(file):
            budget.spend_on(tag)
        if _unpacked_mp4_index_bytes(file) > _MAX_UNPACKED_BYTES:
            raise _rejection()


class _Budget:
    """What may still be unpacked of one file."""

    def __init__(self) -> None:
        self._left = _MAX_UNPACKED_BYTES

    def spend_on(self, tag: bytes) -> None:
        """Unpacks every compressed frame of a tag, also those inside others."""
        waiting = [tag]
        while waiting:
            data = waiting.pop()
            # Unsynchronised tags have a zero behind each 255; either form may be what is read.
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
    return MediaRejected("The tags of this file take far more room than a song's tags do.")


def _find_tags(file: BinaryIO) -> Iterator[bytes]:
    """The ID3 tags of a file, wherever its format has them."""
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
    """Every tag at the start of the file: some programs write one before the other."""
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
    """How large the index of a QuickTime file says it is where it is compressed; else 0."""
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
    """Start and end of the content of the first atom of a name."""
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
