from pathlib import Path

import numpy as np
import pytest

from producer_studio.audio.decode import decode
from producer_studio.audio.encode import EncodeSpec, transcode
from producer_studio.audio.mp4_fast_start import move_index_first
from producer_studio.audio.tags import TagSet
from tests.support.signals import as_format, tone, write_wave


def atom_names(path: Path) -> list[str]:
    data, position, names = path.read_bytes(), 0, []
    while position < len(data):
        names.append(data[position + 4 : position + 8].decode())
        position += int.from_bytes(data[position : position + 4])
    return names


def sound(path: Path) -> np.ndarray:
    return np.concatenate(list(decode(path)))


@pytest.fixture
def index_last(tmp_path: Path) -> Path:
    path = as_format(write_wave(tmp_path / "a.wav", tone(3.0)), tmp_path / "last.m4a")
    assert atom_names(path).index("mdat") < atom_names(path).index("moov")
    return path


def test_index_comes_before_the_sound_and_the_sound_is_the_same(index_last: Path) -> None:
    before, size = sound(index_last), index_last.stat().st_size

    assert move_index_first(index_last)

    assert atom_names(index_last).index("moov") < atom_names(index_last).index("mdat")
    assert index_last.stat().st_size == size
    np.testing.assert_array_equal(sound(index_last), before)
    assert not move_index_first(index_last)


@pytest.mark.parametrize("cut", [4, 100, 2_000])
def test_damaged_file_stays_as_it_is(index_last: Path, cut: int) -> None:
    index_last.write_bytes(index_last.read_bytes()[:-cut])
    before = index_last.read_bytes()

    assert not move_index_first(index_last)

    assert index_last.read_bytes() == before


@pytest.mark.parametrize("given", ["five.wav", "five.m4a"])
def test_tagged_exports_begin_with_their_index(shelf: Path, tmp_path: Path, given: str) -> None:
    made = tmp_path / "made.m4a"
    tags = TagSet(title="First", lyrics="la " * 5_000, cover=None)

    transcode(shelf / given, made, EncodeSpec(format="m4a"), lambda _: None, lambda: False, tags)

    assert atom_names(made).index("moov") < atom_names(made).index("mdat")
    original = sound(shelf / given)
    assert len(sound(made)) == len(original)
    if given == "five.m4a":
        np.testing.assert_array_equal(sound(made), original)


def test_length_is_that_of_the_edit_list(tmp_path: Path) -> None:
    frames = 48_000 * 2 + 333  # no multiple of an AAC frame
    samples = tone(3.0)[:frames]

    made = as_format(write_wave(tmp_path / "a.wav", samples), tmp_path / "made.m4a")

    assert len(sound(made)) == frames
