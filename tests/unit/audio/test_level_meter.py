"""Silence, clipping, end and width are found whatever the size of the blocks."""

from pathlib import Path

import numpy as np
import pytest

from producer_studio.audio.level_meter import LevelMeter, Levels
from producer_studio.audio.measure import measure
from producer_studio.domain.clip import MEASURE_VERSION
from tests.support.signals import Samples, tone, write_wave

RATE = 48_000


def levels(samples: Samples, block: int = 50_001, channels: int = 2) -> Levels:
    meter = LevelMeter(RATE, channels)
    for start in range(0, len(samples), block):
        meter.feed(samples[start : start + block].astype(np.float32))
    return meter.levels()


def silence(seconds: float) -> Samples:
    return np.zeros((round(seconds * RATE), 2))


@pytest.mark.parametrize("block", [50_001, 4_800, 1_000])
def test_silence_before_and_after(block: int) -> None:
    whole = np.concatenate([silence(0.6), tone(1.0), silence(2.25)])
    found = levels(whole, block)
    assert (found.head_s, found.tail_s) == (
        pytest.approx(0.6, abs=0.001),
        pytest.approx(2.25, abs=0.001),
    )
    assert found.end_dbfs is None


def test_noise_below_the_threshold_is_silence() -> None:
    whole = np.concatenate([tone(0.5, level=0.0009), tone(1.0), tone(0.5, level=0.0011)])
    found = levels(whole)
    assert found.head_s == pytest.approx(0.5, abs=0.001)
    assert found.tail_s == pytest.approx(0.0, abs=0.001)


@pytest.mark.parametrize("samples", [silence(2.0), silence(0.0)])
def test_silence_alone_is_head_and_has_no_level(samples: Samples) -> None:
    found = levels(samples)
    assert (found.head_s, found.tail_s) == (len(samples) / RATE, 0.0)
    assert (found.end_dbfs, found.side_to_mid_db) == (None, None)


@pytest.mark.parametrize("block", [50_001, 7, 2, 1])
def test_clipped_samples_and_runs_of_them(block: int) -> None:
    samples = tone(0.01)
    samples[10:12, 0] = 1.0  # two in a row are not a run
    samples[20:23, 0] = -1.0
    samples[30:45, 1] = 1.2
    samples[50:54] = 1.0  # a run in each channel
    found = levels(samples, block)
    assert (found.clipped_samples, found.clipped_runs) == (2 + 3 + 15 + 8, 4)


def test_both_columns_of_a_single_channel_count_once() -> None:
    samples = tone(0.01)
    samples[50:54] = 1.0
    found = levels(samples, channels=1)
    assert (found.clipped_samples, found.clipped_runs) == (4, 1)
    assert found.side_to_mid_db is None


@pytest.mark.parametrize("block", [50_001, 100])
def test_the_level_of_the_end(block: int) -> None:
    found = levels(np.concatenate([tone(1.0), tone(0.05, 1000.0, 0.1)]), block)
    assert found.end_dbfs == pytest.approx(-23.01, abs=0.1)


@pytest.mark.parametrize(
    ("left", "right", "ratio_db"),
    [(1.0, 1.0, -120.0), (1.0, 0.0, 0.0), (1.0, -0.5, 9.54), (0.5, 1.0, -9.54), (1.0, -1.0, 120.0)],
)
def test_the_level_of_the_sides(left: float, right: float, ratio_db: float) -> None:
    found = levels(tone(1.0) * [left, right])
    assert found.side_to_mid_db == pytest.approx(ratio_db, abs=0.1)


def test_a_peak_between_the_samples_is_found(tmp_path: Path) -> None:
    """A quarter of the rate, an eighth of a period late: no sample is at the crest."""
    at = np.arange(RATE * 2) / RATE
    wave = 0.5 * np.sin(at * RATE / 4 * 2 * np.pi + np.pi / 4) * np.minimum(1, at * 20)
    measured = measure(write_wave(tmp_path / "a.wav", np.stack([wave, wave], axis=1))).sound
    assert measured.peak_dbfs == pytest.approx(-9.03, abs=0.05)
    assert measured.true_peak_dbtp == pytest.approx(-6.02, abs=0.2)
    assert measured.version == MEASURE_VERSION


def test_a_true_peak_is_never_below_that_of_the_samples(tmp_path: Path) -> None:
    measured = measure(write_wave(tmp_path / "a.wav", tone(1.0, 997.0, 0.7))).sound
    assert measured.peak_dbfs is not None
    assert measured.true_peak_dbtp is not None
    assert measured.true_peak_dbtp >= measured.peak_dbfs


def test_silence_has_no_true_peak(tmp_path: Path) -> None:
    measured = measure(write_wave(tmp_path / "a.wav", silence(1.0))).sound
    assert measured.true_peak_dbtp is None
    assert measured.head_s == pytest.approx(1.0)
