from pathlib import Path

import av
import numpy as np
import pytest
from mutagen.mp3 import MP3, BitrateMode

from producer_studio.audio.mp3_writer import Mp3Mode, Mp3Writer
from tests.support.signals import tone

each_mode = pytest.mark.parametrize("mode", ["320", "V0"])


def encode(path: Path, samples: np.ndarray, rate: int, mode: Mp3Mode, block: int = 65_536) -> Path:
    with path.open("wb") as file:
        writer = Mp3Writer(file, rate, mode)
        for start in range(0, len(samples), block):
            writer.write(samples[start : start + block])
        writer.finish()
    return path


def sine(frames: int, rate: int) -> np.ndarray:
    samples = tone(frames / rate + 1, 997.0, 0.5, rate)[:frames]
    return np.rint(samples * 32_767).astype(np.int16)


def decode(path: Path) -> np.ndarray:
    with av.open(str(path)) as container:
        return np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], 1).T


@each_mode
@pytest.mark.parametrize("rate", [44_100, 48_000])
@pytest.mark.parametrize("frames", [1, 1_000, 1_152, 44_100 * 3 + 17])
def test_decoded_length_and_position_are_exact(
    tmp_path: Path, mode: Mp3Mode, rate: int, frames: int
) -> None:
    given = sine(frames, rate)

    made = decode(encode(tmp_path / "made.mp3", given, rate, mode))

    assert len(made) == frames
    if frames > 10_000:
        # One sample of offset would leave a difference of 0.07 of this sine.
        inner = slice(2_000, -2_000)
        assert np.abs(made[inner] - given[inner] / 32_768).max() < 0.01


@each_mode
def test_info_frame_is_signed_by_lame_and_states_the_exact_length(
    tmp_path: Path, mode: Mp3Mode
) -> None:
    frames = 44_100 * 5 + 123

    info = MP3(encode(tmp_path / "made.mp3", sine(frames, 44_100), 44_100, mode)).info

    assert info.encoder_info.startswith("LAME 3.100")
    # mutagen applies delay and padding only where the encoder is LAME.
    assert info.length == pytest.approx(frames / 44_100, abs=1e-6)
    assert info.bitrate_mode is (BitrateMode.CBR if mode == "320" else BitrateMode.VBR)


@each_mode
@pytest.mark.parametrize("block", [100, 1_151, 4_096])
def test_block_size_does_not_change_the_file(tmp_path: Path, mode: Mp3Mode, block: int) -> None:
    given = sine(20_000, 48_000)

    small = encode(tmp_path / "small.mp3", given, 48_000, mode, block)
    whole = encode(tmp_path / "whole.mp3", given, 48_000, mode, len(given))

    assert small.read_bytes() == whole.read_bytes()


def test_seek_table_leads_to_the_frame_of_each_percent(tmp_path: Path) -> None:
    """Silence, then noise: half of the time is far from half of the file."""
    rate = 44_100
    quiet = np.zeros((rate * 10, 2), np.int16)
    loud = np.random.default_rng(5).integers(-20_000, 20_000, (rate * 10, 2)).astype(np.int16)
    path = encode(tmp_path / "made.mp3", np.concatenate((quiet, loud)), rate, "V0")

    data = path.read_bytes()
    table = data[data.index(b"Xing") + 16 :][:100]

    assert list(table) == sorted(table)
    assert table[0] == 0
    assert table[50] < 64  # the silent half takes less than a quarter of the file


def test_other_sample_rates_are_refused(tmp_path: Path) -> None:
    with (tmp_path / "made.mp3").open("wb") as file, pytest.raises(ValueError, match="32000"):
        Mp3Writer(file, 32_000, "320")
