from pathlib import Path

import numpy as np
import pytest

from producer_studio.audio.loudness import LoudnessMeter
from producer_studio.audio.measure import measure
from producer_studio.audio.waveform_peaks import BINS, PeakMeter, WaveformPeaks
from producer_studio.domain.errors import MediaRejected
from tests.support.signals import Samples, song, tone, write_wave


def loudness(samples: Samples, rate: int = 48_000, channels: int = 2) -> float | None:
    meter = LoudnessMeter(rate, channels)
    for start in range(0, len(samples), 50_001):
        meter.feed(samples[start : start + 50_001].astype(np.float32))
    return meter.integrated_lufs()


# EBU Tech 3341, cases 1 to 5: a 1 kHz stereo sine at levels in dBFS for seconds.
@pytest.mark.parametrize(
    ("parts", "lufs"),
    [
        ([(-23, 20)], -23.0),
        ([(-33, 20)], -33.0),
        ([(-36, 10), (-23, 60), (-36, 10)], -23.0),
        ([(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)], -23.0),
        ([(-26, 20), (-20, 20.1), (-26, 20)], -23.0),
    ],
)
def test_the_signals_of_the_standard(parts: list[tuple[float, float]], lufs: float) -> None:
    signal = np.concatenate([tone(s, 1000.0, 10 ** (level / 20)) for level, s in parts])

    assert loudness(signal) == pytest.approx(lufs, abs=0.1)


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 44_100, 96_000])
def test_the_weighting_is_the_same_at_every_rate(rate: int) -> None:
    assert loudness(tone(5.0, 1000.0, 0.1, rate), rate) == pytest.approx(-20.0, abs=0.1)


def test_deep_tones_count_less_and_high_ones_more() -> None:
    middle = loudness(tone(5.0, 1000.0, 0.1))
    assert middle is not None
    assert loudness(tone(5.0, 30.0, 0.1)) == pytest.approx(middle - 9.1, abs=0.5)
    assert loudness(tone(5.0, 8000.0, 0.1)) == pytest.approx(middle + 3.3, abs=0.3)


def test_a_single_channel_counts_once() -> None:
    assert loudness(tone(5.0, 1000.0, 0.1), channels=1) == pytest.approx(-23.0, abs=0.1)


@pytest.mark.parametrize("samples", [np.zeros((96_000, 2)), tone(0.3), np.zeros((0, 2))])
def test_silence_and_a_blink_have_no_loudness(samples: Samples) -> None:
    assert loudness(samples) is None


def test_the_shortest_sound_with_a_loudness_has_400_ms() -> None:
    assert loudness(tone(0.39, 1000.0, 0.1)) is None
    assert loudness(tone(0.45, 1000.0, 0.1)) == pytest.approx(-20.0, abs=0.1)


def test_a_rate_too_low_for_the_weighting_is_measured_roughly() -> None:
    assert loudness(tone(5.0, 500.0, 0.1, 2_000), 2_000) == pytest.approx(-20.0, abs=3.0)


def test_peaks_show_where_it_is_loud() -> None:
    meter = PeakMeter()
    signal = np.concatenate((tone(3.0, level=0.25), np.zeros((144_000, 2)), -tone(3.0, level=0.5)))
    signal[200_000, 1] = -0.9
    for start in range(0, len(signal), 10_007):
        meter.feed(signal[start : start + 10_007].astype(np.float32))

    bins = np.frombuffer(meter.peaks().to_bytes(), np.uint8)

    assert len(bins) == BINS
    assert meter.peak() == pytest.approx(0.9)
    assert set(bins[5:670]) == {64}
    assert set(bins[1375:2040]) == {127, 128} or set(bins[1375:2040]) == {128}
    spike = 200_000 * BINS // len(signal)
    assert bins[spike - 2 : spike + 3].max() == 230
    assert set(np.delete(bins[700:1350], np.arange(spike - 702, spike - 697))) == {0}


@pytest.mark.parametrize("frames", [1, 127, 128, 5_000])
def test_a_short_clip_has_all_its_bins(frames: int) -> None:
    meter = PeakMeter()
    meter.feed(np.full((frames, 2), 0.5, np.float32))

    assert set(meter.peaks().bins) == {128}
    assert len(meter.peaks().bins) == BINS


def test_peaks_of_another_length_are_not_peaks() -> None:
    assert WaveformPeaks.from_bytes(bytes(BINS)).bins == bytes(BINS)
    assert PeakMeter().peaks() == WaveformPeaks.from_bytes(b"")
    with pytest.raises(ValueError, match="2048"):
        WaveformPeaks.from_bytes(b"abc")


def test_one_pass_says_everything(tmp_path: Path) -> None:
    path = write_wave(tmp_path / "song.wav", song(bpm=96.0, tonic=5))

    made = measure(path)

    assert made.sound.duration_s == pytest.approx(24.0)
    assert made.sound.bpm == pytest.approx(96.0, rel=0.01)
    assert made.sound.key == "F minor"
    assert made.sound.peak_dbfs is not None
    assert -12 < made.sound.peak_dbfs < 0
    assert made.sound.loudness_lufs is not None
    assert -30 < made.sound.loudness_lufs < -10
    assert len(made.peaks.bins) == BINS


def test_silence_is_sound_without_properties(tmp_path: Path) -> None:
    made = measure(write_wave(tmp_path / "silence.wav", np.zeros((480_000, 2))))

    assert made.sound.duration_s == 10.0
    assert made.sound.loudness_lufs is None
    assert made.sound.peak_dbfs is None
    assert made.sound.bpm is None
    assert made.sound.key == ""
    assert set(made.peaks.bins) == {0}


def test_a_cut_file_is_not_measured(shelf: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.flac"
    path.write_bytes((shelf / "five.flac").read_bytes()[:100_000])

    with pytest.raises(MediaRejected, match="ends early"):
        measure(path)


@pytest.mark.parametrize("suffix", [".flac", ".mp3", ".wav"])
def test_a_cut_file_is_measured_where_there_is_no_better_one(
    shelf: Path, tmp_path: Path, suffix: str
) -> None:
    content = (shelf / f"five{suffix}").read_bytes()
    path = tmp_path / f"cut{suffix}"
    path.write_bytes(content[: len(content) // 2])

    made = measure(path, accepts_damage=True)

    assert "ends early" in made.problem
    assert 1.0 < made.sound.duration_s < 4.0


@pytest.mark.parametrize("head", [b"\xff\xfb\x90\x00", b"OggS", b"fLaC", b"\xff\xf1\x50\x80"])
def test_noise_is_no_song_whatever_is_accepted(tmp_path: Path, head: bytes) -> None:
    path = tmp_path / "noise"
    rng = np.random.default_rng(1)
    path.write_bytes(b"".join(head + rng.bytes(700) for _ in range(400)))

    with pytest.raises(MediaRejected):
        measure(path, accepts_damage=True)


def test_the_first_moments_of_a_song_are_no_song(shelf: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.wav"
    path.write_bytes((shelf / "five.wav").read_bytes()[:100_000])

    with pytest.raises(MediaRejected, match="ends early"):
        measure(path, accepts_damage=True)
