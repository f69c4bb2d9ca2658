"""Tags that unpack to far more than what is stored of them are not unpacked."""

import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from producer_studio.audio.compressed_metadata import reject_large_metadata
from producer_studio.audio.tag_set import parse_recipe_text
from producer_studio.domain.errors import MediaRejected


def _synchsafe(number: int) -> bytes:
    return bytes((number >> shift) & 127 for shift in (21, 14, 7, 0))


def _packed(megabytes: int) -> bytes:
    packer = zlib.compressobj(9)
    parts = [packer.compress(b"\0name\0")]
    parts += [packer.compress(b"A" * (1 << 20)) for _ in range(megabytes)]
    return b"".join(parts) + packer.flush()


def _frame_24(data: bytes, name: bytes = b"TXXX") -> bytes:
    data = _synchsafe(len(data) * 1000 & 0xFFFFFFF) + data
    return name + _synchsafe(len(data)) + b"\0\x09" + data


def _frame_24_without_length(data: bytes) -> bytes:
    return b"TXXX" + _synchsafe(len(data)) + b"\0\x08" + data


def _frame_24_with_a_plain_size(data: bytes) -> bytes:
    return b"TXXX" + struct.pack(">I", len(data) + 4) + b"\0\x09" + b"\0\0\0\1" + data


def _frame_23(data: bytes) -> bytes:
    return b"TXXX" + struct.pack(">IHI", len(data) + 4, 0x0080, 1) + data


def _unsynchronised(data: bytes) -> bytes:
    return _frame_23(data).replace(b"\xff", b"\xff\0")


def _frame_in_a_chapter(data: bytes) -> bytes:
    inner = b"name\0" + bytes(16) + _frame_24(data)
    return b"CHAP" + _synchsafe(len(inner)) + b"\0\0" + inner


def _packed_twice(data: bytes) -> bytes:
    return _frame_24(zlib.compress(b"name\0" + bytes(16) + _frame_24(data)), b"CHAP")


def _tag(frames: bytes, version: int = 4) -> bytes:
    return b"ID3" + bytes([version, 0, 0]) + _synchsafe(len(frames)) + frames


def _mp3(tag: bytes) -> bytes:
    return tag + b"\xff\xfb\x90\0" + bytes(400)


def _two_tags(tag: bytes) -> bytes:
    return _tag(b"TIT2" + _synchsafe(2) + b"\0\0\0A") + _mp3(tag)


def _wave(tag: bytes) -> bytes:
    chunk = b"id3 " + struct.pack("<I", len(tag)) + tag
    return b"RIFF\0\0\0\0WAVEdata" + struct.pack("<I", 4) + bytes(4) + chunk


def _aiff(tag: bytes) -> bytes:
    return b"FORM\0\0\0\0AIFFCOMM\0\0\0\2\0\1ID3 " + struct.pack(">I", len(tag)) + tag


def _asf(tag: bytes) -> bytes:
    head = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
    return head + struct.pack("<Q", len(tag) + 30) + bytes(6) + tag


@pytest.mark.parametrize("container", [_mp3, _two_tags, _wave, _aiff, _asf])
@pytest.mark.parametrize(
    "frame",
    [
        _frame_24,
        _frame_24_without_length,
        _frame_24_with_a_plain_size,
        _frame_23,
        _unsynchronised,
        _frame_in_a_chapter,
        _packed_twice,
    ],
)
def test_a_tag_that_unpacks_to_too_much_is_refused(
    container: Callable[[bytes], bytes], frame: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    path = tmp_path / "song"
    path.write_bytes(container(_tag(frame(_packed(1)))))
    reject_large_metadata(path)
    path.write_bytes(container(_tag(frame(_packed(33)))))
    with pytest.raises(MediaRejected, match="tags"):
        reject_large_metadata(path)


def test_many_small_ones_count_together(tmp_path: Path) -> None:
    path = tmp_path / "song.mp3"
    path.write_bytes(_mp3(_tag(_frame_24(_packed(4)) * 9)))
    with pytest.raises(MediaRejected):
        reject_large_metadata(path)


@pytest.mark.parametrize(("size", "is_refused"), [(1 << 20, False), (1 << 31, True)])
def test_an_index_that_unpacks_to_too_much_is_refused(
    size: int, is_refused: bool, tmp_path: Path
) -> None:
    data = b"cmvd" + struct.pack(">I", size) + zlib.compress(bytes(1000))
    packed = b"cmov" + struct.pack(">I4s4s", 12, b"dcom", b"zlib")
    packed += struct.pack(">I", len(data) + 4) + data
    index = b"moov" + struct.pack(">I", len(packed) + 4) + packed
    path = tmp_path / "song.mov"
    path.write_bytes(
        struct.pack(">I", 16) + b"ftypqt  \0\0\0\0" + struct.pack(">I", len(index) + 4) + index
    )
    if is_refused:
        with pytest.raises(MediaRejected):
            reject_large_metadata(path)
    else:
        reject_large_metadata(path)


@pytest.mark.parametrize(
    "data",
    [b"\x08\0", zlib.compress(b""), b"\xff\0\x08\0"],
    ids=["no stream", "an empty stream", "unsynchronised"],
)
def test_a_tag_of_countless_frames_is_refused(data: bytes, tmp_path: Path) -> None:
    """Looking at the rest of the tag for each of them would take hours."""
    path = tmp_path / "song.mp3"
    frames = b"TXXX\0\0\0\0\0\x88" + data
    path.write_bytes(_mp3(_tag(frames * 2_000_000)))
    with pytest.raises(MediaRejected, match="tags"):
        reject_large_metadata(path)


def test_a_chunk_that_is_larger_than_any_tag_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "song.wav"
    with path.open("wb") as file:
        file.write(b"RIFF\xff\xff\xff\xffWAVEid3 \0\0\0\xf0")
        file.truncate(2**28 + 1000)
    with pytest.raises(MediaRejected, match="tags"):
        reject_large_metadata(path)


def test_a_recipe_of_many_megabytes_is_not_parsed() -> None:
    assert parse_recipe_text('{"sound": "felt piano"}') == {"sound": "felt piano"}
    endless = '{"sound": [' + "[]," * 2_000_000 + "[]]}"
    assert parse_recipe_text(endless) is None
    assert parse_recipe_text(endless.encode()) is None
