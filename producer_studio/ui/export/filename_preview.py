"""The name that a file will get."""

from pathlib import Path

from producer_studio.domain.clip import Clip
from producer_studio.studio.export.exports import ExportSpec
from producer_studio.studio.export.filenames import ExportPosition, file_stem


def next_file_name(spec: ExportSpec, clip: Clip, position: ExportPosition) -> str:
    """Name of the clip's file, numbered past the ones that are there; blocking.

    The export itself decides in the end, when the file is made.
    """
    stem, suffix = file_stem(spec.template, clip, position), f".{spec.format}"
    number = 1
    name = f"{stem}{suffix}"
    while (spec.folder / name).exists():
        number += 1
        name = f"{stem} ({number}){suffix}"
    return name


def default_folder(last_folder: str, music_folder: str) -> Path:
    """Where files go until somebody chooses: the last place, or the music folder."""
    return Path(last_folder or music_folder or Path.home())
