import errno
import os
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from mutagen.flac import FLAC

from producer_studio.audio.container import read_media_info
from producer_studio.audio.decode import decode
from producer_studio.audio.encode import EncodeSpec, EncodingCancelled, transcode
from producer_studio.audio.output_file import Sink, atomic_output
from producer_studio.audio.tags import TagSet, read_recipe
from producer_studio.domain.errors import MediaRejected, StorageError
from tests.support.signals import Samples, as_format, tone, write_wave

SPECS = [
    EncodeSpec(format="mp3"),
    EncodeSpec(format="mp3", mp3_mode="V0"),
    EncodeSpec(format="wav"),
    EncodeSpec(format="wav", bits=24),
    EncodeSpec(format="flac"),
    EncodeSpec(format="flac", bits=24),
    EncodeSpec(format="m4a"),
]

each_format = pytest.mark.parametrize(
    "spec", SPECS, ids=["mp3-320", "mp3-V0", "wav-16", "wav-24", "flac-16", "flac-24", "m4a"]
)


def whole(path: Path) -> Samples:
    return np.concatenate(list(decode(path))).astype(np.float64)


def quietly(_share: float) -> None:
    """A progress that nobody looks at."""


def never() -> bool:
    return False


@each_format
@pytest.mark.parametrize("given", ["five.m4a", "five.wav"])
def test_every_format_sounds_like_its_source(
    shelf: Path, tmp_path: Path, spec: EncodeSpec, given: str
) -> None:
    target = tmp_path / f"made{spec.suffix}"

    transcode(shelf / given, target, spec, quietly, never)

    before, after = whole(shelf / given), whole(target)
    # No silence of the encoder before it, and the same length within one frame.
    assert len(after) == pytest.approx(len(before), abs=1024)
    both = min(len(before), len(after))
    difference = np.sqrt(np.mean((before[:both] - after[:both]) ** 2))
    # White noise shifted by one sample alone would give 0.07; what is above 20 kHz gives 0.02.
    assert difference < 0.03
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("bits", [16, 24])
@pytest.mark.parametrize("form", ["wav", "flac"])
def test_whole_numbers_survive_exactly(
    tmp_path: Path, form: Literal["wav", "flac"], bits: Literal[16, 24]
) -> None:
    noise = np.random.default_rng(4).uniform(-1, 1, (30_000, 2))
    given = write_wave(tmp_path / "given.wav", noise, rate=44_100, bits=bits)
    target = tmp_path / f"made.{form}"

    transcode(given, target, EncodeSpec(format=form, bits=bits), quietly, never)

    np.testing.assert_array_equal(whole(given), whole(target))
    assert read_media_info(target).sample_rate == 44_100


def test_sixteen_bits_are_dithered_where_the_source_holds_more(tmp_path: Path) -> None:
    # Half a step of 16 bits: without dither it would be lost altogether.
    faint = write_wave(tmp_path / "faint.wav", tone(2.0, 1000.0, 0.5 / 32768), bits=24)
    target = tmp_path / "made.wav"

    transcode(faint, target, EncodeSpec(format="wav"), quietly, never)

    before, after = whole(faint)[:, 0], whole(target)[:, 0]
    assert np.dot(before, after) / np.dot(before, before) == pytest.approx(1.0, abs=0.15)
    again = tmp_path / "again.wav"
    transcode(faint, again, EncodeSpec(format="wav"), quietly, never)
    assert again.read_bytes() == target.read_bytes()


def test_too_loud_a_source_is_clipped_and_does_not_wrap(shelf: Path, tmp_path: Path) -> None:
    square = np.sign(tone(1.0, 300.0))
    loud = as_format(write_wave(tmp_path / "square.wav", square), tmp_path / "square.m4a")
    assert np.abs(whole(loud)).max() > 1.0

    made = whole(as_format(loud, tmp_path / "made.wav"))

    assert np.abs(made - np.clip(whole(loud), -1, 1)).max() < 3 / 32768


def test_m4a_from_m4a_is_a_copy_of_the_sound(shelf: Path, tmp_path: Path) -> None:
    given, target = shelf / "five.m4a", tmp_path / "made.m4a"

    transcode(given, target, EncodeSpec(format="m4a"), quietly, never)
    assert target.read_bytes() == given.read_bytes()

    target.unlink()
    tags = TagSet(title="x", lyrics="y" * 10_000)
    transcode(given, target, EncodeSpec(format="m4a"), quietly, never, tags)
    np.testing.assert_array_equal(whole(given), whole(target))
    assert target.read_bytes() != given.read_bytes()


def test_odd_rates_become_those_that_players_take(tmp_path: Path) -> None:
    given = write_wave(tmp_path / "given.wav", tone(1.0, rate=22_050), rate=22_050)

    assert read_media_info(as_format(given, tmp_path / "made.mp3")).sample_rate == 44_100
    assert read_media_info(as_format(given, tmp_path / "made.m4a")).sample_rate == 44_100
    assert read_media_info(as_format(given, tmp_path / "made.flac")).sample_rate == 22_050


def test_progress_is_the_share_of_the_sound(shelf: Path, tmp_path: Path) -> None:
    shares: list[float] = []

    transcode(
        shelf / "five.m4a", tmp_path / "m.mp3", EncodeSpec(format="mp3"), shares.append, never
    )

    assert shares == sorted(shares)
    assert len(shares) > 3
    assert 0 < shares[0] < 0.4
    assert shares[-1] == 1.0


@each_format
@pytest.mark.parametrize("blocks", [0, 1])
def test_cancelling_leaves_no_file(
    shelf: Path, tmp_path: Path, spec: EncodeSpec, blocks: int
) -> None:
    asked = 0

    def after_some() -> bool:
        nonlocal asked
        asked += 1
        return asked > blocks

    target = tmp_path / f"made{spec.suffix}"
    with pytest.raises(EncodingCancelled):
        transcode(shelf / "five.m4a", target, spec, quietly, after_some)

    assert list(tmp_path.iterdir()) == []


def test_a_cut_source_leaves_no_file(shelf: Path, tmp_path: Path) -> None:
    given = tmp_path / "cut.flac"
    given.write_bytes((shelf / "five.flac").read_bytes()[:100_000])

    with pytest.raises(MediaRejected, match="ends early"):
        transcode(given, tmp_path / "m.mp3", EncodeSpec(format="mp3"), quietly, never)

    assert list(tmp_path.iterdir()) == [given]


def test_another_file_is_never_overwritten(shelf: Path, tmp_path: Path) -> None:
    target = tmp_path / "mine.mp3"
    target.write_bytes(b"precious")

    made = transcode(shelf / "five.m4a", target, EncodeSpec(format="mp3"), quietly, never)

    assert target.read_bytes() == b"precious"
    assert made.path == tmp_path / "mine (2).mp3"
    assert sorted(tmp_path.iterdir()) == [made.path, target]


def test_a_name_is_there_with_the_whole_file_only(shelf: Path, tmp_path: Path) -> None:
    seen: list[list[str]] = []

    def look(_share: float) -> None:
        seen.append([path.name for path in tmp_path.iterdir()])

    transcode(shelf / "five.m4a", tmp_path / "made.wav", EncodeSpec(format="wav"), look, never)

    *during, after = seen
    assert len(during) > 3
    assert not any("made.wav" in names for names in during)
    assert after == ["made.wav"]


def test_exports_at_once_get_names_of_their_own(shelf: Path, tmp_path: Path) -> None:
    target = tmp_path / "new" / "folder" / "Größe – 曲.mp3"
    gate = threading.Barrier(8, timeout=60)  # one that fails would hold the others for ever

    def export(_turn: int) -> str:
        with atomic_output(target) as made:
            made.temporary_path.write_bytes(b"whole")
            gate.wait()
        return made.final_path.name

    with ThreadPoolExecutor(8) as pool:
        names = set(pool.map(export, range(8)))

    assert names == {"Größe – 曲.mp3"} | {f"Größe – 曲 ({n}).mp3" for n in range(2, 9)}
    assert {path.name for path in target.parent.iterdir()} == names


def test_a_folder_that_cannot_be_is_a_storage_fault(shelf: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"in the way")
    target = tmp_path / "file" / "x.mp3"

    with pytest.raises(StorageError, match="Choose another folder"):
        transcode(shelf / "five.m4a", target, EncodeSpec(format="mp3"), quietly, never)


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.EIO])
def test_a_folder_that_cannot_be_flushed_keeps_its_export(
    shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    flush = os.fsync

    def refuse_folders(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(number, os.strerror(number))
        flush(handle)

    monkeypatch.setattr(os, "fsync", refuse_folders)

    transcode(shelf / "five.m4a", tmp_path / "made.mp3", EncodeSpec(format="mp3"), quietly, never)

    assert [path.name for path in tmp_path.iterdir()] == ["made.mp3"]


@each_format
def test_a_disk_that_refuses_leaves_no_file(
    shelf: Path, tmp_path: Path, spec: EncodeSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(StorageError, match=r"^made\.\w+ could not be written: the disk is full"):
        transcode(shelf / "five.m4a", tmp_path / f"made{spec.suffix}", spec, quietly, never)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_sink_keeps_the_first_failure() -> None:
    with Sink(Path("/dev/full")) as sink:
        sink.check()

        assert sink.write(b"abc") == 3
        assert sink.write(b"more") == 4

        with pytest.raises(OSError, match="No space left"):
            sink.check()


def test_tags_are_inside_before_the_name_appears(shelf: Path, tmp_path: Path) -> None:
    recipe = {"operation": "create", "sound": "曲"}
    for spec in SPECS:
        target = tmp_path / f"made{spec.suffix}"
        transcode(shelf / "five.m4a", target, spec, quietly, never, TagSet(recipe=recipe))
        assert read_recipe(target) == recipe


@pytest.mark.parametrize("suffix", [".mp3", ".m4a"])
def test_tones_above_half_of_the_new_rate_leave_no_alias(tmp_path: Path, suffix: str) -> None:
    """25 kHz at 96 kHz would become 23 kHz at 48 kHz; the default filter left it at −19.5 dB."""
    given = write_wave(
        tmp_path / "high.wav", tone(2.0, 25_000.0, 0.5, 96_000), rate=96_000, bits=24
    )

    made = whole(as_format(given, tmp_path / f"made{suffix}"))

    level_db = 20 * np.log10(np.sqrt(np.mean(made[4_800:-4_800] ** 2)) / (0.5 / np.sqrt(2)))
    assert level_db < -60


@pytest.mark.parametrize("bits", [16, 24])
def test_flac_has_a_seek_table_that_leads_to_its_frames(
    tmp_path: Path, bits: Literal[16, 24]
) -> None:
    given = write_wave(tmp_path / "given.wav", tone(34.0, 330.0), 44_100)
    target = tmp_path / "made.flac"
    spec = EncodeSpec(format="flac", bits=bits)
    # Tags and a cover larger than any padding stand before the frames.
    transcode(given, target, spec, quietly, never, TagSet(title="Song", comment="x" * 20_000))
    points = FLAC(target).seektable.seekpoints
    assert len(points) == 4
    assert points[0][:2] == (0, 0)
    content = target.read_bytes()
    start = _first_frame(content)
    for number, (first, offset, count) in enumerate(points):
        assert first <= number * 10 * 44_100 < first + count
        assert content[start + offset : start + offset + 2] == b"\xff\xf8"


def _first_frame(content: bytes) -> int:
    """Where the metadata blocks of a FLAC file end."""
    place, is_last = 4, False
    while not is_last:
        is_last = bool(content[place] & 0x80)
        place += 4 + int.from_bytes(content[place + 1 : place + 4])
    return place
