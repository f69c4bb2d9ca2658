"""Rebuilding and repair of the word index, from the clips' rows."""

import sqlite3
from contextlib import closing
from pathlib import Path

from producer_studio.library.connection import connect, transaction
from producer_studio.library.errors import LibraryDamaged, to_storage_error

_FILL_INDEX = """
INSERT INTO words(rowid, title, sound, lyrics, tags, notes)
SELECT seq, spaced(title), spaced(sound), spaced(lyrics), spaced(tags), spaced(notes) FROM details
"""

_UPDATE_TITLE_KEYS = """
UPDATE clips SET title_key = folded(d.title) FROM details d
WHERE d.seq = clips.seq AND clips.title_key <> folded(d.title)
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

    Returns:
        SQLite's message if it fails; empty on success.

    Raises:
        StorageError: The disk rejects the write.
    """
    try:
        with closing(connect(path, writes=True)) as db, transaction(db):
            _fill_index(db)
    except sqlite3.DatabaseError as error:
        known = to_storage_error(error)
        if known is None or isinstance(known, LibraryDamaged):
            return str(error)
        raise known from error
    return ""


def _fill_index(db: sqlite3.Connection) -> None:
    db.execute("INSERT INTO words(words) VALUES ('delete-all')")
    db.execute(_FILL_INDEX)
