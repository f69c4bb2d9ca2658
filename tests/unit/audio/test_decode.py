import struct
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import av
import numpy as np
import pytest
from av.audio.fifo import AudioFifo
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream

from producer_studio.audio import decode as decode_module
from producer_studio.audio.container import read_media_info
from producer_studio.audio.decode import Decoder, decode
from producer_studio.audio.engine.file_reader import FileReader
from producer_studio.audio.resampler import StereoResampler
from producer_studio.audio.song_reader import read_song
from producer_studio.domain.errors import MediaRejected, StorageError
from producer_studio.translation.numbers import format_count
from tests.support.flac_frames import flac_frame, write_flac
from tests.support.signals import Samples, tone, write_wave


def whole(path: Path) -> Samples:
    return np.concatenate(list(decode(path))).astype(np.float64)


@pytest.mark.parametrize("bits", [16, 24])
def test_whole_numbers_come_back_exactly(tmp_path: Path, bits: int) -> None:
    steps = 2 ** (bits - 1)
    numbers = np.random.default_rng(0).integers(-steps + 1, steps - 1, (9_000, 2))
    path = write_wave(tmp_path / "x.wav", numbers / (steps - 1), bits=bits)

    np.testing.assert_array_equal(whole(path) * steps, numbers)


def test_blocks_are_stereo_float32_at_the_native_rate(tmp_path: Path) -> None:
    path = write_wave(tmp_path / "mono.wav", tone(10.0, rate=22_050)[:, 0], rate=22_050)

    with Decoder(path) as decoder:
        blocks = list(decoder)

    assert decoder.rate == 22_050
    assert decoder.media_info.channels == 1
    assert len(blocks) > 2
    assert all(block.dtype == np.float32 and block.shape[1] == 2 for block in blocks)
    assert max(len(block) for block in blocks) < 2 * 65_536
    everything = np.concatenate(blocks)
    assert len(everything) == 220_500
    np.testing.assert_array_equal(everything[:, 0], everything[:, 1])


def test_surround_is_mixed_down(tmp_path: Path) -> None:
    left = np.zeros((48_000, 6))
    left[:, 0] = tone(1.0)[:, 0]
    path = write_wave(tmp_path / "six.wav", left)

    made = whole(path)

    assert made.shape == (48_000, 2)
    assert np.abs(made[:, 0]).max() > 0.1
    assert np.abs(made[:, 1]).max() < 0.01


@pytest.mark.parametrize("suffix", [".wav", ".m4a", ".mp3", ".flac"])
def test_every_format_is_probed_and_as_long_as_it_was(shelf: Path, suffix: str) -> None:
    path = shelf / f"five{suffix}"

    about = read_media_info(path)

    assert about.has_audio
    assert not about.has_video
    assert (about.sample_rate, about.channels) == (48_000, 2)
    assert about.duration_s == pytest.approx(5.0, abs=0.06)
    assert len(whole(path)) == pytest.approx(240_000, abs=1024)


def test_a_name_that_looks_like_an_address_is_a_name(tmp_path: Path) -> None:
    path = write_wave(tmp_path / "http: 100% #1?x=[曲].wav", tone(0.5))

    assert len(whole(path)) == 24_000


def _nothing(_sound: bytes) -> bytes:
    return b""


def _zeros(_sound: bytes) -> bytes:
    return bytes(50_000)


def _page(_sound: bytes) -> bytes:
    return b"\xef\xbb\xbf \r\n<!DOCTYPE HTML><html><body>Link expired</body></html>"


def _message(_sound: bytes) -> bytes:
    return b'{"error": {"code": "used_up"}}'


def _playlist(_sound: bytes) -> bytes:
    return b"#EXTM3U\n#EXTINF:5,\nfile:///etc/hostname\n"


def _concat(_sound: bytes) -> bytes:
    return b"ffconcat version 1.0\nfile five.wav\n"


def _noise(_sound: bytes) -> bytes:
    return np.random.default_rng(5).bytes(60_000)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (_nothing, "empty"),
        (_zeros, "only zeros"),
        (_page, "web page"),
        (_message, "text file"),
        (_playlist, "playlist"),
        (_concat, "not a supported"),
        (_noise, "not a supported"),
    ],
)
def test_what_is_no_sound_is_refused(
    tmp_path: Path, make: Callable[[bytes], bytes], sentence: str
) -> None:
    path = tmp_path / "five.m4a"
    path.write_bytes(make(b""))

    with pytest.raises(MediaRejected, match=sentence):
        whole(path)


def test_an_mp4_without_its_index_is_refused(shelf: Path, tmp_path: Path) -> None:
    sound = (shelf / "five.m4a").read_bytes()
    path = tmp_path / "cut.m4a"
    path.write_bytes(sound[: sound.index(b"moov") - 4])

    with pytest.raises(MediaRejected, match="index is missing"):
        read_media_info(path)


@pytest.mark.parametrize("suffix", [".wav", ".mp3", ".flac"])
@pytest.mark.parametrize("share", [0.5, 0.93])
def test_a_cut_file_ends_early(shelf: Path, tmp_path: Path, suffix: str, share: float) -> None:
    sound = (shelf / f"five{suffix}").read_bytes()
    path = tmp_path / f"cut{suffix}"
    path.write_bytes(sound[: int(len(sound) * share)])

    with pytest.raises(MediaRejected, match="ends early"):
        whole(path)


def test_a_hole_in_the_middle_is_noticed(shelf: Path, tmp_path: Path) -> None:
    sound = bytearray((shelf / "five.m4a").read_bytes())
    start = sound.index(b"mdat") + 20_000
    sound[start : start + 60_000] = bytes(60_000)
    path = tmp_path / "hole.m4a"
    path.write_bytes(sound)

    with pytest.raises(MediaRejected, match="damaged"):
        whole(path)


def test_sound_without_end_is_refused(
    shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decode_module, "LONGEST_S", 3)

    with pytest.raises(MediaRejected, match="too long"):
        whole(shelf / "five.wav")


def placed(at: bytes, skip: int, value: bytes) -> Callable[[bytes], bytes]:
    """Bytes of a header replaced, by what stands before them."""

    def change(sound: bytes) -> bytes:
        start = sound.index(at) + skip
        return sound[:start] + value + sound[start + len(value) :]

    return change


@pytest.mark.parametrize(
    ("suffix", "change"),
    [
        (".wav", placed(b"data", 4, struct.pack("<I", 0x7FFE_0000))),
        (".flac", placed(b"fLaC", 22, b"\xff" * 4)),
        (".mp3", placed(b"Info", 8, b"\xff" * 4)),
    ],
)
def test_a_placeholder_of_many_hours_is_no_length(
    shelf: Path, tmp_path: Path, suffix: str, change: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / f"song{suffix}"
    path.write_bytes(change((shelf / f"five{suffix}").read_bytes()))

    info = read_media_info(path)

    assert info.duration_s is None
    assert info.declared_hours > 2
    assert len(whole(path)) / info.sample_rate == pytest.approx(5.0, abs=0.1)
    # A song from elsewhere may really have them, and is not read to its end for that.
    with pytest.raises(MediaRejected, match=f"{format_count(round(info.declared_hours))} hours"):
        read_song(path)


def test_a_missing_file_is_a_matter_of_storage(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be read"):
        read_media_info(tmp_path / "none.m4a")


def test_a_file_with_a_header_and_no_samples_is_refused(tmp_path: Path) -> None:
    path = write_wave(tmp_path / "x.wav", np.zeros((0, 2)))

    with pytest.raises(MediaRejected):
        whole(path)


@pytest.mark.parametrize(
    ("offset", "content"),
    [
        (20, b"\x99\x99"),  # a coding that nobody knows
        (24, b"\xff\xff\xff\xef"),  # four thousand million frames per second
        (24, b"\x01\0\0\0"),
        (22, b"\xff\x7f"),  # 32,767 channels
    ],
)
def test_a_header_that_claims_the_impossible_is_refused(
    tmp_path: Path, offset: int, content: bytes
) -> None:
    path = write_wave(tmp_path / "x.wav", tone(0.5))
    sound = bytearray(path.read_bytes())
    sound[offset : offset + len(content)] = content
    path.write_bytes(sound)

    with pytest.raises(MediaRejected):
        whole(path)


@pytest.mark.parametrize("rate", [1, 50, 1_999])
def test_frames_of_an_impossible_rate_are_refused(tmp_path: Path, rate: int) -> None:
    """Each of 16 bytes would become up to 48,000 times its number of samples: 25 GB."""
    frames = [flac_frame(number, 4_096) for number in range(12)]
    # Few samples: this must not fill the memory of a machine where it fails.
    late = [flac_frame(number, 64, rate) for number in range(12, 24)]
    path = write_flac(tmp_path / "x.flac", frames + late)

    with pytest.raises(MediaRejected, match="sample rate"):
        whole(path)
    with closing(FileReader(path, 48_000)) as reader, pytest.raises(MediaRejected, match="rate"):
        reader.read_into(np.zeros((200_000, 2), np.float32))


def test_zeros_without_end_are_refused(tmp_path: Path) -> None:
    """A quarter of a terabyte that takes no space on the disk."""
    path = tmp_path / "x.wav"
    with path.open("wb") as file:
        file.truncate(1 << 38)
    with pytest.raises(MediaRejected, match="only zeros"):
        whole(path)


def test_frames_of_another_common_rate_are_converted(tmp_path: Path) -> None:
    frames = [flac_frame(number, 4_096) for number in range(12)]
    late = [flac_frame(number, 4_096, 44_100) for number in range(12, 24)]
    found = whole(write_flac(tmp_path / "x.flac", frames + late))
    assert len(found) == pytest.approx(12 * 4_096 * (1 + 48_000 / 44_100), abs=2)


@pytest.mark.parametrize("channels", [6, 8])
def test_surround_is_mixed_down_without_clipping(tmp_path: Path, channels: int) -> None:
    """All channels at 0.9 in phase: their plain sum would be far above full scale."""
    wave_ = tone(2.0, level=0.9)[:, :1]
    path = write_wave(tmp_path / "surround.wav", np.repeat(wave_, channels, axis=1))

    mixed = np.concatenate(list(decode(path)))

    assert mixed.shape == (len(wave_), 2)
    assert 0.8 < np.abs(mixed).max() <= 0.95


@pytest.mark.parametrize(
    "layout", ["9 channels", "11 channels", "ambisonic 1", "ambisonic 2", "22.2"]
)
def test_channels_without_known_loudspeakers_are_mixed(layout: str) -> None:
    frame = av.AudioFrame(format="s16", layout=layout, samples=1024)
    frame.sample_rate = 48_000
    for plane in frame.planes:
        plane.update(np.full(plane.buffer_size // 2, 8000, "i2").tobytes())
    resampler = StereoResampler(48_000)
    made = [*resampler.resample(frame), *resampler.resample(None)]
    mixed = np.concatenate([one.to_ndarray() for one in made], axis=1)
    assert mixed.shape == (2, 1024)
    assert 0.2 < np.abs(mixed).max() < 0.3


class Pipe:
    """A file whose writer cannot go back to its header."""

    def __init__(self) -> None:
        self.data = bytearray()

    def write(self, data: bytes) -> int:
        self.data += data
        return len(data)


def encoded(path: Path, container: str, codec: str, bit_rate: int) -> Path:
    """Three seconds, written to a pipe."""
    pipe, fifo = Pipe(), AudioFifo()
    with av.open(pipe, "w", format=container) as out:
        stream = out.add_stream(codec, rate=48_000, bit_rate=bit_rate, layout="stereo")
        assert isinstance(stream, AudioStream)
        stream.codec_context.open()
        samples = np.ascontiguousarray(tone(3.0).T.astype(np.float32))
        sound = AudioFrame.from_ndarray(samples, format="fltp", layout="stereo")
        sound.sample_rate = 48_000
        fifo.write(sound)
        size = stream.codec_context.frame_size
        for frame in [*fifo.read_many(size, partial=True), None]:
            out.mux(stream.encode(frame))
    path.write_bytes(pipe.data)
    return path


def test_an_estimate_of_the_length_is_no_promise(tmp_path: Path) -> None:
    """A song whose bit rate rises is longer by the first one, and is no cut one for that."""
    low = encoded(tmp_path / "low.ac3", "ac3", "ac3", 96_000)
    high = encoded(tmp_path / "high.ac3", "ac3", "ac3", 640_000)
    both = tmp_path / "both.ac3"
    both.write_bytes(low.read_bytes() + high.read_bytes())
    assert len(whole(both)) / 48_000 == pytest.approx(6.0, abs=0.1)


def test_a_length_that_a_stream_could_not_know_is_no_promise(tmp_path: Path) -> None:
    streamed = encoded(tmp_path / "song.wma", "asf", "wmav2", 128_000)
    assert len(whole(streamed)) / 48_000 == pytest.approx(3.0, abs=0.1)
