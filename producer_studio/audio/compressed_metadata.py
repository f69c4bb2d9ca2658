"""Size limit for compressed metadata in audio files.

Neither mutagen nor FFmpeg has such a limit: half a megabyte of MP3 can unpack to gigabytes.
"""

import os
import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from producer_studio.audio.riff import is_wave, read_chunks
from producer_studio.domain.errors import MediaRejected
from producer_studio.files.regular_files import open_regular
from producer_studio.translation import mark

_MAX_UNPACKED_BYTES = 32 * 2**20
"""Enough for a large cover; real tags are hardly ever compressed at all."""

_MAX_TAG_BYTES = 2**28
"""Maximum size of a tag, by its own format; chunks of other formats may have up to 4 GB."""

_MIN_COST_BYTES = 1024
"""Minimum cost of each decompression attempt, so that their number is limited, too."""

_MATCH_COST_BYTES = 256
"""Cost of each place where a compressed frame may begin; a real tag has some hundreds at most."""

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
_LONGEST_MATCH = _FRAME_HEADER + _MAX_FLAG_BYTES + 1
_SEARCHED_BYTES = 64 * 1024
_PIECE_BYTES = 4096


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
                # Without a copy of the rest for each frame: a tag may have millions of them.
                view = memoryview(form)
                for start in _compressed_frames(form):
                    self._spend(_MATCH_COST_BYTES)
                    waiting += self._unpack(view[start:])
                    if form is data and plain is not data:
                        waiting += self._unpack(view[start:], is_unsynchronised=True)

    def _spend(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise _rejection()

    def _unpack(self, frame: memoryview, *, is_unsynchronised: bool = False) -> Iterator[bytes]:
        for at in range(_MAX_FLAG_BYTES + 1):
            head = bytes(frame[: 2 * (at + 2)])
            head = (head.replace(b"\xff\0", b"\xff") if is_unsynchronised else head)[at : at + 2]
            if len(head) < 2 or head[0] not in _ZLIB or int.from_bytes(head) % 31:
                continue
            unpacked = self._decompress(frame, at, is_unsynchronised=is_unsynchronised)
            self._spend(max(len(unpacked), _MIN_COST_BYTES))
            if unpacked:
                yield unpacked

    def _decompress(self, frame: memoryview, skipped: int, *, is_unsynchronised: bool) -> bytes:
        """Returns what a zlib stream contains, up to one byte more than is left; empty if invalid.

        It is read piece by piece: zlib copies all that follows the end of a stream.
        """
        stream = zlib.decompressobj()
        parts: list[bytes] = []
        size = 0
        for start in range(0, len(frame), _PIECE_BYTES):
            piece = bytes(frame[start : start + _PIECE_BYTES])
            if is_unsynchronised:
                piece = _synchronise(piece, bytes(frame[max(0, start - 1) : start]))
            try:
                parts.append(
                    stream.decompress(piece[0 if start else skipped :], self._left + 1 - size)
                )
            except zlib.error:
                return b""
            size += len(parts[-1])
            if stream.eof or size > self._left:
                break
        return b"".join(parts)


def _synchronise(piece: bytes, before: bytes) -> bytes:
    """Removes the zero after each 255; `before` is the byte before the piece."""
    return (before + piece).replace(b"\xff\0", b"\xff")[len(before) :]


def _compressed_frames(data: bytes) -> Iterator[int]:
    """Yields where frames may begin that are marked as compressed.

    The data is searched part by part: a search holds the interpreter, and a tag with its cover has
    megabytes.
    """
    for start in range(0, len(data), _SEARCHED_BYTES):
        end = start + _SEARCHED_BYTES
        for found in _COMPRESSED_FRAME.finditer(data, start, end + _LONGEST_MATCH - 1):
            if found.start() < end:
                yield found.start() + _FRAME_HEADER


def _rejection() -> MediaRejected:
    return MediaRejected(mark("The tags of this file are far too large for a song."))


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
                yield _read_tag(file, chunk.size)
    elif head.startswith(b"FORM") and head[8:12] in {b"AIFF", b"AIFC"}:
        yield from _aiff_id3_chunks(file)
    elif head == _ASF_HEADER:
        size = int.from_bytes(file.read(8), "little")
        yield file.read(min(size, _MAX_ASF_HEADER_BYTES))


def _read_tag(file: BinaryIO, size: int) -> bytes:
    there = os.fstat(file.fileno()).st_size - file.tell()
    if min(size, there) > _MAX_TAG_BYTES:
        raise _rejection()
    return file.read(size)


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
            yield _read_tag(file, size)
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
        if start + 8 > end:  # maybe further than any file can be
            return None
        file.seek(start)
        head = file.read(16)
        if len(head) < 8:
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
