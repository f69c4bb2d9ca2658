"""Refusal to create an empty library in place of one that is meant and is not there."""

from pathlib import Path

from producer_studio.domain.errors import LibraryMissing
from producer_studio.files.path_checks import path_exists
from producer_studio.library.recovery.library_contents import contains_library
from producer_studio.settings.known_libraries import KnownLibraries
from producer_studio.translation import mark


def check_exists(folder: Path) -> None:
    """Refuses to create a library in a folder that does not exist.

    Raises:
        LibraryMissing: There is nothing at this path.
    """
    try:
        if path_exists(folder):
            return
    except OSError:
        # Opening it reports the details.
        return
    raise LibraryMissing(
        mark(
            "The library “{folder}” was not found: there is no such folder. Check its path; or "
            "choose another library, or start a new one. Nothing was changed.",
            folder=folder,
        )
    )


def check_not_missing(folder: Path, known: KnownLibraries, is_chosen: bool, is_own: bool) -> None:
    """Refuses to create an empty library in place of one that is only not connected.

    Args:
        is_chosen: Whether the settings contain the folder, which existed when it was selected.
        is_own: Whether the folder is that of the settings, or the default one.

    Raises:
        LibraryMissing: A library existed there before, and is missing now; or the default folder is
            another one than before.
    """
    try:
        if contains_library(folder):
            return
        former = known.own() if is_own and not is_chosen else ""
        if former and not known.contains(folder):
            raise LibraryMissing(
                mark(
                    "Your library was in “{former}”. There is none in “{folder}”, where this "
                    "program "
                    "looks for it now: the settings were lost, or this computer’s folder for "
                    "music is "
                    "another one than before. Choose the former folder, or start a new library. "
                    "Nothing "
                    "was changed.",
                    former=former,
                    folder=folder,
                )
            )
        if not (known.contains(folder) or (is_chosen and not path_exists(folder))):
            return
    except OSError:
        # Opening it reports the details.
        return
    raise LibraryMissing(
        mark(
            "The library “{folder}” was not found. If it is on another drive, connect the drive "
            "and try again; or choose another library, or start a new one. Nothing was changed.",
            folder=folder,
        )
    )
