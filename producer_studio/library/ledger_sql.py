"""SQL for the ledger of credits: rows are only ever added."""

import json
import logging
import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from producer_studio.domain.credits import Balance
from producer_studio.domain.field_reader import MAX_INTEGER, is_finite_number
from producer_studio.domain.ids import AccountName, JobId
from producer_studio.domain.job import Job
from producer_studio.domain.ledger import EntryKind, LedgerEntry
from producer_studio.domain.operation import Operation
from producer_studio.library.column_values import (
    format_time,
    parse_optional_text,
    parse_text,
    parse_time,
    replace_lone_surrogates,
)
from producer_studio.library.job_sql import parse_job_rows
from producer_studio.library.unsent_jobs import is_unsent

log = logging.getLogger(__name__)

_BELIEVABLE_AMOUNT = f"(typeof(amount) IN ('real', 'integer') AND abs(amount) <= {MAX_INTEGER})"
"""A larger one comes from damage: summed up it would forbid every request by any budget."""

_SUM_SPENT = (
    "coalesce(sum(CASE kind WHEN 'charged' THEN amount WHEN 'refunded' THEN -amount END) "
    f"FILTER (WHERE {_BELIEVABLE_AMOUNT}), 0.0)"
)


def _number_in_body(name: str) -> str:
    """Returns SQL for a number in a job's body; NULL if there is none, or the body is damaged.

    CASE, because SQLite may evaluate the operands of AND in any order, and `json_extract` of
    invalid JSON would abort the whole query.
    """
    path = f"'$.{name}'"
    return (
        f"CASE WHEN NOT json_valid(body) THEN NULL "
        f"WHEN json_type(body, {path}) NOT IN ('integer', 'real') THEN NULL "
        f"WHEN abs(json_extract(body, {path})) <= {MAX_INTEGER} THEN json_extract(body, {path}) END"
    )


_CREDITS_CHARGED = _number_in_body("credits_charged")
_CREDITS_EXPECTED = _number_in_body("credits_expected")
_CREDITS_REFUNDED = _number_in_body("credits_refunded")


def add_entries(db: sqlite3.Connection, entries: Iterable[LedgerEntry]) -> None:
    db.executemany(
        "INSERT INTO ledger(account, kind, amount, job, note, at) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (
                replace_lone_surrogates(entry.account),
                str(entry.kind),
                entry.amount,
                entry.job,
                # A balance has no note: its column has the source.
                replace_lone_surrogates(entry.source or entry.note),
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
    """Returns the latest entries from `since` to before `until`, newest first.

    A negative limit is none.
    """
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
    return _parse_entries(found.fetchall())


def _parse_entries(rows: Iterable[sqlite3.Row]) -> list[LedgerEntry]:
    entries = []
    for row in rows:
        try:
            entries.append(_parse_entry(row))
        except ValueError as error:
            # Such as a kind of a later version: the other entries are still listed.
            log.warning("Cannot read ledger entry %s: %s", row["seq"], error)
    return entries


def _parse_entry(row: sqlite3.Row) -> LedgerEntry:
    amount = row["amount"]
    kind = EntryKind(parse_text(row["kind"]))
    note = parse_text(row["note"])
    return LedgerEntry(
        account=AccountName(parse_text(row["account"])),
        kind=kind,
        amount=amount if is_finite_number(amount) and abs(amount) <= MAX_INTEGER else None,
        job=JobId(job) if (job := parse_optional_text(row["job"])) is not None else None,
        note="" if kind is EntryKind.BALANCE else note,
        source=note if kind is EntryKind.BALANCE else "",
        at=parse_time(row["at"]),
    )


def last_entry(db: sqlite3.Connection) -> int:
    """Returns the number of the latest entry; 0 without any."""
    last: int | None = db.execute("SELECT max(seq) FROM ledger").fetchone()[0]
    return last or 0


def read_balances(db: sqlite3.Connection) -> dict[AccountName, Balance]:
    """Returns the last balance that each account's service reported, as far as it was new."""
    found = db.execute(
        "SELECT * FROM ledger WHERE seq IN "  # noqa: S608 - our columns
        f"(SELECT max(seq) FROM ledger WHERE kind = 'balance' AND {_BELIEVABLE_AMOUNT} "
        "GROUP BY account)"
    )
    return {
        entry.account: Balance(credits=entry.amount, at=entry.at, source=entry.source)
        for entry in _parse_entries(found.fetchall())
        if entry.amount is not None
    }


def sum_spent(db: sqlite3.Connection, account: AccountName | None, since: datetime | None) -> float:
    """Returns credits charged less credits refunded."""
    total: float = db.execute(
        f"SELECT {_SUM_SPENT} FROM ledger "  # noqa: S608 - our columns
        "WHERE (?1 IS NULL OR account = ?1) AND (?2 IS NULL OR at >= ?2)",
        (account, format_time(since) if since else None),
    ).fetchone()[0]
    return total


def highest_recent_price(
    db: sqlite3.Connection, account: AccountName, operation: Operation, endpoint: str
) -> float | None:
    """Returns the highest price of one request of this kind at the account; None if unknown.

    A reported price of 0 does not count: the next request may have one.

    Args:
        endpoint: Address of the service: requests to another one do not count. Empty for all.
    """
    row = db.execute(
        f"SELECT max({_CREDITS_CHARGED}) FROM jobs WHERE account = ?1 AND operation = ?2 "  # noqa: S608
        f"AND {_CREDITS_CHARGED} > 0 AND (?3 = '' OR CASE WHEN json_valid(body) "
        "THEN coalesce(json_extract(body, '$.endpoint'), '') IN ('', ?3) END)",
        (replace_lone_surrogates(account), str(operation), endpoint),
    ).fetchone()
    most: float | None = row[0]
    return most


def list_charged_jobs_without_clip(db: sqlite3.Connection) -> list[Job]:
    """Returns jobs that cost credits without a result: failed, cancelled, unknown, or without file.

    Newest first. The ledger's entries for a job take precedence over its row. A charge of unknown
    amount counts, unless it was refunded.
    """
    found = db.execute(
        f"""
        SELECT * FROM jobs WHERE CASE WHEN json_valid(body) THEN
                state IN ('failed', 'cancelled', 'unknown')
                    AND json_array_length(body, '$.clips') = 0
                OR state = 'done' AND json_extract(body, '$.fault.kind') = 'not-delivered'
            END
            AND (
                coalesce(
                    (SELECT sum(CASE kind WHEN 'charged' THEN amount
                                          WHEN 'refunded' THEN -amount END)
                        FILTER (WHERE {_BELIEVABLE_AMOUNT}) FROM ledger WHERE job = jobs.id),
                    {_CREDITS_CHARGED} - coalesce({_CREDITS_REFUNDED}, 0.0),
                    0.0
                ) > 0
                OR EXISTS (SELECT 1 FROM ledger
                    WHERE job = jobs.id AND kind = 'charged' AND amount IS NULL)
                AND NOT EXISTS (SELECT 1 FROM ledger WHERE job = jobs.id AND kind = 'refunded')
            )
        ORDER BY seq DESC
        """  # noqa: S608 - our columns
    )
    return parse_job_rows(found.fetchall())


def list_entries_since_balance(
    db: sqlite3.Connection, account: AccountName, since: datetime, until: datetime
) -> list[LedgerEntry]:
    """Returns an account's entries from its last balance before `since` to `until`, oldest first.

    Without such a balance, those from `since` on.
    """
    first = db.execute(
        "SELECT max(seq) FROM ledger "  # noqa: S608 - our columns
        f"WHERE account = ? AND kind = 'balance' AND at < ? AND {_BELIEVABLE_AMOUNT}",
        (replace_lone_surrogates(account), format_time(since)),
    ).fetchone()[0]
    rows = db.execute(
        "SELECT * FROM ledger WHERE account = ?1 AND at < ?2 "
        "AND CASE WHEN ?3 IS NULL THEN at >= ?4 ELSE seq >= ?3 END ORDER BY seq",
        (replace_lone_surrogates(account), format_time(until), first, format_time(since)),
    ).fetchall()
    return _parse_entries(rows)


def list_unsent_jobs(
    db: sqlite3.Connection, since: datetime | None, until: datetime | None
) -> set[JobId]:
    """Returns jobs with an expected price from `since` to before `until` that were never sent."""
    rows = db.execute(
        "SELECT id FROM jobs WHERE id IN (SELECT job FROM ledger "  # noqa: S608 - our condition
        "WHERE kind = 'expected' AND job IS NOT NULL AND (?1 IS NULL OR at >= ?1) "
        f"AND (?2 IS NULL OR at < ?2)) AND {is_unsent('jobs')}",
        (format_time(since) if since else None, format_time(until) if until else None),
    )
    return {JobId(row["id"]) for row in rows.fetchall()}


def list_uncertain_jobs(
    db: sqlite3.Connection, account: AccountName | None, since: datetime
) -> list[Job]:
    """Returns jobs with requests of unknown outcome that nothing waits for.

    They were sent again since, or the user has forgotten them. Only jobs that were requested,
    charged or last sent since a time; of one account, or of all for None.
    """
    rows = db.execute(
        "SELECT * FROM jobs WHERE (?2 IS NULL OR account = ?2) AND (id IN (SELECT job FROM ledger "
        "WHERE kind IN ('expected', 'charged') AND at >= ?1 AND (?2 IS NULL OR account = ?2)) "
        "OR charged IS NULL AND CASE WHEN json_valid(body) THEN "
        "json_extract(body, '$.sent_at') >= ?1 END) AND CASE WHEN json_valid(body) THEN "
        "json_extract(body, '$.uncertain_sends') > 0 OR state = 'cancelled' "
        "AND task_id IS NULL AND json_extract(body, '$.sent_at') IS NOT NULL END ORDER BY seq",
        (format_time(since), replace_lone_surrogates(account)),
    )
    return parse_job_rows(rows.fetchall())


@dataclass(frozen=True, slots=True)
class UnpricedJobs:
    """Jobs of one kind that were charged an unknown amount.

    Attributes:
        expected: Expected price of each; None if unknown.
    """

    account: AccountName
    operation: Operation
    model: str
    expected: float | None
    count: int


def list_unpriced_jobs(
    db: sqlite3.Connection,
    account: AccountName | None,
    since: datetime,
    exclude: Collection[JobId] = (),
) -> list[UnpricedJobs]:
    """Returns how many jobs were charged an unknown amount since a time, and not refunded.

    Of one account, or of all for None. There may be many thousand, so that they are counted by
    their kind and not read.

    Args:
        exclude: Jobs that do not count.
    """
    rows = db.execute(
        f"SELECT account, operation, model, {_CREDITS_EXPECTED} AS expected, "  # noqa: S608
        "count(*) AS jobs FROM jobs WHERE id IN (SELECT job FROM ledger WHERE kind = 'charged' "
        "AND amount IS NULL AND at >= ?1 AND (?2 IS NULL OR account = ?2)) "
        "AND id NOT IN (SELECT value FROM json_each(?3)) "
        "AND NOT EXISTS (SELECT 1 FROM ledger WHERE job = jobs.id "
        "AND (kind = 'refunded' OR (kind = 'charged' AND amount IS NOT NULL))) "
        "GROUP BY 1, 2, 3, 4",
        (format_time(since), replace_lone_surrogates(account), json.dumps(list(exclude))),
    ).fetchall()
    known = {str(one): one for one in Operation}
    return [
        UnpricedJobs(
            AccountName(row["account"]),
            known[row["operation"]],
            row["model"],
            row["expected"],
            row["jobs"],
        )
        for row in rows
        if row["operation"] in known  # others are of a later version
    ]
