"""Command `producer-studio sweep`: what came of a sweep, and its continuation."""

from typing import Any

import click

from producer_studio.cli.columns import format_table
from producer_studio.cli.exit_codes import CommandError, ExitCode
from producer_studio.cli.output import stars_text
from producer_studio.cli.progress import JobProgress, patience_option, raise_for_failed_jobs
from producer_studio.cli.session import Session, session_command
from producer_studio.cli.sweep_options import limit_options, parse_limits
from producer_studio.domain.errors import RequestRejected
from producer_studio.domain.ids import PressId
from producer_studio.domain.job import Job
from producer_studio.domain.sweep import stop_reason
from producer_studio.domain.sweep_limits import SweepLimits
from producer_studio.domain.sweep_status import CellState, SweepCell, SweepStatus
from producer_studio.translation import join_texts, mark, sentences


@click.command("sweep")
@click.argument("press_id", metavar="PRESS")
@click.option(
    "--continue",
    "continues",
    is_flag=True,
    help=mark("Send what was not sent. The limits hold, unless they are given anew."),
)
@limit_options
@patience_option
@session_command
async def sweep(
    session: Session,
    press_id: str,
    continues: bool,
    limit_credits: float | None,
    limit_requests: int | None,
    min_balance: float | None,
    patience_s: float,
) -> None:
    """Show the grid of a sweep: state, stars and clips of each cell.

    “history” lists the presses. Showing is free; --continue costs what it sends.
    """
    limits = parse_limits(limit_credits, limit_requests, min_balance)
    if limits != SweepLimits() and not continues:
        raise CommandError(ExitCode.USAGE, mark("Limits are changed with --continue."))
    press = await session.find_press(press_id)
    status = await session.studio.sweeps.status(press.id)
    if status is None:
        raise CommandError(ExitCode.USAGE, mark("This press is no sweep."))
    if continues:
        await _continue(session, status, limits, patience_s)
        return
    write_status(session, status)


async def _continue(
    session: Session, status: SweepStatus, limits: SweepLimits, patience_s: float
) -> None:
    await session.studio.webhooks.start()
    # Requests of a killed process count; their outcome may be found out, free of charge.
    await session.studio.jobs.resume()
    changed = status.sweep.limits.merged(limits) if limits != SweepLimits() else None
    with JobProgress(session, patience_s) as following:
        try:
            jobs = await session.studio.sweeps.resume(status.press.id, changed)
        except RequestRejected as refused:
            raise CommandError(ExitCode.USAGE, refused.message) from refused
        ended = await following.wait_until_finished([job.id for job in jobs])
    await write_outcome(session, status.press.id, ended)


async def write_outcome(session: Session, press: PressId, ended: list[Job]) -> None:
    """Writes the grid after a run; ends the command with the error of a job that has failed.

    Raises:
        CommandError: A job failed. A limit that was reached is no failure.
    """
    # Those of an earlier process, whose clips belong into the grid.
    await session.studio.jobs.wait_until_idle()
    status = await session.studio.sweeps.status(press)
    if status is not None:
        write_status(session, status)
    sent = [job for job in ended if not stop_reason(job)]
    raise_for_failed_jobs(sent)
    await session.raise_if_sound_missing(sent)


def write_status(session: Session, status: SweepStatus) -> None:
    """Writes the grid: a line for each cell, and what it has cost."""
    rows = [
        [str(cell.take), status.sweep.take_text(cell.take), *_texts(cell)] for cell in status.cells
    ]
    used, limits = status.use.credits_text, status.sweep.limits.texts()
    summary = sentences(
        mark("{summary}.", summary=status.summary),
        mark("Charged or possibly charged: {credits}.", credits=used) if used else "",
        mark("Limits: {limits}.", limits=join_texts(limits)) if limits else "",
    )
    session.output.write_result(status_json(status), [*format_table(rows), summary])


def _texts(cell: SweepCell) -> list[str]:
    return [cell.state.label, stars_text(cell.stars), " ".join(clip.id[:8] for clip in cell.clips)]


def status_json(status: SweepStatus) -> dict[str, Any]:
    return {
        "event": "sweep",
        "press": status.press.id,
        **status.sweep.to_json(),
        "requests": status.use.requests,
        "credits": status.use.credits,
        "credits_estimated": status.use.is_estimated,
        "sent": status.sent,
        "stopped": status.stop_reason or None,
        "finished": status.count(CellState.WAITING, CellState.SENDING, CellState.WORKING) == 0,
        "cells": [
            {
                "take": cell.take,
                "values": list(status.sweep.values_of(cell.take)),
                "state": str(cell.state),
                "job": cell.job.id if cell.job is not None else None,
                "stars": cell.stars,
                "clips": [clip.id for clip in cell.clips],
            }
            for cell in status.cells
        ],
    }
