"""Tags of songs from elsewhere, in every format."""

import base64
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from mutagen.flac import Picture
from mutagen.oggvorbis import OggVorbis

from producer_studio.audio.song_reader import read_song
from producer_studio.audio.tags import TagSet, write_tags
from producer_studio.domain.errors import MediaRejected
from producer_studio.domain.song_details import read_details
from tests.support.signals import as_format, coded, tone, write_wave

COVER = b"\xff\xd8\xff" + bytes(100)
TAGS = TagSet(
    title="Low tide", artist="Ada", album="Shore", track_number=7, genre="Lofi",
    date="2024-05-06", bpm=84, key="F minor", lyrics="[Verse]\nla", cover=COVER,
    recipe={"operation": "create", "seed": "7"},
)  # fmt: skip


@pytest.mark.parametrize("suffix", ["mp3", "wav", "flac", "m4a"])
def test_tags_of_every_format_are_read(tmp_path: Path, suffix: str) -> None:
    source = write_wave(tmp_path / "source.wav", tone(0.5))
    path = tmp_path / f"song.{suffix}"
    as_format(source, path)
    write_tags(path, TAGS)
    song = read_song(path)
    details = read_details(song.texts)
    assert (details.title, details.artist, details.album) == ("Low tide", "Ada", "Shore")
    assert details.track_number == 7
    assert (details.genre, details.bpm, details.key) == ("Lofi", 84.0, "Fm")
    assert details.lyrics == "[Verse]\nla"
    assert details.made_at is not None
    assert f"{details.made_at:%Y-%m-%d}" == "2024-05-06"
    assert details.recipe == {"operation": "create", "seed": "7"}
    assert song.cover == COVER
    assert song.suffix == f".{suffix}"
    assert song.duration_s == pytest.approx(0.5, abs=0.1)


def test_ogg_has_its_picture_as_text(tmp_path: Path) -> None:
    path = coded(tone(0.5), tmp_path / "song.ogg", "ogg", "vorbis")
    ogg = OggVorbis(path)
    picture = Picture()
    picture.data, picture.type, picture.mime = COVER, 3, "image/jpeg"
    ogg["title"] = ["Low tide"]
    ogg["seed"] = ["77"]
    ogg["metadata_block_picture"] = [base64.b64encode(picture.write()).decode()]
    ogg.save()
    song = read_song(path)
    assert (song.texts["title"], song.texts["seed"], song.cover) == ("Low tide", "77", COVER)


def test_formats_without_a_reader_of_their_own_are_read_by_ffmpeg(tmp_path: Path) -> None:
    path = tmp_path / "song.mka"
    with av.open(path, "w", format="matroska") as container:
        container.metadata["TITLE"] = "Low tide"
        stream = container.add_stream("pcm_s16le", rate=8000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), "s16", "mono")
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    assert read_song(path).texts["title"] == "Low tide"


def test_damaged_tags_do_not_keep_a_song_out(tmp_path: Path) -> None:
    path = as_format(write_wave(tmp_path / "a.wav", tone(0.5)), tmp_path / "song.flac")
    write_tags(path, TAGS)
    data = bytearray(path.read_bytes())
    at = data.index(b"title=Low")
    data[at - 4 : at] = b"\xff\xff\xff\x7f"  # the length of the comment
    path.write_bytes(data)
    assert read_song(path).texts.get("title", "Low tide") == "Low tide"


@pytest.mark.parametrize("content", [b"", b"<html>", b"ID3" + bytes(5000), b"\0" * 5000])
def test_what_is_no_audio_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "song.mp3"
    path.write_bytes(content)
    with pytest.raises(MediaRejected):
        read_song(path)


def test_texts_of_any_length_fit_into_a_line(tmp_path: Path) -> None:
    path = as_format(write_wave(tmp_path / "a.wav", tone(0.5)), tmp_path / "song.mp3")
    write_tags(path, replace(TAGS, lyrics="la " * 200_000))
    texts = read_song(path).texts
    assert sum(map(len, texts.values())) <= 60_000
    assert (texts["title"], texts["lyrics"][:5]) == ("Low tide", "la la")
