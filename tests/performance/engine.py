"""The sound engine: switching, seeking, CPU and memory with eight sources of four minutes."""

import shutil
import tempfile
from pathlib import Path

from producer_studio.audio.encode import EncodeSpec, transcode
from tests.performance.programs import Programs
from tests.performance.table import median, say
from tests.support.signals import song, write_wave

_LENGTH_S = 240.0
_SOURCES = 8
_SECONDS = 60


def measure(_repeats: int) -> None:
    with tempfile.TemporaryDirectory(prefix="producer-studio-performance-") as scratch:
        folder = Path(scratch)
        _write_sources(folder)
        programs = Programs(folder)
        found = programs.answer("-m", "tests.performance.playing_engine", scratch, str(_SECONDS))
    rows: list[list[object]] = [["seek to sound, ms", "p50", "p95", "most"]]
    rows += [[name, *_spread(times)] for name, times in found["seeks_ms"].items()]
    rows.append(["1 ms in a thread, to compare", *_spread(found["wakings_ms"])])
    rows.append(["switch, blocks of 15 ms", *_spread(found["switches_ms"])])
    say("Sound engine: seeks and switches (aims: seek 30 ms, switch 80 ms)", rows)
    rows = [["render 15 ms, µs", "p50", "p95", "most"]]
    rows += [[name, *_spread(times)] for name, times in found["block_us"].items()]
    say("Sound engine: cost of a block", rows)
    rows = [["CPU, percent of a core", "%"]]
    rows += [[name, float(share)] for name, share in found["cpu"].items()]
    say(f"Sound engine: {_SOURCES} sources, {_SECONDS} s (aim 5 with the pacing)", rows)
    print(f"\n  memory over idle: {found['memory_mib']:.1f} MiB (aim 60)")
    print(f"  silence because a source was late: {found['silent_frames']} frames")


def _spread(times: list[float]) -> list[object]:
    ordered = sorted(times)
    return [median(ordered), ordered[int(len(ordered) * 0.95)], ordered[-1]]


def _write_sources(folder: Path) -> None:
    music = 0.7 * song(_LENGTH_S)
    plain = write_wave(folder / "one.wav", music)
    # Lower and slower: of no matter here.
    other = write_wave(folder / "plain.wav", music, 44_100)
    for suffix in ("m4a", "mp3", "flac"):
        _encode(plain, folder / f"one.{suffix}", EncodeSpec(format=suffix))
    _encode(plain, folder / "one.V0.mp3", EncodeSpec(format="mp3", mp3_mode="V0"))
    _encode(other, folder / "other0.m4a", EncodeSpec(format="m4a"))
    for number in range(_SOURCES):
        shutil.copy(folder / "one.m4a", folder / f"take{number}.m4a")
        if number:
            shutil.copy(folder / "other0.m4a", folder / f"other{number}.m4a")


def _encode(source: Path, target: Path, spec: EncodeSpec) -> None:
    transcode(source, target, spec, lambda _share: None, lambda: False)
