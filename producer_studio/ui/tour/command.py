"""`producer-studio tour --to DIR`."""

import sys
from collections.abc import Sequence
from pathlib import Path

_USAGE = """Usage: producer-studio tour --to DIR

Drives the real window through the main job on Demo Studio: welcome, compose, generate, play,
search, inspector, export. DIR gets a picture of each step in both themes, and the exported MP3 and
WAV. Ends with 1 if any step fails. Your own library and settings are not touched.
"""


def destination(arguments: Sequence[str]) -> Path | None:
    """The folder that was asked for; None, after saying how to call it, when there is none."""
    if len(arguments) == 2 and arguments[0] == "--to":
        return Path(arguments[1]).expanduser().absolute()
    if len(arguments) == 1 and arguments[0].startswith("--to="):
        return Path(arguments[0].removeprefix("--to=")).expanduser().absolute()
    asked = any(argument in {"-h", "--help"} for argument in arguments)
    (sys.stdout if asked else sys.stderr).write(_USAGE)
    return None
