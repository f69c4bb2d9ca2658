"""After damage in its middle every sound still comes at its time."""

from pathlib import Path

import numpy as np
import pytest

from producer_studio.audio.decode import decode
from producer_studio.domain.errors import MediaRejected
from tests.support.signals import coded

RATE = 48_000
SECONDS = 30
CLICK = 24 * RATE
HOLE = 2_000
KINDS = {
    "mp3": ("mp3", "libmp3lame", 0),
    "ac3": ("ac3", "ac3", 0),
    "m4a": ("ipod", "aac", 40),
    "aac": ("adts", "aac", 40),
    "flac": ("flac", "flac", 0),
    "oga": ("ogg", "flac", 0),
    "opus": ("ogg", "libopus", 4),
}
"""Container, codec, and how far the loudest sample may move: AAC fills in noise of its own."""


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with quiet noise and one loud click in each format."""
    folder = tmp_path_factory.mktemp("plain")
    sound = np.random.default_rng(2).standard_normal((SECONDS * RATE, 2)) * 0.02
    sound[CLICK : CLICK + 40] = 0.9
    for name, (container, codec, _) in KINDS.items():
        coded(sound, folder / name, container, codec, RATE)
    return folder


def click_in(path: Path) -> tuple[int, int]:
    """Where the loudest sample behind the middle is, and how many there are."""
    sound = np.concatenate(list(decode(path)))[:, 0]
    start = 20 * RATE
    return int(np.abs(sound[start:]).argmax()) + start, len(sound)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("damage", ["zeros", "ones", "noise"])
def test_a_click_behind_the_damage_keeps_its_place(
    plain: Path, tmp_path: Path, name: str, damage: str
) -> None:
    whole = (plain / name).read_bytes()
    hole = {
        "zeros": bytes(HOLE),
        "ones": b"\xff" * HOLE,
        "noise": np.random.default_rng(3).bytes(HOLE),
    }[damage]
    middle = len(whole) // 2
    path = tmp_path / name
    path.write_bytes(whole[:middle] + hole + whole[middle + HOLE :])

    where, length = click_in(path)

    right, right_length = click_in(plain / name)
    assert where == pytest.approx(right, abs=KINDS[name][2])
    assert length == pytest.approx(right_length, abs=1_200)  # an MP3's padding at the end


def test_the_damage_is_silent(plain: Path, tmp_path: Path) -> None:
    whole = (plain / "m4a").read_bytes()
    middle = len(whole) // 2
    path = tmp_path / "m4a"
    path.write_bytes(whole[:middle] + bytes(HOLE) + whole[middle + HOLE :])
    blocks = np.concatenate(list(decode(path)))[:, 0]
    quiet = np.abs(blocks.reshape(-1)[: len(blocks) // 512 * 512].reshape(-1, 512)).max(axis=1)
    assert (quiet[100:-100] == 0).sum() >= 4


@pytest.mark.parametrize("name", ["mp3", "oga", "flac"])
def test_a_file_with_much_damage_is_refused(plain: Path, tmp_path: Path, name: str) -> None:
    whole = (plain / name).read_bytes()
    third = len(whole) // 3
    path = tmp_path / name
    path.write_bytes(whole[:third] + bytes(third) + whole[2 * third :])

    with pytest.raises(MediaRejected, match="damaged"):
        click_in(path)


def test_whole_files_have_no_gaps(plain: Path) -> None:
    for name in KINDS:
        _, length = click_in(plain / name)
        assert length == pytest.approx(SECONDS * RATE, abs=3_000), name


@pytest.mark.parametrize("name", ["mp3", "aac"])
def test_tags_between_joined_files_are_no_damage(plain: Path, tmp_path: Path, name: str) -> None:
    cover = b"ID3\x04\x00\x00" + bytes((0, 4, 0, 0)) + bytes(1 << 16)
    whole = (plain / name).read_bytes()
    path = tmp_path / name
    path.write_bytes(whole + cover + whole)

    _, one = click_in(plain / name)
    _, both = click_in(path)

    assert both == pytest.approx(2 * one, abs=4_000)


def test_half_a_frame_behind_an_mp3_is_no_loss(plain: Path, tmp_path: Path) -> None:
    whole = (plain / "mp3").read_bytes()
    path = tmp_path / "mp3"
    path.write_bytes(whole + whole[-300:])

    assert click_in(path)[1] == pytest.approx(click_in(plain / "mp3")[1], abs=1_200)
