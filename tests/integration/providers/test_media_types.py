"""First bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer_studio.providers.base import MediaKind
from producer_studio.providers.local_audio_file import HEAD_BYTES, sniff

M4A = b"\x00\x00\x00\x1cftypM4A \x00\x00\x02\x00"
FILES = {
    "m4a": M4A,
    "mp4": b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00",
    "id3": b"ID3\x04\x00\x00\x00\x00\x00\x00",
    "mp3": b"\xff\xfb\x90\x64\x00\x0f",
    "wav": b"RIFF\x24\x08\x00\x00WAVEfmt ",
    "flac": b"fLaC\x00\x00\x00\x22",
    "ogg": b"OggS\x00\x02",
    "png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0d",
    "jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "webp": b"RIFF\x24\x08\x00\x00WEBPVP8 ",
    "zip": b"PK\x03\x04\x14\x00",
    "avif": b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00",
    "boxes without end": b"\xff\xff\xff\xffftypM4A ",
    "a box of nothing": b"\x00\x00\x00\x00ftypM4A ",
    "html": b"<!doctype html><html>",
    "json": b'{"error":"no"}',
    "empty zip": b"PK\x05\x06" + bytes(18),
    "pdf": b"%PDF-1.7",
    "text utf-16": b"\xff\xfeh\x00i\x00",
    "nothing": b"",
    "rf64": b"RF64\xff\xff\xff\xffWAVEds64",
    "webm": b"\x1aE\xdf\xa3\x9fB\x86\x81\x01",
    "adts": b"\xff\xf1\x50\x80\x21\x9f\xfc",
    "aiff": b"FORM\x00\x01\x58\xaeAIFFCOMM",
    "caf": b"caff\x00\x01\x00\x00desc",
    "ac3": b"\x0bw\xd2\x31\x14\x40",
    "padding": bytes(16),
    "noise": bytes(range(0x81, 0x91)),
    "hidden file of macos": b"\x00\x05\x16\x07\x00\x02\x00\x00",
    "program": b"\x7fELF\x02\x01\x01",
    "svg": b"\xef\xbb\xbf<svg xmlns=",
    "plain words": b"Access denied",
}
EXPECTED: dict[MediaKind, dict[str, str]] = {
    "audio": {
        "m4a": ".m4a",
        "mp4": ".m4a",
        "id3": ".mp3",
        "mp3": ".mp3",
        "wav": ".wav",
        "flac": ".flac",
        "ogg": ".ogg",
        "rf64": ".wav",
        "webm": ".webm",
        "adts": ".aac",
        "aiff": ".aiff",
        "caf": ".caf",
        "ac3": ".ac3",
        "padding": ".bin",
        "noise": ".bin",
    },
    "image": {"png": ".png", "jpeg": ".jpg", "webp": ".webp"},
    "video": {"m4a": ".mp4", "mp4": ".mp4"},
    "zip": {"zip": ".zip"},
}


@pytest.mark.parametrize("kind", EXPECTED)
def test_each_kind_takes_its_own_and_nothing_else(kind: MediaKind) -> None:
    found = {name: sniff(head[:HEAD_BYTES], kind) for name, head in FILES.items()}
    assert {name: one.extension for name, one in found.items() if one} == EXPECTED[kind]


@given(st.binary(max_size=HEAD_BYTES), st.sampled_from(["audio", "image", "video", "zip"]))
def test_no_bytes_break_it(head: bytes, kind: MediaKind) -> None:
    found = sniff(head, kind)
    assert found is None or found.extension.startswith(".")
