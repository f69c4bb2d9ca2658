"""Prepares the database for a disk without shared memory, and finishes interrupted changes there.

On such a disk changes are kept in a journal instead of a log (WAL), see `connection.use_no_log`.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from producer_studio.files.disk_features import has_shared_memory
from producer_studio.library.connection import database_uri, use_no_log
from producer_studio.library.errors import LibraryDamaged, to_storage_error
from producer_studio.library.path_confinement import is_plain_file
from producer_studio.library.recovery.inspection import uses_log


def prepare_database(path: Path) -> None:
    """Applies the journal of a process that was killed, and ends the use of a log if it must.

    The checks before opening read the database only, and could do neither.

    Raises:
        sqlite3.OperationalError: The disk cannot be read or written, or a process of another
            computer uses the log.
    """
    if not is_plain_file(path) or not path.stat().st_size:
        return
    journal = path.with_name(f"{path.name}-journal")
    is_interrupted = is_plain_file(journal) and journal.stat().st_size > 0
    if not is_interrupted and (not uses_log(path) or has_shared_memory(path.parent)):
        return
    try:
        with closing(
            sqlite3.connect(f"{database_uri(path)}?mode=rw", uri=True, isolation_level=None)
        ) as db:
            db.execute("PRAGMA trusted_schema = OFF")
            if has_shared_memory(path.parent):
                db.execute("SELECT count(*) FROM sqlite_master").fetchone()
            else:
                use_no_log(db)
    except sqlite3.DatabaseError as error:
        known = to_storage_error(error)
        # The checks find out what is wrong with the file itself.
        if known is not None and not isinstance(known, LibraryDamaged):
            raise
