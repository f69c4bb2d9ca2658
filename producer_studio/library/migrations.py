"""From any earlier schema to this one: a backup first, and all of a step or nothing of it."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from producer_studio.files.durability import sync_folder
from producer_studio.library.connection import connect, transaction
from producer_studio.library.faults import LibraryTooNew
from producer_studio.library.schema import VERSION_1, VERSION_2, VERSION_3, VERSION_4

Step = Callable[[sqlite3.Connection], None]

KEPT_BACKUPS = 5


def statements(script: str) -> Iterator[str]:
    """A script's statements one by one; `executescript` would end the transaction around it."""
    gathered = ""
    for line in script.splitlines(keepends=True):
        gathered += line
        if sqlite3.complete_statement(gathered):
            yield gathered
            gathered = ""


def to_version_1(db: sqlite3.Connection) -> None:
    _execute(db, VERSION_1)


def to_version_2(db: sqlite3.Connection) -> None:
    _execute(db, VERSION_2)


def to_version_3(db: sqlite3.Connection) -> None:
    _execute(db, VERSION_3)


def to_version_4(db: sqlite3.Connection) -> None:
    _execute(db, VERSION_4)


def _execute(db: sqlite3.Connection, script: str) -> None:
    for statement in statements(script):
        db.execute(statement)


STEPS: tuple[Step, ...] = (to_version_1, to_version_2, to_version_3, to_version_4)
"""Step n leads from version n to version n + 1."""


def version_of(db: sqlite3.Connection) -> int:
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    return version


def refuse_newer(version: int, newest: int = len(STEPS)) -> None:
    """Raises LibraryTooNew for a schema that this version cannot know."""
    if version > newest:
        raise LibraryTooNew(
            "This library was last used by a newer version of Producer Studio. Update the studio "
            "to open it; nothing was changed."
        )


def migrate(db: sqlite3.Connection, backups: Path, steps: Sequence[Step] = STEPS) -> int:
    """Brings a database to the newest schema; gives the version it had before.

    Args:
        db: A writing connection, outside a transaction.
        backups: The folder for copies; one is made before each step, but of a new database, which
            would push out copies that hold something.
        steps: All steps there are.

    Raises:
        LibraryTooNew: The schema is newer than the last step.
    """
    found = version_of(db)
    refuse_newer(found, len(steps))
    for version in range(found, len(steps)):
        if found:
            back_up(db, backups)
        with transaction(db):
            steps[version](db)
            db.execute(f"PRAGMA user_version = {version + 1}")
    return found


def back_up(db: sqlite3.Connection, backups: Path) -> Path:
    """Copies the database while it is in use, and keeps only the last few copies."""
    backups.mkdir(exist_ok=True)
    stamp = datetime.now(UTC).strftime("%Y-%m-%d %H%M%S.%f")
    target = backups / f"library {stamp} v{version_of(db)}.db"
    beside = target.with_name(f"{target.name}.part")
    try:
        with closing(sqlite3.connect(beside)) as copy:
            db.backup(copy)
            # A copy must stand alone: no log beside it that could be left behind.
            copy.execute("PRAGMA journal_mode = DELETE")
        beside.replace(target)
        sync_folder(backups)
    finally:
        beside.unlink(missing_ok=True)
    for old in kept_backups(backups)[KEPT_BACKUPS:]:
        old.unlink()
    return target


def kept_backups(backups: Path) -> list[Path]:
    """Newest first; empty when there are none."""
    return sorted(backups.glob("library *.db"), reverse=True)


def create(path: Path, backups: Path) -> None:
    """A new, empty database of the newest schema."""
    with closing(connect(path, writes=True)) as db:
        migrate(db, backups)
