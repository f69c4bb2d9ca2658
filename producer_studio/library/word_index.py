"""The index of words, which can be made anew from the clips' rows."""

import sqlite3
from contextlib import closing
from pathlib import Path

from producer_studio.library.connection import connect, transaction
from producer_studio.library.faults import LibraryDamaged, storage_fault

_FILL = """
INSERT INTO words(rowid, title, sound, lyrics, tags, notes)
SELECT seq, spaced(title), spaced(sound), spaced(lyrics), spaced(tags), spaced(notes) FROM details
"""


def renew_words(path: Path) -> str:
    """Makes the index of a catalogue anew: SQLite's checks of whole files do not look into it.

    Returns:
        Why it cannot be, in SQLite's words; empty when it is done.

    Raises:
        StorageFault: The disk does not take it.
    """
    try:
        with closing(connect(path, writes=True)) as db, transaction(db):
            db.execute("INSERT INTO words(words) VALUES ('delete-all')")
            db.execute(_FILL)
    except sqlite3.DatabaseError as error:
        known = storage_fault(error)
        if known is None or isinstance(known, LibraryDamaged):
            return str(error)
        raise known from error
    return ""
