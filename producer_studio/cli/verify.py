"""Command `producer-studio library verify`."""

import asyncio
import time
from typing import Any

import click

from producer_studio.cli.exit_codes import CommandError, ExitCode
from producer_studio.cli.session import Session, session_command
from producer_studio.domain.file_problem import FileState
from producer_studio.studio.verification.verification_result import (
    FileOutcome,
    FilesResult,
    VerificationProgress,
    progress_text,
    verification_text,
)
from producer_studio.translation import mark, tr_message

_PROGRESS_INTERVAL_S = 5.0
_STOPPED = mark("Stopped. The next “producer-studio library verify” goes on from here.")


@click.command()
@click.option(
    "--repair",
    "repairs",
    is_flag=True,
    help=mark("Repair what is missing or changed, free of charge."),
)
@click.option("--restart", "restarts", is_flag=True, help=mark("Begin an interrupted check anew."))
@session_command
async def verify(session: Session, repairs: bool, restarts: bool) -> None:
    """Compare every file of the library with its checksum: missing, changed, foreign.

    Nothing is deleted. Files are repaired from the services while their links live, and a lost
    sound from the WAV or the video that is there; a file that is replaced is kept in the
    library's folder “trash”. If it is stopped, the next call continues. Ends with 1 if
    something is missing or changed and was not repaired.
    """
    shown_at = time.monotonic()

    def show_progress(progress: VerificationProgress) -> None:
        nonlocal shown_at
        if time.monotonic() - shown_at < _PROGRESS_INTERVAL_S:
            return
        shown_at = time.monotonic()
        if session.output.as_json:
            session.output.write_result(_progress_json(progress.result), "")
        else:
            session.output.write_message(progress_text(progress.result))

    def show(outcome: FileOutcome) -> None:
        session.output.write_result(_outcome_json(outcome), _outcome_line(outcome))

    unsubscribe = session.studio.events.subscribe(VerificationProgress, show_progress)
    try:
        result = await session.studio.verification.run(
            repairs=repairs, restarts=restarts, on_outcome=show
        )
    except asyncio.CancelledError:
        session.output.write_message(_STOPPED)
        raise
    finally:
        unsubscribe()
    session.output.write_result(_result_json(result), verification_text(result))
    if result.unrepaired:
        hint = "" if repairs else mark("“library verify --repair” repairs what it can.")
        raise CommandError(ExitCode.FAILURE, hint)


def _outcome_line(outcome: FileOutcome) -> str:
    problem = outcome.problem
    return f"{problem.path}  {tr_message(outcome.text)}"


def _outcome_json(outcome: FileOutcome) -> dict[str, Any]:
    problem = outcome.problem
    return {
        "event": "problem",
        "state": str(problem.state),
        "path": problem.path,
        "role": str(problem.role),
        "clip": problem.clip,
        "title": problem.title,
        "detail": problem.detail,
        "repaired": str(outcome.repaired_from) if outcome.repaired_from else None,
        "fault": outcome.error or None,
    }


def _progress_json(result: FilesResult) -> dict[str, Any]:
    return {
        "event": "progress",
        "checked": result.checked,
        "total": result.total,
        "files": result.files,
        "bytes": result.size_bytes,
    }


def _result_json(result: FilesResult) -> dict[str, Any]:
    counts = {str(state): result.counts[state] for state in FileState}
    return {
        **_progress_json(result),
        "event": "done",
        **counts,
        "repaired": result.repaired,
        "unrepaired": result.unrepaired,
        "continued_from": result.continued_from.isoformat() if result.continued_from else None,
    }
