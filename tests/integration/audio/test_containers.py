"""Sound is what the decoder can read, whatever it begins with."""

import os
from pathlib import Path

import numpy as np
import pytest

from producer_studio.audio.container import describe_media, open_media
from producer_studio.audio.decode import decode
from producer_studio.audio.encode import EncodeSpec, transcode
from producer_studio.audio.measure import measure
from producer_studio.domain.errors import MediaRejected, StorageError
from producer_studio.files.file_types import AUDIO_SUFFIXES, detect_file_type
from tests.support.signals import coded, tone, write_wave

KINDS = {
    "opus.webm": ("webm", "libopus"),
    "vorbis.mka": ("matroska", "vorbis"),
    "x.aac": ("adts", "aac"),
    "x.aiff": ("aiff", "pcm_s16be"),
    "x.caf": ("caf", "pcm_s16be"),
    "x.ac3": ("ac3", "ac3"),
    "x.eac3": ("eac3", "eac3"),
    "x.au": ("au", "pcm_s16be"),
    "x.opus": ("ogg", "libopus"),
    "x.oga": ("ogg", "flac"),
    "x.w64": ("w64", "pcm_s16le"),
    "x.wma": ("asf", "wmav2"),
    "x.mp2": ("mp2", "mp2"),
    "ima.wav": ("wav", "adpcm_ima_wav"),
    "ms.wav": ("wav", "adpcm_ms"),
    "mulaw.wav": ("wav", "pcm_mulaw"),
    "mp3.wav": ("wav", "libmp3lame"),
}


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_is_measured_named_and_exported(tmp_path: Path, name: str) -> None:
    path = coded(tone(3.0), tmp_path / name, *KINDS[name])

    measured = measure(path)

    assert measured.sound.duration_s == pytest.approx(3.0, abs=0.15)
    assert measured.sound.peak_dbfs == pytest.approx(-6.0, abs=2.0)
    assert measured.suffix in AUDIO_SUFFIXES | {".dts"}
    made = transcode(path, tmp_path / "out.mp3", EncodeSpec(format="mp3"), print, lambda: False)
    assert measure(made.path).sound.duration_s == pytest.approx(3.0, abs=0.15)


@pytest.mark.parametrize("padding", [1, 3_000, 300_000])
def test_an_mp3_with_padding_in_front(tmp_path: Path, padding: int) -> None:
    plain = coded(tone(3.0), tmp_path / "x.mp3", "mp3", "libmp3lame").read_bytes()
    path = tmp_path / "padded"
    path.write_bytes(bytes(padding) + plain)

    assert detect_file_type(path.read_bytes()[:16]) is None
    measured = measure(path)

    assert measured.suffix == ".mp3"
    assert measured.sound.duration_s == pytest.approx(3.0, abs=0.1)


@pytest.mark.parametrize(("container", "codec"), [("mp3", "libmp3lame"), ("adts", "aac")])
def test_mono_may_turn_stereo(tmp_path: Path, container: str, codec: str) -> None:
    first = coded(tone(1.0)[:, 0], tmp_path / "mono", container, codec).read_bytes()
    second = coded(tone(1.0), tmp_path / "stereo", container, codec).read_bytes()
    path = tmp_path / "both"
    path.write_bytes(first + second)

    blocks = list(decode(path))

    assert all(block.shape[1] == 2 for block in blocks)
    sound = np.concatenate(blocks)
    assert len(sound) / 48_000 == pytest.approx(2.0, abs=0.15)
    assert np.abs(sound[-20_000:-5_000]).max() == pytest.approx(0.5, abs=0.1)
    assert np.abs(sound[5_000:20_000]).max() == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("name", ["x.aac", "x.opus", "x.oga", "x.ac3", "plain.mp3"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.97])
def test_a_cut_file_without_an_index_ends_early(tmp_path: Path, name: str, share: float) -> None:
    kind = KINDS.get(name, ("mp3", "libmp3lame"))
    whole = coded(tone(6.0), tmp_path / name, *kind).read_bytes()
    path = tmp_path / "cut"
    path.write_bytes(whole[: int(len(whole) * share) | 1])

    with pytest.raises(MediaRejected, match="ends early"):
        measure(path)


def test_the_refusal_names_what_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "noise"
    path.write_bytes(np.random.default_rng(5).bytes(50_000))
    with pytest.raises(MediaRejected, match=r"MP3, WAV, FLAC, M4A, Ogg, Opus, WebM, AAC, AIFF"):
        measure(path)


def test_hours_in_a_few_bytes_are_given_up(tmp_path: Path) -> None:
    silence = np.zeros(8_000 * 1_800)
    path = coded(silence, tmp_path / "long.flac", "flac", "flac", 8_000)
    assert path.stat().st_size < 400_000

    with pytest.raises(MediaRejected, match="far longer than any song"):
        measure(path, cpu_limit_s=0.0)
    assert measure(path).sound.duration_s == pytest.approx(1_800)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_or_a_folder_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp3")
    for path in (tmp_path / "pipe.mp3", tmp_path):
        with pytest.raises(StorageError, match="cannot be read"):
            measure(path)


def test_a_playlist_is_never_followed(tmp_path: Path) -> None:
    secret = write_wave(tmp_path / "secret.wav", tone(1.0))
    for text in (
        f"#EXTM3U\n#EXTINF:1,\n{secret}\n#EXT-X-ENDLIST\n",
        f"ffconcat version 1.0\nfile {secret}\n",
    ):
        path = tmp_path / "list.mp3"
        path.write_text(text)
        with pytest.raises(MediaRejected):
            measure(path)


def test_a_file_that_is_deleted_while_it_is_opened_is_an_error_of_the_disk(tmp_path: Path) -> None:
    path = write_wave(tmp_path / "gone.wav", tone(0.1, 300.0, 0.3))
    with open_media(path) as container:
        path.unlink()
        with pytest.raises(StorageError, match=r"^gone\.wav cannot be read: no such file"):
            describe_media(container, path)
