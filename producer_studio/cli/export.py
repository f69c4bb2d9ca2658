"""Command `producer-studio export`."""

import asyncio
from pathlib import Path

import click

from producer_studio.cli.exit_codes import CommandError, ExitCode, exit_code_for_error, format_error
from producer_studio.cli.session import Session, session_command
from producer_studio.domain.errors import DuplicateRequest, ErrorKind
from producer_studio.studio.export.export import ExportFormat, ExportSpec, ExportState
from producer_studio.studio.export.filenames import TEMPLATE_FIELDS
from producer_studio.studio.export.tag_settings import TagSettings


@click.command()
@click.argument("clip_ids", metavar="CLIP...", nargs=-1, required=True)
@click.option(
    "--format", "file_format", required=True, type=click.Choice([str(one) for one in ExportFormat])
)
@click.option(
    "--to",
    "folder",
    required=True,
    type=click.Path(file_okay=False, resolve_path=True, path_type=Path),
)
@click.option("--by-service", is_flag=True, help="Export by the service, at its price.")
@click.option(
    "--again",
    is_flag=True,
    help="Send again even if the same file was requested within ten minutes.",
)
@click.option(
    "--mp3",
    "mp3_mode",
    type=click.Choice(["320", "V0"]),
    default="320",
    help="Constant 320 kbit/s, or variable bit rate V0.",
)
@click.option(
    "--bits", type=click.Choice(["16", "24"]), default="16", help="Bit depth of WAV and FLAC."
)
@click.option(
    "--name",
    "template",
    default="",
    help=f"File name with any of {', '.join('{' + name + '}' for name in TEMPLATE_FIELDS)}.",
)
@session_command
async def export(
    session: Session,
    clip_ids: tuple[str, ...],
    file_format: str,
    folder: Path,
    by_service: bool,
    again: bool,
    mp3_mode: str,
    bits: str,
    template: str,
) -> None:
    """Export clips as files.

    Tags, cover, lyrics and recipe are embedded; no file is overwritten.
    """
    clips = [await session.find_clip(text) for text in clip_ids]
    try:
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(ExitCode.FAILURE, f"The folder {folder} cannot be created.") from error
    spec = ExportSpec(
        format=ExportFormat(file_format),
        folder=folder,
        mp3_mode="V0" if mp3_mode == "V0" else "320",
        bits=24 if bits == "24" else 16,
        by_service=by_service,
        template=template or session.studio.preferences.value.name_template,
        tag_settings=TagSettings.from_preferences(session.studio.preferences.value),
    )
    ids = [clip.id for clip in clips]
    try:
        exports = await session.studio.exports.export(ids, spec, refuse_duplicates=not again)
    except DuplicateRequest as duplicate:
        raise CommandError(
            ExitCode.USAGE, f"{duplicate.message} Use --again to send it anyway."
        ) from duplicate
    failed = []
    for started in exports:
        ended = await session.studio.exports.wait_until_finished(started.id)
        if ended.state is not ExportState.DONE:
            failed.append(ended)
            continue
        session.output.write_result(
            {"event": "done", "clip": ended.clip, "format": file_format, "path": str(ended.path)},
            str(ended.path),
        )
    if failed:
        failure = failed[0].error
        unknown = failure is not None and failure.kind is ErrorKind.OUTCOME_UNKNOWN
        hint = " “producer-studio jobs list” shows it." if unknown else ""
        raise CommandError(
            exit_code_for_error(failure) if failure else ExitCode.FAILURE,
            f"{failed[0].title}: {format_error(failure) if failure else 'cancelled.'}{hint}",
        )
