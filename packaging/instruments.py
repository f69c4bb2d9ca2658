"""Writes `resources/instruments`: samples of instruments, taken from a SoundFont.

    packaging/instruments.py FluidR3Mono_GM.sf3 COPYRIGHT

The file and its statement of copyright are in Debian's package fluidr3mono-gm-soundfont (MIT).
Samples are taken as they are, Ogg Vorbis streams of their own, and are encoded no second time:
the same file gives the same folder. `index.json` is one object:

    format        1; another number when a reader would have to change
    instruments   by name, an object: `soft_filter`, the ratio of the filter's corner for soft and
                  for loud notes; `zones`, a list
    drums         by name of the stroke, a list of zones

A zone has the fields of `soundfont.Zone`, its sample as the name of a file, and `loop` as two
positions in samples, or null; and `rate`, the sample's Hz.
"""

import json
import re
import shutil
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from soundfont import SoundFont, Zone

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "instruments"
FORMAT = 1
_HARD, _SOFT = 127, 60
_DRUM_BANK = 128

# Program in bank 0, and the keys that are played; other keys get the nearest zone.
_INSTRUMENTS: dict[str, tuple[int, int, int]] = {
    "piano": (0, 26, 98),
    "epiano": (4, 28, 96),
    "clavinet": (7, 36, 84),
    "harpsichord": (6, 36, 88),
    "celesta": (8, 60, 96),
    "vibraphone": (11, 48, 89),
    "marimba": (12, 40, 89),
    "organ": (16, 30, 96),
    "accordion": (23, 48, 88),
    "harmonica": (22, 55, 88),
    "nylon": (24, 38, 84),
    "steel": (25, 38, 86),
    "jazzguitar": (26, 40, 84),
    "cleanguitar": (27, 36, 86),
    "mutedguitar": (28, 36, 76),
    "acousticbass": (32, 26, 60),
    "fingerbass": (33, 26, 60),
    "pickbass": (34, 26, 60),
    "violin": (40, 55, 96),
    "cello": (42, 34, 76),
    "pizzicato": (45, 40, 84),
    "harp": (46, 36, 96),
    "strings": (48, 34, 90),
    "choir": (52, 44, 84),
    "trumpet": (56, 52, 86),
    "trombone": (57, 38, 72),
    "horns": (60, 40, 78),
    "brass": (61, 44, 84),
    "altosax": (65, 48, 82),
    "clarinet": (71, 48, 86),
    "flute": (73, 58, 98),
    "sitar": (104, 45, 84),
    "banjo": (105, 45, 86),
    "kalimba": (108, 48, 88),
    "steeldrum": (114, 52, 88),
}
# Program of the drum bank, and the key.
_DRUMS: dict[str, tuple[int, int]] = {
    "kick": (0, 36),
    "kick_soft": (32, 36),
    "kick_metal": (16, 36),
    "snare": (0, 38),
    "snare_big": (16, 38),
    "snare_soft": (32, 38),
    "snare_808": (25, 38),
    "snare_orchestra": (48, 38),
    "brush": (40, 38),
    "swirl": (40, 40),
    "rim": (0, 37),
    "clap": (0, 39),
    "clap_808": (25, 39),
    "hat": (0, 42),
    "hat_foot": (0, 44),
    "hat_open": (0, 46),
    "hat_808": (25, 42),
    "hat_808_open": (25, 46),
    "ride": (0, 51),
    "ride_bell": (0, 53),
    "crash": (0, 49),
    "splash": (0, 55),
    "crash_orchestra": (48, 57),
    "tom_high": (0, 50),
    "tom_mid": (0, 47),
    "tom_low": (0, 43),
    "tambourine": (0, 54),
    "cowbell": (0, 56),
    "bongo_high": (0, 60),
    "bongo_low": (0, 61),
    "conga_slap": (0, 62),
    "conga": (0, 63),
    "conga_low": (0, 64),
    "timbale": (0, 65),
    "timbale_low": (0, 66),
    "agogo": (0, 67),
    "agogo_low": (0, 68),
    "cabasa": (0, 69),
    "maracas": (0, 70),
    "guiro": (0, 74),
    "clave": (0, 75),
    "block": (0, 76),
    "triangle": (0, 81),
    "shaker": (0, 82),
    "sleigh": (0, 83),
    "castanets": (0, 85),
    "bassdrum": (48, 36),
    "timpani": (48, 41),
    "taiko": (0, 87),
}


def main(font: Path, copyright_file: Path) -> None:
    """Replaces the folder by one made from a SoundFont."""
    source = SoundFont(font)
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    instruments = {
        name: _instrument(source, program, low, high)
        for name, (program, low, high) in _INSTRUMENTS.items()
    }
    drums = {name: _stroke(source, *place) for name, place in _DRUMS.items()}
    (FOLDER / "index.json").write_text(_index_text(instruments, drums), "utf-8", newline="\n")
    shutil.copyfile(copyright_file, FOLDER / "LICENSE.txt")
    size = sum(file.stat().st_size for file in FOLDER.iterdir())
    print(f"{len(list(FOLDER.glob('*.ogg')))} samples, {size / 1e6:.1f} MB")


def _index_text(instruments: dict[str, Any], drums: dict[str, Any]) -> str:
    """Returns the index with one zone a line, so that a change of one can be read."""
    told = json.dumps({"format": FORMAT, "instruments": instruments, "drums": drums}, indent=1)
    rows = re.sub(r"\{[^{}]*\"sample\"[^{}]*\}", lambda row: " ".join(row[0].split()), told)
    return rows + "\n"


def _instrument(source: SoundFont, program: int, low: int, high: int) -> dict[str, Any]:
    zones = source.zones(0, program, _HARD)
    soft = source.zones(0, program, _SOFT)[0].cutoff_hz / zones[0].cutoff_hz
    wanted = [zone for zone in zones if zone.keys[0] <= high and zone.keys[1] >= low]
    rows = [_row(source, zone) for zone in sorted(wanted, key=lambda zone: zone.keys)]
    return {"soft_filter": round(soft, 3), "zones": rows}


def _stroke(source: SoundFont, program: int, key: int) -> list[dict[str, Any]]:
    zones = [z for z in source.zones(_DRUM_BANK, program, _HARD) if z.keys[0] <= key <= z.keys[1]]
    rows: list[dict[str, Any]] = []
    for zone in zones:
        row = _row(source, zone)
        row["root"] += 60 - key  # strokes are asked for at key 60
        if all(row["sample"] != other["sample"] for other in rows):
            rows.append(row)
    if not rows:
        raise LookupError(f"no stroke of kit {program} at key {key}")
    return rows


def _row(source: SoundFont, zone: Zone) -> dict[str, Any]:
    """Returns a zone as in the index; writes its sample, if that is new."""
    sample = source.sample(zone.sample)
    name = re.sub(r"\(.*|[^a-z0-9#]+", "-", sample.name.lower()).strip("-").replace("#", "s")
    file = FOLDER / f"{name}.ogg"
    if file.exists() and file.read_bytes() != sample.stream:
        file = FOLDER / f"{name}-{zone.sample}.ogg"
    file.write_bytes(sample.stream)
    row = asdict(zone)
    del row["looped"]
    loop = sample.loop if zone.looped else None
    return {**row, "sample": file.name, "rate": sample.rate, "loop": loop}


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
