"""Reading from any frame gives what a full decode has there."""

import random
import shutil
from pathlib import Path

import numpy as np
import pytest

from producer_studio.audio.engine.file_reader import FileReader
from producer_studio.audio.engine.stretcher import Stretcher
from producer_studio.domain.errors import MediaRejected
from tests.support.engine_rendering import RATE, Sound, full_decode, noise_file
from tests.support.signals import as_format, coded, song, tone, write_wave

_FRAMES = 10 * RATE + 123
_THREADS = Path("/proc/self/task")


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One piece of music in each format that services deliver or people import."""
    folder = tmp_path_factory.mktemp("shelf")
    music = 0.7 * song(11.0)[:_FRAMES]
    plain = write_wave(folder / "song.wav", music)
    for suffix in (".flac", ".m4a", ".mp3"):
        as_format(plain, folder / f"song{suffix}")
    as_format(plain, folder / "variable.mp3", mp3_mode="V0")
    coded(music, folder / "song.ogg", "ogg", "vorbis")
    coded(music, folder / "song.opus", "ogg", "opus")
    coded(music, folder / "song.webm", "webm", "opus")
    coded(music, folder / "song.aac", "adts", "aac")
    coded(music, folder / "headless.mp3", "mp3", "libmp3lame")
    return folder


def _read(reader: FileReader, frame: int, count: int) -> Sound:
    reader.seek(frame)
    target = np.zeros((count, 2), np.float32)
    return target[: reader.read_into(target)]


def _lag(found: Sound, expected: Sound, frame: int) -> int:
    """How many frames late the sound of one channel is."""
    around = expected[frame - 1_500 : frame + len(found) + 1_500, 0]
    return 1_500 - int(np.correlate(around, found[:, 0], "valid").argmax())


@pytest.mark.parametrize(
    "name", ["song.wav", "song.flac", "song.mp3", "variable.mp3", "headless.mp3", "song.ogg"]
)
def test_each_frame_is_that_of_a_full_decode(shelf: Path, name: str) -> None:
    expected = full_decode(shelf / name)
    reader = FileReader(shelf / name, RATE)

    np.testing.assert_array_equal(_read(reader, 0, len(expected) + RATE), expected)
    assert reader.end == len(expected)
    assert reader.problem == ""
    dice = random.Random(1)
    frames = [0, 1, 1024, *(dice.randrange(len(expected) - 5_000) for _ in range(12))]
    for frame in (*frames, len(expected) - 100):
        found = _read(reader, frame, 4_096)
        np.testing.assert_array_equal(found, expected[frame : frame + 4_096], err_msg=str(frame))
    assert len(_read(reader, len(expected) + 9_000, 10)) == 0
    assert reader.end == len(expected)
    reader.close()


@pytest.mark.parametrize("name", ["song.m4a", "song.aac", "song.opus", "song.webm"])
def test_codecs_with_noise_of_their_own_keep_the_place(shelf: Path, name: str) -> None:
    """AAC fills bands with noise that depends on where decoding began, and Opus converges."""
    expected = full_decode(shelf / name)
    reader = FileReader(shelf / name, RATE)

    np.testing.assert_array_equal(_read(reader, 0, len(expected) + RATE), expected)
    dice = random.Random(1)
    for frame in [dice.randrange(1_500, len(expected) - 9_000) for _ in range(12)]:
        assert _lag(_read(reader, frame, 6_000), expected, frame) == 0, frame
    np.testing.assert_array_equal(_read(reader, 1_000, 500), expected[1_000:1_500])
    assert len(_read(reader, len(expected) - 100, 4_096)) == 100
    assert reader.end == len(expected)
    reader.close()


@pytest.mark.parametrize("rate", [44_100, 22_050, 96_000])
def test_another_rate_is_converted_alike_from_each_frame(tmp_path: Path, rate: int) -> None:
    path = noise_file(tmp_path / "x.wav", 6 * rate + 11, 1, rate)
    reader = FileReader(path, RATE)

    whole = _read(reader, 0, 10 * RATE)

    assert len(whole) == pytest.approx((6 * rate + 11) * RATE / rate, abs=1)
    for frame in (1, 777, 48_001, 200_003, len(whole) - 50):
        found = _read(reader, frame, 3_000)
        np.testing.assert_allclose(found, whole[frame : frame + 3_000], rtol=0, atol=1e-6)
    reader.close()


def test_a_converted_tone_keeps_its_place(tmp_path: Path) -> None:
    path = write_wave(tmp_path / "x.wav", tone(4.0, 500.0, 0.5, 44_100), 44_100, bits=24)
    reader = FileReader(path, RATE)

    found = _read(reader, 100_001, 4_800)

    wanted = 0.5 * np.sin(2 * np.pi * 500.0 * np.arange(100_001, 104_801) / RATE)
    np.testing.assert_allclose(found[:, 0], wanted, rtol=0, atol=1e-4)
    reader.close()


@pytest.mark.parametrize("hertz", [1_000, 15_000, 20_000])
def test_conversion_to_a_higher_rate_adds_nothing_to_a_tone(tmp_path: Path, hertz: int) -> None:
    path = write_wave(tmp_path / "tone.wav", tone(2.0, hertz, rate=44_100), 44_100, bits=24)
    reader = FileReader(path, RATE)
    reader.seek(RATE // 2)
    block = np.empty((RATE, 2), np.float32)
    assert reader.read_into(block) == RATE
    reader.close()
    window = np.blackman(RATE)
    # One second: each bin is a hertz.
    levels = np.abs(np.fft.rfft(block[:, 0] * window)) / (window.sum() / 2)
    assert levels[hertz] == pytest.approx(0.5, rel=0.001)
    levels[max(0, hertz - 4) : hertz + 5] = 0.0
    assert 20 * np.log10(levels.max() / 0.5) < -90.0


def test_mono_and_surround_become_stereo(tmp_path: Path) -> None:
    mono = write_wave(tmp_path / "mono.wav", tone(1.0)[:, 0])
    sides = np.ones((RATE, 6)) * tone(1.0, level=0.99)[:, :1]
    surround = write_wave(tmp_path / "surround.wav", sides)
    for path in (mono, surround):
        reader = FileReader(path, RATE)
        sound = _read(reader, 1_000, 2 * RATE)
        reader.close()
        assert sound.shape == (RATE - 1_000, 2)
        np.testing.assert_allclose(sound[:, 0], sound[:, 1], rtol=0, atol=1e-4)
        assert 0.3 < np.abs(sound).max() <= 1.0


def test_damaged_audio_is_silence_and_the_rest_stays_in_time(shelf: Path, tmp_path: Path) -> None:
    path = tmp_path / "damaged.mp3"
    data = bytearray((shelf / "song.mp3").read_bytes())
    middle = len(data) // 2
    data[middle : middle + 3_000] = bytes(3_000)
    path.write_bytes(data)
    expected = full_decode(shelf / "song.mp3")
    reader = FileReader(path, RATE)

    whole = _read(reader, 0, _FRAMES + RATE)

    assert len(whole) == pytest.approx(len(expected), abs=1_152)
    np.testing.assert_array_equal(whole[: 4 * RATE], expected[: 4 * RATE])
    late = slice(8 * RATE, 9 * RATE)
    np.testing.assert_allclose(whole[late], expected[late], rtol=0, atol=1e-6)
    np.testing.assert_allclose(_read(reader, 8 * RATE, RATE), expected[late], rtol=0, atol=1e-6)
    reader.close()


@pytest.mark.parametrize("name", ["song.wav", "song.flac", "song.mp3"])
def test_a_truncated_file_plays_as_far_as_it_goes(shelf: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    data = (shelf / name).read_bytes()
    path.write_bytes(data[: len(data) * 6 // 10])
    reader = FileReader(path, RATE)

    whole = _read(reader, 0, 2 * _FRAMES)

    assert 0.4 * _FRAMES < len(whole) < 0.7 * _FRAMES
    np.testing.assert_array_equal(whole[:RATE], full_decode(shelf / name)[:RATE])
    assert "ends early" in reader.problem
    reader.close()


def test_what_is_not_audio_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.mp3"
    path.write_text("<html>not found</html>")
    with pytest.raises(MediaRejected, match="web page"):
        FileReader(path, RATE)


def test_the_index_changes_nothing(shelf: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(shelf / "variable.mp3", tmp_path))
    expected = full_decode(path)
    reader = FileReader(path, RATE)
    first = _read(reader, 0, 5_000)

    reader.build_index()
    target = np.zeros((5_000, 2), np.float32)

    assert reader.read_into(target) == 5_000
    np.testing.assert_array_equal(np.concatenate((first, target)), expected[:10_000])
    reader.close()


@pytest.mark.skipif(not _THREADS.exists(), reason="Only Linux lists the threads of a process.")
def test_filters_start_no_threads(tmp_path: Path) -> None:
    """Starting and ending them takes longer than the work after a seek."""
    path = noise_file(tmp_path / "x.wav", 44_100, 1, 44_100)
    reader = FileReader(path, RATE)
    before = len(list(_THREADS.iterdir()))

    _read(reader, 0, 1_000)
    stretcher = Stretcher(1.5, RATE)

    assert len(list(_THREADS.iterdir())) <= before
    assert stretcher.available == 0
    reader.close()
