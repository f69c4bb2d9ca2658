"""SQL for the samples of prices: rows are only ever added."""

import logging
import sqlite3
from collections.abc import Collection
from datetime import datetime

from producer_studio.domain.field_reader import is_finite_number
from producer_studio.domain.ids import AccountName, JobId
from producer_studio.domain.learnt_price import PriceSample
from producer_studio.domain.ledger import EntryKind
from producer_studio.domain.operation import Operation
from producer_studio.library.column_values import (
    format_time,
    parse_optional_text,
    parse_text,
    parse_time,
    replace_lone_surrogates,
)

_MOST_SAMPLES = 5_000
"""Number of latest samples that are read, of all accounts."""

log = logging.getLogger(__name__)


def add_sample(db: sqlite3.Connection, sample: PriceSample) -> bool:
    """Adds a sample; returns False if there is one of its job already."""
    added = db.execute(
        "INSERT INTO price_samples(account, operation, model, credits, job, at) "
        "SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE ?5 IS NULL "
        "OR NOT EXISTS (SELECT 1 FROM price_samples WHERE job = ?5)",
        (
            replace_lone_surrogates(sample.account),
            str(sample.operation),
            replace_lone_surrogates(sample.model),
            sample.credits,
            sample.job,
            format_time(sample.at),
        ),
    )
    return added.rowcount == 1


def last_sample(db: sqlite3.Connection) -> int:
    """Returns the number of the latest sample; 0 without any."""
    last: int | None = db.execute("SELECT max(seq) FROM price_samples").fetchone()[0]
    return last or 0


def list_samples(db: sqlite3.Connection) -> list[PriceSample]:
    """Returns the samples of all accounts, oldest first; unreadable ones are logged and omitted."""
    rows = db.execute(
        "SELECT price_samples.*, CASE WHEN json_valid(body) "
        "THEN json_extract(body, '$.endpoint') END AS endpoint FROM price_samples "
        "LEFT JOIN jobs ON jobs.id = price_samples.job ORDER BY price_samples.seq DESC LIMIT ?",
        (_MOST_SAMPLES,),
    ).fetchall()
    samples = []
    for row in reversed(rows):
        if not is_finite_number(row["credits"]) or row["credits"] <= 0:
            log.warning("Cannot read price sample %s", row["seq"])
            continue
        try:
            samples.append(
                PriceSample(
                    account=AccountName(parse_text(row["account"])),
                    operation=Operation(parse_text(row["operation"])),
                    model=parse_text(row["model"]),
                    credits=row["credits"],
                    job=JobId(job)
                    if (job := parse_optional_text(row["job"])) is not None
                    else None,
                    at=parse_time(row["at"]),
                    endpoint=found if isinstance(found := row["endpoint"], str) else "",
                )
            )
        except ValueError as error:
            # Such as an operation of a later version.
            log.warning("Cannot read price sample %s: %s", row["seq"], error)
    return samples


def has_other_activity(
    db: sqlite3.Connection, account: AccountName, job: JobId, since: datetime
) -> bool:
    """Whether other jobs of an account were charged or refunded since a time."""
    kinds = (EntryKind.CHARGED, EntryKind.REFUNDED)
    row = db.execute(
        "SELECT EXISTS (SELECT 1 FROM ledger WHERE account = ? AND at >= ? "
        "AND kind IN (?, ?) AND job IS NOT ?)",
        (replace_lone_surrogates(account), format_time(since), *map(str, kinds), job),
    ).fetchone()
    return bool(row[0])


def list_active_jobs(
    db: sqlite3.Connection, accounts: Collection[AccountName], since: datetime
) -> set[JobId]:
    """Returns the jobs of accounts that were charged or refunded since a time."""
    kinds = (EntryKind.CHARGED, EntryKind.REFUNDED)
    rows = db.execute(
        "SELECT DISTINCT job FROM ledger WHERE at >= ? AND kind IN (?, ?) "  # noqa: S608 - marks
        f"AND account IN ({', '.join('?' * len(accounts))}) AND job IS NOT NULL",
        (format_time(since), *map(str, kinds), *map(replace_lone_surrogates, accounts)),
    )
    return {JobId(row["job"]) for row in rows.fetchall()}


def has_other_balance(
    db: sqlite3.Connection, account: AccountName, since: datetime, first: float, last: float
) -> bool:
    """Whether a balance since a time was neither the first nor the last one."""
    row = db.execute(
        "SELECT EXISTS (SELECT 1 FROM ledger WHERE account = ? AND at >= ? AND kind = ? "
        "AND amount IS NOT ? AND amount IS NOT ?)",
        (
            replace_lone_surrogates(account),
            format_time(since),
            str(EntryKind.BALANCE),
            first,
            last,
        ),
    ).fetchone()
    return bool(row[0])
