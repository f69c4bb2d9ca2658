"""Places of the clips' folders: `<year>/<month>-<day>/<name>`, and `<year>/<name>` of earlier ones.

One folder of a year would have hundreds of thousands of entries, and each lookup, backup and file
manager would be slow.
"""

import logging
import re
import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from producer_studio.domain.timestamps import to_local_time
from producer_studio.library.path_confinement import (
    exists_without_following,
    file_type,
    is_plain_folder,
)
from producer_studio.library.sidecar import SIDECAR_NAME

log = logging.getLogger(__name__)

YEAR = re.compile(r"\d{4}")
DAY = re.compile(r"\d\d-\d\d")


def day_folder_name(moment: datetime) -> str:
    """Returns `<year>/<month>-<day>` of a local day, such as "2026/11-30"."""
    day = to_local_time(moment)
    return f"{day.year:04d}/{day.month:02d}-{day.day:02d}"


def is_clip_folder(library: Path, folder: Path) -> bool:
    """Whether a folder is at a place of a clip's folder, without following links.

    Raises:
        OSError: The drive cannot tell.
    """
    if not folder.is_relative_to(library):
        return False
    *outer, name = folder.relative_to(library).parts or ("",)
    if name in {"", ".", ".."} or not 1 <= len(outer) <= 2 or not YEAR.fullmatch(outer[0]):
        return False
    if len(outer) == 2 and not DAY.fullmatch(outer[1]):
        return False
    if len(outer) == 1 and is_day_folder(folder):
        return False
    return all(
        is_plain_folder(library.joinpath(*outer[:depth])) for depth in range(1, len(outer) + 1)
    )


def iter_clip_folders(library: Path) -> Iterator[Path]:
    """Yields every folder that may be a clip's, except links to other folders.

    One that the drive cannot tell about is yielded, too.
    """
    for place in _list_places(library):
        yield from (folder for folder in _list_folder(place) or () if _may_be_clips(place, folder))


def find_unread_folders(library: Path) -> list[Path]:
    """Returns links in place of folders of clips, days or years, and those that cannot be read."""
    years = _list_years(library)
    places = _list_places(library)
    inside = [one for place in places for one in _list_folder(place) or ()]
    links = [path for path in (*years, *inside) if _is_link_or_unreadable(path)]
    return links + [place for place in places if _list_folder(place) is None]


def _is_link_or_unreadable(path: Path) -> bool:
    try:
        return file_type(path) == stat.S_IFLNK
    except OSError as error:
        log.warning("Cannot look up a folder of clips: %s", error)
        return True


def is_day_folder(folder: Path) -> bool:
    """Whether a folder in that of a year has the clips of a day, by its name."""
    return DAY.fullmatch(folder.name) is not None


def _may_be_clips(place: Path, folder: Path) -> bool:
    try:
        return is_plain_folder(folder) and not _has_days_clips_alone(place, folder)
    except OSError as error:
        log.warning("Cannot look up a folder of a clip: %s", error)
        return True


def _has_days_clips_alone(place: Path, folder: Path) -> bool:
    """Whether a folder is that of a day; one with a recipe may be a clip's, too."""
    in_year = YEAR.fullmatch(place.name) is not None
    return in_year and is_day_folder(folder) and not exists_without_following(folder / SIDECAR_NAME)


def _list_places(library: Path) -> list[Path]:
    """Lists the folders in which those of clips are: of years, and of days in them."""
    places: list[Path] = []
    for year in _list_years(library):
        inside = _list_folder(year) or ()
        places += [year, *(one for one in inside if is_day_folder(one) and _may_be_folder(one))]
    return places


def _may_be_folder(path: Path) -> bool:
    try:
        return is_plain_folder(path)
    except OSError as error:
        log.warning("Cannot look up the folder of a day: %s", error)
        return True


def _list_years(library: Path) -> list[Path]:
    return [path for path in sorted(library.iterdir()) if YEAR.fullmatch(path.name)]


def _list_folder(folder: Path) -> list[Path] | None:
    """Lists a folder of clips; empty if it is not one, None if it cannot be read."""
    try:
        if file_type(folder) != stat.S_IFDIR:
            return []
        return sorted(folder.iterdir())
    except OSError as error:
        log.warning("Cannot list a folder of clips: %s", error)
        return None
