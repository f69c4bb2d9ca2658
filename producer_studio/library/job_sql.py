"""SQL for the jobs' rows. Functions run on a database thread, inside its transaction."""

import json
import logging
import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from statistics import median
from types import NoneType
from typing import Any

from producer_studio.domain.errors import ErrorRecord
from producer_studio.domain.field_reader import MAX_INTEGER, is_finite_number, parse_json_object
from producer_studio.domain.ids import AccountName, ClipId, JobId, PressId, TaskId
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.recipe_parser import parse_recipe
from producer_studio.domain.timestamps import UNKNOWN_TIME, parse_timestamp
from producer_studio.library.column_values import format_time, parse_text, replace_lone_surrogates

_CHUNK = 500

TYPICAL_SECONDS_SAMPLES = 50
"""Number of latest jobs that the typical time is computed from."""

MAX_TYPICAL_S = 3600.0
"""Longer times from accepted to finished mean that the studio was not running."""

log = logging.getLogger(__name__)

_TIME_FIELDS = (
    "created_at", "sent_at", "service_sent_at", "earlier_sent_at", "earlier_service_sent_at",
    "accepted_at", "received_at", "finished_at",
)  # fmt: skip
# Types of the body's plain fields.
_NUMBER_TYPES = (int, float, NoneType)
_PLAIN_FIELD_TYPES: dict[str, tuple[type, ...]] = {
    "take": (int,),
    "takes": (int,),
    "idempotency_key": (str,),
    "credits_expected": _NUMBER_TYPES,
    "credits_charged": _NUMBER_TYPES,
    "credits_refunded": _NUMBER_TYPES,
    "hosted": (str,),
    "late_looks": (int,),
    "uncertain_sends": (int,),
    "earlier_key": (str,),
    "earlier_endpoint": (str,),
    "earlier_key_mark": (str,),
    "earlier_webhook": (str, NoneType),
    "endpoint": (str,),
    "key_mark": (str,),
    "webhook": (str, NoneType),
    "installation": (str,),
}
_KNOWN_FIELDS = frozenset(
    {*_PLAIN_FIELD_TYPES, *_TIME_FIELDS, "recipe", "fault", "clips", "after", "press"}
)
_DEFAULTS: dict[str, object] = {"fault": None, "after": None, "press": None} | {
    name: getattr(Job(id=JobId("")), name) for name in _PLAIN_FIELD_TYPES
}
_COUNTS = frozenset({"take", "takes", "late_looks", "uncertain_sends"})
_MAX_COUNT = 1_000_000
_UPSERT_JOB = """
INSERT INTO jobs
(id, state, account, operation, model, task_id, dismissed, waited_s, press, charged, body)
VALUES (:id, :state, :account, :operation, :model, :task_id, :dismissed, :waited_s, :press,
    :charged, :body)
ON CONFLICT(id) DO UPDATE SET
    state = excluded.state, account = excluded.account, operation = excluded.operation,
    model = excluded.model, task_id = excluded.task_id, dismissed = excluded.dismissed,
    waited_s = excluded.waited_s, press = excluded.press, charged = excluded.charged,
    body = excluded.body
"""


def write_job(db: sqlite3.Connection, job: Job, installation: str = "") -> None:
    """Writes a job's row; preserves fields that a later version has added to it.

    Args:
        installation: Owner of a new job that has none.
    """
    columns = _job_columns(job)
    stored = db.execute("SELECT body FROM jobs WHERE id = ?", (job.id,)).fetchone()
    body = _unknown_fields(stored["body"] if stored else "{}") | columns["body"]
    if stored is None:
        body |= {"installation": owner} if (owner := job.installation or installation) else {}
    columns["body"] = json.dumps(body, ensure_ascii=False)
    db.execute(
        _UPSERT_JOB, {name: replace_lone_surrogates(value) for name, value in columns.items()}
    )


def read_job(db: sqlite3.Connection, job_id: JobId) -> Job | None:
    """Returns a job by its id; None if there is none, or its row cannot be read."""
    row = db.execute("SELECT * FROM jobs WHERE id = ?", (job_id,)).fetchone()
    return next(iter(parse_job_rows([row] if row else [])), None)


def list_jobs(db: sqlite3.Connection, *, open_only: bool, limit: int | None) -> list[Job]:
    """Returns jobs, oldest first; with a limit the latest ones. Unreadable rows are omitted."""
    found = db.execute(
        f"SELECT * FROM jobs {_open_only_clause(open_only)} ORDER BY seq DESC LIMIT ?",  # noqa: S608
        (-1 if limit is None else limit,),
    ).fetchall()
    jobs = parse_job_rows(reversed(found))
    if not open_only:
        return jobs
    return [job for job in jobs if not (job.state is JobState.CANCELLED and job.is_over)]


def list_failed_jobs(db: sqlite3.Connection, limit: int) -> list[Job]:
    """Returns the latest dismissed jobs that failed after a service accepted them, oldest first.

    The limit counts these jobs only, regardless of newer other jobs.
    """
    found = db.execute(
        "SELECT * FROM jobs WHERE state = 'failed' AND dismissed AND task_id IS NOT NULL "
        "ORDER BY seq DESC LIMIT ?",
        (limit,),
    ).fetchall()
    return parse_job_rows(reversed(found))


def read_jobs(db: sqlite3.Connection, ids: Collection[JobId]) -> list[Job]:
    """Returns the jobs with these ids, oldest first."""
    found: list[sqlite3.Row] = []
    wanted = [replace_lone_surrogates(one) for one in ids]
    for start in range(0, len(wanted), _CHUNK):
        part = wanted[start : start + _CHUNK]
        marks = ", ".join("?" * len(part))
        found += db.execute(f"SELECT * FROM jobs WHERE id IN ({marks})", part)  # noqa: S608 - marks only
    return parse_job_rows(sorted(found, key=lambda row: row["seq"]))


def find_similar_jobs(
    db: sqlite3.Connection, account: AccountName, operation: Operation
) -> list[Job]:
    """Returns an account's jobs of one operation that may have been sent twice, oldest first.

    Searches the last thousand jobs of the library, and all older ones with an uncertain outcome.
    """
    found = db.execute(
        "SELECT * FROM jobs WHERE account = ? AND operation = ? AND (state IN "
        "('unknown', 'failed', 'sending', 'queued')"
        " OR seq > (SELECT coalesce(max(seq), 0) - 1000 FROM jobs)) ORDER BY seq",
        (replace_lone_surrogates(account), str(operation)),
    ).fetchall()
    return parse_job_rows(found)


def list_press_jobs(db: sqlite3.Connection, press: PressId) -> list[Job]:
    """Returns all readable jobs of a press, oldest first."""
    found = db.execute(
        "SELECT * FROM jobs WHERE press = ? ORDER BY seq", (replace_lone_surrogates(press),)
    ).fetchall()
    return parse_job_rows(found)


def list_unreadable_ids(db: sqlite3.Connection) -> list[JobId]:
    """Returns ids of open jobs whose rows this version cannot read, oldest first."""
    found = db.execute(f"SELECT * FROM jobs {_open_only_clause(True)} ORDER BY seq").fetchall()  # noqa: S608
    return [JobId(str(row["id"])) for row in found if not parse_job_rows([row])]


def find_clips_in_use(db: sqlite3.Connection) -> set[ClipId]:
    """Returns the clips that unfinished jobs make a file of, or upload to an account.

    Without its clip, a file that was paid for could not be stored.
    """
    found = db.execute(
        f"SELECT * FROM jobs {_open_only_clause(True)} "  # noqa: S608
        "AND operation IN ('video', 'export', 'upload')"
    ).fetchall()
    return {
        job.recipe.source for job in parse_job_rows(found) if job.recipe.source and not job.is_over
    }


def mark_jobs(db: sqlite3.Connection, installation: str) -> None:
    """Assigns jobs of earlier versions to an installation, except completely finished ones."""
    db.execute(
        "UPDATE jobs SET body = json_set(body, '$.installation', ?) WHERE json_valid(body) "
        "AND coalesce(json_extract(body, '$.installation'), '') = '' AND ("
        "state <> 'done' OR json_extract(body, '$.hosted') <> '' "
        "OR json_extract(body, '$.recipe.audio_file') <> '' "
        "OR id IN (SELECT job FROM clips WHERE media = 'pending'))",
        (installation,),
    )


def list_jobs_with_uploads(db: sqlite3.Connection) -> list[Job]:
    """Returns jobs that may still have temporary uploads with a host, oldest first."""
    found = db.execute(
        "SELECT * FROM jobs WHERE json_extract(body, '$.hosted') <> '' ORDER BY seq"
    ).fetchall()
    return parse_job_rows(found)


def parse_job_rows(rows: Iterable[sqlite3.Row]) -> list[Job]:
    """Parses jobs; a row that is damaged or of a later version is logged and omitted."""
    jobs = []
    for row in rows:
        try:
            jobs.append(parse_job_row(row))
        except (
            ValueError,
            TypeError,
            LookupError,
            AttributeError,
            ArithmeticError,
            RecursionError,
        ) as error:
            log.warning("Cannot read row of job %s: %s", row["id"], error)
    return jobs


def _open_only_clause(open_only: bool) -> str:
    return "WHERE NOT (state = 'done' OR dismissed)" if open_only else ""


def list_jobs_with_pending_media(db: sqlite3.Connection) -> list[Job]:
    """Returns finished jobs with a clip that still waits for its file, oldest first."""
    found = db.execute(
        "SELECT * FROM jobs WHERE state = 'done' AND id IN "
        "(SELECT job FROM clips WHERE media = 'pending' AND NOT trashed) ORDER BY seq"
    ).fetchall()
    return parse_job_rows(found)


def read_task_ids(db: sqlite3.Connection, accounts: Collection[AccountName]) -> set[TaskId]:
    """Returns the tasks of accounts that belong to jobs already."""
    marks = ", ".join("?" * len(accounts))
    found = db.execute(
        "SELECT task_id FROM jobs "  # noqa: S608 - question marks
        f"WHERE account IN ({marks}) AND task_id IS NOT NULL",
        [replace_lone_surrogates(one) for one in accounts],
    )
    return {TaskId(row["task_id"]) for row in found.fetchall()}


def compute_typical_seconds(
    db: sqlite3.Connection, model: str, operation: Operation, account: AccountName
) -> float | None:
    """Returns the median time from accepted to finished of the last jobs of this kind, or None."""
    found = db.execute(
        "SELECT waited_s FROM jobs WHERE state = 'done' AND waited_s BETWEEN 0 AND ? "
        "AND model = ? AND operation = ? AND account = ? ORDER BY seq DESC LIMIT ?",
        (MAX_TYPICAL_S, model, str(operation), account, TYPICAL_SECONDS_SAMPLES),
    ).fetchall()
    return median(row["waited_s"] for row in found) if found else None


def add_response(db: sqlite3.Connection, job_id: JobId, body: bytes) -> None:
    """Stores a service's response unchanged."""
    db.execute(
        "INSERT INTO answers(job, at, body) VALUES (?, ?, ?)",
        (job_id, format_time(datetime.now(UTC)), body),
    )


def list_responses(db: sqlite3.Connection, job_id: JobId) -> list[bytes]:
    found = db.execute("SELECT body FROM answers WHERE job = ? ORDER BY seq", (job_id,))
    return [row["body"] for row in found.fetchall()]


def list_jobs_without_response(db: sqlite3.Connection) -> list[Job]:
    """Returns finished jobs of known tasks whose response was not stored, oldest first."""
    found = db.execute(
        "SELECT * FROM jobs WHERE state = 'done' AND task_id IS NOT NULL "
        "AND NOT EXISTS (SELECT 1 FROM answers WHERE answers.job = jobs.id) ORDER BY seq"
    ).fetchall()
    return parse_job_rows(found)


def parse_job_row(row: sqlite3.Row) -> Job:
    """Parses a job from its row; the columns take precedence over the body.

    Fields of the body that cannot be read, or that a later version has added, are ignored.

    Raises:
        ValueError: The body is no JSON object, or its state or operation is unknown.
    """
    if not isinstance(row["id"], str):
        raise TypeError("The id is no text.")  # no other row would be found by it
    body = parse_json_object(parse_text(row["body"]))
    if not isinstance(body.get("recipe"), dict):
        raise ValueError("The body contains no recipe.")  # noqa: TRY004 - one kind for all damage
    given: dict[str, Any] = {
        name: value
        for name, value in body.items()
        if isinstance(value, _PLAIN_FIELD_TYPES.get(name, ())) and _is_plausible(name, value)
    }
    given |= {name: parse_timestamp(body.get(name)) for name in _TIME_FIELDS}
    # Without its time it is sorted last among the jobs, and its time is not used.
    given["created_at"] = given["created_at"] or UNKNOWN_TIME
    clips = body.get("clips")
    fault = body.get("fault")
    return replace(
        Job(id=JobId(row["id"])),
        **given
        | {
            "state": JobState(parse_text(row["state"])),
            "account": AccountName(parse_text(row["account"])),
            "task_id": None if row["task_id"] is None else TaskId(parse_text(row["task_id"])),
            "dismissed": bool(row["dismissed"]),
            "recipe": _parse_recipe(body["recipe"]),
            "fault": ErrorRecord.from_json(fault) if isinstance(fault, dict) else None,
            "clips": tuple(ClipId(str(item)) for item in clips or ())
            if isinstance(clips, list)
            else (),
            "after": JobId(body["after"]) if isinstance(body.get("after"), str) else None,
            "press": PressId(body["press"]) if isinstance(body.get("press"), str) else None,
        },
    )


def _is_plausible(name: str, value: object) -> bool:
    """Whether a plain field is no number, or one that can be computed with and stored."""
    if not isinstance(value, int | float):
        return True
    if name in _COUNTS:
        return 0 <= value <= _MAX_COUNT
    return is_finite_number(value) and abs(value) <= MAX_INTEGER


def _parse_recipe(stored: dict[str, Any]) -> Recipe:
    """Parses the recipe, without the fields that cannot be read.

    Raises:
        ValueError: The operation is unknown to this version.
    """
    Operation(stored.get("operation", Operation.CREATE))
    return parse_recipe(stored)[0]


def _unknown_fields(stored: str) -> dict[str, Any]:
    """Returns fields of a stored body that this version does not know."""
    try:
        body = parse_json_object(stored)
    except ValueError:
        return {}
    return {name: body[name] for name in body if name not in _KNOWN_FIELDS and _is_json(body[name])}


def _is_json(value: object) -> bool:
    """Whether a value can be serialised: JSON has no infinite numbers."""
    try:
        json.dumps(value, allow_nan=False)
    except (ValueError, RecursionError):
        return False
    return True


def _job_columns(job: Job) -> dict[str, Any]:
    waited = (
        (job.finished_at - job.accepted_at).total_seconds()
        if job.finished_at and job.accepted_at
        else None
    )
    if waited is not None and not 0 <= waited <= MAX_TYPICAL_S:
        # A corrected clock, or a studio that was not running: not a duration of the service.
        waited = None
    body: dict[str, Any] = {
        "recipe": job.recipe.to_json(),
        "fault": job.fault.to_json() if job.fault else None,
        "clips": list(job.clips),
        "after": job.after,
        "press": job.press,
    }
    body |= {name: getattr(job, name) for name in _PLAIN_FIELD_TYPES}
    body |= {name: format_time(moment) for name in _TIME_FIELDS if (moment := getattr(job, name))}
    return {
        "id": job.id,
        "state": str(job.state),
        "account": job.account,
        "operation": str(job.recipe.operation),
        "model": job.recipe.model,
        "task_id": job.task_id,
        "dismissed": int(job.dismissed),
        "waited_s": waited,
        "press": job.press,
        "charged": _net_charge(job),
        # The names of fields that are as those of any new job would be a third of a body.
        "body": {
            name: value
            for name, value in body.items()
            if name not in _DEFAULTS or value != _DEFAULTS[name]
        },
    }


def _net_charge(job: Job) -> float | None:
    if job.credits_charged is None:
        return None
    return job.credits_charged - (job.credits_refunded or 0.0)
