"""`producer-studio ledger`."""

import asyncio
from datetime import date
from pathlib import Path
from typing import Any

import click

from producer_studio.cli.exit_codes import Exit, Stopped
from producer_studio.cli.output import job_json, job_line
from producer_studio.cli.session import Session, command
from producer_studio.domain.credits import credits_text
from producer_studio.domain.ids import AccountName
from producer_studio.studio.accounts.ledger import LedgerLine, Totals


@click.command()
@click.option("--account", "account_name", help="One account's lines alone.")
@click.option("--month", help="One month's lines alone, such as 2026-11 (UTC).")
@click.option("--totals", is_flag=True, help="What each account's month comes to.")
@click.option("--without-clip", is_flag=True, help="What was charged and gave no clip.")
@click.option(
    "--csv",
    "table",
    type=click.Path(dir_okay=False, resolve_path=True, path_type=Path),
    help="Write the lines as a table for other programs; no file is overwritten.",
)
@command
async def ledger(
    session: Session,
    account_name: str | None,
    month: str | None,
    totals: bool,
    without_clip: bool,
    table: Path | None,
) -> None:
    """Show what was expected, charged and refunded, newest first."""
    if sum((totals, without_clip, table is not None)) > 1:
        raise Stopped(Exit.USAGE, "Choose one of --totals, --without-clip and --csv.")
    # An account that has gone has its lines all the same.
    account = AccountName(account_name) if account_name else None
    first = _month(month) if month else None
    own = session.studio.ledger
    if table is not None:
        if await asyncio.to_thread(table.exists):
            raise Stopped(Exit.USAGE, f"{table} is there already.")
        await own.save_csv(table, account, first)
        session.output.item({"path": str(table)}, str(table))
    elif totals:
        for one in await own.totals(first):
            if account in {None, one.account}:
                session.output.item(_totals_json(one), _totals_line(one))
    elif without_clip:
        jobs = await own.charged_without_clip(account)
        for job in jobs:
            session.output.item(job_json(job), job_line(job))
        if not jobs:
            session.output.aside("Everything that was charged gave a clip.")
    else:
        lines = await own.lines(account, first, folds=False)
        for line in lines:
            session.output.item(_line_json(line), _line_text(line))
        if not lines:
            session.output.aside("Nothing was written down.")


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise Stopped(Exit.USAGE, f"“{text}” is no month: write it such as 2026-11.") from error


def _line_json(line: LedgerLine) -> dict[str, Any]:
    entry = line.entry
    return {
        "at": entry.at.isoformat(),
        "account": entry.account,
        "kind": str(entry.kind),
        "credits": entry.amount,
        "job": entry.job,
        "title": line.title,
        "note": entry.note,
    }


def _line_text(line: LedgerLine) -> str:
    entry = line.entry
    when = entry.at.astimezone().strftime("%Y-%m-%d %H:%M")
    amount = credits_text(entry.amount)
    job = (entry.job or "")[:8]
    title = " ".join(line.title.split())
    parts = [when, entry.account, f"{entry.kind:<8}", amount, job, title, entry.note]
    return "  ".join(part for part in parts if part)


def _totals_json(totals: Totals) -> dict[str, Any]:
    return {
        "account": totals.account,
        "expected": totals.expected,
        "charged": totals.charged,
        "refunded": totals.refunded,
        "spent": totals.spent,
        "unpriced": totals.unpriced,
        "balance": totals.balance,
    }


def _totals_line(totals: Totals) -> str:
    words = (
        f"{totals.account}  {credits_text(totals.spent)} spent: {credits_text(totals.charged)} "
        f"charged, {credits_text(totals.refunded)} refunded"
    )
    if totals.unpriced:
        words += f"; {totals.unpriced} of unknown price"
    if totals.balance is not None:
        words += f"; {credits_text(totals.balance)} left"
    return words
