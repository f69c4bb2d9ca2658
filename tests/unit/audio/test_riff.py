"""WAV files whose header does not say how long they are, and what becomes of them in an export."""

import struct
import wave
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from producer_studio.audio.decode import decode
from producer_studio.audio.encode import EncodeSpec, copy_with_tags, transcode
from producer_studio.audio.measure import measure
from producer_studio.audio.riff import declared_duration_s, read_chunks
from producer_studio.audio.tags import TagSet, read_recipe
from tests.support.signals import tone, write_wave

TAGS = TagSet(title="Low tide", recipe={"operation": "create", "sound": "pads"})


def sized(outer: int, inner: int) -> Callable[[bytes], bytes]:
    """The header's two sizes replaced."""

    def change(plain: bytes) -> bytes:
        return (
            plain[:4] + struct.pack("<I", outer) + plain[8:40] + struct.pack("<I", inner)
        ) + plain[44:]

    return change


def rf64(plain: bytes) -> bytes:
    """The same sound as a file of the 64-bit kind (EBU Tech 3306)."""
    table = struct.pack("<QQQI", len(plain) + 36 - 8, len(plain) - 44, 0, 0)
    full = struct.pack("<I", 0xFFFFFFFF)
    chunks = b"ds64" + struct.pack("<I", 28) + table + plain[12:40] + full + plain[44:]
    return b"RF64" + full + b"WAVE" + chunks


def rf64_with_table(sizes: int, inner: int) -> Callable[[bytes], bytes]:
    """The same by a writer that could not go back to its table."""

    def change(plain: bytes) -> bytes:
        made = bytearray(rf64(plain))
        struct.pack_into("<QQQ", made, 20, sizes, sizes, 0)
        struct.pack_into("<I", made, made.index(b"data") + 4, inner)
        return bytes(made)

    return change


CASES = {
    "ff": sized(0xFFFFFFFF, 0xFFFFFFFF),
    "zero": sized(0, 0),
    "half": sized(0x7FFFFFFF, 0x7FFFFFFF - 36),
    "sox": sized(0x7FFFF024, 0x7FFFF000),
    "almost ff": sized(0xFFFFFFFF, 0xFFFFFFFF - 44),
    "outer wrong": sized(12, 96_000 * 4),
    "rf64": rf64,
    "rf64 without sizes": rf64_with_table(0, 0xFFFFFFFF),
    "rf64 of zeros": rf64_with_table(0, 0),
}


@pytest.fixture(params=CASES)
def streamed(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Two seconds of sound with a header that does not help."""
    plain = write_wave(tmp_path / "plain.wav", tone(2.0)).read_bytes()
    path = tmp_path / "streamed.wav"
    path.write_bytes(CASES[request.param](plain))
    return path


def test_its_length_comes_from_the_file(streamed: Path) -> None:
    assert measure(streamed).sound.duration_s == pytest.approx(2.0, abs=0.001)


@pytest.mark.parametrize("how", ["by the service", "here"])
def test_its_copy_has_a_true_header(streamed: Path, tmp_path: Path, how: str) -> None:
    target = tmp_path / "out" / "song.wav"
    if how == "here":
        spec = EncodeSpec(format="wav")
        made = transcode(streamed, target, spec, lambda _s: None, lambda: False, TAGS)
    else:
        made = copy_with_tags(streamed, target, TAGS)

    assert made.has_all_tags
    raw = made.path.read_bytes()
    assert raw[:4] == b"RIFF"
    assert struct.unpack("<I", raw[4:8])[0] == len(raw) - 8
    with wave.open(str(made.path)) as file:  # believes the header, as editors do
        assert file.getnframes() == 96_000
    assert read_recipe(made.path) == TAGS.recipe
    given = np.concatenate(list(decode(tmp_path / "plain.wav")))
    assert np.array_equal(np.concatenate(list(decode(made.path))), given)


def test_a_file_without_sound_has_no_length(tmp_path: Path) -> None:
    plain = write_wave(tmp_path / "x.wav", tone(0.1)).read_bytes()
    path = tmp_path / "empty.wav"
    path.write_bytes(sized(36, 0)(plain[:44]))

    assert copy_with_tags(path, tmp_path / "out.wav", TAGS).path.stat().st_size >= 44


@pytest.mark.parametrize("spoil", ["cut", "no data", "noise", "a page"])
def test_what_was_paid_for_is_delivered_even_if_it_takes_no_tags(
    tmp_path: Path, spoil: str
) -> None:
    plain = write_wave(tmp_path / "plain.wav", tone(0.5)).read_bytes()
    given = {
        "cut": plain[:20_000],
        "no data": plain.replace(b"data", b"dada", 1),
        "noise": b"OggS" + bytes(range(256)) * 40,
        "a page": b"\xff\xfb" + bytes(500),
    }[spoil]
    source = tmp_path / "given.wav"
    source.write_bytes(given)

    made = copy_with_tags(source, tmp_path / "out" / "song.wav", TAGS)

    content = made.path.read_bytes()
    if spoil == "cut":
        assert made.has_all_tags
        with wave.open(str(made.path)) as file:
            assert file.getnframes() == (20_000 - 44) // 4
    else:
        assert not made.has_all_tags
        assert content == given
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["song.wav"]


def test_an_m4a_that_takes_no_tags_is_copied_without(shelf: Path, tmp_path: Path) -> None:
    """A box behind the sound that is too small for its own header; every player passes over it."""
    source = tmp_path / "odd.m4a"
    source.write_bytes((shelf / "five.m4a").read_bytes() + struct.pack(">I4s", 4, b"free"))

    spec = EncodeSpec(format="m4a")
    made = transcode(
        source, tmp_path / "out" / "song.m4a", spec, lambda _s: None, lambda: False, TAGS
    )

    assert not made.has_all_tags
    assert made.path.read_bytes() == source.read_bytes()


def test_only_the_cover_is_left_out_where_it_is_the_trouble(shelf: Path, tmp_path: Path) -> None:
    """FLAC holds no picture of 16 MB and more."""
    tags = replace(TAGS, cover=b"\xff\xd8\xff" + bytes(1 << 24))
    made = copy_with_tags(shelf / "five.flac", tmp_path / "song.flac", tags)

    assert not made.has_all_tags
    assert read_recipe(made.path) == TAGS.recipe


def _chunk(name: bytes, size: int, content: bytes) -> bytes:
    return name + struct.pack("<I", size) + content


_COMPRESSED = struct.pack("<HHIIHH", 2, 2, 44100, 44100, 1024, 4)
_SOUND = _chunk(b"data", 8, bytes(8))


@pytest.mark.parametrize(
    "chunks",
    [
        _chunk(b"ds64", 28, bytes(9)),
        _SOUND + _chunk(b"fmt ", 16, bytes(7)),
        _chunk(b"fmt ", 16, _COMPRESSED) + _SOUND + _chunk(b"fact", 4, b"\1"),
    ],
)
def test_a_file_that_ends_inside_a_chunk_states_no_duration(tmp_path: Path, chunks: bytes) -> None:
    path = tmp_path / "cut.wav"
    path.write_bytes(b"RIFF\xff\xff\0\0WAVE" + chunks)
    with path.open("rb") as file:
        assert read_chunks(file)
        assert declared_duration_s(file) is None
