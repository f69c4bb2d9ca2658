"""Command `producer-studio budget`: budgets of all accounts and of each."""

from typing import Any

import click

from producer_studio.cli.exit_codes import CommandError, ExitCode
from producer_studio.cli.number_option import NumberOption
from producer_studio.cli.session import Session, session_command
from producer_studio.domain.budget import BudgetPeriod, BudgetStatus
from producer_studio.domain.credits import format_credits
from producer_studio.translation import join_texts, mark, tr


@click.command()
@click.option(
    "--month", type=NumberOption(0, 1e15), help=mark("Maximum credits per calendar month.")
)
@click.option("--day", type=NumberOption(0, 1e15), help=mark("Maximum credits per day."))
@click.option("--no-month", is_flag=True, help=mark("Remove the monthly limit."))
@click.option("--no-day", is_flag=True, help=mark("Remove the daily limit."))
@session_command
async def budget(
    session: Session, month: float | None, day: float | None, no_month: bool, no_day: bool
) -> None:
    """Show the budgets, or limit what all accounts together may spend (UTC).

    “accounts set --budget” and “accounts set --daily-budget” limit a single account.
    """
    if (no_month and month is not None) or (no_day and day is not None):
        raise CommandError(ExitCode.USAGE, mark("A limit is either set or removed, not both."))
    changes: dict[str, float | None] = {}
    if no_month or month is not None:
        changes["monthly_budget"] = month
    if no_day or day is not None:
        changes["daily_budget"] = day
    studio = session.studio
    if changes:
        studio.preferences.change(**changes)
    for account in (None, *(one.name for one in studio.accounts.all())):
        for period in BudgetPeriod:
            status = await studio.budget.status(account, period)
            session.output.write_result(_status_json(status), _status_line(status))


def _status_json(status: BudgetStatus) -> dict[str, Any]:
    return {
        "account": status.account,
        "period": str(status.period),
        "budget": status.budget,
        "spent": status.spent,
        "pending": status.pending,
        "remaining": status.remaining,
        "estimated": status.is_estimated,
        "unpriced": status.unpriced,
        "resets_on": status.resets_on.isoformat(),
    }


def _status_line(status: BudgetStatus) -> str:
    spent = format_credits(round(status.spent, 2))
    parts: list[str] = [
        mark("about {credits} spent", credits=spent)
        if status.is_estimated
        else mark("{credits} spent", credits=spent)
    ]
    if status.pending:
        pending = format_credits(round(status.pending, 2))
        parts.append(mark("{credits} under way or of unknown outcome", credits=pending))
    if status.unpriced:
        parts.append(status.unpriced_text)
    limit = (
        mark("no limit")
        if status.budget is None
        else mark("limit {credits}", credits=format_credits(status.budget))
    )
    line = tr("{budget}: {use}; {limit}", budget=status.name, use=join_texts(parts), limit=limit)
    return f"{line[0].upper()}{line[1:]}"
