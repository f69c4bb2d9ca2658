from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from producer_studio.sandbox.music.piece_rendering import SAMPLE_RATE, Performance, Piece, perform

CEILING = 10 ** (-0.9 / 20)


def _correlation(left: np.ndarray, right: np.ndarray) -> float:
    length = min(len(left), len(right))
    return abs(float(np.corrcoef(left[:length].ravel(), right[:length].ravel())[0, 1]))


@pytest.mark.parametrize("starts_at", [None, 20.37, 1000.0])
def test_extend_keeps_what_was_before(
    song: Performance, starts_at: float | None, tempo_of: Callable[[Performance], float]
) -> None:
    piece = Piece(task_type="extend_music", sound="add strings", starts_at=starts_at, seed="9")
    longer = perform(piece, song)
    asked = 30.0 if starts_at is None else starts_at
    cut = int(min(asked, song.duration_s) * SAMPLE_RATE)
    assert np.array_equal(longer.backing[:cut], song.backing[:cut])
    assert np.array_equal(longer.vocals[:cut], song.vocals[:cut])
    assert longer.duration_s > cut / SAMPLE_RATE + 20
    after = longer.backing[cut + SAMPLE_RATE : cut + 15 * SAMPLE_RATE]
    assert np.sqrt(np.mean(after**2)) > 0.03
    assert tempo_of(longer) == pytest.approx(118, rel=0.02)
    assert (longer.plan["bpm"], longer.plan["key"]) == (118, "D")
    assert np.abs(longer.mix).max() < CEILING


def test_extend_goes_on_in_the_beat(song: Performance) -> None:
    """The onsets after the cut fall where those before it do."""
    longer = perform(Piece(task_type="extend_music", starts_at=21.5, seed="3"), song)
    bar_s = 240 / 118
    cut = int(21.5 * SAMPLE_RATE)
    kicks = np.abs(longer.backing.mean(axis=1))
    first_bar = int(np.ceil(21.5 / bar_s))
    starts = [int((first_bar + number) * bar_s * SAMPLE_RATE) for number in range(1, 7)]
    on = np.mean([kicks[start : start + 2000].max() for start in starts])
    off = np.mean([kicks[start - 4000 : start - 2000].max() for start in starts])
    assert cut < starts[0]
    assert on > 1.2 * off


@pytest.mark.parametrize(("starts_at", "ends_at"), [(10.0, 18.5), (25.0, None)])
def test_replace_changes_nothing_outside(
    song: Performance, starts_at: float, ends_at: float | None
) -> None:
    piece = Piece(
        task_type="replace_music", sound="distorted guitar", starts_at=starts_at, ends_at=ends_at
    )
    patched = perform(piece, song)
    start = round(starts_at * SAMPLE_RATE)
    stop = len(song.backing) if ends_at is None else round(ends_at * SAMPLE_RATE)
    for new, old in ((patched.backing, song.backing), (patched.vocals, song.vocals)):
        assert new.shape == old.shape
        assert np.array_equal(new[:start], old[:start])
        assert np.array_equal(new[stop:], old[stop:])
    inside = slice(start + 2205, stop - 2205)
    assert _correlation(patched.backing[inside], song.backing[inside]) < 0.7
    jump = np.abs(np.diff(patched.mix[start - 50 : start + 50], axis=0)).max()
    assert jump < 0.25
    assert np.abs(patched.mix).max() < CEILING


def test_swap_vocals_keeps_the_backing(song: Performance, lyrics: str) -> None:
    piece = Piece(task_type="swap_music_vocals", sound="male vocal", lyrics=lyrics, seed="4")
    swapped = perform(piece, song)
    assert np.array_equal(swapped.backing, song.backing)
    assert _correlation(swapped.vocals, song.vocals) < 0.5
    assert np.sqrt(np.mean(swapped.vocals**2)) > 0.01
    assert np.abs(swapped.mix).max() < CEILING
    assert swapped.plan["voice"] == "male"


def test_swap_sound_keeps_the_voice(
    song: Performance,
    tempo_of: Callable[[Performance], float],
    key_of: Callable[[Performance], tuple[str, str]],
) -> None:
    swapped = perform(Piece(task_type="swap_music_sound", sound="synthwave", seed="4"), song)
    assert np.array_equal(swapped.vocals, song.vocals)
    assert _correlation(swapped.backing, song.backing) < 0.5
    assert swapped.plan["form"] == song.plan["form"]
    assert swapped.plan["style"] == "synthwave"
    assert tempo_of(swapped) == pytest.approx(118, rel=0.02)
    assert key_of(swapped) == ("D", "major")
    assert np.abs(swapped.mix).max() < CEILING


def test_variation_keeps_tempo_key_and_form(
    song: Performance,
    tempo_of: Callable[[Performance], float],
    key_of: Callable[[Performance], tuple[str, str]],
) -> None:
    other = perform(Piece(task_type="music_variation", seed="11"), song)
    assert other.plan["form"] == song.plan["form"]
    assert len(other.backing) == len(song.backing)
    assert tempo_of(other) == pytest.approx(118, rel=0.02)
    assert key_of(other) == ("D", "major")
    assert _correlation(other.vocals, song.vocals) < 0.5


def test_cover_keeps_the_tune_in_another_style(song: Performance) -> None:
    piece = Piece(task_type="cover_music", sound="metal", cover_strength=0.5, seed="2")
    covered = perform(piece, song)
    assert covered.plan["style"] == "metal"
    assert covered.plan["form"] == song.plan["form"]
    assert covered.plan["melody_seed"] == song.plan["melody_seed"]
    assert _correlation(covered.backing, song.backing) < 0.5
    light, heavy = (
        perform(Piece(task_type="cover_music", sound="lofi", cover_strength=s, seed="2"), song)
        for s in (0.2, 1.0)
    )
    assert light.plan["bpm"] == song.plan["bpm"]
    assert heavy.plan["bpm"] < song.plan["bpm"]


def test_operations_can_follow_one_another(song: Performance) -> None:
    longer = perform(Piece(task_type="extend_music", starts_at=25.0), song)
    patched = perform(Piece(task_type="replace_music", starts_at=30.0, ends_at=40.0), longer)
    again = perform(Piece(task_type="music_variation"), patched)
    assert len(again.backing) == len(longer.backing)
    assert again.plan["bpm"] == 118


def test_an_extension_of_one_line_is_not_over_at_once(song: Performance) -> None:
    piece = Piece(task_type="extend_music", lyrics="[Outro]\nGoodnight my love", starts_at=20.0)
    longer = perform(piece, song)
    assert longer.duration_s > 20 + 18
    assert longer.vocals[30 * SAMPLE_RATE :].any()


def test_a_short_extension_is_short_unless_a_length_is_asked(song: Performance) -> None:
    piece = Piece(task_type="extend_music", sound="add strings", starts_at=20.0, longest_s=10)
    short = perform(piece, song)
    assert np.array_equal(short.backing[: 20 * SAMPLE_RATE], song.backing[: 20 * SAMPLE_RATE])
    # It begins with what is left of the bar that it goes on in.
    assert 25 < short.duration_s <= 20 + 10
    assert short.plan["form"][-1][2] <= short.duration_s
    asked = perform(replace(piece, length_s=25.0), song)
    assert asked.duration_s == pytest.approx(45)


def test_an_upside_down_region_changes_nothing(song: Performance) -> None:
    patched = perform(Piece(task_type="replace_music", starts_at=20.0, ends_at=10.0), song)
    assert np.array_equal(patched.mix, song.mix)
