"""SQL for the history of presses. Functions run on a database thread, inside its transaction."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from producer_studio.domain.field_reader import is_finite_number, parse_json_object
from producer_studio.domain.ids import AccountName, PressId
from producer_studio.domain.job import JobState
from producer_studio.domain.operation import Operation
from producer_studio.domain.past_press import (
    CostSource,
    PastPress,
    PressCost,
    PressOutcome,
    UnpricedJob,
)
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.recipe_parser import parse_recipe
from producer_studio.domain.sweep import Sweep
from producer_studio.library.column_values import (
    parse_integer,
    parse_text,
    parse_time,
    replace_lone_surrogates,
)
from producer_studio.library.text_folding import fold_text
from producer_studio.library.unsent_jobs import is_unsent

# The history calls such a press a sweep, with the names and values of its axes.
_SWEEP_WORDS = """CASE WHEN json_valid(sweep) THEN
    'sweep ' || coalesce(json_extract(sweep, '$.axes'), '') ELSE '' END"""
_SEARCHED_COLUMNS = ("words", "model", "operation", "account", _SWEEP_WORDS)
# An export has no form, and makes no clip.
_LISTED = f"operation <> '{Operation.EXPORT}'"
_MIN_KEPT_STARS = 4
_READ_PRESSES = """
SELECT id, account, takes, credits_expected, created_at, pinned,
    sweep,
    CASE WHEN json_valid(recipes) THEN json_extract(recipes, '$[0]') END AS recipe
FROM presses WHERE id IN (SELECT value FROM json_each(?))
"""
_READ_JOBS = f"""
SELECT j.id, j.press, j.state, j.task_id, j.charged, p.takes, j.operation, j.model,
    CASE WHEN json_valid(j.body) THEN coalesce(json_extract(j.body, '$.accepted_at'),
        json_extract(j.body, '$.created_at')) END AS at,
    {is_unsent("j")} AS is_unsent,
    j.charged IS NULL AND j.state <> 'done' AND EXISTS (
        SELECT 1 FROM ledger WHERE job = j.id AND kind = 'refunded') AS is_refunded,
    CASE WHEN json_valid(j.body) THEN (
        SELECT count(*) FROM json_each(j.body, '$.clips') one
        WHERE NOT EXISTS (SELECT 1 FROM clips c WHERE c.id = one.value)
    ) ELSE 0 END AS deleted,
    j.operation = 'upload' AND p.operation <> 'upload' AS is_registration
FROM jobs j JOIN presses p ON p.id = j.press
WHERE j.press IN (SELECT value FROM json_each(?))
"""  # noqa: S608 - our condition
# Without an index by job: all samples are read once, not once a job.
_READ_SAMPLES = """
SELECT job, credits FROM price_samples WHERE credits > 0 AND job IN (
    SELECT id FROM jobs WHERE charged IS NULL AND press IN (SELECT value FROM json_each(?)))
"""
_READ_CLIPS = f"""
SELECT press, stars, trashed, stars >= {_MIN_KEPT_STARS} OR favourite
    OR EXISTS (SELECT 1 FROM exports e WHERE e.clip = clips.id
        AND e.finished_at IS NOT NULL AND e.fault IS NULL)
    OR EXISTS (SELECT 1 FROM judged_clips g WHERE g.clip = clips.id AND g.outcome = 'won')
    AS is_kept
FROM clips WHERE press IN (SELECT value FROM json_each(?))
"""  # noqa: S608 - our number
_OPERATIONS = {str(one): one for one in Operation}
_WITHOUT_RESULT = frozenset(
    {JobState.FAILED, JobState.CANCELLED, JobState.UNKNOWN, JobState.SENDING}
)


def list_ids(db: sqlite3.Connection, query: str, *, pinned_only: bool) -> list[PressId]:
    """Returns the presses that have every word of a query: pinned ones first, then newest first.

    A word may be a part of one, in any case and without accents. Exports are not listed.
    """
    conditions = [_LISTED, *(["pinned"] if pinned_only else [])]
    values: list[str] = []
    for word in fold_text(replace_lone_surrogates(query)).split():
        one_of = " OR ".join(f"{column} LIKE ? ESCAPE '!'" for column in _SEARCHED_COLUMNS)
        conditions.append(f"({one_of})")
        values += [f"%{_escape_pattern(word)}%"] * len(_SEARCHED_COLUMNS)
    found = db.execute(
        f"SELECT id FROM presses WHERE {' AND '.join(conditions)} "  # noqa: S608 - our columns
        "ORDER BY pinned DESC, created_at DESC, seq DESC",
        values,
    )
    return [PressId(parse_text(row["id"])) for row in found]


def read_past_presses(db: sqlite3.Connection, ids: Sequence[PressId]) -> list[PastPress]:
    """Returns presses with what came of them, in the order of the ids; missing ones are omitted."""
    wanted = json.dumps([replace_lone_surrogates(one) for one in ids])
    outcomes = _read_outcomes(db, wanted)
    found = {
        row["id"]: _parse_row(row, outcomes[row["id"]])
        for row in db.execute(_READ_PRESSES, [wanted])
    }
    return [found[one] for one in ids if one in found]


def set_pinned(db: sqlite3.Connection, press: PressId, *, pinned: bool) -> bool:
    """Pins or unpins a press; returns whether that changed anything."""
    changed = db.execute(
        "UPDATE presses SET pinned = ?1 WHERE id = ?2 AND pinned <> ?1",
        (int(pinned), replace_lone_surrogates(press)),
    )
    return changed.rowcount == 1


def find_ids(db: sqlite3.Connection, prefix: str, limit: int) -> list[PressId]:
    """Returns some presses whose ids begin with a text."""
    pattern = f"{_escape_pattern(replace_lone_surrogates(prefix))}%"
    found = db.execute(
        "SELECT id FROM presses WHERE id LIKE ? ESCAPE '!' LIMIT ?", (pattern, limit)
    )
    return [PressId(parse_text(row["id"])) for row in found]


def _escape_pattern(text: str) -> str:
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _parse_row(row: sqlite3.Row, outcome: PressOutcome) -> PastPress:
    price = row["credits_expected"]
    return PastPress(
        id=PressId(row["id"]),
        account=AccountName(parse_text(row["account"])),
        recipe=_parse_recipe(row["recipe"]),
        takes=max(1, parse_integer(row["takes"], 1)),
        credits_expected=price if is_finite_number(price) else None,
        created_at=parse_time(row["created_at"]),
        is_pinned=bool(row["pinned"]),
        outcome=outcome,
        sweep=Sweep.from_text(sweep) if isinstance(sweep := row["sweep"], str) else None,
    )


def _parse_recipe(stored: object) -> Recipe:
    try:
        return parse_recipe(parse_json_object(stored))[0] if isinstance(stored, str) else Recipe()
    except ValueError:
        return Recipe()


def _read_outcomes(db: sqlite3.Connection, wanted: str) -> dict[str, PressOutcome]:
    jobs: dict[str, list[sqlite3.Row]] = defaultdict(list)
    clips: dict[str, list[sqlite3.Row]] = defaultdict(list)
    for row in db.execute(_READ_JOBS, [wanted]):
        jobs[row["press"]].append(row)
    for row in db.execute(_READ_CLIPS, [wanted]):
        clips[row["press"]].append(row)
    samples = {row["job"]: row["credits"] for row in db.execute(_READ_SAMPLES, [wanted])}
    outcomes = {press: _outcome(jobs[press], clips[press], samples) for press in {*jobs, *clips}}
    return defaultdict(PressOutcome, outcomes)


def _outcome(
    jobs: Sequence[sqlite3.Row], clips: Sequence[sqlite3.Row], samples: Mapping[str, float]
) -> PressOutcome:
    own = [row for row in jobs if not row["is_registration"]]
    states = [row["state"] for row in own]
    present = [row for row in clips if not row["trashed"]]
    done, failed = states.count(JobState.DONE), states.count(JobState.FAILED)
    still_open = len(states) - done - failed - states.count(JobState.CANCELLED)
    takes = parse_integer(own[0]["takes"], 1) if own else 0
    return PressOutcome(
        clips=len(present),
        trashed=len(clips) - len(present),
        deleted=sum(row["deleted"] for row in own),
        kept=sum(1 for row in present if row["is_kept"]),
        stars=max((parse_integer(row["stars"], 0) for row in present), default=0),
        # A take that was retried has two jobs.
        failed=max(0, min(failed, takes - done - still_open)),
        open=still_open,
        unknown=states.count(JobState.UNKNOWN),
        waiting=states.count(JobState.QUEUED),
        cost=_sum_costs(jobs, samples),
        unpriced=tuple(_parse_unpriced(row) for row in jobs if _cost(row, samples) is None),
    )


def _cost(job: sqlite3.Row, samples: Mapping[str, float]) -> float | None:
    """Returns what a job has cost, as reported or measured; None if it is not known."""
    if is_finite_number(job["charged"]):
        return float(job["charged"])
    if job["is_unsent"] or job["is_refunded"]:
        return 0.0  # refunded as a whole, whatever it was
    sample = samples.get(job["id"])
    return sample if is_finite_number(sample) else None


def _sum_costs(jobs: Iterable[sqlite3.Row], samples: Mapping[str, float]) -> PressCost | None:
    """Returns what the jobs of known cost have cost; None if there are none that were sent."""
    costs = [
        (cost, row)
        for row in jobs
        if (cost := _cost(row, samples)) is not None and not row["is_unsent"]
    ]
    if not costs:
        return None
    total = sum(cost for cost, _ in costs)
    is_measured = any(row["charged"] is None and not row["is_refunded"] for _, row in costs)
    source = CostSource.MEASURED if is_measured else CostSource.REPORTED
    return PressCost(low=total, high=total, source=source)


def _parse_unpriced(row: sqlite3.Row) -> UnpricedJob:
    return UnpricedJob(
        operation=_OPERATIONS.get(row["operation"], Operation.CREATE),
        model=row["model"],
        at=parse_time(row["at"]),
        may_be_free=row["state"] in _WITHOUT_RESULT,
    )
