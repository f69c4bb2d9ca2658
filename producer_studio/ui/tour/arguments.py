"""Command line of `producer-studio tour --to DIR`."""

import sys
from collections.abc import Sequence
from pathlib import Path

from producer_studio.files.paths import absolute_path

_USAGE = """Usage: producer-studio tour --to DIR

Drives the real window through the main job on Demo Studio: welcome, compose, generate, play,
search, inspector, export. DIR gets a picture of each step in both themes, and the exported MP3 and
WAV. Ends with 1 if any step fails. Your own library and settings are not touched.
"""


def parse_destination(arguments: Sequence[str]) -> Path | None:
    """Parses the destination folder and creates it if necessary.

    Returns None, after printing the usage or the problem with the folder, when there is none.
    """
    folder = ""
    if len(arguments) == 2 and arguments[0] == "--to":
        folder = arguments[1]
    elif len(arguments) == 1 and arguments[0].startswith("--to="):
        folder = arguments[0].removeprefix("--to=")
    if folder:
        return _create_folder(absolute_path(Path(folder)))
    (sys.stdout if is_help_requested(arguments) else sys.stderr).write(_USAGE)
    return None


def is_help_requested(arguments: Sequence[str]) -> bool:
    return any(argument in {"-h", "--help"} for argument in arguments)


def _create_folder(folder: Path) -> Path | None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        sys.stderr.write(
            f"{folder} cannot be created ({error.strerror}). Choose another folder with --to.\n"
        )
        return None
    return folder
