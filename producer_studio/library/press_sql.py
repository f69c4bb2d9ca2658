"""SQL for the rows of presses. Functions run on a database thread, inside its transaction."""

import json
import sqlite3
from collections.abc import Collection, Iterable

from producer_studio.domain.field_reader import is_finite_number
from producer_studio.domain.ids import AccountName, ClipId, PresetId, PressId
from producer_studio.domain.press import Press
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.recipe_parser import parse_recipe
from producer_studio.domain.sweep import Sweep
from producer_studio.library import job_sql
from producer_studio.library.column_values import (
    format_time,
    parse_text,
    parse_time,
    replace_lone_surrogates,
)
from producer_studio.library.text_folding import fold_text


def write_press(db: sqlite3.Connection, press: Press) -> None:
    """Inserts a press; of a sweep whose id exists already its limits and price are changed."""
    first = press.recipes[0]
    texts = (first.title, first.sound, first.lyrics, first.prompt)
    values = {
        "id": press.id,
        "account": press.account,
        "operation": str(first.operation),
        "model": first.model,
        "takes": len(press.recipes),
        "credits_expected": press.credits_expected,
        "created_at": format_time(press.created_at),
        "recipes": json.dumps([one.to_json() for one in press.recipes], ensure_ascii=False),
        "form": json.dumps(dict(press.form), ensure_ascii=False),
        "words": fold_text("\n".join(text for text in texts if text)),
        "repeats": press.repeats,
        "preset": press.preset,
        "sweep": None if press.sweep is None else json.dumps(press.sweep.to_json()),
    }
    names = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    db.execute(
        f"INSERT INTO presses({names}) VALUES ({marks}) "  # noqa: S608 - our names
        "ON CONFLICT(id) DO UPDATE SET sweep = excluded.sweep, "
        "credits_expected = excluded.credits_expected WHERE excluded.sweep IS NOT NULL",
        {name: replace_lone_surrogates(value) for name, value in values.items()},
    )


def read_press(db: sqlite3.Connection, press_id: PressId) -> Press | None:
    """Returns a press by its id; None if there is none, or its row has no readable recipe."""
    row = db.execute(
        "SELECT * FROM presses WHERE id = ?", (replace_lone_surrogates(press_id),)
    ).fetchone()
    recipes = _parse_recipes(row["recipes"]) if row is not None else ()
    if not recipes:
        return None
    form = _parse_json(row["form"])
    price = row["credits_expected"]
    return Press(
        id=PressId(row["id"]),
        account=AccountName(parse_text(row["account"])),
        recipes=recipes,
        form=form if isinstance(form, dict) else {},
        credits_expected=price if is_finite_number(price) else None,
        repeats=PressId(parse_text(row["repeats"])) if row["repeats"] else None,
        preset=PresetId(parse_text(row["preset"])) if row["preset"] else None,
        sweep=Sweep.from_text(parse_text(row["sweep"])) if row["sweep"] else None,
        created_at=parse_time(row["created_at"]),
    )


def read_prices(db: sqlite3.Connection, presses: Collection[PressId]) -> dict[PressId, float]:
    """Returns the expected prices of presses in credits, as far as they are known."""
    found = db.execute(
        "SELECT id, credits_expected FROM presses "
        "WHERE id IN (SELECT value FROM json_each(?)) AND credits_expected IS NOT NULL",
        [json.dumps([replace_lone_surrogates(press) for press in presses])],
    )
    return {
        PressId(row["id"]): row["credits_expected"]
        for row in found
        if is_finite_number(row["credits_expected"])
    }


def read_sweeps(db: sqlite3.Connection, presses: Collection[PressId]) -> frozenset[PressId]:
    """Returns those presses that are sweeps."""
    found = db.execute(
        "SELECT id FROM presses WHERE id IN (SELECT value FROM json_each(?)) AND sweep IS NOT NULL",
        [json.dumps([replace_lone_surrogates(press) for press in presses])],
    )
    return frozenset(PressId(row["id"]) for row in found)


def read_preset_names(db: sqlite3.Connection, presses: Collection[PressId]) -> dict[PressId, str]:
    """Returns the names of the presets that presses were made from; ids of deleted presets."""
    found = db.execute(
        "SELECT s.id, coalesce(p.name, s.preset) AS name FROM presses s "
        "LEFT JOIN presets p ON p.id = s.preset "
        "WHERE s.id IN (SELECT value FROM json_each(?)) AND s.preset IS NOT NULL",
        [json.dumps([replace_lone_surrogates(press) for press in presses])],
    )
    return {PressId(row["id"]): parse_text(row["name"]) for row in found}


def read_takes(db: sqlite3.Connection, press_id: PressId) -> set[int]:
    """Returns the take numbers that clips of a press have."""
    found = db.execute(
        "SELECT take FROM clips WHERE press = ? AND take IS NOT NULL",
        (replace_lone_surrogates(press_id),),
    )
    return {row["take"] for row in found.fetchall() if isinstance(row["take"], int)}


def _parse_recipes(stored: object) -> tuple[Recipe, ...]:
    """Parses the readable recipes of a press."""
    found = _parse_json(stored)
    items = found if isinstance(found, list) else []
    return tuple(parse_recipe(item)[0] for item in items if isinstance(item, dict))


def _parse_json(stored: object) -> object:
    try:
        return json.loads(stored)  # type: ignore[arg-type]
    except (ValueError, TypeError, RecursionError):
        return None


def add_missing_presses(db: sqlite3.Connection) -> None:
    """Adds the presses that jobs and clips name and that have no row, as far as these tell.

    The form and the price of such a press are unknown, and so is a take without job and clip. A
    press of which no job can be read, and that has no clip, is not added.
    """
    named = db.execute(
        "SELECT press FROM jobs WHERE press IS NOT NULL UNION "
        "SELECT press FROM clips WHERE press IS NOT NULL EXCEPT SELECT id FROM presses"
    ).fetchall()
    _add_presses_from_results(db, [PressId(row["press"]) for row in named])


def add_missing_presses_of_clips(db: sqlite3.Connection, clips: Iterable[ClipId]) -> None:
    """Adds the presses that some clips name and that have no row, as `add_missing_presses` does."""
    named = db.execute(
        "SELECT press FROM clips WHERE id IN (SELECT value FROM json_each(?)) "
        "AND press IS NOT NULL EXCEPT SELECT id FROM presses",
        [json.dumps([replace_lone_surrogates(clip) for clip in clips])],
    ).fetchall()
    _add_presses_from_results(db, [PressId(row["press"]) for row in named])


def _add_presses_from_results(db: sqlite3.Connection, ids: Iterable[PressId]) -> None:
    found = [_press_from_results(db, one) for one in ids]
    for press in sorted(filter(None, found), key=lambda press: press.created_at):
        write_press(db, press)


def _press_from_results(db: sqlite3.Connection, press_id: PressId) -> Press | None:
    """Builds a press from its jobs, or else from the first clip of each; None without either."""
    rows = db.execute("SELECT * FROM jobs WHERE press = ? ORDER BY seq", (press_id,)).fetchall()
    found = job_sql.parse_job_rows(rows)
    # A registration of the source belongs to the press, and is no take.
    jobs = [job for job in found if not job.is_registration] or found
    if jobs:
        jobs.sort(key=lambda job: job.take)
        first = min(jobs, key=lambda job: job.created_at)
        recipes = tuple({job.take: job.recipe for job in jobs}.values())
        return Press(
            id=press_id, account=first.account, recipes=recipes, created_at=first.created_at
        )
    clips = db.execute(
        "SELECT c.account, c.job, d.recipe, d.created_at FROM clips c "
        "JOIN details d ON d.seq = c.seq WHERE c.press = ? ORDER BY c.take",
        (press_id,),
    ).fetchall()
    if not clips:
        return None
    by_job = {row["job"]: row for row in reversed(clips)}
    recipes = tuple(_parse_recipe(row["recipe"]) for row in reversed(by_job.values()))
    return Press(
        id=press_id,
        account=AccountName(parse_text(clips[0]["account"])),
        recipes=recipes,
        created_at=min(parse_time(row["created_at"]) for row in clips),
    )


def _parse_recipe(stored: object) -> Recipe:
    found = _parse_json(stored)
    return parse_recipe(found)[0] if isinstance(found, dict) else Recipe()
