"""Command `producer-studio library move`."""

import os
import threading
import time
from pathlib import Path
from typing import Any

import click

from producer_studio.cli.command_loop import run_in_loop
from producer_studio.cli.library_option import library_option
from producer_studio.cli.output import Output
from producer_studio.cli.path_parameter import PathParameter
from producer_studio.studio.library_move import LibraryMove, MoveResult, move_text
from producer_studio.translation import mark

_PROGRESS_INTERVAL_S = 5.0


@click.command()
@click.argument("folder", type=PathParameter(file_okay=False, resolve_path=True, path_type=Path))
@library_option
@click.option("--json", "as_json", is_flag=True, help=mark("Print one JSON object per line."))
def move(folder: Path, library: Path | None, as_json: bool) -> None:
    """Move the library to FOLDER, which must be empty or new.

    Everything is copied and read again; the old folder is left, and it is said what in it can
    be deleted. If it is stopped, the same call continues. The studio must not be open.
    """
    shared: dict[str, Any] = click.get_current_context().find_root().params
    output = Output(as_json=as_json or bool(shared.get("as_json")))
    run_in_loop(_move(output, library or shared.get("library"), folder))


async def _move(output: Output, library: Path | None, folder: Path) -> None:
    stopped = threading.Event()
    shown_at = time.monotonic()

    def show(done: int, total: int) -> None:
        nonlocal shown_at
        if time.monotonic() - shown_at > _PROGRESS_INTERVAL_S:
            shown_at = time.monotonic()
            output.write_hint(mark("{done} of {total} files copied.", done=done, total=total))

    try:
        moving = LibraryMove(os.environ, library)
        result = await moving.run(folder, show, stopped.is_set)
    finally:
        stopped.set()
    output.write_result(_result_json(result), move_text(result))


def _result_json(result: MoveResult) -> dict[str, Any]:
    return {
        "library": str(result.new),
        "old": str(result.old),
        "files": result.files,
        "bytes": result.size_bytes,
        "removable": list(result.removable),
        "foreign": list(result.foreign),
        "is_chosen": result.is_chosen,
    }
