"""Do songs of one style come before others? Songs of Demo Studio, measured and searched for."""

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import mean

from producer_studio.audio.measure import measure as measure_file
from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.library.library import Library
from producer_studio.sandbox.music.audio_files import write_wav
from producer_studio.sandbox.music.piece_rendering import Piece, perform
from tests.performance.table import say

_SOUNDS = {
    "lofi": ("warm, felt piano, vinyl", "chill, jazzy keys", "upright bass", "dusty", "rain"),
    "metal": ("fast, double kick", "crushing riffs", "dark, epic", "furious", "heavy bass"),
    "ambient": ("wide pads", "calm, strings", "ethereal", "meditation", "dark textures"),
    "house": ("bright piano", "deep, warm bass", "plucky synths", "disco strings", "club"),
    "jazz": ("trio, brushes", "saxophone", "quartet, bright", "cool, relaxed", "fast solo"),
    "orchestral": ("strings and brass", "epic, timpani", "tender", "march", "woodwinds"),
    "folk": ("fingerpicked guitar", "guitar and fiddle", "gentle", "banjo, lively", "sad"),
    "synthwave": ("analog arpeggios", "night drive", "retro lead", "dark", "wide pads"),
}


def measure(repeats: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        styles, orders = asyncio.run(_rank(Path(folder)))
    count = len(styles)
    alike = len(next(iter(_SOUNDS.values()))) - 1
    hits = [[styles[other] == styles[one] for other in order] for one, order in orders.items()]
    say(
        f"{count} songs of Demo Studio in {len(_SOUNDS)} styles, by likeness",
        [
            ("", "similar", "at random"),
            (
                "first one of the same style",
                _percent([row[0] for row in hits]),
                _share(count, alike),
            ),
            (
                f"first {alike} of the same style",
                _percent([hit for row in hits for hit in row[:alike]]),
                _share(count, alike),
            ),
            ("mean average precision", f"{mean(map(_average_precision, hits)):.2f}", ""),
        ],
    )


async def _rank(folder: Path) -> tuple[dict[ClipId, str], dict[ClipId, list[ClipId]]]:
    library = await Library.open(folder / "library")
    styles: dict[ClipId, str] = {}
    for style, sounds in _SOUNDS.items():
        for number, sound in enumerate(sounds):
            piece = Piece(sound=f"{style}, {sound}", instrumental=True, seed=str(100 + number))
            path = folder / "song.wav"
            write_wav(perform(piece).mix, path)
            measured = measure_file(path)
            clip = Clip(id=ClipId(f"{style}-{number}"), measured=measured.sound)
            await library.clips.add([clip])
            await library.clips.set_peaks(clip.id, measured.peaks.to_bytes(), measured.features)
            styles[clip.id] = style
    orders = {}
    for clip_id in styles:
        found = await library.clips.find_similar(clip_id)
        orders[clip_id] = [one.id for one in found or () if one.id != clip_id]
    await library.close()
    return styles, orders


def _percent(hits: Sequence[bool]) -> str:
    return f"{100 * mean(hits):.0f} %"


def _share(count: int, alike: int) -> str:
    return f"{100 * alike / (count - 1):.0f} %"


def _average_precision(hits: Sequence[bool]) -> float:
    places = [place for place, hit in enumerate(hits, 1) if hit]
    return mean(found / place for found, place in enumerate(places, 1))
