"""The jobs' rows. Every function here runs on a lane, inside its transaction."""

import json
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from statistics import median
from typing import Any

from producer_studio.domain.faults import FaultRecord
from producer_studio.domain.ids import AccountName, ClipId, JobId, TaskId
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.library.record import storable, time_text

HISTORY = 50
"""How many of the last jobs the typical time is taken from."""

_TIMES = ("created_at", "sent_at", "accepted_at", "finished_at")
_PUT = """
INSERT INTO jobs(id, state, account, operation, model, task_id, dismissed, waited_s, body)
VALUES (:id, :state, :account, :operation, :model, :task_id, :dismissed, :waited_s, :body)
ON CONFLICT(id) DO UPDATE SET
    state = excluded.state, account = excluded.account, operation = excluded.operation,
    model = excluded.model, task_id = excluded.task_id, dismissed = excluded.dismissed,
    waited_s = excluded.waited_s, body = excluded.body
"""


def put(db: sqlite3.Connection, job: Job) -> None:
    db.execute(_PUT, {name: storable(value) for name, value in _columns(job).items()})


def get(db: sqlite3.Connection, job_id: JobId) -> Job | None:
    row = db.execute("SELECT * FROM jobs WHERE id = ?", (job_id,)).fetchone()
    return job_from(row) if row else None


def listed(db: sqlite3.Connection, *, open_only: bool, limit: int | None) -> list[Job]:
    """Jobs, oldest first; with a limit the latest ones."""
    where = "WHERE NOT (state = 'done' OR dismissed)" if open_only else ""
    found = db.execute(
        f"SELECT * FROM jobs {where} ORDER BY seq DESC LIMIT ?",  # noqa: S608 - fixed text
        (-1 if limit is None else limit,),
    ).fetchall()
    return [job_from(row) for row in reversed(found)]


def hosted(db: sqlite3.Connection) -> list[Job]:
    """Jobs for which something may still lie with a host, oldest first."""
    found = db.execute(
        "SELECT * FROM jobs WHERE json_extract(body, '$.hosted') <> '' ORDER BY seq"
    ).fetchall()
    return [job_from(row) for row in found]


def task_ids(db: sqlite3.Connection, account: AccountName) -> set[TaskId]:
    """The account's tasks that belong to jobs already."""
    found = db.execute(
        "SELECT task_id FROM jobs WHERE account = ? AND task_id IS NOT NULL", (storable(account),)
    )
    return {TaskId(row["task_id"]) for row in found.fetchall()}


def typical_seconds(
    db: sqlite3.Connection, model: str, operation: Operation, account: AccountName
) -> float | None:
    """Median of accepted to finished over the last jobs of this kind; None without any."""
    found = db.execute(
        "SELECT waited_s FROM jobs WHERE state = 'done' AND waited_s IS NOT NULL "
        "AND model = ? AND operation = ? AND account = ? ORDER BY seq DESC LIMIT ?",
        (model, str(operation), account, HISTORY),
    ).fetchall()
    return median(row["waited_s"] for row in found) if found else None


def put_answer(db: sqlite3.Connection, job_id: JobId, body: bytes) -> None:
    """Keeps what the service sent, as it came."""
    db.execute(
        "INSERT INTO answers(job, at, body) VALUES (?, ?, ?)",
        (job_id, time_text(datetime.now(UTC)), body),
    )


def answers(db: sqlite3.Connection, job_id: JobId) -> list[bytes]:
    found = db.execute("SELECT body FROM answers WHERE job = ? ORDER BY seq", (job_id,))
    return [row["body"] for row in found.fetchall()]


def job_from(row: sqlite3.Row) -> Job:
    """A job from its row; the columns stand above what the body says."""
    body: dict[str, Any] = json.loads(row["body"])
    for name in _TIMES:
        if body.get(name):
            body[name] = datetime.fromisoformat(body[name])
    return replace(
        Job(id=JobId(row["id"])),
        **body
        | {
            "state": JobState(row["state"]),
            "account": AccountName(row["account"]),
            "task_id": TaskId(row["task_id"]) if row["task_id"] is not None else None,
            "dismissed": bool(row["dismissed"]),
            "recipe": Recipe.from_json(body["recipe"]),
            "fault": FaultRecord.from_json(body["fault"]) if body["fault"] else None,
            "clips": tuple(ClipId(item) for item in body["clips"]),
            "after": JobId(body["after"]) if body.get("after") else None,
        },
    )


def _columns(job: Job) -> dict[str, Any]:
    waited = (
        (job.finished_at - job.accepted_at).total_seconds()
        if job.finished_at and job.accepted_at
        else None
    )
    body = {
        "recipe": job.recipe.to_json(),
        "take": job.take,
        "takes": job.takes,
        "idempotency_key": job.idempotency_key,
        "credits_expected": job.credits_expected,
        "credits_charged": job.credits_charged,
        "credits_refunded": job.credits_refunded,
        "fault": job.fault.to_json() if job.fault else None,
        "clips": list(job.clips),
        "after": job.after,
        "hosted": job.hosted,
    }
    for name in _TIMES:
        moment = getattr(job, name)
        body[name] = time_text(moment) if moment else None
    return {
        "id": job.id,
        "state": str(job.state),
        "account": job.account,
        "operation": str(job.recipe.operation),
        "model": job.recipe.model,
        "task_id": job.task_id,
        "dismissed": int(job.dismissed),
        "waited_s": waited,
        "body": json.dumps(body, ensure_ascii=False),
    }
