import io
import shutil
import struct
import wave
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutagen.apev2 import APEv2
from mutagen.flac import FLAC
from mutagen.id3 import CHAP, GEOB, PRIV, TXXX, WOAF, WXXX
from mutagen.mp3 import MP3
from mutagen.mp4 import MP4
from mutagen.wave import WAVE

from producer_studio.audio.decode import decode
from producer_studio.audio.riff import read_chunks
from producer_studio.audio.tags import TagSet, read_recipe, write_tags
from producer_studio.domain.errors import MediaRejected, StorageError
from tests.support.pictures import png_bytes
from tests.support.signals import tone, write_wave

SUFFIXES = [".mp3", ".wav", ".flac", ".m4a"]


PNG = png_bytes(2, 3)
RECIPE: dict[str, Any] = {
    "operation": "extend",
    "sound": 'lofi "tape" \\ 曲 🎹\n\tline \x00 end',
    "seed": "00012",
    "weirdness": 0.1 + 0.2,
    "starts_at_s": 30,
    "instrumental": True,
    "source": None,
}
TAGS = TagSet(
    title="Größe 曲 – “x”",
    artist="Mé & you",
    album="Album",
    genre="lofi",
    album_artist="Mé",
    copyright="2026 Mé",
    date="2026-11-20",
    bpm=83.6,
    key="F minor",
    lyrics="[Verse]\nhello\n\nwörld",
    cover=PNG,
    comment="made here",
    recipe=RECIPE,
)


@pytest.fixture(params=SUFFIXES)
def path(request: pytest.FixtureRequest, shelf: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(shelf / f"five{request.param}", tmp_path / f"mine{request.param}"))


def test_the_recipe_comes_back_and_the_sound_stays(path: Path) -> None:
    before = np.concatenate(list(decode(path)))
    assert read_recipe(path) is None

    write_tags(path, TAGS)

    assert read_recipe(path) == RECIPE
    np.testing.assert_array_equal(np.concatenate(list(decode(path))), before)


def test_writing_again_replaces(path: Path) -> None:
    write_tags(path, TAGS)
    write_tags(path, TAGS)
    size = path.stat().st_size

    for _ in range(3):
        write_tags(path, TAGS)
    assert path.stat().st_size == size

    write_tags(path, TagSet(title="other"))
    assert read_recipe(path) is None
    assert PNG not in path.read_bytes()
    assert "wörld".encode() not in path.read_bytes()


def test_a_temporary_name_makes_no_difference(path: Path) -> None:
    moved = path.rename(path.with_name("x.part"))

    write_tags(moved, TAGS)

    assert read_recipe(moved) == RECIPE


def _id3_texts(tags: Any) -> dict[str, str]:
    return {name: str(tags[name].text[0]) for name in tags if name.startswith("T")}


@pytest.mark.parametrize("suffix", [".mp3", ".wav"])
def test_the_id3_frames(shelf: Path, tmp_path: Path, suffix: str) -> None:
    path = Path(shutil.copy(shelf / f"five{suffix}", tmp_path))
    write_tags(path, TAGS)

    tags = (MP3 if suffix == ".mp3" else WAVE)(path).tags

    texts = _id3_texts(tags)
    assert texts["TIT2"] == TAGS.title
    assert texts["TPE1"] == TAGS.artist
    assert texts["TALB"] == TAGS.album
    assert texts["TCON"] == "lofi"
    assert texts["TDRC"] == "2026-11-20"
    assert texts["TPE2"] == TAGS.album_artist
    assert texts["TCOP"] == TAGS.copyright
    assert texts["TSSE"] == "Producer Studio"
    assert texts["TBPM"] == "84"
    assert texts["TKEY"] == "Fm"
    assert "TXXX:PRODUCER_STUDIO_RECIPE" in texts
    assert tags.getall("USLT")[0].text == TAGS.lyrics
    (picture,) = tags.getall("APIC")
    assert (picture.mime, picture.data, picture.type) == ("image/png", PNG, 3)
    assert tags.version == (2, 4, 0)


def test_the_list_of_a_wav_file(shelf: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(shelf / "five.wav", tmp_path))
    write_tags(path, TAGS)
    raw = path.read_bytes()

    assert struct.unpack("<I", raw[4:8])[0] == len(raw) - 8
    parts = {
        chunk.name: raw[chunk.start : chunk.start + chunk.size]
        for chunk in read_chunks(_open(path))
    }
    assert list(parts) == [b"fmt ", b"data", b"LIST", b"id3 "]
    info = parts[b"LIST"]
    assert info.startswith(b"INFO")
    found: dict[bytes, bytes] = {}
    at = 4
    while at < len(info):
        name, size = struct.unpack("<4sI", info[at : at + 8])
        found[name] = info[at + 8 : at + 8 + size].removesuffix(b"\0")
        at += 8 + size + size % 2
    assert at == len(info)
    assert found == {
        # What has no place in Windows' code page is UTF-8: only some programs read that.
        b"INAM": TAGS.title.encode(),
        b"IART": "Mé & you".encode("cp1252"),
        b"IPRD": b"Album",
        b"IGNR": b"lofi",
        b"ICOP": "2026 Mé".encode("cp1252"),
        b"ICRD": b"2026-11-20",
        b"ICMT": b"made here",
        b"ISFT": b"Producer Studio",
    }
    assert len(parts[b"id3 "]) % 2 == 0
    with wave.open(str(path)) as file:
        assert file.getnframes() == 240_000


def test_tags_before_the_sound_of_a_wav_file_are_put_out_of_sight(tmp_path: Path) -> None:
    path = write_wave(tmp_path / "x.wav", tone(0.5)[:-1])
    raw = path.read_bytes()
    old = b"LIST" + struct.pack("<I", 16) + b"INFOINAM" + struct.pack("<I", 4) + b"old\0"
    cue = b"cue " + struct.pack("<I", 3) + b"abc\0"
    body = raw[12:36] + old + raw[36:] + cue
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body) + 4) + b"WAVE" + body)

    write_tags(path, TAGS)

    names = [chunk.name for chunk in read_chunks(_open(path))]
    assert names == [b"fmt ", b"JUNK", b"data", b"cue ", b"LIST", b"id3 "]
    assert read_recipe(path) == RECIPE


def test_zeros_behind_the_sound_of_a_wav_file_are_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "song.wav"
    sound = struct.pack("<4sI", b"data", 400) + bytes(range(200)) * 2
    layout = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 44_100, 88_200, 2, 16)
    content = b"WAVE" + layout + sound
    path.write_bytes(b"RIFF" + struct.pack("<I", len(content)) + content + bytes(5000))
    write_tags(path, TAGS)
    assert path.read_bytes()[12 : 8 + len(content)] == layout + sound
    assert path.read_bytes()[8 + len(content) :].startswith(b"LIST")
    assert read_recipe(path) == TAGS.recipe


def test_an_odd_chunk_without_its_pad_byte_gets_it(tmp_path: Path) -> None:
    path = tmp_path / "odd.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 1, 8_000, 0, "NONE", ""))
        file.writeframes(bytes(range(128)) * 10 + b"\x80")
    raw = path.read_bytes().removesuffix(b"\0")
    path.write_bytes(raw)

    write_tags(path, TAGS)

    assert read_recipe(path) == RECIPE
    with wave.open(str(path)) as file:
        assert file.getnframes() == 1281


def test_the_comments_of_flac(shelf: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(shelf / "five.flac", tmp_path))
    write_tags(path, TAGS)

    flac = FLAC(path)

    assert flac["title"] == [TAGS.title]
    assert flac["date"] == ["2026-11-20"]
    assert flac["albumartist"] == [TAGS.album_artist]
    assert flac["copyright"] == [TAGS.copyright]
    assert flac["encoder"] == ["Producer Studio"]
    assert flac["bpm"] == ["84"]
    assert flac["initialkey"] == ["Fm"]
    assert flac["lyrics"] == [TAGS.lyrics]
    (picture,) = flac.pictures
    assert (picture.data, picture.width, picture.height, picture.type) == (PNG, 2, 3, 3)


def test_the_atoms_of_m4a(shelf: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(shelf / "five.m4a", tmp_path))
    write_tags(path, TAGS)

    mp4 = MP4(path)

    assert mp4["\xa9nam"] == [TAGS.title]
    assert mp4["\xa9ART"] == [TAGS.artist]
    assert mp4["\xa9lyr"] == [TAGS.lyrics]
    assert mp4["tmpo"] == [84]
    assert mp4["aART"] == [TAGS.album_artist]
    assert mp4["cprt"] == [TAGS.copyright]
    assert mp4["\xa9day"] == ["2026-11-20"]
    assert bytes(mp4["covr"][0]) == PNG
    assert bytes(mp4["----:com.apple.iTunes:initialkey"][0]) == b"Fm"


@pytest.mark.parametrize(
    ("name", "notation"),
    [
        ("F minor", "Fm"),
        ("C# minor", "C#m"),
        ("Eb major", "Eb"),
        ("c major", "C"),
        ("Bbm", "Bbm"),
        ("GM", "G"),
        ("F♯ minor", "F#m"),
        ("", ""),
        ("loud", ""),
    ],
)
def test_the_notation_of_keys(name: str, notation: str) -> None:
    assert TagSet(key=name).id3_key == notation


SIGNED = "https://cdn.example/song.wav?X-Signature=SECRETLINK"


def _mark_mp3(path: Path) -> None:
    sound = MP3(path)
    if sound.tags is None:
        sound.add_tags()
    for frame in (
        WOAF(url=SIGNED), WXXX(encoding=0, desc="cover", url=SIGNED),
        PRIV(owner="x", data=SIGNED.encode()),
        TXXX(encoding=1, desc="upload", text=[SIGNED]), TXXX(encoding=3, desc=SIGNED, text=["x"]),
        GEOB(encoding=0, mime="", filename="", desc="x", data=SIGNED.encode("utf-16-le")),
        CHAP(
            element_id="a", start_time=0, end_time=9,
            sub_frames=[WXXX(encoding=0, desc="", url=SIGNED)],
        ),
        TXXX(encoding=3, desc="replaygain_track_gain", text=["-7 dB"]),
    ):  # fmt: skip
        sound.tags.add(frame)
    sound.save()
    ape = APEv2()
    ape["Comment"] = SIGNED
    ape.save(path)


def _mark_m4a(path: Path) -> None:
    sound = MP4(path)
    sound["purl"] = [SIGNED]
    sound["----:com.apple.iTunes:link"] = [SIGNED.encode()]
    sound["desc"] = [f"made from {SIGNED}"]
    sound["----:com.apple.iTunes:replaygain_track_gain"] = [b"-7 dB"]
    sound.save()


def _mark_flac(path: Path) -> None:
    sound = FLAC(path)
    sound["contact"] = [SIGNED]
    sound["replaygain_track_gain"] = ["-7 dB"]
    sound.save()


def _mark_wav(path: Path) -> None:
    """Broadcast and cart chunks, before the sound and behind it, and a tag before it."""
    content = path.read_bytes()
    head, rest = content[:12], content[12:]
    texts = [SIGNED.encode(), b"x" * ((1 << 20) - 8) + SIGNED.encode(), SIGNED.encode("utf-16-le")]
    made = [struct.pack("<4sI", b"cart", len(one)) + one + b"\0" * (len(one) % 2) for one in texts]
    info = b"INFOICMT" + struct.pack("<I", len(SIGNED)) + SIGNED.encode()
    early = struct.pack("<4sI", b"LIST", len(info)) + info + b"\0" * (len(info) % 2)
    kept = struct.pack("<4sI", b"smpl", 13) + b"replaygain_tr\0"
    whole = head + made[0] + made[1] + early + kept + rest + made[2]
    path.write_bytes(whole[:4] + struct.pack("<I", len(whole) - 8) + whole[8:])


@pytest.mark.parametrize("mark", [_mark_mp3, _mark_m4a, _mark_flac, _mark_wav])
def test_no_address_that_a_service_wrote_into_its_file_is_passed_on(
    shelf: Path, tmp_path: Path, mark: Callable[[Path], None]
) -> None:
    suffix = mark.__name__.removeprefix("_mark_")
    path = Path(shutil.copy(shelf / f"five.{suffix}", tmp_path / f"made.{suffix}"))
    before = np.concatenate(list(decode(path)))
    mark(path)
    assert b"SECRETLINK" in path.read_bytes().replace(b"\0", b"")
    write_tags(path, replace(TAGS, comment="from https://my.page/?song=1"))
    content = path.read_bytes().replace(b"\0", b"")
    assert b"SECRETLINK" not in content
    # The user's own words, and what says nothing of addresses, stay.
    assert b"https://my.page/?song=1" in content
    assert b"replaygain_tr" in content
    assert read_recipe(path) == RECIPE
    np.testing.assert_array_equal(np.concatenate(list(decode(path))), before)


def test_a_cover_of_an_unknown_kind_is_left_out(path: Path) -> None:
    write_tags(path, TagSet(title="x", cover=b"GIF89a nothing"))

    assert b"GIF89a" not in path.read_bytes()


_texts = st.text(max_size=40)
_values = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | _texts
_values |= st.floats(allow_nan=False, allow_infinity=False)


@pytest.fixture(scope="module")
def scratch(shelf: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("scratch")
    return [Path(shutil.copy(shelf / f"five{suffix}", folder)) for suffix in SUFFIXES]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    recipe=st.dictionaries(_texts, _values | st.lists(_values, max_size=3), min_size=1, max_size=4),
    words=st.text(st.characters(), max_size=60),
)
def test_any_recipe_and_any_words_go_through(
    scratch: list[Path], recipe: dict[str, Any], words: str
) -> None:
    for path in scratch:
        write_tags(path, TagSet(title=words, lyrics=words, comment=words, recipe=recipe))

        assert read_recipe(path) == recipe


def test_half_a_surrogate_pair_does_no_harm(path: Path) -> None:
    write_tags(path, TagSet(title="\ud83c x", recipe={"sound": "\ud83c"}))

    assert read_recipe(path) == {"sound": "\ud83c"}


def test_what_is_no_sound_file_takes_no_tags(tmp_path: Path) -> None:
    path = tmp_path / "x.mp3"
    path.write_bytes(b"hello")

    assert read_recipe(path) is None
    with pytest.raises(MediaRejected):
        write_tags(path, TAGS)


@pytest.mark.parametrize("head", [b"RIFF\0\0\0\0WAVE", b"fLaC", b"\0\0\0\x18ftypM4A ", b"ID3\4"])
def test_a_damaged_file_takes_no_tags(tmp_path: Path, head: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(head + b"\1\2\3" * 100)

    assert read_recipe(path) is None
    with pytest.raises(MediaRejected):
        write_tags(path, TAGS)


def test_a_missing_file_is_a_matter_of_storage(tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        read_recipe(tmp_path / "none.mp3")
    with pytest.raises(StorageError):
        write_tags(tmp_path / "none.mp3", TAGS)


def _open(path: Path) -> io.BytesIO:
    return io.BytesIO(path.read_bytes())
