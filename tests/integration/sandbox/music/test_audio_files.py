from pathlib import Path

import av
import numpy as np
import pytest

from producer_studio.sandbox.music.audio_files import (
    read_audio,
    write_cover,
    write_m4a,
    write_mp3,
    write_video,
    write_wav,
)
from producer_studio.sandbox.music.piece_rendering import SAMPLE_RATE, Performance


@pytest.fixture(scope="module")
def mix(song: Performance) -> np.ndarray:
    return song.mix[10 * SAMPLE_RATE : 16 * SAMPLE_RATE]


@pytest.mark.parametrize("bits", [16, 24])
def test_wav_is_exact(mix: np.ndarray, tmp_path: Path, bits: int) -> None:
    write_wav(mix, tmp_path / "a.wav", bits)
    assert np.array_equal(read_audio(tmp_path / "a.wav"), mix)


def test_wav_refuses_other_widths(mix: np.ndarray, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="16 or 24"):
        write_wav(mix, tmp_path / "a.wav", 20)


@pytest.mark.parametrize(("write", "name"), [(write_m4a, "a.m4a"), (write_mp3, "a.mp3")])
def test_lossy_files_sound_the_same(mix: np.ndarray, tmp_path: Path, write, name: str) -> None:
    write(mix, tmp_path / name)
    again = read_audio(tmp_path / name)
    assert abs(len(again) - len(mix)) < 0.1 * SAMPLE_RATE
    length = 1 << 17
    spectra = [np.abs(np.fft.rfft(part[4096:length].mean(axis=1)))[:20000] for part in (mix, again)]
    assert np.corrcoef(*spectra)[0, 1] > 0.98


def test_the_same_mix_gives_the_same_bytes(mix: np.ndarray, tmp_path: Path) -> None:
    for name in ("a.m4a", "b.m4a"):
        write_m4a(mix, tmp_path / name)
    assert (tmp_path / "a.m4a").read_bytes() == (tmp_path / "b.m4a").read_bytes()


def test_what_is_no_audio_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(b"<html>gone</html>" * 50)
    with pytest.raises(ValueError, match=r"a\.mp3"):
        read_audio(tmp_path / "a.mp3")


def test_covers(tmp_path: Path) -> None:
    for name, seed in (("a", "1"), ("b", "1"), ("c", "2")):
        write_cover(seed, "Night", "lofi", tmp_path / f"{name}.png", 200)
    same, again, other = ((tmp_path / f"{name}.png").read_bytes() for name in "abc")
    assert same == again != other
    with av.open(str(tmp_path / "a.png")) as container:
        picture = next(container.decode(video=0)).to_ndarray(format="rgb24")
    assert picture.shape == (200, 200, 3)
    assert picture.std() > 15


@pytest.mark.parametrize("preset", ["simple", "modern", "player"])
def test_videos(mix: np.ndarray, tmp_path: Path, preset: str) -> None:
    write_cover("1", "Night", "house", tmp_path / "a.png", 320)
    write_video(mix, tmp_path / "a.png", tmp_path / "a.mp4", preset)
    with av.open(str(tmp_path / "a.mp4")) as container:
        assert [stream.type for stream in container.streams] == ["video", "audio"]
        assert container.duration == pytest.approx(6_000_000, rel=0.1)
        assert next(container.decode(video=0)).width == 640


def test_an_unknown_preset_is_refused(mix: np.ndarray, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="preset"):
        write_video(mix, tmp_path / "a.png", tmp_path / "a.mp4", "opera")
