"""Keeps a library's folder to its owner."""

import re
from pathlib import Path

from producer_studio.files.privacy import close_to_others
from producer_studio.library.own_files import BACKUPS, DATABASE, PARTIAL, TRASH

_YEAR = re.compile(r"\d{4}")
_FOLDERS = (BACKUPS, PARTIAL, TRASH)


def close_library(folder: Path) -> None:
    """Closes a library to other users of the computer; blocking.

    A folder that holds other things, too, was not made for the library alone and stays open: then
    its own folders and its catalogue are closed one by one.
    """
    try:
        entries = list(folder.iterdir())
    except OSError:
        return
    own = [path for path in entries if _is_own(path.name)]
    if len(own) == len(entries):
        close_to_others(folder)
    for path in own:
        close_to_others(path)


def _is_own(name: str) -> bool:
    return (
        name in _FOLDERS
        or name.startswith((DATABASE, "."))
        or name.endswith(".lock")
        or bool(_YEAR.fullmatch(name))
    )
