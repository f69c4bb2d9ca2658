"""AIFF and W64 files of writers that were killed, or could not go back to the header."""

import struct
from pathlib import Path

import av
import pytest

from producer_studio.audio.encode import copy_with_tags
from producer_studio.audio.measure import measure
from producer_studio.audio.tags import TagSet
from producer_studio.domain.errors import MediaRejected
from tests.support.signals import tone

LONG = 0x7FFFFFFFFFFFFFFF
RATE = 48_000


CODECS = {"aiff": "pcm_s16be", "w64": "pcm_s16le"}


def write_finished(path: Path) -> Path:
    """Writes two seconds of a tone as FFmpeg does, with all sizes."""
    samples = (tone(2.0) * 32_767).astype("<i2").reshape(1, -1)
    with av.open(str(path), "w", format=path.suffix[1:]) as container:
        stream = container.add_stream(CODECS[path.suffix[1:]], rate=RATE, layout="stereo")
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="stereo")
        frame.sample_rate = RATE
        for one in (frame, None):
            container.mux(stream.encode(one))
    return path


def spoil(path: Path, at: dict[bytes, tuple[int, bytes]], first: tuple[int, bytes]) -> None:
    """Replaces bytes at an offset behind each name, and in the head of the file."""
    content = bytearray(path.read_bytes())
    places = [first] + [(content.index(name) + offset, new) for name, (offset, new) in at.items()]
    for place, new in places:
        content[place : place + len(new)] = new
    path.write_bytes(content)


def spoil_aiff(path: Path, form: int, frames: int, sound: int) -> None:
    names = {b"COMM": (10, struct.pack(">I", frames)), b"SSND": (4, struct.pack(">I", sound))}
    spoil(path, names, (4, struct.pack(">I", form)))


def spoil_w64(path: Path, riff: int, sound: int) -> None:
    spoil(path, {b"data\xf3\xac": (16, struct.pack("<Q", sound))}, (16, struct.pack("<Q", riff)))


AIFF = [
    (0, 0, 0),  # FFmpeg
    (46, 0, 8),  # an empty file
    (0x7F000050, 0x0FE00000, 0x7F000008),  # SoX
    (0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF),
]
W64 = [((1 << 64) - 1, LONG), (0, 0), (128, 24), ((1 << 64) - 1, (1 << 64) - 1)]


@pytest.mark.parametrize(
    ("suffix", "sizes"), [("aiff", one) for one in AIFF] + [("w64", one) for one in W64]
)
def test_all_that_was_written_is_read_and_a_copy_has_its_sizes(
    tmp_path: Path, suffix: str, sizes: tuple[int, ...]
) -> None:
    path = write_finished(tmp_path / f"unfinished.{suffix}")
    if suffix == "aiff":
        spoil_aiff(path, *sizes)
    else:
        spoil_w64(path, *sizes)
    before = path.read_bytes()
    found = measure(path)
    assert found.sound.duration_s == pytest.approx(2.0, abs=0.01)
    assert (found.suffix, found.problem) == (f".{suffix}", "")
    assert path.read_bytes() == before
    copied = copy_with_tags(path, tmp_path / f"copy.{suffix}", TagSet(title="Tone"))
    with av.open(str(copied.path)) as container:
        sound = container.streams.audio[0]
        assert sound.duration is not None
        assert sound.time_base is not None
        assert float(sound.duration * sound.time_base) == pytest.approx(2.0, abs=0.01)


@pytest.mark.parametrize("suffix", ["aiff", "w64"])
def test_a_finished_file_that_was_cut_is_still_refused(tmp_path: Path, suffix: str) -> None:
    path = write_finished(tmp_path / f"cut.{suffix}")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(MediaRejected, match="ends early"):
        measure(path)


@pytest.mark.parametrize("kept", [12, 30, 54])
@pytest.mark.parametrize("suffix", ["aiff", "w64"])
def test_a_header_alone_is_no_audio(tmp_path: Path, suffix: str, kept: int) -> None:
    path = write_finished(tmp_path / f"head.{suffix}")
    if suffix == "aiff":
        spoil_aiff(path, 0, 0, 0)
    else:
        spoil_w64(path, 0, 0)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(MediaRejected):
        measure(path)
