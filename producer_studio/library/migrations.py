"""Schema migrations from any earlier version: backup first, each step in one transaction."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

from producer_studio.library.backups import back_up
from producer_studio.library.connection import connect, transaction
from producer_studio.library.errors import LibraryDamaged, LibraryTooNew, to_storage_error
from producer_studio.library.field_spec import FieldSpec
from producer_studio.library.fields import CLIP_FIELDS
from producer_studio.library.migration_to_version_6 import add_presses, move_columns
from producer_studio.library.row_repairs import repair_row_numbers, repair_trash
from producer_studio.library.schema import (
    VERSION_1,
    VERSION_2,
    VERSION_3,
    VERSION_4,
    VERSION_5,
    VERSION_6,
    VERSION_6_INDEXES,
    VERSION_8,
)
from producer_studio.translation import mark

_INDEXED_COLUMNS = ("title", "sound", "lyrics", "tags", "notes")
_INDEX_TRIGGER = "details_changed"

# Damaged characters must not keep a library from opening: see `connection`.
_FILL_INDEX = f"""
INSERT INTO words(rowid, {", ".join(_INDEXED_COLUMNS)})
SELECT seq, {", ".join(f"spaced(CAST({name} AS BLOB))" for name in _INDEXED_COLUMNS)} FROM details
"""  # noqa: S608 - our columns

_UPDATE_TITLE_KEYS = """
UPDATE clips SET title_key = folded(CAST(d.title AS BLOB)) FROM details d
WHERE d.seq = clips.seq AND clips.title_key <> folded(CAST(d.title AS BLOB))
"""


def rebuild_index(db: sqlite3.Connection) -> None:
    """Rebuilds the index, and titles for sorting, with the current text folding.

    For a schema step, inside its transaction: earlier rows were folded by an earlier rule.
    """
    # A new or expected schema has no rows, and may lack the SQL functions.
    if db.execute("SELECT 1 FROM details LIMIT 1").fetchone() is not None:
        _fill_index(db)
        db.execute(_UPDATE_TITLE_KEYS)


def repair_word_index(path: Path) -> str:
    """Rebuilds the word index of a database: SQLite's integrity checks do not check it.

    Damaged characters of the indexed texts are replaced. A clip that has some could be neither
    edited nor deleted, as the index would not be told what to remove.

    Returns:
        SQLite's message if it fails; empty on success.

    Raises:
        StorageError: The disk rejects the write.
    """
    try:
        with closing(connect(path, writes=True)) as db, transaction(db):
            _repair_texts(db)
            _fill_index(db)
    except sqlite3.DatabaseError as error:
        known = to_storage_error(error)
        if known is None or isinstance(known, LibraryDamaged):
            return str(error)
        raise known from error
    return ""


def _repair_texts(db: sqlite3.Connection) -> None:
    """Replaces damaged characters in the indexed texts, without the trigger that they stop."""
    [trigger] = db.execute(
        "SELECT sql FROM sqlite_master WHERE name = ?", (_INDEX_TRIGGER,)
    ).fetchone()
    db.execute(f"DROP TRIGGER {_INDEX_TRIGGER}")
    for name in _INDEXED_COLUMNS:
        text = f"repaired(CAST({name} AS BLOB))"
        db.execute(f"UPDATE details SET {name} = {text} WHERE {name} <> {text}")  # noqa: S608 - our columns
    db.execute(trigger)


def _fill_index(db: sqlite3.Connection) -> None:
    db.execute("INSERT INTO words(words) VALUES ('delete-all')")
    db.execute(_FILL_INDEX)


MigrationStep = Callable[[sqlite3.Connection], None]


def split_statements(script: str) -> Iterator[str]:
    """Yields a script's statements one by one; `executescript` would commit the transaction."""
    gathered = ""
    for line in script.splitlines(keepends=True):
        gathered += line
        if sqlite3.complete_statement(gathered):
            yield gathered
            gathered = ""


def to_version_1(db: sqlite3.Connection) -> None:
    _execute_script(db, VERSION_1)


def to_version_2(db: sqlite3.Connection) -> None:
    _execute_script(db, VERSION_2)


def to_version_3(db: sqlite3.Connection) -> None:
    _execute_script(db, VERSION_3)


def to_version_4(db: sqlite3.Connection) -> None:
    _execute_script(db, VERSION_4)


def to_version_5(db: sqlite3.Connection) -> None:
    _execute_script(db, VERSION_5)
    rebuild_index(db)


def to_version_6(db: sqlite3.Connection) -> None:
    _execute_script(db, VERSION_6)
    add_columns(db, 6)
    move_columns(db)
    add_presses(db)
    _execute_script(db, VERSION_6_INDEXES)


def to_version_8(db: sqlite3.Connection) -> None:
    add_columns(db, 8)
    _execute_script(db, VERSION_8)


def _execute_script(db: sqlite3.Connection, script: str) -> None:
    for statement in split_statements(script):
        db.execute(statement)


def add_columns(
    db: sqlite3.Connection, version: int, fields: Sequence[FieldSpec] = CLIP_FIELDS
) -> None:
    """Adds the columns and indexes that the declarations of fields have since a version."""
    for spec in fields:
        column = spec.column
        added = column.since if column is not None else 0
        if column is not None and added == version:
            db.execute(f"ALTER TABLE {column.table} ADD COLUMN {column.definition}")
        if spec.sort is None or spec.sort.index_since not in {None, version}:
            continue
        if spec.sort.index_since == version or added == version:
            # An index has columns without the row's name before them.
            key = spec.sort.expression.replace("c.", "")
            order = f"{key} DESC" if spec.sort.descending_first else key
            db.execute(
                f"CREATE INDEX clips_by_{spec.name} ON clips(trashed, {order}, seq DESC, id)"
            )


_SCRIPTS: dict[int, MigrationStep] = {
    1: to_version_1, 2: to_version_2, 3: to_version_3, 4: to_version_4, 5: to_version_5,
    6: to_version_6, 8: to_version_8,
}  # fmt: skip
SCHEMA_VERSION = 8
"""Version of the newest schema; a column that is added to `fields.py` has the next one."""

STEPS: tuple[MigrationStep, ...] = tuple(
    _SCRIPTS.get(version, partial(add_columns, version=version))
    for version in range(1, SCHEMA_VERSION + 1)
)
"""Step n migrates from version n to version n + 1; those without a script add columns alone."""


def read_version(db: sqlite3.Connection) -> int:
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    return version


def require_known_version(version: int, newest: int = len(STEPS)) -> None:
    """Raises LibraryTooNew for a schema of a later version."""
    if version > newest:
        raise LibraryTooNew(
            mark(
                "This library was last used by a newer version of Producer Studio. Update the "
                "studio to open it; nothing was changed."
            )
        )


def migrate(
    db: sqlite3.Connection, backups: Path | None, steps: Sequence[MigrationStep] = STEPS
) -> int:
    """Migrates a database to the newest schema; returns its previous version.

    Args:
        db: A writing connection, outside a transaction.
        backups: The folder for backups; one is made before each step, except of a new database,
            whose backups would displace useful ones. None makes none: the database is a copy.
        steps: All migration steps.

    Raises:
        LibraryTooNew: The schema is newer than the last step.
    """
    found = read_version(db)
    require_known_version(found, len(steps))
    if found:
        repair_row_numbers(db)
        repair_trash(db)
    for version in range(found, len(steps)):
        if found and backups is not None:
            back_up(db, backups)
        with transaction(db):
            steps[version](db)
            db.execute(f"PRAGMA user_version = {version + 1}")
    return found


def create_database(path: Path, backups: Path) -> None:
    """Creates an empty database of the newest schema."""
    with closing(connect(path, writes=True)) as db:
        migrate(db, backups)
