"""CPU of exports beside `ffmpeg -threads 1`, both without their start."""

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from producer_studio.audio.encode import EncodeSpec, transcode
from producer_studio.audio.tags import TagSet
from producer_studio.sandbox.music.piece_rendering import Piece, perform
from tests.performance.table import median, say
from tests.support.signals import write_wave

_LENGTH_S = 60.0
_TAGS = TagSet(title="Low tide", artist="Ada", lyrics="la\n" * 60, recipe={"sound": "pads"})
# What the studio resamples with: FFmpeg's own default lets aliases through at −19.5 dB.
_RESAMPLED = ("-af", "aresample=48000:filter_size=128:cutoff=0.97")


@dataclass(frozen=True, slots=True)
class Case:
    """One way to export.

    Attributes:
        source: Name of the source: an m4a at 44.1 kHz, or a WAV at 96 kHz.
        options: The same for ffmpeg.
    """

    name: str
    source: Literal["song.m4a", "song.wav"]
    spec: EncodeSpec
    options: tuple[str, ...]


_CASES = (
    Case("mp3 320", "song.m4a", EncodeSpec(format="mp3"), ("-b:a", "320k")),
    Case("mp3 V0", "song.m4a", EncodeSpec(format="mp3", mp3_mode="V0"), ("-q:a", "0")),
    Case(
        "mp3 320 from 96 kHz", "song.wav", EncodeSpec(format="mp3"), ("-b:a", "320k", *_RESAMPLED)
    ),
    Case(
        "mp3 V0 from 96 kHz",
        "song.wav",
        EncodeSpec(format="mp3", mp3_mode="V0"),
        ("-q:a", "0", *_RESAMPLED),
    ),
    Case("flac 16", "song.m4a", EncodeSpec(format="flac"), ("-sample_fmt", "s16")),
    Case("wav 16", "song.m4a", EncodeSpec(format="wav"), ()),
)


def measure(repeats: int) -> None:
    if shutil.which("ffmpeg") is None:
        print("\nExports: there is no ffmpeg here to compare them with", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory(prefix="producer-studio-performance-") as scratch:
        folder = Path(scratch)
        _write_sources(folder)
        rows: list[list[object]] = [["export of a minute", "studio s", "ffmpeg s", "ratio"]]
        rows += [_row(case, folder, min(3, repeats)) for case in _CASES]
    say("CPU of an export without the program's start (aim for MP3: ratio 1.15)", rows)


def _row(case: Case, folder: Path, repeats: int) -> list[object]:
    source = folder / case.source
    ours, theirs, starts = [], [], []
    for number in range(repeats + 1):
        target = folder / f"{number}{case.spec.suffix}"
        studio = _own_cpu(lambda target=target: _export(case.spec, source, target))
        ffmpeg = _cpu_of_children(lambda: _ffmpeg(case, source, folder))
        start = _cpu_of_children(lambda: _ffmpeg(case, source, folder, "-t", "0.001"))
        if number:  # the first one imports and fills caches
            ours.append(studio)
            theirs.append(ffmpeg)
            starts.append(start)
    ffmpeg_s = median(theirs) - median(starts)
    return [case.name, median(ours), ffmpeg_s, median(ours) / ffmpeg_s]


def _export(spec: EncodeSpec, source: Path, target: Path) -> None:
    transcode(source, target, spec, lambda _share: None, lambda: False, _TAGS)


def _ffmpeg(case: Case, source: Path, folder: Path, *limit: str) -> None:
    subprocess.run(
        ["ffmpeg", "-v", "error", "-nostdin", "-y", "-threads", "1", *limit, "-i", str(source),
         "-threads", "1", *case.options, str(folder / f"ffmpeg{case.spec.suffix}")],
        check=True,
    )  # fmt: skip


def _own_cpu(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before


def _cpu_of_children(work: Callable[[], object]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _write_sources(folder: Path) -> None:
    """A song of Demo Studio, repeated: an encoder works less on silence and noise."""
    song = perform(Piece(sound="rock, driving", instrumental=True, seed="1"))
    mix = np.asarray(song.mix, np.float64)
    mix = mix if mix.shape[1] == 2 else mix.T
    rate = round(len(mix) / song.duration_s)
    whole = np.tile(mix, (int(_LENGTH_S / song.duration_s) + 1, 1))[: int(_LENGTH_S * rate)]
    plain = write_wave(folder / "plain.wav", whole, rate)
    _export(EncodeSpec(format="m4a"), plain, folder / "song.m4a")
    # As if it had been made at 96 kHz: what is in it makes no difference to the work.
    write_wave(folder / "song.wav", np.repeat(whole, 2, axis=0)[: int(_LENGTH_S * 96_000)], 96_000)
