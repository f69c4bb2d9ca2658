"""WAV chunks for music programs, byte by byte."""

import struct
import wave
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from producer_studio.audio.daw_chunks import DawMarkers, build_daw_chunks
from producer_studio.audio.encode import EncodeSpec, transcode
from producer_studio.audio.measure import measure
from producer_studio.audio.riff import Chunk, read_chunks
from producer_studio.audio.tags import TagSet
from producer_studio.domain.known_times import TimeMark

RATE = 44_100
MARKERS = DawMarkers(
    bpm=84.5,
    key="F minor",
    title="Émile’s tide",
    reference="0123456789abcdef0123456789abcdef",
    created_at=datetime(2026, 11, 20, 8, 15, 30, tzinfo=UTC),
    marks=(TimeMark(0.5, "Verse"), TimeMark(1.25, "Ché")),
    loudness_lufs=-14.04,
    true_peak_dbtp=None,
)


@pytest.fixture
def song(tmp_path: Path) -> Path:
    """Three seconds of a stereo tone of 16 bits."""
    path = tmp_path / "song.wav"
    phase = 2 * np.pi * 440 * np.arange(3 * RATE) / RATE
    frames = np.stack((np.sin(phase) * 9_000, np.cos(phase) * 7_000), axis=1).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(frames.tobytes())
    return path


def written(song: Path, spec: EncodeSpec, tags: TagSet | None = None) -> Path:
    target = song.with_name(f"made.{spec.format}")
    return transcode(song, target, spec, lambda _share: None, lambda: False, tags).path


def chunks_of(path: Path) -> tuple[bytes, dict[bytes, Chunk]]:
    with path.open("rb") as file:
        found = read_chunks(file)
    return path.read_bytes(), {chunk.name: chunk for chunk in reversed(found)}


@pytest.mark.parametrize("bits", [16, 24])
def test_tempo_key_origin_and_sections_stand_before_an_unchanged_sound(
    song: Path, bits: int
) -> None:
    plain = written(song, EncodeSpec(format="wav", bits=bits))  # type: ignore[arg-type]
    spec = EncodeSpec(format="wav", bits=bits, markers=MARKERS)  # type: ignore[arg-type]
    made = written(song, spec, TagSet(title="Tide"))
    data, chunks = chunks_of(made)
    before, others = chunks_of(plain)
    sound = data[chunks[b"data"].start : chunks[b"data"].end]
    assert sound == before[others[b"data"].start : others[b"data"].end]
    assert list(data[4:8]) == list(struct.pack("<I", len(data) - 8))
    assert max(chunks[name].end for name in (b"bext", b"acid", b"cue ")) < chunks[b"data"].start

    acid = data[chunks[b"acid"].start : chunks[b"acid"].end]
    flags, root, _, _, beats, lower, upper, bpm = struct.unpack("<IHHfIHHf", acid)
    assert (flags, root, beats, lower, upper, bpm) == (0x0E, 0x30 + 5, 4, 4, 4, 84.5)

    bext = data[chunks[b"bext"].start : chunks[b"bext"].end]
    assert bext[:256].rstrip(b"\0") == b"Emiles tide, 84.5 BPM, F minor"
    assert bext[256:288].rstrip(b"\0") == b"Producer Studio"
    assert bext[288:320] == MARKERS.reference.encode()
    assert bext[320:338] == b"2026-11-2008:15:30"
    assert struct.unpack("<QH", bext[338:348]) == (0, 2)
    assert struct.unpack("<hhhhh", bext[412:422]) == (-1404, 0x7FFF, 0x7FFF, 0x7FFF, 0x7FFF)
    assert bext[602:].rstrip(b"\0") == (
        f"A=PCM,F={RATE},W={bits},M=stereo,T=Producer Studio\r\n".encode()
    )

    cue = data[chunks[b"cue "].start : chunks[b"cue "].end]
    assert struct.unpack("<I", cue[:4]) == (2,)
    points = list(struct.iter_unpack("<II4sIII", cue[4:]))
    assert [(point[0], point[5]) for point in points] == [(1, 22_050), (2, 55_125)]
    labels = data[chunks[b"LIST"].start : chunks[b"LIST"].end]
    assert labels.startswith(b"adtl")
    assert b"labl" in labels
    assert "Ché".encode() + b"\0" in labels


def test_what_is_not_known_is_not_written(song: Path) -> None:
    made = written(song, EncodeSpec(format="wav", markers=DawMarkers(title="Tide")))
    _, chunks = chunks_of(made)
    assert b"bext" in chunks
    assert not {b"acid", b"cue ", b"LIST"} & set(chunks)


@pytest.mark.parametrize("form", ["wav", "flac", "mp3", "m4a"])
def test_level_and_rate_are_those_that_were_asked_for(song: Path, form: str) -> None:
    before = measure(song).sound
    spec = EncodeSpec(format=form, bits=24, sample_rate=48_000, gain_db=-6.0)  # type: ignore[arg-type]
    after = measure(written(song, spec)).sound
    assert before.loudness_lufs is not None
    assert after.loudness_lufs == pytest.approx(before.loudness_lufs - 6.0, abs=0.15)
    assert after.duration_s == pytest.approx(before.duration_s, abs=0.001 if form != "mp3" else 0.1)


def test_hostile_values_damage_no_chunk() -> None:
    hostile = DawMarkers(
        bpm=1e300,
        key="F minor",
        title="a\x1b[2J\0b\r\nc",
        reference="x" * 99,
        marks=(TimeMark(1e300, "late"), TimeMark(90_000.0, "late"), TimeMark(0.5, "a\0b\x07\nc")),
    )
    made = build_daw_chunks(hostile, 192_000, 24, 1_000)
    assert struct.unpack_from("<4sI", made) == (b"bext", made.index(b"acid") - 8)
    assert made[8:264].rstrip(b"\0") == b"a [2J b c, F minor"
    labels = made[made.index(b"adtl") :]
    assert labels.count(b"labl") == 1
    assert b"a b c\0" in labels
