"""The name that a file will get."""

from pathlib import Path

from producer_studio.domain.clip import Clip
from producer_studio.studio.export.exports import ExportSpec
from producer_studio.studio.export.filenames import ExportPlace, file_stem


def next_name(spec: ExportSpec, clip: Clip, place: ExportPlace) -> str:
    """Name of the clip's file, numbered past the ones that are there; blocking.

    The export itself decides in the end, when the file is made.
    """
    stem, suffix = file_stem(spec.template, clip, place), f".{spec.format}"
    number = 1
    name = f"{stem}{suffix}"
    while (spec.folder / name).exists():
        number += 1
        name = f"{stem} ({number}){suffix}"
    return name


def usual_folder(remembered: str, music: str) -> Path:
    """Where files go until somebody chooses: the last place, or the music folder."""
    return Path(remembered or music or Path.home())
