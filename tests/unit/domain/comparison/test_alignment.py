"""Alignment by bar."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer_studio.domain.comparison.alignment import Timeline, align_by_bar, has_bars


def test_the_same_bar_of_a_faster_clip_comes_earlier() -> None:
    # Bar 9 begins after 32 beats: 24 s at 80 BPM, 20 s at 96.
    assert align_by_bar(24.0, Timeline(80), Timeline(96)) == pytest.approx(20.0)


def test_silence_at_the_start_is_no_bar() -> None:
    source, target = Timeline(120, head_s=0.5), Timeline(100, head_s=2.0)
    assert align_by_bar(10.5, source, target) == pytest.approx(14.0)
    assert align_by_bar(0.2, source, target) == 2.0


def test_a_tempo_of_another_octave_is_the_same_tempo() -> None:
    assert align_by_bar(30.0, Timeline(75), Timeline(150)) == pytest.approx(30.0)
    assert align_by_bar(30.0, Timeline(150), Timeline(78)) == pytest.approx(30.0 * 75 / 78)


@given(st.floats(0, 600), st.floats(40, 300), st.floats(40, 300), st.floats(0, 5), st.floats(0, 5))
def test_there_and_back_is_the_same_moment(
    after_s: float, bpm: float, other_bpm: float, head_s: float, other_head_s: float
) -> None:
    source, target = Timeline(bpm, head_s), Timeline(other_bpm, other_head_s)
    position = head_s + after_s
    there = align_by_bar(position, source, target)
    assert align_by_bar(there, target, source) == pytest.approx(position)


def test_an_unknown_tempo_has_no_bars() -> None:
    assert has_bars([Timeline(80), Timeline(96)])
    assert not has_bars([Timeline(80), Timeline(None)])
    for damaged in (0.0, 5e-324, 1e300):
        assert not has_bars([Timeline(80), Timeline(damaged)])
    with pytest.raises(ValueError, match="Both tempos"):
        align_by_bar(1.0, Timeline(80), Timeline(None))
