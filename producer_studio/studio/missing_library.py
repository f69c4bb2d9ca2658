"""Refusal to create an empty library in place of one that is meant and is not there."""

from pathlib import Path

from producer_studio.domain.errors import LibraryMissing
from producer_studio.library.recovery.library_opener import contains_library
from producer_studio.settings.known_libraries import KnownLibraries


def check_exists(folder: Path) -> None:
    """Refuses to create a library in a folder that does not exist.

    Raises:
        LibraryMissing: There is nothing at this path.
    """
    try:
        if folder.exists():
            return
    except OSError:
        # Opening it reports the details.
        return
    raise LibraryMissing(
        f"The library “{folder}” was not found: there is no such folder. Check its path; or choose "
        "another library, or start a new one. Nothing was changed."
    )


def check_not_missing(folder: Path, known: KnownLibraries, is_chosen: bool) -> None:
    """Refuses to create an empty library in place of one that is only not connected.

    Args:
        is_chosen: Whether the settings contain the folder, which existed when it was selected.

    Raises:
        LibraryMissing: A library existed there before, and is missing now.
    """
    try:
        if contains_library(folder) or not (
            known.contains(folder) or (is_chosen and not folder.exists())
        ):
            return
    except OSError:
        # Opening it reports the details.
        return
    raise LibraryMissing(
        f"The library “{folder}” was not found. If it is on another drive, connect the drive and "
        "try again; or choose another library, or start a new one. Nothing was changed."
    )
