"""Command `producer-studio library import`."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from producer_studio.cli.exit_codes import CommandError, ExitCode
from producer_studio.cli.path_parameter import PathParameter
from producer_studio.cli.session import Session, session_command
from producer_studio.studio.imports.import_result import (
    ImportOutcome,
    ImportProgress,
    ImportResult,
    ImportState,
    import_progress_text,
    import_text,
)
from producer_studio.translation import mark, tr

_PROGRESS_INTERVAL_S = 5.0


@click.command("import")
@click.argument(
    "paths", metavar="FILE|FOLDER...", nargs=-1, required=True,
    type=PathParameter(exists=True, path_type=Path),
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help=mark("Only say what would be imported."))
@click.option(
    "--measure/--no-measure", "measures", default=True,
    help=mark("Measure the new clips now, or leave it to the window."),
)  # fmt: skip
@session_command
async def import_songs(
    session: Session, paths: tuple[Path, ...], dry_run: bool, measures: bool
) -> None:
    """Copy songs that were made elsewhere into the library; free.

    Title, lyrics, sound, seed, model, artist, album, date and cover are read from the tags, and
    from JSON, lyrics and pictures beside the files. A song whose sound is in the library already
    is skipped. If it is stopped, the same call continues.
    """

    def show(outcome: ImportOutcome) -> None:
        session.output.write_result(outcome_json(outcome), _outcome_line(outcome))

    unsubscribe = session.studio.events.subscribe(ImportProgress, progress_output(session))
    try:
        result = await session.studio.imports.run(
            paths, dry_run=dry_run, measures=measures, on_outcome=show
        )
    except asyncio.CancelledError:
        session.output.write_message(mark("Stopped. The same import again goes on from here."))
        raise
    finally:
        unsubscribe()
    session.output.write_result(result_json("done", result), import_text(result))
    if result.problem or result.counts[ImportState.REFUSED]:
        raise CommandError(ExitCode.FAILURE, "")


def progress_output(session: Session) -> Callable[[ImportProgress], None]:
    """Returns a subscriber that writes the progress every few seconds."""
    shown_at = time.monotonic()

    def show(progress: ImportProgress) -> None:
        nonlocal shown_at
        if time.monotonic() - shown_at < _PROGRESS_INTERVAL_S:
            return
        shown_at = time.monotonic()
        if session.output.as_json:
            session.output.write_result(result_json("progress", progress.result), "")
        else:
            session.output.write_message(
                mark("{summary}.", summary=import_progress_text(progress.result))
            )

    return show


def _outcome_line(outcome: ImportOutcome) -> str:
    clip = f"{outcome.clip[:8]}  " if outcome.clip else ""
    return f"{clip}{outcome.path}  {outcome_text(outcome)}"


_STATE_LABELS = {
    ImportState.ADDED: mark("added"),
    ImportState.RESTORED: mark("restored"),
    ImportState.KNOWN: mark("known"),
    ImportState.REFUSED: mark("refused"),
}


def outcome_text(outcome: ImportOutcome) -> str:
    """Returns what became of a file or clip, and why it was refused."""
    state = tr(_STATE_LABELS[outcome.state])
    if not outcome.detail:
        return state
    return tr("{state}: {detail}", state=state, detail=outcome.detail)


def outcome_json(outcome: ImportOutcome) -> dict[str, Any]:
    """Returns what became of a file or clip."""
    return {
        "event": "file",
        "path": str(outcome.path),
        "state": str(outcome.state),
        "title": outcome.title,
        "clip": outcome.clip,
        "fault": outcome.detail or None,
    }


def result_json(event: str, result: ImportResult) -> dict[str, Any]:
    """Returns the numbers of an import or merge."""
    return {
        "event": event,
        "files": result.total,
        "done": result.done,
        "bytes": result.size_bytes,
        "measured": result.measured,
        **{str(state): result.counts[state] for state in ImportState},
        "dry_run": result.is_dry_run,
        "fault": result.problem or None,
    }
