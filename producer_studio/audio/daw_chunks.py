"""RIFF chunks that music programs read: tempo and key (`acid`), origin (`bext`), marks (`cue `)."""

import struct
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from producer_studio.audio.riff import build_chunk
from producer_studio.domain.known_times import TimeMark
from producer_studio.domain.musical_key import key_pitch_class
from producer_studio.domain.text import to_single_line

ORIGINATOR = "Producer Studio"

_ROOT_IS_SET = 0x02
_STRETCHES = 0x04
_DISK_BASED = 0x08
_ROOT_C = 0x30
"""A root of C; those of the octave above have a flag of their own."""

_UNKNOWN_LEVEL = 0x7FFF
"""Of a loudness in `bext` that is not stated (EBU Tech 3285, supplement 2)."""

_RESERVED = bytes(180)
_MAX_UINT32 = 0xFFFFFFFF
_MAX_BPM = 1_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DawMarkers:
    """Known tempo, key and sections of a sound.

    Attributes:
        bpm: Tempo; None if unknown.
        key: Such as "F minor"; empty if unknown.
        title: Title, for programs that show the origin.
        reference: Id of the clip.
        created_at: When the sound was made, in local time; None if unknown.
        marks: Parts whose begin is known.
        loudness_lufs: Integrated loudness of the written sound.
        true_peak_dbtp: True peak of the written sound.
    """

    bpm: float | None = None
    key: str = ""
    title: str = ""
    reference: str = ""
    created_at: datetime | None = None
    marks: Sequence[TimeMark] = ()
    loudness_lufs: float | None = None
    true_peak_dbtp: float | None = None


def build_daw_chunks(markers: DawMarkers, rate: int, bits: int, frames: int) -> bytes:
    """Returns `bext`, `acid` and, with marks, `cue ` and their labels, one after another.

    Their length does not depend on the number of frames.
    """
    made = build_chunk(b"bext", _bext(markers, rate, bits))
    if _tempo(markers) or key_pitch_class(markers.key) is not None:
        made += build_chunk(b"acid", _acid(markers, frames / rate))
    # A song of unknown length may have marks behind what the format can count.
    marks = [mark for mark in markers.marks if 0 <= mark.at_s * rate < _MAX_UINT32]
    if marks:
        made += build_chunk(b"cue ", _cue(marks, rate))
        made += build_chunk(b"LIST", b"adtl" + _labels(marks))
    return made


def _acid(markers: DawMarkers, duration_s: float) -> bytes:
    """As Sony ACID writes it: flags, root, two unknown fields, beats, metre and tempo.

    It has no field for minor or major. The metre is not measured: 4/4, as everywhere.
    """
    bpm = _tempo(markers)
    tonic = key_pitch_class(markers.key)
    flags = _DISK_BASED
    flags |= _STRETCHES if bpm else 0
    flags |= _ROOT_IS_SET if tonic is not None else 0
    root = _ROOT_C + (tonic or 0)
    beats = min(round(duration_s * bpm / 60), _MAX_UINT32)
    return struct.pack("<IHHfIHHf", flags, root, 0x8000, 0.0, beats, 4, 4, bpm)


def _tempo(markers: DawMarkers) -> float:
    """Returns a tempo that the fields can hold; 0 if it is unknown."""
    bpm = markers.bpm or 0.0
    return bpm if 0 < bpm <= _MAX_BPM else 0.0


def _bext(markers: DawMarkers, rate: int, bits: int) -> bytes:
    """Broadcast Wave, version 2 (EBU Tech 3285)."""
    bpm = _tempo(markers)
    tempo = f"{bpm:g} BPM" if bpm else ""
    about = ", ".join(part for part in (markers.title, tempo, markers.key) if part)
    moment = markers.created_at
    day = f"{moment:%Y-%m-%d}" if moment else ""
    clock = f"{moment:%H:%M:%S}" if moment else ""
    history = f"A=PCM,F={rate},W={bits},M=stereo,T={ORIGINATOR}\r\n"
    return (
        _ascii(about, 256)
        + _ascii(ORIGINATOR, 32)
        + _ascii(markers.reference, 32)
        + _ascii(day, 10)
        + _ascii(clock, 8)
        + struct.pack("<QH", 0, 2)
        + bytes(64)
        + struct.pack(
            "<hhhhh",
            _hundredths(markers.loudness_lufs),
            _UNKNOWN_LEVEL,
            _hundredths(markers.true_peak_dbtp),
            _UNKNOWN_LEVEL,
            _UNKNOWN_LEVEL,
        )
        + _RESERVED
        + history.encode("ascii")
    )


def _cue(marks: Sequence[TimeMark], rate: int) -> bytes:
    points = b"".join(
        struct.pack("<II4sIII", number, at, b"data", 0, 0, at)
        for number, at in enumerate((round(mark.at_s * rate) for mark in marks), 1)
    )
    return struct.pack("<I", len(marks)) + points


def _labels(marks: Sequence[TimeMark]) -> bytes:
    return b"".join(
        build_chunk(b"labl", struct.pack("<I", number) + _label(mark.name) + b"\0")
        for number, mark in enumerate(marks, 1)
    )


def _label(text: str) -> bytes:
    # The format states no encoding; programs of today read UTF-8.
    return to_single_line(text).encode("utf-8", "replace")


def _ascii(text: str, length: int) -> bytes:
    """Encodes text for a field of fixed length; accents are dropped."""
    plain = unicodedata.normalize("NFKD", to_single_line(text)).encode("ascii", "ignore")
    return b" ".join(plain.split())[:length].ljust(length, b"\0")


def _hundredths(level: float | None) -> int:
    return _UNKNOWN_LEVEL if level is None else max(-32_768, min(32_766, round(100 * level)))
