"""Command `producer-studio ledger`."""

import asyncio
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import click

from producer_studio.cli.columns import cell_width, pad
from producer_studio.cli.exit_codes import CommandError, ExitCode
from producer_studio.cli.output import job_json, job_line
from producer_studio.cli.path_parameter import PathParameter
from producer_studio.cli.session import Session, session_command
from producer_studio.domain.credits import format_credits
from producer_studio.domain.ids import AccountName
from producer_studio.domain.ledger import EntryKind
from producer_studio.domain.model_record import ModelRecord
from producer_studio.domain.timestamps import to_local_time
from producer_studio.files.path_checks import path_exists
from producer_studio.studio.accounts.ledger import LedgerLine, MonthTotals
from producer_studio.studio.accounts.reconciliations import AccountReconciliation
from producer_studio.studio.utc_dates import is_known_time
from producer_studio.translation import join_texts, mark, tr, tr_message


@click.command()
@click.option("--account", "account_name", help=mark("Only entries of this account."))
@click.option("--month", help=mark("Only entries of this month, such as 2026-11 (UTC)."))
@click.option("--totals", is_flag=True, help=mark("Monthly totals of each account."))
@click.option("--without-clip", is_flag=True, help=mark("Only charged jobs without a clip."))
@click.option("--models", is_flag=True, help=mark("Your own record of each model and operation."))
@click.option(
    "--unexplained",
    is_flag=True,
    help=mark("Difference between balance and ledger in a month, and what could explain it."),
)
@click.option(
    "--csv",
    "table",
    type=PathParameter(dir_okay=False, resolve_path=True, path_type=Path),
    help=mark("Export the entries as CSV; no file is overwritten."),
)
@session_command
async def ledger(
    session: Session,
    account_name: str | None,
    month: str | None,
    totals: bool,
    without_clip: bool,
    models: bool,
    unexplained: bool,
    table: Path | None,
) -> None:
    """Show the expected, charged and refunded credits, newest first."""
    if sum((totals, without_clip, models, unexplained, table is not None)) > 1:
        raise CommandError(
            ExitCode.USAGE,
            mark("Choose one of --totals, --without-clip, --models, --unexplained and --csv."),
        )
    if models and month:
        raise CommandError(ExitCode.USAGE, mark("The record of models is of all months."))
    # A removed account still has entries.
    account = AccountName(account_name) if account_name else None
    first = _parse_month(month) if month else None
    own = session.studio.ledger
    if table is not None:
        if await asyncio.to_thread(_is_taken, table):
            raise CommandError(ExitCode.USAGE, mark("{table} already exists.", table=table))
        await own.save_csv(table, account, first)
        session.output.write_result({"path": str(table)}, str(table))
    elif totals:
        for one in await own.totals(first):
            if account in {None, one.account}:
                session.output.write_result(_totals_json(one), _totals_line(one))
    elif models:
        records = await session.studio.model_records.all(account)
        for record in records:
            session.output.write_result(_record_json(record), _record_line(record))
        if not records:
            session.output.write_hint(mark("No model has been used yet."))
    elif unexplained:
        for compared in await session.studio.reconciliations.of_month(first):
            if account in {None, compared.account}:
                session.output.write_result(
                    _unexplained_json(compared), _unexplained_lines(compared)
                )
    elif without_clip:
        jobs = await own.list_charged_jobs_without_clip(account)
        for job in jobs:
            session.output.write_result(job_json(job), job_line(job))
        if not jobs:
            session.output.write_hint(mark("All charged jobs have a clip."))
    else:
        lines = await own.lines(account, first, fold_balances=False)
        for line in lines:
            session.output.write_result(_line_json(line), _line_text(line))
        if not lines:
            session.output.write_hint(mark("No entries."))


def _record_json(record: ModelRecord) -> dict[str, Any]:
    fields = asdict(record)
    del fields["operation"]
    return {
        "op": str(record.operation),
        **fields,
        "credits_per_kept": record.credits_per_kept,
        "few": record.is_small,
    }


def _record_line(record: ModelRecord) -> str:
    model = f" {record.model}" if record.model else ""
    return f"{record.account}  {tr(record.operation.label)}{model}: {tr_message(record.text())}"


def _unexplained_json(compared: AccountReconciliation) -> dict[str, Any]:
    result = compared.result
    return {
        "account": compared.account,
        "opening": result.opening,
        "closing": result.closing,
        "reported": result.known,
        "learnt": result.estimated,
        "unexplained": result.unexplained,
        "gone": result.gone,
        "added": result.added,
        "gaps": [
            {
                "credits": gap.credits,
                "since": gap.since.isoformat(),
                "until": gap.until.isoformat(),
                "jobs": list(gap.jobs),
                "unpriced": list(gap.unpriced),
            }
            for gap in result.gaps
        ],
        "refunds": [
            {
                "job": one.job,
                "credits": one.credits,
                "at": one.at.isoformat(),
                "probable": one.gone > 0,
            }
            for one in result.refunds
        ],
    }


def _unexplained_lines(compared: AccountReconciliation) -> list[str]:
    if compared.result.closing is None:
        return [f"{compared.account}  {tr('No two balances in this month to compare.')}"]
    summary = compared.summary() or mark("Balance and ledger agree")
    explanations = (f"  {tr_message(one)}" for one in compared.explanations())
    return [f"{compared.account}  {tr_message(summary)}", *explanations]


def _is_taken(table: Path) -> bool:
    try:
        return path_exists(table)
    except OSError as error:
        reason = error.strerror or str(error)
        text = mark("{path} cannot be written: {reason}.", path=str(table), reason=reason)
        raise CommandError(ExitCode.FAILURE, text) from error


def _parse_month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise CommandError(
            ExitCode.USAGE, mark("“{text}” is not a month; use the form 2026-11.", text=text)
        ) from error


def _line_json(line: LedgerLine) -> dict[str, Any]:
    entry = line.entry
    return {
        "at": entry.at.isoformat() if is_known_time(entry.at) else None,
        "account": entry.account,
        "kind": str(entry.kind),
        "credits": entry.amount,
        "job": entry.job,
        "title": line.title,
        "note": entry.note,
    }


_KIND_LABELS = {
    EntryKind.EXPECTED: mark("expected"),
    EntryKind.CHARGED: mark("charged"),
    EntryKind.REFUNDED: mark("refunded"),
    EntryKind.BALANCE: mark("balance"),
}


def _line_text(line: LedgerLine) -> str:
    entry = line.entry
    is_dated = is_known_time(entry.at)
    when = to_local_time(entry.at).strftime("%Y-%m-%d %H:%M") if is_dated else tr("time unknown")
    amount = tr_message(format_credits(entry.amount))
    job = (entry.job or "")[:8]
    title = " ".join(tr_message(line.title).split())
    kind = pad(_KIND_LABELS[entry.kind], max(cell_width(tr(one)) for one in _KIND_LABELS.values()))
    parts = [when, entry.account, kind, amount, job, title]
    parts.append(tr_message(entry.note))
    return "  ".join(part for part in parts if part)


def _totals_json(totals: MonthTotals) -> dict[str, Any]:
    return {
        "account": totals.account,
        "expected": totals.expected,
        "charged": totals.charged,
        "refunded": totals.refunded,
        "spent": totals.spent,
        "unpriced": totals.unpriced,
        "balance": totals.balance,
    }


def _totals_line(totals: MonthTotals) -> str:
    parts: list[str] = [
        mark(
            "{spent} spent: {charged} charged, {refunded} refunded",
            spent=format_credits(totals.spent),
            charged=format_credits(totals.charged),
            refunded=format_credits(totals.refunded),
        )
    ]
    if totals.unpriced:
        parts.append(mark("{number} of unknown price", number=totals.unpriced))
    if totals.balance is not None:
        parts.append(mark("{credits} left", credits=format_credits(totals.balance)))
    return f"{totals.account}  {tr_message(join_texts(parts, '; '))}"
