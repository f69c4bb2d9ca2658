"""Reader of SoundFont files, with a file made here."""

import struct
from pathlib import Path

import pytest

from soundfont import SoundFont

STREAMS = (b"OggS first stream", b"OggS second")


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content


def _named(name: str, *numbers: int, form: str) -> bytes:
    return struct.pack("<20s" + form, name.encode(), *numbers)


def _generators(*rows: tuple[int, int]) -> bytes:
    return b"".join(struct.pack("<HH", name, value & 0xFFFF) for name, value in rows)


@pytest.fixture
def font(tmp_path: Path) -> SoundFont:
    """One preset with two zones by velocity, and an instrument with common values and two keys."""
    keys, velocities, instrument, sample, root, mode = 43, 44, 41, 53, 58, 54
    preset = (
        ((velocities, 64 << 8), (8, -1200), (instrument, 0)),
        ((velocities, 65 | 127 << 8), (48, 100), (instrument, 0)),
    )
    inner = (
        ((8, 12000), (38, 0)),
        ((keys, 0 | 59 << 8), (root, 48), (mode, 1), (36, 1200), (37, 1000), (sample, 0)),
        ((keys, 60 | 127 << 8), (51, -12), (52, 5), (sample, 1)),
    )
    counts = [sum(map(len, zones[:n])) for zones in (preset, inner) for n in range(len(zones) + 1)]
    smpl = b"".join(STREAMS)
    tables = (
        (b"phdr", _named("Test", 7, 0, 0, 0, 0, 0, form="HHHIII")
            + _named("EOP", 0, 0, 2, 0, 0, 0, form="HHHIII")),
        (b"pbag", b"".join(struct.pack("<HH", count, 0) for count in counts[:3])),
        (b"pgen", b"".join(_generators(*zone) for zone in preset) + bytes(4)),
        (b"inst", _named("Inner", 0, form="H") + _named("EOI", 3, form="H")),
        (b"ibag", b"".join(struct.pack("<HH", count, 0) for count in counts[3:])),
        (b"igen", b"".join(_generators(*zone) for zone in inner) + bytes(4)),
        (b"shdr", _named("One(L)", 0, 17, 10, 90, 32000, 60, 0, 0, 17, form="IIIIIBbHH")
            + _named("Two", 17, 28, 0, 0, 44100, 72, -3, 0, 17, form="IIIIIBbHH")
            + _named("EOS", *[0] * 9, form="IIIIIBbHH")),
    )  # fmt: skip
    body = b"sfbk" + _chunk(b"LIST", b"sdta" + _chunk(b"smpl", smpl))
    body += _chunk(b"LIST", b"pdta" + b"".join(_chunk(*table) for table in tables))
    (tmp_path / "test.sf3").write_bytes(_chunk(b"RIFF", body))
    return SoundFont(tmp_path / "test.sf3")


def test_zones_have_the_values_of_preset_instrument_and_sample(font: SoundFont) -> None:
    low, high = font.zones(0, 7, 127)
    assert (low.keys, low.root, low.looped, low.cents) == ((0, 59), 48, True, 0)
    assert (low.decay_s, low.sustain_db, low.gain_db) == (2.0, -100.0, -4.0)
    assert (high.keys, high.root, high.looped, high.cents) == ((60, 127), 72, False, -1198)
    assert low.cutoff_hz == high.cutoff_hz == pytest.approx(8372, abs=2)
    assert (low.attack_s, low.hold_s) == (0.0, 0.0)


def test_the_velocity_chooses_the_zone(font: SoundFont) -> None:
    assert [zone.cutoff_hz for zone in font.zones(0, 7, 30)] == [pytest.approx(4186, abs=2)] * 2
    assert {zone.gain_db for zone in font.zones(0, 7, 30)} == {0.0}


def test_a_sample_is_its_stream(font: SoundFont) -> None:
    one, two = font.sample(0), font.sample(1)
    assert (one.stream, two.stream) == STREAMS
    assert (one.name, one.rate, one.loop) == ("One(L)", 32000, (10, 90))


def test_a_preset_that_is_not_there_is_an_error(font: SoundFont) -> None:
    with pytest.raises(LookupError, match="128:0"):
        font.zones(128, 0, 100)
