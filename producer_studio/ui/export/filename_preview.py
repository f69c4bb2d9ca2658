"""Preview of the name of an exported file."""

from pathlib import Path

from producer_studio.domain.clip import Clip
from producer_studio.studio.export.export import ExportSpec
from producer_studio.studio.export.filenames import ExportPosition, file_stem


def next_file_name(spec: ExportSpec, clip: Clip, position: ExportPosition) -> str:
    """Returns the clip's file name, numbered to avoid existing files; blocking.

    The export itself determines the final name when it creates the file.
    """
    stem, suffix = file_stem(spec.template, clip, position), f".{spec.format}"
    number = 1
    name = f"{stem}{suffix}"
    while (spec.folder / name).exists():
        number += 1
        name = f"{stem} ({number}){suffix}"
    return name


def default_folder(last_folder: str, music_folder: str) -> Path:
    """Returns the default folder: the last one used, or else the music folder."""
    return Path(last_folder or music_folder or Path.home())
