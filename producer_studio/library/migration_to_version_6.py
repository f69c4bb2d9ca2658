"""Schema step to version 6: presses of earlier jobs, and columns that are filled from others."""

import sqlite3
import uuid
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from producer_studio.domain.ids import PressId
from producer_studio.domain.job import Job
from producer_studio.domain.operation import Operation
from producer_studio.domain.press import Press, sum_prices
from producer_studio.domain.timestamps import UNKNOWN_TIME
from producer_studio.library import job_sql, press_sql
from producer_studio.library.column_values import replace_lone_surrogates

_RECIPE_NUMBERS = ("cover_strength", "starts_at_s", "ends_at_s")
_NUMBER_OF_RECIPE = (
    "CASE WHEN NOT json_valid(d.recipe) THEN NULL "
    "WHEN json_type(d.recipe, '$.{0}') NOT IN ('integer', 'real') THEN NULL "
    "WHEN abs(json_extract(d.recipe, '$.{0}')) < 9e999 THEN json_extract(d.recipe, '$.{0}') END"
)
_MAX_POSITION = 1_000_000
_STALE_TRIGGER = "sidecar_of_row_stale"


def move_columns(db: sqlite3.Connection) -> None:
    """Fills columns of `clips` that are known from `details`, and drops the one that has moved."""
    # Nothing of a clip changes, so that its `recipe.json` is not to be written again.
    [trigger] = db.execute(
        "SELECT sql FROM sqlite_master WHERE name = ?", (_STALE_TRIGGER,)
    ).fetchone()
    db.execute(f"DROP TRIGGER {_STALE_TRIGGER}")
    numbers = ", ".join(f"{name} = {_NUMBER_OF_RECIPE.format(name)}" for name in _RECIPE_NUMBERS)
    db.execute(
        f"UPDATE clips SET loudness_lufs = d.loudness_lufs, {numbers} "  # noqa: S608 - our columns
        "FROM details d WHERE d.seq = clips.seq"
    )
    db.execute("ALTER TABLE details DROP COLUMN loudness_lufs")
    db.execute(trigger)


def add_presses(db: sqlite3.Connection) -> None:
    """Adds the presses of earlier jobs, and assigns jobs and clips to them.

    Jobs that have a press are not changed. A press has the same id each time: a backup that is
    restored has the presses of the library that it was made of.

    The jobs of one press were written together: one after another, with one time. A group that is
    not complete, such as the job of a retried take, is not assigned, because its press is not
    known.
    """
    db.execute("CREATE INDEX clips_of_job ON clips(job)")
    rows = db.execute(
        "SELECT * FROM jobs WHERE press IS NULL AND json_valid(body) ORDER BY seq"
    ).fetchall()
    jobs = (job for row in rows for job in job_sql.parse_job_rows([row]))
    for jobs_of_press in _complete_groups(jobs):
        first = jobs_of_press[0]
        prices = [job.credits_expected for job in jobs_of_press]
        press = Press(
            id=_press_id(first),
            account=first.account,
            recipes=tuple(job.recipe for job in jobs_of_press),
            credits_expected=sum_prices(prices),
            created_at=first.created_at,
        )
        press_sql.write_press(db, press)
        _assign_press(db, press, jobs_of_press)
    db.execute("DROP INDEX clips_of_job")
    db.execute(
        "UPDATE jobs SET charged = json_extract(body, '$.credits_charged') "
        "- coalesce(json_extract(body, '$.credits_refunded'), 0) WHERE CASE "
        "WHEN NOT json_valid(body) THEN 0 "
        "WHEN json_type(body, '$.credits_charged') NOT IN ('integer', 'real') THEN 0 "
        "WHEN coalesce(json_type(body, '$.credits_refunded'), 'null') "
        "NOT IN ('integer', 'real', 'null') THEN 0 "
        "ELSE abs(json_extract(body, '$.credits_charged')) < 9e999 END"
    )


def _press_id(first: Job) -> PressId:
    return PressId(uuid.uuid5(uuid.NAMESPACE_OID, f"press of {first.id!r}").hex)


def _complete_groups(jobs: Iterable[Job]) -> Iterator[list[Job]]:
    """Yields the jobs of each press whose jobs are all known, in the order of the takes."""
    for (created_at, takes, *_), group in groupby(
        jobs, lambda job: (job.created_at, job.takes, job.account, job.recipe.operation)
    ):
        found = list(group)
        if created_at == UNKNOWN_TIME:
            continue
        # Jobs of one take are presses of their own, even if they have the same time.
        for one in [[job] for job in found] if takes == 1 else [found]:
            # The number is compared first: a damaged one may be too large for a list.
            if len(one) == takes and [job.take for job in one] == list(range(1, takes + 1)):
                yield one


def _assign_press(db: sqlite3.Connection, press: Press, jobs: Sequence[Job]) -> None:
    clips: list[tuple[Job, sqlite3.Row]] = []
    for job in jobs:
        key = replace_lone_surrogates(job.id)
        db.execute(
            "UPDATE jobs SET press = ?1, body = json_set(body, '$.press', ?1) WHERE id = ?2",
            (press.id, key),
        )
        found = db.execute("SELECT seq, position, stem FROM clips WHERE job = ?", (key,))
        clips += [(job, row) for row in found.fetchall()]
    are_parts = jobs[0].recipe.operation is Operation.STEMS
    positions = [0 if are_parts else _plausible_position(row) for _, row in clips]
    per_job = max(positions, default=0) + 1
    for (job, row), position in zip(clips, positions, strict=True):
        take = (job.take - 1) * per_job + position + 1
        db.execute(
            "UPDATE clips SET press = ?, take = ?, takes = ? WHERE seq = ?",
            (press.id, take, job.takes * per_job, row["seq"]),
        )


def _plausible_position(row: sqlite3.Row) -> int:
    """Returns the position of a clip in its job; a damaged one within the limits of a column."""
    position: int = row["position"]
    return max(0, min(_MAX_POSITION, position))
