"""Access permissions of a library's folder."""

from pathlib import Path

from producer_studio.files.permissions import remove_other_permissions
from producer_studio.library.internal_files import is_own_name


def restrict_to_owner(folder: Path) -> None:
    """Denies other users of the computer access to a library; blocking.

    A folder that contains other things, too, was not created for the library alone and stays
    accessible: then its own folders and its database, also renamed copies, are restricted one by
    one.
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
