"""Trim, fade, join and level, to the sample."""

import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from producer_studio.audio.encode import EncodingCancelled
from producer_studio.audio.local_edits import change_level, fade, join, trim, write_edit
from producer_studio.audio.tag_set import TagSet
from producer_studio.domain.errors import MediaRejected
from producer_studio.domain.ids import ClipId
from producer_studio.domain.local_edit import Fade, Join, Level, LocalEdit, Trim
from tests.support.engine_rendering import full_decode, noise_file
from tests.support.signals import coded, tone, write_wave

Sound = NDArray[np.float32]
RATE = 48_000
_STEP = 1.5 / 2**23
"""Of 24 bits, with rounding."""

OTHER = ClipId("other")


def noise(frames: int, seed: int = 1) -> Sound:
    return np.random.default_rng(seed).uniform(-0.5, 0.5, (frames, 2)).astype(np.float32)


def in_blocks(sound: Sound, size: int) -> Iterator[Sound]:
    return (sound[at : at + size] for at in range(0, len(sound), size))


def whole(blocks: Iterator[Sound]) -> Sound:
    return np.concatenate(list(blocks))


@pytest.mark.parametrize("size", [1, 7, 100, 1000])
@pytest.mark.parametrize(
    ("start", "end"), [(0, 1), (3, 97), (14, 14 + 7), (50, None), (99, 100), (20, 500)]
)
def test_a_trim_is_a_slice(size: int, start: int, end: int | None) -> None:
    sound = noise(100)
    np.testing.assert_array_equal(whole(trim(in_blocks(sound, size), start, end)), sound[start:end])


def test_a_part_after_the_end_is_refused() -> None:
    with pytest.raises(MediaRejected, match="ends before"):
        list(trim(in_blocks(noise(100), 30), 100, 200))


@pytest.mark.parametrize("size", [1, 9, 64, 1000])
@pytest.mark.parametrize(
    ("fade_in", "fade_out"), [(10, 0), (0, 25), (40, 60), (80, 80), (100, 100)]
)
def test_a_fade_is_a_straight_line(size: int, fade_in: int, fade_out: int) -> None:
    frames = 100
    ones = np.ones((frames, 2), np.float32)
    made = whole(fade(in_blocks(ones, size), fade_in, fade_out))
    at = np.arange(frames, dtype=np.float64)
    gains = np.ones(frames)
    if fade_in:
        gains *= np.minimum(at / fade_in, 1.0)
    if fade_out:
        gains *= np.minimum((frames - 1 - at) / fade_out, 1.0)
    np.testing.assert_allclose(made, np.column_stack((gains, gains)), rtol=0, atol=1e-6)
    assert not made[0].any() or not fade_in
    assert not made[-1].any() or not fade_out


@pytest.mark.parametrize("size", [1, 7, 64, 1000])
@pytest.mark.parametrize("overlap", [0, 1, 30, 80])
def test_a_join_keeps_both_sounds_outside_their_crossfade(size: int, overlap: int) -> None:
    first, second = noise(100, 1), noise(80, 2)
    made = whole(join(in_blocks(first, size), in_blocks(second, size), overlap))
    assert len(made) == 180 - overlap
    np.testing.assert_array_equal(made[: 100 - overlap], first[: 100 - overlap])
    np.testing.assert_array_equal(made[100:], second[overlap:])


def test_a_crossfade_has_constant_power() -> None:
    """Two sounds that have nothing in common are as loud together as each alone."""
    frames = 48_000
    made = whole(join(in_blocks(noise(frames, 1), 999), in_blocks(noise(frames, 2), 999), frames))
    power = (made.astype(np.float64) ** 2).mean(axis=1).reshape(8, -1).mean(axis=1)
    alone = 0.25 / 3
    np.testing.assert_allclose(10 * np.log10(power / alone), 0.0, atol=0.3)


def test_a_crossfade_of_equal_sounds_is_that_sound() -> None:
    sound = noise(5000)
    made = whole(join(in_blocks(sound, 512), in_blocks(sound, 100), 5000))
    np.testing.assert_allclose(made, sound, rtol=0, atol=1e-6)


def test_a_crossfade_is_at_most_as_long_as_the_shorter_sound() -> None:
    first, second = noise(50, 1), noise(20, 2)
    made = whole(join(in_blocks(first, 8), in_blocks(second, 8), 30))
    assert len(made) == 50
    np.testing.assert_array_equal(made[:30], first[:30])


@pytest.mark.parametrize("gain_db", [-60.0, -6.0, 0.5, 24.0])
def test_a_level_is_a_factor(gain_db: float) -> None:
    sound = noise(100)
    made = whole(change_level(in_blocks(sound, 33), gain_db))
    np.testing.assert_allclose(made, sound * 10 ** (gain_db / 20), rtol=1e-6)


def expected(edit: LocalEdit, sound: Sound, other: Sound) -> Sound:
    match edit:
        case Trim(start_s, end_s):
            return sound[round(start_s * RATE) : None if end_s is None else round(end_s * RATE)]
        case Level(gain_db):
            return np.clip(sound * np.float32(10 ** (gain_db / 20)), -1, 1)
        case Join():
            return np.concatenate((sound, other))
        case Fade(in_s):
            rise = np.minimum(np.arange(len(sound)) / (in_s * RATE), 1.0)
            return (sound * rise[:, None]).astype(np.float32)


@pytest.mark.parametrize(
    "edit", [Trim(0.25, 1.000_01), Trim(1.5), Fade(0.5), Level(-6.0), Level(12.0), Join(OTHER)]
)
def test_a_file_is_edited_to_the_sample(edit: LocalEdit, tmp_path: Path) -> None:
    first = noise_file(tmp_path / "a.wav", 2 * RATE + 17, 1)
    second = noise_file(tmp_path / "b.wav", RATE, 2)
    sources = [first, second] if isinstance(edit, Join) else [first]
    made = write_edit(sources, edit, tmp_path / "made.wav", TagSet(), lambda: False)
    right = expected(edit, full_decode(first), full_decode(second))
    heard = full_decode(made.path)
    assert heard.shape == right.shape
    np.testing.assert_allclose(heard, right, rtol=0, atol=_STEP)
    with wave.open(str(made.path)) as file:
        assert (file.getsampwidth(), file.getframerate()) == (3, RATE)
    if isinstance(edit, Level):
        assert made.peak == pytest.approx(0.3 * 10 ** (edit.gain_db / 20), rel=1e-3)


def test_a_compressed_file_is_cut_where_its_decoded_sound_is(tmp_path: Path) -> None:
    source = coded(tone(2.0, 440.0), tmp_path / "a.m4a", "mp4", "aac")
    made = write_edit([source], Trim(0.5, 1.5), tmp_path / "made.wav", TagSet(), lambda: False)
    heard = full_decode(made.path)
    assert len(heard) == RATE
    right = full_decode(source)[RATE // 2 : RATE // 2 + RATE]
    np.testing.assert_allclose(heard, right, rtol=0, atol=_STEP)


def test_two_rates_become_the_higher_one(tmp_path: Path) -> None:
    low = write_wave(tmp_path / "a.wav", tone(1.0, rate=44_100), rate=44_100)
    high = write_wave(tmp_path / "b.wav", tone(1.0))
    made = write_edit([low, high], Join(OTHER, 0.5), tmp_path / "c.wav", TagSet(), lambda: False)
    with wave.open(str(made.path)) as file:
        assert (file.getframerate(), file.getnframes()) == (RATE, RATE + RATE // 2)


def test_a_cancelled_edit_leaves_nothing(tmp_path: Path) -> None:
    source = noise_file(tmp_path / "a.wav", 5 * RATE, 1)
    with pytest.raises(EncodingCancelled):
        write_edit([source], Level(-3.0), tmp_path / "out" / "b.wav", TagSet(), lambda: True)
    assert list((tmp_path / "out").iterdir()) == []
