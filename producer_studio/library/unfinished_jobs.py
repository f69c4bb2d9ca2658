"""Reads from a library that is not open whether its jobs still need an account."""

import logging
import sqlite3
from collections.abc import Collection
from pathlib import Path

from producer_studio.domain.errors import StorageError
from producer_studio.domain.ids import AccountName
from producer_studio.library import job_sql
from producer_studio.library.internal_files import DATABASE
from producer_studio.library.path_confinement import is_plain_file
from producer_studio.library.recovery.inspection import find_damage, open_untrusted

log = logging.getLogger(__name__)


def has_unfinished_jobs(folder: Path, accounts: Collection[AccountName]) -> bool:
    """Whether a job of a library needs one of the accounts to go on; blocking.

    Nothing is written there. False where there is no library, or none that can be read.
    """
    path = folder / DATABASE
    try:
        if not is_plain_file(path) or find_damage(path):
            return False
        with open_untrusted(path, in_use=True) as db:
            rows = db.execute("SELECT * FROM jobs WHERE state <> 'done'").fetchall()
    except (StorageError, sqlite3.Error, OSError) as error:
        log.info("Cannot read the jobs of another library: %s", error)
        return False
    return any(
        job.needs_account and job.account in accounts for job in job_sql.parse_job_rows(rows)
    )
