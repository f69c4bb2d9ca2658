"""Command `producer-studio history`."""

from typing import Any

import click

from producer_studio.cli.columns import value_line
from producer_studio.cli.exit_codes import CommandError, ExitCode
from producer_studio.cli.output import stars_text, value_lines
from producer_studio.cli.session import Session, session_command
from producer_studio.domain.press import Press
from producer_studio.domain.timestamps import to_local_time
from producer_studio.studio.history import PastPress
from producer_studio.studio.utc_dates import is_known_time
from producer_studio.translation import join_texts, mark, tr, tr_message


@click.command()
@click.argument("query", default="")
@click.option("--pinned", is_flag=True, help=mark("Only pinned presses."))
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=50,
    help=mark("Number of presses to list; default: 50."),
)
@click.option(
    "--show", metavar="PRESS", help=mark("Show everything that was in the form of a press.")
)
@click.option("--pin", metavar="PRESS", help=mark("Keep a press at the top of the history."))
@click.option("--unpin", metavar="PRESS", help=mark("No longer keep it there."))
@session_command
async def history(
    session: Session,
    query: str,
    pinned: bool,
    limit: int,
    show: str | None,
    pin: str | None,
    unpin: str | None,
) -> None:
    """List the presses of Generate that contain all words of QUERY, newest first.

    “generate --again PRESS” repeats one with new seeds.
    """
    if sum((show is not None, pin is not None, unpin is not None, bool(query))) > 1:
        raise CommandError(ExitCode.USAGE, mark("Choose one of QUERY, --show, --pin and --unpin."))
    own = session.studio.history
    chosen = pin if pin is not None else unpin
    if show is not None:
        press = await session.find_press(show)
        session.output.write_result(press_json(press), press_lines(press))
    elif chosen is not None:
        press = await session.find_press(chosen)
        await own.set_pinned(press.id, pinned=pin is not None)
        for past in await own.get_many([press.id]):
            session.output.write_result(past_press_json(past), past_press_line(past))
    else:
        ids = await own.list_ids(query, pinned_only=pinned)
        for past in await own.get_many(ids[:limit]):
            session.output.write_result(past_press_json(past), past_press_line(past))
        if len(ids) > limit:
            session.output.write_hint(mark("{number} more; use --limit.", number=len(ids) - limit))
        if not ids:
            session.output.write_hint(mark("No presses."))


def past_press_json(press: PastPress) -> dict[str, Any]:
    outcome = press.outcome
    cost = outcome.whole_cost
    return {
        "id": press.id,
        "created_at": press.created_at.isoformat() if is_known_time(press.created_at) else None,
        "account": press.account,
        "op": str(press.recipe.operation),
        "model": press.recipe.model,
        "words": press.first_words,
        "takes": press.takes,
        "sweep": press.is_sweep,
        "credits_expected": press.credits_expected,
        "credits_charged": outcome.credits_charged,
        "cost_low": cost.low if cost is not None else None,
        "cost_high": cost.high if cost is not None else None,
        "cost_source": str(cost.source) if cost is not None else None,
        "pinned": press.is_pinned,
        "clips": outcome.clips,
        "kept": outcome.kept,
        "stars": outcome.stars,
        "failed": outcome.failed,
        "open": outcome.open,
        "waiting": outcome.waiting,
        "unknown": outcome.unknown,
        "trashed": outcome.trashed,
        "deleted": outcome.deleted,
    }


def past_press_line(press: PastPress) -> str:
    is_dated = is_known_time(press.created_at)
    when = f"{to_local_time(press.created_at):%Y-%m-%d %H:%M}" if is_dated else tr("time unknown")
    stars = stars_text(press.outcome.stars)
    came = tr_message(join_texts((*press.outcome_texts, stars)))
    parts = (
        press.id[:8],
        when,
        f"{press.recipe.operation:<11}",
        press.first_words,
        f"[{press.recipe.model}]" if press.recipe.model else "",
        came,
        tr_message(press.price_text),
        tr("pinned") if press.is_pinned else "",
    )
    return "  ".join(part for part in parts if part)


def press_json(press: Press) -> dict[str, Any]:
    return {
        "id": press.id,
        "created_at": press.created_at.isoformat() if is_known_time(press.created_at) else None,
        "account": press.account,
        "credits_expected": press.credits_expected,
        "repeats": press.repeats,
        "sweep": press.sweep.to_json() if press.sweep is not None else None,
        "recipes": [recipe.strip_secrets().to_json() for recipe in press.recipes],
        "form": {key: value for key, value in press.form.items() if key not in _SECRET_FIELDS},
    }


_SECRET_FIELDS = frozenset({"webhook_url", "cover_url", "audio_url"})
"""Addresses that may grant access; as in exported files, they are not printed."""


def press_lines(press: Press) -> list[str]:
    """Returns what was in the form as lines; of a press without a form, its first recipe."""
    values = press_json(press)
    found: dict[str, Any] = values["form"] or values["recipes"][0]
    lines = [value_line(mark("press"), press.id), value_line(mark("account"), press.account)]
    lines += value_lines(found)
    seeds = [one.seed or tr("none") for one in press.recipes]
    lines.append(value_line(mark("seeds"), ", ".join(seeds)))
    return lines
