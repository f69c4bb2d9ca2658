"""True file positions of packets in formats without an index."""

from pathlib import Path

from producer_studio.files.regular_files import open_regular

RAW_FORMATS = frozenset({"aac", "ac3", "dts", "eac3", "mp3"})
"""Formats that consist of frames only: FFmpeg counts the frames it finds, and skips other bytes."""

_SEARCHED_BYTES = 1 << 20
_COMPARED_BYTES = 64
_SYNC = (0xFF, 0xE0)
"""Bits of the first two bytes that all frames of one file have in common."""

_PLAIN_AC3 = 10
"""Highest bit stream version of AC-3; E-AC-3 has higher ones."""

_AC3_KBITS = (
    32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640,
)  # fmt: skip


class PacketPositions:
    """Locates consecutive packets in the bytes of their file.

    The file is read, not mapped into memory: the system ends a process (SIGBUS) that looks at a
    mapped file which became shorter, or whose drive was disconnected.

    Args:
        path: The file.
        first: Byte at or before the first packet.
    """

    def __init__(self, path: Path, first: int = 0) -> None:
        self._first = first
        self._file = open_regular(path)
        self._end: int | None = None
        self._last = b""

    def close(self) -> None:
        """Closes the file."""
        self._file.close()

    def count_skipped_bytes(self, data: bytes) -> int:
        """Returns how many bytes the demuxer skipped before a packet; 0 before the first one.

        Raises:
            OSError: The file cannot be read.
        """
        begin = self._end or self._first
        at = self._find(data[:_COMPARED_BYTES], begin)
        if at < 0:
            return 0
        # Concatenated files have the tags of the second one in their middle.
        gap = 0 if self._end is None or is_tag(self._read(begin, 8)) else at - begin
        self._end = at + len(data)
        self._last = data
        return gap

    def _find(self, data: bytes, begin: int) -> int:
        if self._read(begin, len(data)) == data:
            return begin
        at = self._read(begin, _SEARCHED_BYTES).find(data)
        return at if at < 0 else begin + at

    def _read(self, begin: int, count: int) -> bytes:
        self._file.seek(begin)
        return self._file.read(count)

    @property
    def is_truncated(self) -> bool:
        """Whether the file ends in the middle of a frame; valid after the last packet."""
        if self._end is None or len(self._last) < 2 or _is_mpeg(self._last):
            # An MP3 declares its number of frames in front; half a frame after them is no loss.
            return False
        # Half a frame is a packet of its own in some formats, and skipped in others. Bytes without
        # a frame header are a tag.
        rest = self._read(self._end, 2)
        masks = zip(rest, self._last, _SYNC, strict=False)
        is_half = len(rest) == 2 and all((one ^ other) & mask == 0 for one, other, mask in masks)
        return is_half or _declared_frame_bytes(self._last) > len(self._last)


def is_tag(data: bytes) -> bool:
    """Whether the data begins with a tag, which is not damaged audio."""
    return data.startswith((b"ID3", b"TAG", b"APETAGEX", b"LYRICS"))


def _is_mpeg(frame: bytes) -> bool:
    """Whether this is a frame of MPEG audio, layer I to III; ADTS has 0 in the layer field."""
    return frame[0] == 0xFF and frame[1] & 0xE0 == 0xE0 and frame[1] & 6 != 0


def _declared_frame_bytes(frame: bytes) -> int:
    """Returns the declared frame size of ADTS (ISO 13818-7) or AC-3 (ATSC A/52); 0 for others."""
    if len(frame) < 7:
        return 0
    if frame[0] == 0xFF and frame[1] & 0xF6 == 0xF0:
        return (frame[3] & 3) << 11 | frame[4] << 3 | frame[5] >> 5
    if frame[:2] != b"\x0bw":
        return 0
    if frame[5] >> 3 > _PLAIN_AC3:
        return 2 * (((frame[2] & 7) << 8 | frame[3]) + 1)
    rate, size = frame[4] >> 6, frame[4] & 63
    if rate > 2 or size >= 2 * len(_AC3_KBITS):
        return 0
    kbits = _AC3_KBITS[size // 2]
    return 2 * (2 * kbits, 320 * kbits // 147 + size % 2, 3 * kbits)[rate]
