"""Command line arguments of the window; parsed without Qt."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from producer_studio.files.paths import absolute_path


@dataclass(frozen=True, slots=True)
class WindowArguments:
    """Parsed arguments of the window.

    Attributes:
        library: Folder of the library; None for the user's own.
        files: Audio files to open, as if they had been dropped on the compose panel.
        until_painted: Exit after the first paint of the empty window (for timing).
        until_ready: Exit after the first paint of the whole window (for timing).
    """

    library: Path | None = None
    files: tuple[Path, ...] = ()
    until_painted: bool = False
    until_ready: bool = False


def parse_window_arguments(arguments: Sequence[str]) -> WindowArguments | None:
    """Parses `[window] [--library DIR|NAME] [FILE…]`; None for a command or an unknown option.

    Files require the argument `window` before them: without it the first one would be a command.
    """
    rest = list(arguments)
    library: Path | None = None
    files: list[Path] = []
    flags: set[str] = set()
    named = plain = False
    while rest:
        part = rest.pop(0)
        if plain:
            files.append(_absolute(part))
        elif part == "--library" and rest:
            library = _library(rest.pop(0))
        elif part.startswith("--library="):
            library = _library(part.removeprefix("--library="))
        elif part in {"--until-painted", "--until-ready"}:
            flags.add(part)
        elif part == "window" and not named:
            named = True
        elif part == "--" and named:
            plain = True
        elif named and not part.startswith("-"):
            files.append(_absolute(part))
        else:
            return None
    return WindowArguments(
        library, tuple(files), "--until-painted" in flags, "--until-ready" in flags
    )


def _library(text: str) -> Path:
    # Start-up cost: most starts name no library.
    from producer_studio.studio.named_libraries import library_folder

    return library_folder(text, os.environ)


def _absolute(text: str) -> Path:
    return absolute_path(Path(text))
