"""Moves the clips' folders of crowded years into folders of days, by renaming alone."""

import logging
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from producer_studio.files.atomic_write import sync_folder
from producer_studio.library.clip_folders import DAY, YEAR, day_folder_name
from producer_studio.library.column_values import parse_time
from producer_studio.library.connection import transaction
from producer_studio.library.media_store import write_text
from producer_studio.library.path_confinement import (
    exists_without_following,
    is_plain_file,
    is_plain_folder,
    resolve_inside,
)

log = logging.getLogger(__name__)

MAX_IN_YEAR = 5_000
"""Folders of a year that are left as they are: other programs may refer to the files in them."""

_CHUNK = 500
_MARKER = ".arranging-"
"""Begins the name of a file that is in the library's folder until a year is finished."""
_PATH_COLUMNS = ("path", "cover", "video")


@dataclass(frozen=True, slots=True)
class _Move:
    seq: int
    clip: str
    source: str
    target: str
    paths: tuple[str | None, ...]


def arrange_by_day(library: Path, db: sqlite3.Connection, max_in_year: int) -> int:
    """Moves the folders of each year that has more than `max_in_year`; blocking.

    Nobody else may have the library open. Folders are renamed before their rows are changed: after
    a kill in between, the next call finds them at their new places. Folders that cannot be moved
    stay where they are.

    Returns:
        Number of moved folders.

    Raises:
        sqlite3.Error: The database cannot be written; the folders of unwritten rows are back.
        OSError: A folder cannot be written to the disk.
    """
    done = 0
    for year in sorted(library.iterdir()):
        if not YEAR.fullmatch(year.name) or not is_plain_folder(year):
            continue
        # Of the last folders, only this shows that they were renamed and their rows not written.
        marker = library / f"{_MARKER}{year.name}"
        if not is_plain_file(marker):
            if not _has_more(year, max_in_year):
                continue
            write_text(marker, "", durable=True)
            sync_folder(library)
        done += _arrange_year(library, db, year.name)
        marker.unlink()
    return done


def _has_more(year: Path, count: int) -> bool:
    """Whether a year has more than so many entries besides days; listed no further than needed."""
    with os.scandir(year) as entries:
        for entry in entries:
            if not DAY.fullmatch(entry.name):
                count -= 1
                if count < 0:
                    return True
    return False


def _arrange_year(library: Path, db: sqlite3.Connection, year: str) -> int:
    done, last = 0, -1
    while True:
        rows = db.execute(
            "SELECT d.seq, c.id, d.folder, d.created_at, d.path, d.cover, d.video "
            "FROM details d JOIN clips c ON c.seq = d.seq "
            "WHERE d.seq > ? AND d.folder >= ? AND d.folder < ? ORDER BY d.seq LIMIT ?",
            (last, f"{year}/", f"{year}0", _CHUNK),
        ).fetchall()
        if not rows:
            return done
        last = rows[-1]["seq"]
        moves = [move for row in rows if (move := _plan(library, year, row)) is not None]
        with _renamed(library, moves) as renamed, transaction(db):
            _write_rows(db, renamed)
        done += len(renamed)


def _plan(library: Path, year: str, row: sqlite3.Row) -> _Move | None:
    """Returns where a folder of a year moves; None for one that is in a day's already."""
    _, _, name = row["folder"].partition("/")
    if not name or "/" in name or DAY.fullmatch(name):
        return None
    if resolve_inside(library, row["folder"]) is None:
        return None
    created = parse_time(row["created_at"])
    # The time zone may have changed since a call that was interrupted.
    days = [day_folder_name(created + timedelta(days=shift)) for shift in (0, -1, 1)]
    targets = [f"{year}/{day.partition('/')[2]}/{name}" for day in days]
    if not exists_without_following(library / row["folder"]):
        found = [one for one in targets if is_plain_folder(library / one)]
        if not found:
            return None
        targets = found
    paths = tuple(row[column] for column in _PATH_COLUMNS)
    return _Move(row["seq"], row["id"], row["folder"], targets[0], paths)


@contextmanager
def _renamed(library: Path, moves: Sequence[_Move]) -> Iterator[list[_Move]]:
    """Renames the folders for the body, which is given those that are at their new places.

    If the body fails, they are renamed back.
    """
    done: list[_Move] = []
    undoable: list[_Move] = []
    try:
        for move in moves:
            source, target = library / move.source, library / move.target
            if exists_without_following(source):
                if not _rename(source, target):
                    continue
                undoable.append(move)
            done.append(move)
        for folder in {(library / move.target).parent for move in undoable}:
            sync_folder(folder)
            sync_folder(folder.parent)
        yield done
    except BaseException:
        for move in reversed(undoable):
            (library / move.target).rename(library / move.source)
        raise


def _rename(source: Path, target: Path) -> bool:
    """Moves a clip's folder; returns False if something is in its way, or has it open."""
    if not is_plain_folder(source) or exists_without_following(target):
        return False
    try:
        target.parent.mkdir(mode=0o700, exist_ok=True)
        if not is_plain_folder(target.parent):
            return False
        source.rename(target)
    except OSError as error:
        log.warning("Cannot move a clip's folder: %s", error)
        return False
    return True


def _write_rows(db: sqlite3.Connection, moves: Sequence[_Move]) -> None:
    """Writes the new places; the paths in `recipe.json` are relative to it and stay."""
    stale = {
        row["clip"]
        for move in moves
        for row in db.execute("SELECT clip FROM stale_sidecars WHERE clip = ?", (move.clip,))
    }
    db.executemany(
        "UPDATE details SET folder = ?, path = ?, cover = ?, video = ? WHERE seq = ?",
        [
            (move.target, *(_moved_path(move, path) for path in move.paths), move.seq)
            for move in moves
        ],
    )
    db.executemany(
        "DELETE FROM stale_sidecars WHERE clip = ?",
        [(move.clip,) for move in moves if move.clip not in stale],
    )


def _moved_path(move: _Move, path: str | None) -> str | None:
    inside = f"{move.source}/"
    if path is None or not path.startswith(inside):
        return path
    return f"{move.target}/{path.removeprefix(inside)}"
