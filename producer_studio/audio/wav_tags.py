# mypy: untyped-calls-exclude=mutagen
"""Tags of WAV: LIST INFO, which Windows reads, and an id3 chunk, which music programs read."""

import io
from pathlib import Path
from typing import BinaryIO

from mutagen import PaddingInfo
from mutagen.id3 import ID3

from producer_studio.audio import id3_tags
from producer_studio.audio.riff import MAX_CHUNK_BYTES, Chunk, build_chunk, read_chunks, write_sizes
from producer_studio.audio.tag_set import SOFTWARE, TagSet, range_contains_url
from producer_studio.domain.errors import MediaRejected
from producer_studio.translation import mark

_SOUND = frozenset({b"fmt ", b"data", b"ds64", b"fact"})
_BLOCK = 1 << 20
_PADDING = 16
"""Bytes after the last frame: some readers search for the end there, and fail without it."""


def write_wav_tags(path: Path, tags: TagSet) -> None:
    """Writes the tags after all other chunks; the audio is neither moved nor changed.

    Earlier tags, and other chunks that contain URLs, are cut off at the end; those before the audio
    become an empty chunk that readers skip.

    The sizes in the header are corrected.

    Raises:
        MediaRejected: It contains no audio, or is too large for its format.
    """
    made = build_chunk(b"LIST", _build_info(tags)) + build_chunk(b"id3 ", _build_id3(tags))
    with path.open("rb+") as file:
        found = read_chunks(file)
        length = file.seek(0, io.SEEK_END)
        sound = next((chunk for chunk in found if chunk.name == b"data"), None)
        if sound is None:
            raise MediaRejected(mark("The WAV file contains no audio."))
        while _is_unwanted(file, found[-1], length):
            found.pop()
        for chunk in found:
            if _is_unwanted(file, chunk, length):
                _overwrite_with_junk(file, chunk, length)
        # Bytes that are missing at the end of a truncated file are not filled in.
        end = min(found[-1].end, length + length % 2)
        is_large = any(chunk.name == b"ds64" for chunk in found)
        if end + len(made) - 8 >= MAX_CHUNK_BYTES and not is_large:
            raise MediaRejected(mark("The WAV file is too large to be tagged."))
        # Truncating to the padded end also adds a missing pad byte.
        file.truncate(end)
        file.seek(end)
        file.write(made)
        size = min(sound.size, length - sound.start)
        write_sizes(file, found, end + len(made), size)


def _is_tag(file: BinaryIO, chunk: Chunk) -> bool:
    if chunk.name in {b"id3 ", b"ID3 "}:
        return True
    file.seek(chunk.start)
    return chunk.name == b"LIST" and file.read(4) == b"INFO"


def _is_unwanted(file: BinaryIO, chunk: Chunk, length: int) -> bool:
    if chunk.name in _SOUND:
        return False
    available = min(chunk.size, length - chunk.start)
    return _is_tag(file, chunk) or range_contains_url(file, chunk.start, available)


def _overwrite_with_junk(file: BinaryIO, chunk: Chunk, length: int) -> None:
    file.seek(chunk.start - 8)
    file.write(b"JUNK")
    file.seek(chunk.start)
    left = min(chunk.size, length - chunk.start)
    while left > 0:
        left -= file.write(bytes(min(left, _BLOCK)))


def _build_info(tags: TagSet) -> bytes:
    texts = {
        b"INAM": tags.title,
        b"IART": tags.artist,
        b"IPRD": tags.album,
        b"IPRT": str(tags.track_number or ""),
        b"IGNR": tags.genre,
        b"ICOP": tags.copyright,
        b"ICRD": tags.date,
        b"ICMT": tags.comment,
        b"ISFT": SOFTWARE,
    }
    parts = [
        build_chunk(name, _encode_info_text(text) + b"\0") for name, text in texts.items() if text
    ]
    return b"INFO" + b"".join(parts)


def _encode_info_text(text: str) -> bytes:
    """Encodes text for RIFF INFO, which states no encoding.

    Windows reads its own code page, music programs UTF-8 too.
    """
    try:
        return text.encode("cp1252")
    except UnicodeEncodeError:
        return text.encode("utf-8")


def _build_id3(tags: TagSet) -> bytes:
    frames = ID3()
    id3_tags.set_frames(frames, tags)
    made = io.BytesIO()
    frames.save(made, v1=0, v2_version=4, padding=_padding)
    return made.getvalue()


def _padding(info: PaddingInfo) -> int:
    """Returns a padding that makes the tag's length even, as RIFF chunks require."""
    # Without an earlier tag, `info.padding` is minus the size of header and frames.
    return _PADDING + -info.padding % 2
