"""Archives of stems, of the kind that services send and of every kind that they should not."""

import io
import os
import stat
import struct
import wave
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer_studio.domain.errors import MediaRejected, StorageError
from producer_studio.providers.downloads.stems_archive import (
    ArchiveLimits,
    UnpackedStem,
    unpack_stems,
)


def tone(frames: int = 400) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(range(200)) * (frames // 100))
    return file.getvalue()


WAV = tone()
M4A = b"\x00\x00\x00\x1cftypM4A \x00\x00\x02\x00" + bytes(500)
PAGE = b"<!doctype html><html>Sign in</html>"


def packed(
    *files: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return file.getvalue()


@pytest.fixture
def open_(tmp_path: Path) -> Callable[..., list[UnpackedStem]]:
    """Unpacks bytes, and proves that nothing is written outside, and nothing after a refusal."""

    def run(data: bytes, **limits: int) -> list[UnpackedStem]:
        archive, folder = tmp_path / "in.zip", tmp_path / "inner" / "stems"
        archive.write_bytes(data)
        folder.mkdir(parents=True, exist_ok=True)
        stems: list[UnpackedStem] = []
        try:
            stems = unpack_stems(archive, folder, ArchiveLimits(**limits))
        finally:
            there = {path for path in tmp_path.rglob("*") if path.is_file()}
            assert there == {archive} | {stem.path for stem in stems}
            assert archive.read_bytes() == data
            assert all(stem.path.parent == folder for stem in stems)
        return stems

    return run


Open = Callable[..., list[UnpackedStem]]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_stems_come_out_whole(open_: Open, method: int) -> None:
    stems = open_(packed(("vocals.wav", WAV), ("drums.m4a", M4A), method=method))
    assert [(stem.name, stem.path.name) for stem in stems] == [
        ("vocals", "vocals.wav"),
        ("drums", "drums.m4a"),
    ]
    assert [stem.path.read_bytes() for stem in stems] == [WAV, M4A]


def test_the_content_names_the_kind_and_not_the_name(open_: Open) -> None:
    stems = open_(packed(("vocals.mp3", WAV), ("drums.exe", WAV), ("bass", M4A)))
    assert [stem.path.name for stem in stems] == ["vocals.wav", "drums.wav", "bass.m4a"]


def test_what_is_not_sound_is_left_out(open_: Open) -> None:
    stems = open_(
        packed(
            ("stems/", b""),
            ("stems/README.txt", b"Thank you"),
            ("stems/vocals.wav", WAV),
            ("__MACOSX/stems/._vocals.wav", b"\x00\x05\x16\x07" + bytes(100)),
            ("stems/cover.wav", b"\x89PNG\r\n\x1a\n" + bytes(100)),
            ("stems/empty.wav", b""),
            ("stems/page.m4a", PAGE),
            ("stems/inner.zip", packed(("more.wav", WAV))),
        )
    )
    assert [stem.name for stem in stems] == ["vocals"]


@pytest.mark.parametrize(
    ("names", "stems"),
    [
        (["Low tide - vocals.wav", "Low tide - drums.wav"], ["vocals", "drums"]),
        (["Low tide (Vocals).wav", "Low tide (Drums).wav"], ["Vocals", "Drums"]),
        (["song_vocals.wav", "song_backing_vocals.wav"], ["vocals", "backing_vocals"]),
        (["01 vocals.wav", "02_drums.wav", "3. bass.wav"], ["vocals", "drums", "bass"]),
        (["vocals.wav", "voices.wav"], ["vocals", "voices"]),
        (["Low tide - vocals.wav"], ["Low tide - vocals"]),
        (["song_.wav", "song_b.wav"], ["song_", "b"]),
        (["808.wav", "2.wav"], ["808", "2"]),
        (["lead.v2.final.wav"], ["lead.v2.final"]),
        (["drums", "vocals.live"], ["drums", "vocals"]),
    ],
)
def test_a_stem_is_called_what_its_file_is_called(
    open_: Open, names: list[str], stems: list[str]
) -> None:
    assert [stem.name for stem in open_(packed(*((name, WAV) for name in names)))] == stems


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("../../../evil.wav", "evil"),
        ("/etc/cron.d/evil.wav", "evil"),
        ("C:\\Windows\\evil.wav", "evil"),
        ("C:evil.wav", "C-evil"),
        ("..\\..\\evil.wav", "evil"),
        ("....wav", "stem"),
        (".wav", "wav"),
        ("..", "stem"),
        ("vocals\u202egpj.wav", "vocalsgpj"),
        ("con.wav", "_con"),
        ("a:b*c?.wav", "a-b-c-"),
        ("\ud800vocals.wav".encode("utf-8", "replace").decode(), "-vocals"),
    ],
)
def test_no_name_leads_anywhere(open_: Open, name: str, stem: str) -> None:
    (found,) = open_(packed((name, WAV)))
    assert found.name == stem


def test_a_name_with_nul_or_a_line(open_: Open) -> None:
    # The standard writer cuts names at NUL, so the bytes are put in afterwards.
    data = packed(("vocalsXYevil.wav", WAV)).replace(b"XY", b"\x00\n")
    (found,) = open_(data)
    assert found.name == "vocals"


def test_a_name_of_nothing(open_: Open) -> None:
    (found,) = open_(packed(("XY", WAV)).replace(b"XY", b"\x00Y"))
    assert found.name == "stem"


def test_a_name_of_300_characters(open_: Open) -> None:
    (found,) = open_(packed(("夜" * 300 + ".wav", WAV)))
    assert 0 < len(found.name.encode()) <= 60


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_names_that_are_the_same_on_some_systems(open_: Open) -> None:
    stems = open_(
        packed(
            ("vocals.wav", WAV), ("Vocals.wav", WAV), ("vocals.wav", WAV), ("x/VOCALS.m4a", M4A),
            ("vocals 2.wav", WAV),
        )
    )  # fmt: skip
    names = [stem.name for stem in stems]
    assert names == ["vocals", "Vocals 2", "vocals 3", "VOCALS 4", "vocals 2 2"]
    assert len({stem.path.name.casefold() for stem in stems}) == 5


def test_what_lay_there_before_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"mine")
    folder = tmp_path / "stems"
    folder.mkdir()
    for name in ("vocals.wav", ".unpacked 1.wav"):
        (folder / name).symlink_to(secret)
    archive = tmp_path / "in.zip"
    archive.write_bytes(packed(("vocals.wav", WAV)))
    (found,) = unpack_stems(archive, folder)
    assert secret.read_bytes() == b"mine"
    assert not found.path.is_symlink()
    assert found.path.read_bytes() == WAV


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_links_and_devices_are_refused(open_: Open, kind: int) -> None:
    entry = zipfile.ZipInfo("drums.wav")
    entry.external_attr = (kind | 0o777) << 16
    with pytest.raises(MediaRejected, match="links or devices"):
        open_(packed(("vocals.wav", WAV), (entry, b"/etc/passwd")))


@pytest.mark.parametrize("flag", [0x1, 0x41])
def test_a_locked_archive_is_refused(open_: Open, flag: int) -> None:
    data = bytearray(packed(("vocals.wav", WAV)))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.index(mark) + at
        data[start : start + 2] = struct.pack("<H", flag)
    with pytest.raises(MediaRejected, match=r"^The archive of stems is password-protected, so"):
        open_(bytes(data))


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_other_ways_of_packing_are_refused(open_: Open, method: int) -> None:
    with pytest.raises(MediaRejected, match="compression method"):
        open_(packed(("vocals.wav", WAV), method=method))


def test_a_bomb_is_counted_as_it_comes_out(open_: Open) -> None:
    bomb = packed(("vocals.wav", WAV), ("drums.wav", WAV[:44] + bytes(20_000_000)))
    assert len(bomb) < 100_000
    with pytest.raises(MediaRejected, match="larger than 10 MB"):
        open_(bomb, file_bytes=10_000_000)
    with pytest.raises(MediaRejected, match="larger than 15 MB"):
        open_(bomb, total_bytes=15_000_000)


def test_many_small_ones_are_a_bomb_too(open_: Open) -> None:
    many = packed(*((f"{n:x}-part.wav", WAV[:44] + bytes(1_000_000)) for n in range(10)))
    with pytest.raises(MediaRejected, match="is larger than 5 MB"):
        open_(many, total_bytes=5_000_000)


@pytest.mark.parametrize("claimed", [0, 10, 2**31])
def test_headers_that_lie_about_the_size(open_: Open, claimed: int) -> None:
    data = bytearray(packed(("drums.wav", WAV[:44] + bytes(5_000_000))))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = data.index(mark) + at
        data[start : start + 4] = struct.pack("<I", claimed)
    with pytest.raises(MediaRejected):
        open_(bytes(data), file_bytes=1_000_000)


# zipfile warns of it by itself from Python 3.13.4 on.
@pytest.mark.filterwarnings("ignore:Overlapped entries")
def test_entries_that_share_their_bytes_are_counted_each(open_: Open) -> None:
    data = packed(("a.wav", WAV[:44] + bytes(3_000_000)))
    at = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    entries = data[at:end] * 6
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 6, 6, len(entries), at, 0)
    with pytest.raises(MediaRejected):
        open_(data[:at] + entries + tail, total_bytes=10_000_000)


def test_too_many_sounds_and_too_many_files(open_: Open) -> None:
    with pytest.raises(MediaRejected, match="more than 32 audio files"):
        open_(packed(*((f"s{n}.wav", WAV) for n in range(33))))
    with pytest.raises(MediaRejected, match="contains 257 files"):
        open_(packed(*((f"s{n}.txt", b"x") for n in range(257))))
    assert len(open_(packed(*((f"s{n}.wav", WAV) for n in range(32))))) == 32


def test_a_list_of_contents_without_end_is_not_read_into_memory(open_: Open) -> None:
    entry = packed(("a.wav", b"x"))
    at, end = entry.index(b"PK\x01\x02"), entry.index(b"PK\x05\x06")
    entries = entry[at:end] * 40_000
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 40_000, 40_000, len(entries), at, 0)
    with pytest.raises(MediaRejected, match="far too long"):
        open_(entry[:at] + entries + tail)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        PAGE,
        WAV,
        packed(),
        packed(("notes.txt", b"nothing to hear")),
        b"PK\x03\x04" + bytes(100),
        b"PK\x05\x06" + bytes(17),
        b"\x1f\x8b\x08" + zlib.compress(b"x" * 100),
    ],
)
def test_what_holds_no_stems(open_: Open, data: bytes) -> None:
    with pytest.raises(MediaRejected, match="it was discarded"):
        open_(data)


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9, 0.99])
def test_an_archive_that_broke_off(open_: Open, keep: float) -> None:
    data = packed(("vocals.wav", WAV), ("drums.wav", os.urandom(5000)))
    with pytest.raises(MediaRejected, match="damaged"):
        open_(data[: int(len(data) * keep)])


def test_an_entry_before_the_beginning_of_the_file(open_: Open) -> None:
    data = bytearray(packed(("vocals.wav", WAV)))
    at = data.index(b"PK\x05\x06") + 16
    # The list of contents is said to begin later than it does, so all entries lie before the file.
    data[at : at + 4] = struct.pack("<I", struct.unpack("<I", data[at : at + 4])[0] + 100)
    with pytest.raises(MediaRejected, match="damaged"):
        open_(bytes(data))


def test_damage_inside_is_found_by_the_checksum(open_: Open) -> None:
    data = bytearray(packed(("vocals.wav", WAV), method=zipfile.ZIP_STORED))
    data[200] ^= 1
    with pytest.raises(MediaRejected, match="damaged"):
        open_(bytes(data))


SOUND_ZIP = packed(("vocals.wav", WAV), ("drums.wav", WAV))


@given(
    st.dictionaries(
        st.integers(0, len(SOUND_ZIP) - 1), st.integers(0, 255), min_size=1, max_size=8
    ),
    st.integers(0, len(SOUND_ZIP)),
)
def test_any_damage_is_refused_or_harmless(
    tmp_path_factory: pytest.TempPathFactory, changes: dict[int, int], keep: int
) -> None:
    data = bytearray(SOUND_ZIP)
    for at, value in changes.items():
        data[at] = value
    home = tmp_path_factory.mktemp("damaged")
    archive = home / "in.zip"
    folder = home / "stems"
    folder.mkdir()
    for whole in (bytes(data), bytes(data[:keep])):
        archive.write_bytes(whole)
        stems: list[UnpackedStem] = []
        try:
            stems = unpack_stems(archive, folder)
        except MediaRejected:
            assert list(folder.iterdir()) == []
        for stem in stems:
            assert stem.path.parent == folder
            stem.path.unlink()


def test_a_disk_that_refuses(tmp_path: Path) -> None:
    archive = tmp_path / "in.zip"
    archive.write_bytes(SOUND_ZIP)
    with pytest.raises(StorageError, match="Check that the folder exists"):
        unpack_stems(archive, tmp_path / "gone")
    with pytest.raises(StorageError):
        unpack_stems(tmp_path / "gone.zip", tmp_path)
    assert list(tmp_path.iterdir()) == [archive]


def test_too_many_files_are_told_in_a_whole_sentence(open_: Open) -> None:
    files = [(f"{number}.txt", b"no sound") for number in range(4)]
    with pytest.raises(MediaRejected, match=r"^The archive of stems contains 4 files, far more"):
        open_(packed(*files), entries=3)
