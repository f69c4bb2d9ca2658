"""The index of words, which can be made anew from the clips' rows."""

import sqlite3
from contextlib import closing
from pathlib import Path

from producer_studio.library.connection import connect, transaction
from producer_studio.library.errors import LibraryDamaged, storage_fault

_FILL = """
INSERT INTO words(rowid, title, sound, lyrics, tags, notes)
SELECT seq, spaced(title), spaced(sound), spaced(lyrics), spaced(tags), spaced(notes) FROM details
"""

_SORT_TITLES = """
UPDATE clips SET title_key = folded(d.title) FROM details d
WHERE d.seq = clips.seq AND clips.title_key <> folded(d.title)
"""


def fold_anew(db: sqlite3.Connection) -> None:
    """Makes the index, and titles as lists sort them, by the folding of today.

    For a step of the schema, inside its transaction: earlier rows were folded by an earlier rule.
    """
    # A new or an expected schema has no rows, and perhaps no functions of ours to make them with.
    if db.execute("SELECT 1 FROM details LIMIT 1").fetchone() is not None:
        _fill(db)
        db.execute(_SORT_TITLES)


def renew_words(path: Path) -> str:
    """Makes the index of a catalogue anew: SQLite's checks of whole files do not look into it.

    Returns:
        Why it cannot be, in SQLite's words; empty when it is done.

    Raises:
        StorageFault: The disk does not take it.
    """
    try:
        with closing(connect(path, writes=True)) as db, transaction(db):
            _fill(db)
    except sqlite3.DatabaseError as error:
        known = storage_fault(error)
        if known is None or isinstance(known, LibraryDamaged):
            return str(error)
        raise known from error
    return ""


def _fill(db: sqlite3.Connection) -> None:
    db.execute("INSERT INTO words(words) VALUES ('delete-all')")
    db.execute(_FILL)
