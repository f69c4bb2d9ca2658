"""The book of credits: lines are only ever added."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from producer_studio.domain.credits import EntryKind, LedgerEntry
from producer_studio.domain.ids import AccountName, JobId
from producer_studio.domain.job import Job
from producer_studio.domain.operation import Operation
from producer_studio.library.job_rows import parse_job_rows
from producer_studio.library.rows import format_time, replace_lone_surrogates


def add_entries(db: sqlite3.Connection, entries: Iterable[LedgerEntry]) -> None:
    db.executemany(
        "INSERT INTO ledger(account, kind, amount, job, note, at) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (
                replace_lone_surrogates(entry.account),
                str(entry.kind),
                entry.amount,
                entry.job,
                replace_lone_surrogates(entry.note),
                format_time(entry.at),
            )
            for entry in entries
        ],
    )


def list_entries(
    db: sqlite3.Connection,
    account: AccountName | None,
    limit: int,
    since: datetime | None,
    until: datetime | None,
) -> list[LedgerEntry]:
    """The last lines from `since` to before `until`, newest first; a negative limit is none."""
    found = db.execute(
        "SELECT * FROM ledger WHERE (?1 IS NULL OR account = ?1) AND (?2 IS NULL OR at >= ?2) "
        "AND (?3 IS NULL OR at < ?3) ORDER BY seq DESC LIMIT ?4",
        (
            account,
            format_time(since) if since else None,
            format_time(until) if until else None,
            limit,
        ),
    )
    return [
        LedgerEntry(
            account=AccountName(row["account"]),
            kind=EntryKind(row["kind"]),
            amount=row["amount"],
            job=JobId(row["job"]) if row["job"] is not None else None,
            note=row["note"],
            at=datetime.fromisoformat(row["at"]),
        )
        for row in found.fetchall()
    ]


def read_balances(db: sqlite3.Connection) -> dict[AccountName, float]:
    """What each account's service said last."""
    found = db.execute(
        "SELECT account, amount FROM ledger WHERE seq IN "
        "(SELECT max(seq) FROM ledger WHERE kind = 'balance' AND amount IS NOT NULL "
        "GROUP BY account)"
    )
    return {AccountName(row["account"]): row["amount"] for row in found.fetchall()}


def sum_spent(db: sqlite3.Connection, account: AccountName | None, since: datetime | None) -> float:
    """Charged less refunded, in credits."""
    total: float = db.execute(
        "SELECT coalesce(sum(CASE kind WHEN 'charged' THEN amount WHEN 'refunded' THEN -amount "
        "END), 0.0) FROM ledger WHERE (?1 IS NULL OR account = ?1) AND (?2 IS NULL OR at >= ?2)",
        (account, format_time(since) if since else None),
    ).fetchone()[0]
    return total


def highest_recent_price(
    db: sqlite3.Connection, account: AccountName, operation: Operation
) -> float | None:
    """The most that one request of this kind has cost at the account; None when nobody knows."""
    row = db.execute(
        "SELECT max(json_extract(body, '$.credits_charged')) FROM jobs "
        "WHERE account = ? AND operation = ?",
        (replace_lone_surrogates(account), str(operation)),
    ).fetchone()
    most: float | None = row[0]
    return most


def list_charged_jobs_without_clip(db: sqlite3.Connection) -> list[Job]:
    """Jobs that failed, were cancelled or are unknown, cost something, and gave no clip.

    Newest first. The book's lines on a job count before what its row says. A charge of which nobody
    knows the amount counts, unless it was refunded.
    """
    found = db.execute(
        """
        SELECT * FROM jobs WHERE state IN ('failed', 'cancelled', 'unknown')
            AND json_array_length(body, '$.clips') = 0
            AND (
                coalesce(
                    (SELECT sum(CASE kind WHEN 'charged' THEN amount
                                          WHEN 'refunded' THEN -amount END)
                        FROM ledger WHERE job = jobs.id),
                    json_extract(body, '$.credits_charged')
                        - coalesce(json_extract(body, '$.credits_refunded'), 0.0),
                    0.0
                ) > 0
                OR EXISTS (SELECT 1 FROM ledger
                    WHERE job = jobs.id AND kind = 'charged' AND amount IS NULL)
                AND NOT EXISTS (SELECT 1 FROM ledger WHERE job = jobs.id AND kind = 'refunded')
            )
        ORDER BY seq DESC
        """
    )
    return parse_job_rows(found.fetchall())
