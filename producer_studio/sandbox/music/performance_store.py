"""Storage of performances on disk: two FLAC stems and a plan."""

import json
from pathlib import Path

from producer_studio.sandbox.music.audio_files import read_exact, write_flac
from producer_studio.sandbox.music.piece import Performance
from producer_studio.sandbox.music.recording_import import performance_from_audio

__all__ = ["load_performance", "performance_from_audio", "save_performance"]

_BACKING, _VOCALS, _PLAN = "backing.flac", "vocals.flac", "plan.json"


def save_performance(performance: Performance, folder: Path) -> None:
    """Writes a performance losslessly (its stems are on the grid of 16-bit samples)."""
    folder.mkdir(parents=True, exist_ok=True)
    write_flac(performance.backing, folder / _BACKING)
    write_flac(performance.vocals, folder / _VOCALS)
    (folder / _PLAN).write_text(json.dumps(performance.plan, ensure_ascii=False), encoding="utf-8")


def load_performance(folder: Path) -> Performance:
    """Reads the output of `save_performance`, bit for bit.

    Raises:
        FileNotFoundError: The folder has none.
    """
    plan = json.loads((folder / _PLAN).read_text(encoding="utf-8"))
    return Performance(read_exact(folder / _BACKING), read_exact(folder / _VOCALS), plan)
