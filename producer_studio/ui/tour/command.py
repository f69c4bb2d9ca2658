"""`producer-studio tour --to DIR`."""

import sys
from collections.abc import Sequence
from pathlib import Path

from producer_studio.files.home_paths import absolute

_USAGE = """Usage: producer-studio tour --to DIR

Drives the real window through the main job on Demo Studio: welcome, compose, generate, play,
search, inspector, export. DIR gets a picture of each step in both themes, and the exported MP3 and
WAV. Ends with 1 if any step fails. Your own library and settings are not touched.
"""


def destination(arguments: Sequence[str]) -> Path | None:
    """The folder that was asked for, made if need be.

    None, after saying how to call it or what is wrong with the folder, when there is none.
    """
    given = ""
    if len(arguments) == 2 and arguments[0] == "--to":
        given = arguments[1]
    elif len(arguments) == 1 and arguments[0].startswith("--to="):
        given = arguments[0].removeprefix("--to=")
    if given:
        return _made(absolute(Path(given)))
    (sys.stdout if asks_for_help(arguments) else sys.stderr).write(_USAGE)
    return None


def asks_for_help(arguments: Sequence[str]) -> bool:
    return any(argument in {"-h", "--help"} for argument in arguments)


def _made(folder: Path) -> Path | None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        sys.stderr.write(
            f"{folder} cannot be made ({error.strerror}). Name another folder with --to.\n"
        )
        return None
    return folder
