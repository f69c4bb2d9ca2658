"""Commands `producer-studio reports …` for crash reports; they need no library."""

import os
from collections.abc import Sequence
from typing import Any

import click

from producer_studio.cli.columns import format_table
from producer_studio.cli.command_loop import run_in_loop
from producer_studio.cli.exit_codes import CommandError, ExitCode
from producer_studio.cli.output import Output
from producer_studio.domain.timestamps import to_local_time
from producer_studio.studio.crash_reports.crash_reports import (
    CrashReport,
    CrashReports,
    ProcessOutcome,
)
from producer_studio.translation import mark, sentences, tr

_ENDING_LABELS = {
    ProcessOutcome.CRASHED: mark("crashed"),
    ProcessOutcome.STOPPED: mark("stopped"),
    ProcessOutcome.CONTINUED: mark("kept running"),
}

_json_option = click.option(
    "--json", "as_json", is_flag=True, help=mark("Print one JSON object per line.")
)


@click.group(invoke_without_command=True)
@_json_option
@click.pass_context
def reports(context: click.Context, as_json: bool) -> None:
    """Show crash reports of the studio; reports stay on this computer."""
    if context.invoked_subcommand is None:
        run_in_loop(_list(_create_output(as_json)))


@reports.command("list")
@_json_option
def list_reports(as_json: bool) -> None:
    """List the reports, newest first."""
    run_in_loop(_list(_create_output(as_json)))


@reports.command()
@click.argument("name", required=False)
@_json_option
def show(name: str | None, as_json: bool) -> None:
    """Show a report, or the newest one."""
    run_in_loop(_show(name, _create_output(as_json)))


@reports.command()
@click.argument("name", required=False)
@click.option("--all", "every", is_flag=True, help=mark("Delete all reports."))
@_json_option
def remove(name: str | None, every: bool, as_json: bool) -> None:
    """Remove a report, or all."""
    if (name is None) == (not every):
        raise CommandError(ExitCode.USAGE, mark("Enter the name of a report, or --all."))
    run_in_loop(_remove(name, _create_output(as_json)))


async def _list(output: Output) -> None:
    found = await _open_reports().all()
    lines = format_table([_row(one) for one in found])
    for report, line in zip(found, lines, strict=True):
        output.write_result(_json(report), line)
    if not found:
        output.write_hint(mark("There are no crash reports."))


async def _show(name: str | None, output: Output) -> None:
    crash_reports = _open_reports()
    report = _find_report(await crash_reports.all(), name)
    text = await crash_reports.read_text(report)
    await crash_reports.acknowledge([report])
    output.write_result(_json(report) | {"text": text}, text.rstrip().splitlines())


async def _remove(name: str | None, output: Output) -> None:
    crash_reports = _open_reports()
    found = await crash_reports.all()
    for report in found if name is None else [_find_report(found, name)]:
        await crash_reports.remove(report)
        output.write_result(_json(report), mark("Removed {name}.", name=report.name))


def _find_report(found: Sequence[CrashReport], name: str | None) -> CrashReport:
    matches = [one for one in found if name is None or name in {one.name, one.path.name}]
    if not matches:
        wrong = (
            mark("There are no reports.")
            if name is None
            else mark("There is no report “{name}”.", name=name)
        )
        hint = mark("“producer-studio reports list” lists all reports.")
        raise CommandError(ExitCode.USAGE, sentences(wrong, hint))
    return matches[0]


def _create_output(as_json: bool) -> Output:
    shared = click.get_current_context().find_root().params
    above = click.get_current_context().parent
    return Output(
        as_json=as_json
        or bool(shared.get("as_json"))
        or bool(above is not None and above.params.get("as_json"))
    )


def _open_reports() -> CrashReports:
    return CrashReports.for_user(os.environ)


def _row(report: CrashReport) -> tuple[str, str, str]:
    when = to_local_time(report.at).strftime("%Y-%m-%d %H:%M")
    return (
        report.name,
        when,
        f"{report.component.replace('-', ' ')} {tr(_ENDING_LABELS[report.outcome])}",
    )


def _json(report: CrashReport) -> dict[str, Any]:
    return {
        "name": report.name,
        "at": report.at.isoformat(),
        "what": report.component,
        "ending": str(report.outcome),
        "answered": report.is_acknowledged,
        "path": str(report.path),
    }
