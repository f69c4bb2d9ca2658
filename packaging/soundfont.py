"""Reader of SoundFont files, as far as their presets map keys to samples.

Layout and generators: SoundFont Technical Specification 2.04. In a file of version 3 (`.sf3`) each
sample is an Ogg Vorbis stream of its own, and loops are counted from the start of that stream.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Generators (§8.1.2) that are read here.
_FILTER_CUTOFF, _PAN, _HOLD, _ATTACK, _DECAY, _SUSTAIN = 8, 17, 35, 34, 36, 37
_INSTRUMENT, _KEYS, _VELOCITIES, _ATTENUATION = 41, 43, 44, 48
_COARSE, _FINE, _SAMPLE, _MODES, _ROOT = 51, 52, 53, 54, 58
_ADDED = (_FILTER_CUTOFF, _HOLD, _ATTACK, _DECAY, _SUSTAIN, _ATTENUATION, _COARSE, _FINE)
_DEFAULTS = {_FILTER_CUTOFF: 13500, _HOLD: -12000, _ATTACK: -12000, _DECAY: -12000}
_WHOLE_RANGE = 127 << 8

_Generators = dict[int, int]


@dataclass(frozen=True, slots=True)
class Sample:
    """Sample of a file: its Ogg Vorbis stream, Hz, and its loop in samples."""

    name: str
    stream: bytes
    rate: int
    loop: tuple[int, int]
    key: int
    cents: int


@dataclass(frozen=True, slots=True)
class Zone:
    """Range of keys that one sample sounds for.

    Attributes:
        root, cents: MIDI key at which the sample sounds as recorded, and its correction.
        looped: Whether the sample goes on from its loop's start for as long as the key is held.
        gain_db: At most about 0.
        attack_s, hold_s, decay_s, sustain_db: Envelope; the decay would take 100 dB in `decay_s`.
        cutoff_hz: Corner of the low-pass filter.
    """

    keys: tuple[int, int]
    root: int
    cents: int
    sample: int
    looped: bool
    gain_db: float
    attack_s: float
    hold_s: float
    decay_s: float
    sustain_db: float
    cutoff_hz: float


class SoundFont:
    """SoundFont file in memory."""

    def __init__(self, path: Path) -> None:
        self._data = path.read_bytes()
        self._places = dict(self._chunks())
        self._presets = self._rows(b"phdr", "<20sHHHIII")
        self._preset_bags = self._rows(b"pbag", "<HH")
        self._preset_generators = self._rows(b"pgen", "<Hh")
        self._instruments = self._rows(b"inst", "<20sH")
        self._instrument_bags = self._rows(b"ibag", "<HH")
        self._instrument_generators = self._rows(b"igen", "<Hh")
        self._samples = self._rows(b"shdr", "<20sIIIIIBbHH")

    def sample(self, number: int) -> Sample:
        name, start, stop, loop_start, loop_stop, rate, key, cents, *_ = self._samples[number]
        first = self._places[b"smpl"][0]
        return Sample(
            name.split(b"\0")[0].decode("ascii"),
            self._data[first + start : first + stop],
            rate,
            (loop_start, loop_stop),
            key,
            cents,
        )

    def zones(self, bank: int, program: int, velocity: int) -> list[Zone]:
        """Returns the zones of a preset that sound at a velocity (1-127).

        Raises:
            LookupError: The file has no such preset.
        """
        number = next(
            (n for n, row in enumerate(self._presets[:-1]) if (row[2], row[1]) == (bank, program)),
            None,
        )
        if number is None:
            raise LookupError(f"no preset {bank}:{program}")
        bags = (self._presets[number][3], self._presets[number + 1][3])
        found = []
        for outer in _read_bags(bags, self._preset_bags, self._preset_generators, _INSTRUMENT):
            if not _covers(outer.get(_VELOCITIES, _WHOLE_RANGE), velocity):
                continue
            chosen = outer[_INSTRUMENT]
            bags = (self._instruments[chosen][1], self._instruments[chosen + 1][1])
            found += [
                self._zone(outer, inner)
                for inner in _read_bags(
                    bags, self._instrument_bags, self._instrument_generators, _SAMPLE
                )
                if _covers(inner.get(_VELOCITIES, _WHOLE_RANGE), velocity)
            ]
        return found

    def _zone(self, outer: _Generators, inner: _Generators) -> Zone:
        # A preset's values are added to those of its instruments (§9.4).
        both = {
            name: inner.get(name, _DEFAULTS.get(name, 0)) + outer.get(name, 0) for name in _ADDED
        }
        low, high = _range(inner.get(_KEYS, _WHOLE_RANGE))
        least, most = _range(outer.get(_KEYS, _WHOLE_RANGE))
        sample = self.sample(inner[_SAMPLE])
        return Zone(
            keys=(max(low, least), min(high, most)),
            root=inner.get(_ROOT, sample.key),
            cents=100 * both[_COARSE] + both[_FINE] + sample.cents,
            sample=inner[_SAMPLE],
            looped=inner.get(_MODES, 0) in (1, 3),
            # Players scale attenuation by 0.4, as the synthesiser that fonts were made for did.
            gain_db=round(-0.04 * both[_ATTENUATION], 2),
            attack_s=_seconds(both[_ATTACK]),
            hold_s=_seconds(both[_HOLD]),
            decay_s=_seconds(both[_DECAY]),
            sustain_db=round(-0.1 * min(1000, max(0, both[_SUSTAIN])), 1),
            cutoff_hz=round(8.176 * 2 ** (min(13500, both[_FILTER_CUTOFF]) / 1200)),
        )

    def _chunks(self) -> Iterator[tuple[bytes, tuple[int, int]]]:
        for kind, start, stop in self._walk(12, len(self._data)):
            if kind == b"LIST":
                for name, first, last in self._walk(start + 4, stop):
                    yield name, (first, last)

    def _walk(self, start: int, stop: int) -> Iterator[tuple[bytes, int, int]]:
        while start + 8 <= stop:
            (size,) = struct.unpack_from("<I", self._data, start + 4)
            end = start + 8 + size
            yield self._data[start : start + 4], start + 8, end
            # RIFF pads to an even length; the writer of FluidR3Mono's `.sf3` did not.
            start = end + (end < stop and self._data[end] == 0)

    def _rows(self, name: bytes, form: str) -> list[tuple[Any, ...]]:
        start, stop = self._places[name]
        return list(struct.iter_unpack(form, self._data[start:stop]))


def _read_bags(
    bags: tuple[int, int],
    places: list[tuple[int, ...]],
    generators: list[tuple[int, ...]],
    last: int,
) -> Iterator[_Generators]:
    """Yields the generators of each zone; a first one without `last` holds defaults (§7.3)."""
    common: _Generators = {}
    for number in range(*bags):
        rows = generators[places[number][0] : places[number + 1][0]]
        zone = {**common, **{row[0]: row[1] for row in rows}}
        if last in zone:
            yield zone
        elif number == bags[0]:
            common = zone


def _range(value: int) -> tuple[int, int]:
    return value & 255, value >> 8 & 255


def _covers(value: int, number: int) -> bool:
    low, high = _range(value)
    return low <= number <= high


def _seconds(timecents: int) -> float:
    return 0.0 if timecents <= -11000 else round(2 ** (timecents / 1200), 4)
