"""Keeps a library's folder to its owner."""

from pathlib import Path

from producer_studio.files.permissions import remove_other_permissions
from producer_studio.library.internal_files import is_own_name


def restrict_to_owner(folder: Path) -> None:
    """Closes a library to other users of the computer; blocking.

    A folder that holds other things, too, was not made for the library alone and stays open: then
    its own folders and its catalogue, also copies that were set aside, are closed one by one.
    """
    try:
        entries = list(folder.iterdir())
    except OSError:
        return
    own = [path for path in entries if is_own_name(path.name)]
    if len(own) == len(entries):
        remove_other_permissions(folder)
    for path in own:
        remove_other_permissions(path)
