"""Command `producer-studio export`."""

import asyncio
from pathlib import Path
from typing import Any

import click

from producer_studio.cli.examples import examples_text
from producer_studio.cli.exit_codes import CommandError, ExitCode, exit_code_for_error, format_error
from producer_studio.cli.path_parameter import PathParameter
from producer_studio.cli.profiles import changed_profile, find_profile, profile_options
from producer_studio.cli.session import Session, session_command
from producer_studio.domain.errors import DuplicateRequest, ErrorKind
from producer_studio.domain.export_profile import ExportFormat, ExportProfile
from producer_studio.studio.export.export import Export, ExportState
from producer_studio.translation import mark, sentences, tr_message


@click.command(epilog=examples_text("export"))
@click.argument("clip_ids", metavar="CLIP...", nargs=-1)
@click.option("--resume", is_flag=True, help=mark("Go on with exports that were interrupted."))
@click.option("--profile", "profile_name", metavar="NAME", help=mark("Export by a profile."))
@click.option(
    "--to",
    "folder",
    type=PathParameter(file_okay=False, resolve_path=True, path_type=Path),
    help=mark("Folder of the files; needed unless the profile has one."),
)
@click.option("--by-service", is_flag=True, help=mark("Export by the service, at its price."))
@click.option(
    "--again",
    is_flag=True,
    help=mark("Send again even if the same file was requested within ten minutes."),
)
@profile_options
@session_command
async def export(
    session: Session,
    /,
    clip_ids: tuple[str, ...],
    resume: bool,
    profile_name: str | None,
    folder: Path | None,
    by_service: bool,
    again: bool,
    **options: Any,  # noqa: ANN401 - of `profile_options`
) -> None:
    """Export clips as files, by a profile or by --format.

    Tags, cover, lyrics and recipe are embedded; no file is overwritten. Options beside --profile
    replace its own. “producer-studio profiles list” lists them.
    """
    if resume:
        await _write_results(session, await session.studio.exports.resume())
        return
    if not clip_ids:
        raise CommandError(ExitCode.USAGE, mark("Name at least one clip, or use --resume."))
    if profile_name is None and not options["format"]:
        raise CommandError(ExitCode.USAGE, mark("Use --profile NAME or --format FORMAT."))
    profile = (
        _plain_profile(session)
        if profile_name is None
        else await find_profile(session, profile_name)
    )
    profile = changed_profile(profile, options)
    if folder is None and not profile.folder:
        raise CommandError(ExitCode.USAGE, mark("Use --to DIR for the folder of the files."))
    folder = folder or Path(profile.folder)
    clips = [await session.find_clip(text) for text in clip_ids]
    try:
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(
            ExitCode.FAILURE, mark("The folder {folder} cannot be created.", folder=folder)
        ) from error
    spec = session.studio.export_profiles.spec(profile, folder, by_service=by_service)
    ids = [clip.id for clip in clips]
    try:
        exports = await session.studio.exports.export(ids, spec, refuse_duplicates=not again)
    except DuplicateRequest as duplicate:
        raise CommandError(
            ExitCode.USAGE,
            sentences(duplicate.message, mark("Use --again to send it anyway.")),
        ) from duplicate
    await _write_results(session, exports)


def _plain_profile(session: Session) -> ExportProfile:
    return ExportProfile(
        id="",
        name="",
        format=ExportFormat.WAV,
        template=session.studio.preferences.value.name_template,
    )


async def _write_results(session: Session, exports: list[Export]) -> None:
    failed = []
    for started in exports:
        try:
            ended = await session.studio.exports.wait_until_finished(started.id)
        except asyncio.CancelledError:
            # Ctrl+C: it is not to go on at the next start of the window.
            for one in exports:
                session.studio.exports.cancel(one.id)
            raise
        if ended.state is not ExportState.DONE:
            failed.append(ended)
            continue
        session.output.write_result(
            {
                "event": "done",
                "clip": ended.clip,
                "format": str(ended.spec.format),
                "path": str(ended.path),
                "messages": list(ended.messages),
            },
            str(ended.path),
        )
        for message in ended.messages:
            session.output.write_hint(f"{tr_message(ended.title)}: {tr_message(message)}")
    if failed:
        failure = failed[0].error
        unknown = failure is not None and failure.kind is ErrorKind.OUTCOME_UNKNOWN
        hint = mark("“producer-studio jobs list” shows it.") if unknown else ""
        reason = format_error(failure) if failure else mark("cancelled.")
        raise CommandError(
            exit_code_for_error(failure) if failure else ExitCode.FAILURE,
            sentences(f"{tr_message(failed[0].title)}: {tr_message(reason)}", hint),
        )
