"""Command `producer-studio library merge`."""

import asyncio
from pathlib import Path

import click

from producer_studio.cli.exit_codes import CommandError, ExitCode
from producer_studio.cli.library_option import LibraryFolder
from producer_studio.cli.session import Session, session_command
from producer_studio.cli.song_import import outcome_json, outcome_text, progress_output, result_json
from producer_studio.studio.imports.import_result import (
    ImportOutcome,
    ImportProgress,
    ImportState,
    merge_text,
)
from producer_studio.translation import mark, tr_message


@click.command()
@click.argument("folder", type=LibraryFolder())
@click.option("--dry-run", is_flag=True, help=mark("Only say what would be merged."))
@session_command
async def merge(session: Session, folder: Path, dry_run: bool) -> None:
    """Take over the clips, playlists and saved searches of another library: FOLDER, or its name.

    Clips keep their ids, ratings, tags and presses. Those that are here already are skipped; if
    one with the same id has another content, both are kept. The other library is not changed,
    and may be open. If it is stopped, the same call continues.
    """

    def show(outcome: ImportOutcome) -> None:
        words = outcome_text(outcome)
        clip = f"{outcome.clip[:8]}  " if outcome.clip else ""
        session.output.write_result(
            outcome_json(outcome), f"{clip}{tr_message(outcome.title)}  {words}"
        )

    unsubscribe = session.studio.events.subscribe(ImportProgress, progress_output(session))
    try:
        result = await session.studio.merges.run(folder, dry_run=dry_run, on_outcome=show)
    except asyncio.CancelledError:
        session.output.write_message(mark("Stopped. The same merge again goes on from here."))
        raise
    finally:
        unsubscribe()
    done = result_json("done", result) | {
        "second": result.second,
        "lists": result.lists,
        "left_in_trash": result.left_in_trash,
        "unfinished_jobs": result.unfinished_jobs,
    }
    session.output.write_result(done, merge_text(result))
    if result.problem or result.counts[ImportState.REFUSED]:
        raise CommandError(ExitCode.FAILURE, "")
