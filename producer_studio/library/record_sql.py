"""SQL for the record of models: accepted jobs with what came of them."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from producer_studio.domain.field_reader import MAX_INTEGER, is_finite_number
from producer_studio.domain.ids import AccountName
from producer_studio.domain.model_record import RecordedJob
from producer_studio.domain.operation import Operation
from producer_studio.library.column_values import (
    parse_text,
    parse_time,
    replace_lone_surrogates,
)
from producer_studio.library.job_sql import MAX_TYPICAL_S

_KEPT_STARS = 4


RecordKey: TypeAlias = tuple[AccountName, Operation, str]
"""Account, operation and model."""


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One accepted job; its credits are those of the ledger, None if that has no amount."""

    at: datetime
    recorded: RecordedJob


def list_records(
    db: sqlite3.Connection, account: AccountName | None
) -> dict[RecordKey, list[RecordRow]]:
    """Returns the accepted jobs of an account or of all, by their kind and oldest first."""
    rows = db.execute(
        """
        WITH kept AS (
            SELECT c.job AS job, count(*) AS clips, sum(NOT c.trashed AND (
                c.stars >= ?1 OR c.favourite
                OR EXISTS (SELECT 1 FROM judged_clips j WHERE j.clip = c.id AND j.outcome = 'won')
                OR EXISTS (SELECT 1 FROM exports e WHERE e.clip = c.id
                    AND e.finished_at IS NOT NULL AND e.fault IS NULL)
                OR c.id IN (SELECT json_extract(body, '$.recipe.source') FROM jobs
                    WHERE operation = 'export' AND state = 'done' AND json_valid(body))
            )) AS kept
            FROM clips c WHERE c.job IS NOT NULL GROUP BY c.job
        ), paid AS (
            SELECT job, sum(CASE kind WHEN 'charged' THEN amount ELSE -amount END) AS credits,
                max(kind = 'refunded') AS refunded
            FROM ledger WHERE job IS NOT NULL AND kind IN ('charged', 'refunded')
                AND (amount IS NULL OR abs(amount) <= ?3)
            GROUP BY job
        )
        SELECT jobs.account, jobs.operation, jobs.model, jobs.state, jobs.waited_s,
            kept.clips, kept.kept, paid.credits, paid.refunded,
            CASE WHEN json_valid(jobs.body)
                THEN json_array_length(jobs.body, '$.clips') END AS came,
            CASE WHEN json_valid(jobs.body) THEN json_extract(jobs.body, '$.created_at') END AS at
        FROM jobs LEFT JOIN kept ON kept.job = jobs.id LEFT JOIN paid ON paid.job = jobs.id
        WHERE (jobs.task_id IS NOT NULL OR jobs.state = 'done')
            AND (?2 IS NULL OR jobs.account = ?2)
        ORDER BY jobs.seq
        """,
        (_KEPT_STARS, replace_lone_surrogates(account), MAX_INTEGER),
    ).fetchall()
    known = {str(one): one for one in Operation}
    found: dict[RecordKey, list[RecordRow]] = {}
    for row in rows:
        operation = known.get(row["operation"])  # None for one of a later version
        if operation is not None:
            key = (AccountName(parse_text(row["account"])), operation, parse_text(row["model"]))
            found.setdefault(key, []).append(_parse_row(row))
    return found


def _parse_row(row: sqlite3.Row) -> RecordRow:
    waited_s = row["waited_s"]
    is_valid = (
        row["state"] == "done" and is_finite_number(waited_s) and 0 <= waited_s <= MAX_TYPICAL_S
    )
    paid = row["credits"]
    if paid is None and row["refunded"]:
        paid = 0.0  # refunded as a whole, whatever it was
    return RecordRow(
        parse_time(row["at"]),
        RecordedJob(
            has_failed=row["state"] == "failed",
            # A clip that was deleted for good came, too.
            clips=max(row["clips"] or 0, row["came"] or 0),
            kept=row["kept"] or 0,
            waited_s=waited_s if is_valid else None,
            credits=paid,
        ),
    )
