"""`producer-studio reports …`: what is left of a crash. Needs no library."""

import asyncio
import os
from collections.abc import Sequence
from typing import Any

import click

from producer_studio.cli.exit_codes import Exit, Stopped
from producer_studio.cli.output import Output
from producer_studio.cli.text_table import lines_of
from producer_studio.studio.crash_reports.crash_reports import Ending, Report, ReportDesk

_ENDINGS = {Ending.CRASHED: "crashed", Ending.STOPPED: "stopped", Ending.WENT_ON: "went on"}

_as_json = click.option("--json", "as_json", is_flag=True, help="One JSON object a line on stdout.")


@click.group(invoke_without_command=True)
@_as_json
@click.pass_context
def reports(context: click.Context, as_json: bool) -> None:
    """Show what went wrong in the studio itself; reports stay on this computer."""
    if context.invoked_subcommand is None:
        asyncio.run(_list(_output(as_json)))


@reports.command("list")
@_as_json
def list_reports(as_json: bool) -> None:
    """List the reports, newest first."""
    asyncio.run(_list(_output(as_json)))


@reports.command()
@click.argument("name", required=False)
@_as_json
def show(name: str | None, as_json: bool) -> None:
    """Show a report, or the newest one."""
    asyncio.run(_show(name, _output(as_json)))


@reports.command()
@click.argument("name", required=False)
@click.option("--all", "every", is_flag=True, help="All of them.")
@_as_json
def remove(name: str | None, every: bool, as_json: bool) -> None:
    """Remove a report, or all."""
    if (name is None) == (not every):
        raise Stopped(Exit.USAGE, "Give the name of a report, or --all.")
    asyncio.run(_remove(name, _output(as_json)))


async def _list(output: Output) -> None:
    found = await _desk().all()
    lines = lines_of([_row(one) for one in found])
    for report, line in zip(found, lines, strict=True):
        output.item(_json(report), line)
    if not found:
        output.aside("There are no reports: nothing went wrong in the studio itself.")


async def _show(name: str | None, output: Output) -> None:
    desk = _desk()
    report = _named(await desk.all(), name)
    text = await desk.text(report)
    await desk.answer([report])
    output.item(_json(report) | {"text": text}, text.rstrip().splitlines())


async def _remove(name: str | None, output: Output) -> None:
    desk = _desk()
    found = await desk.all()
    for report in found if name is None else [_named(found, name)]:
        await desk.remove(report)
        output.item(_json(report), f"{report.name} is removed.")


def _named(found: Sequence[Report], name: str | None) -> Report:
    fits = [one for one in found if name is None or name in {one.name, one.path.name}]
    if not fits:
        wrong = "There are no reports." if name is None else f"There is no report “{name}”."
        raise Stopped(Exit.USAGE, f"{wrong} “producer-studio reports list” shows those there are.")
    return fits[0]


def _output(as_json: bool) -> Output:
    shared = click.get_current_context().find_root().params
    above = click.get_current_context().parent
    return Output(
        as_json=as_json
        or bool(shared.get("as_json"))
        or bool(above is not None and above.params.get("as_json"))
    )


def _desk() -> ReportDesk:
    return ReportDesk.for_user(os.environ)


def _row(report: Report) -> tuple[str, str, str]:
    when = report.at.astimezone().strftime("%Y-%m-%d %H:%M")
    return report.name, when, f"{report.what.replace('-', ' ')} {_ENDINGS[report.ending]}"


def _json(report: Report) -> dict[str, Any]:
    return {
        "name": report.name,
        "at": report.at.isoformat(),
        "what": report.what,
        "ending": str(report.ending),
        "answered": report.answered,
        "path": str(report.path),
    }
