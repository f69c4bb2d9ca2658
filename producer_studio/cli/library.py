"""Commands `producer-studio library …`, backups included."""

import asyncio
import os
from pathlib import Path
from typing import Any

import click

from producer_studio.cli.clip_changes import purge, set_values, tag, trash
from producer_studio.cli.clip_search import search, show
from producer_studio.cli.columns import format_table
from producer_studio.cli.command_loop import run_in_loop
from producer_studio.cli.examples import examples_text
from producer_studio.cli.exit_codes import CommandError, ExitCode
from producer_studio.cli.export_tags import tags
from producer_studio.cli.input_files import find_file
from producer_studio.cli.library_merge import merge
from producer_studio.cli.library_option import library_option
from producer_studio.cli.local_edit import edit
from producer_studio.cli.mirror import mirror
from producer_studio.cli.move import move
from producer_studio.cli.named_libraries import list_libraries, name_library
from producer_studio.cli.output import Output, clip_json, clip_line
from producer_studio.cli.past_searches import searches
from producer_studio.cli.path_parameter import PathParameter
from producer_studio.cli.playlists import playlist
from producer_studio.cli.release_check import check
from producer_studio.cli.session import Session, new_library_command, session_command
from producer_studio.cli.similar import similar
from producer_studio.cli.song_import import import_songs
from producer_studio.cli.user_lists import list_clips, lists, smart_list
from producer_studio.cli.verify import verify
from producer_studio.domain.clip import MediaState
from producer_studio.studio.backups import Backup, Backups, RestoreResult
from producer_studio.studio.clips import SEARCH_FIELD_NAMES
from producer_studio.translation import join_texts, mark, nmark, sentences
from producer_studio.translation.numbers import FixedDecimal

_PAGE = 200


@click.group(epilog=examples_text("library"))
def library() -> None:
    """The clips on this disk."""


library.add_command(set_values)
library.add_command(tag)
library.add_command(trash)
library.add_command(purge)
library.add_command(import_songs)
library.add_command(merge)
library.add_command(mirror)
library.add_command(edit)
library.add_command(check)
library.add_command(tags)
library.add_command(verify)
library.add_command(move)
library.add_command(list_libraries)
library.add_command(name_library)
library.add_command(lists)
library.add_command(list_clips)
library.add_command(smart_list)
library.add_command(playlist)
library.add_command(searches)
library.add_command(similar)
library.add_command(search)
library.add_command(show)


@library.command()
@click.argument("field")
@session_command
async def values(session: Session, field: str) -> None:
    """List the values of a search field, such as tag or model, with the number of their clips.

    A seed is listed if several clips have it.
    """
    if field.lower() not in SEARCH_FIELD_NAMES:
        names = ", ".join(sorted(SEARCH_FIELD_NAMES))
        raise CommandError(
            ExitCode.USAGE,
            mark("There is no field “{field}”. The fields are {names}.", field=field, names=names),
        )
    found = await session.studio.clips.count_values(field)
    if not found:
        session.output.write_hint(
            mark(
                "No values of “{field}” to list: there are none, or only numbers or free text.",
                field=field,
            )
        )
    lines = format_table([[value, str(count)] for value, count in found])
    for (value, count), line in zip(found, lines, strict=True):
        session.output.write_result({"value": value, "clips": count}, line)


@library.command()
@new_library_command
async def new(session: Session) -> None:
    """Create an empty library in place of a missing one.

    If the library exists, nothing changes.
    """
    folder = str(session.studio.clips.folder)
    session.output.write_result(
        {"library": folder}, mark("The library is in {folder}.", folder=folder)
    )


@library.command()
@click.argument("clip_id", metavar="CLIP")
@session_command
async def fetch(session: Session, clip_id: str) -> None:
    """Retry the download of a clip's audio; free."""
    await session.studio.clips.refresh_media_states([(await session.find_clip(clip_id)).id])
    clip = await session.find_clip(clip_id)
    if clip.media in {MediaState.READY, MediaState.NONE}:
        session.output.write_result(clip_json(clip), clip_line(clip))
        return
    await session.studio.clips.retry_download(clip.id)
    after = await session.find_clip(clip.id)
    session.output.write_result(clip_json(after), clip_line(after))
    if after.media is not MediaState.READY:
        raise CommandError(
            ExitCode.FAILURE,
            mark("The sound of “{title}” could not be downloaded.", title=after.display_title),
        )


__all__ = ["library"]

_MIB = 1024 * 1024
_KEPT_DATABASE = mark("The replaced database is kept as {path}.")

_json_option = click.option(
    "--json", "as_json", is_flag=True, help=mark("Print one JSON object per line.")
)


@library.command()
@click.argument(
    "file", required=False, type=PathParameter(dir_okay=False, resolve_path=True, path_type=Path)
)
@click.option("--with-media", is_flag=True, help=mark("Put all files of the clips into FILE, too."))
@session_command
async def backup(session: Session, file: Path | None, with_media: bool) -> None:
    """Copy the library database to FILE, or into the library's folder “backups”.

    Of those in “backups” the last five are kept. With media, FILE is a ZIP file with
    everything, from which “library restore” makes the library anew. FILE is never overwritten.
    """
    if file is None:
        if with_media:
            raise CommandError(ExitCode.USAGE, mark("--with-media needs the name of a FILE."))
        path = await session.studio.back_up()
        session.output.write_result({"path": str(path)}, str(path))
        return
    files = await session.studio.back_up_to(file, with_media=with_media)
    size = (await asyncio.to_thread(file.stat)).st_size
    session.output.write_result(
        {"path": str(file), "files": files, "bytes": size},
        nmark(
            "{file} ({count} file, {size} MB)",
            "{file} ({count} files, {size} MB)",
            files,
            file=file,
            size=FixedDecimal(size / _MIB, 1),
        )
        if with_media
        else str(file),
    )


@library.command()
@library_option
@_json_option
def backups(library: Path | None, as_json: bool) -> None:
    """List the backups of the library database, newest first, and whether they are intact."""
    run_in_loop(_list(_open_backups(library), _create_output(as_json)))


@library.command()
@click.argument("backup", required=False)
@library_option
@_json_option
def restore(backup: str | None, library: Path | None, as_json: bool) -> None:
    """Restore a backup of the library database: BACKUP (a name or a file), or the newest.

    Current jobs and credits are kept, and so are clips newer than the backup. The
    replaced database is stored in the library's folder. The studio must not be open.
    """
    run_in_loop(_restore(_open_backups(library), backup, _create_output(as_json)))


@library.command()
@library_option
@_json_option
def rebuild(library: Path | None, as_json: bool) -> None:
    """Make the library database anew from the clips' folders.

    All rows of the present database that can be read are taken over; it is kept in the
    library's folder. The studio must not be open.
    """
    run_in_loop(_rebuild(_open_backups(library), _create_output(as_json)))


async def _rebuild(backups: Backups, output: Output) -> None:
    result, kept = await backups.rebuild()
    line = sentences(mark("Rebuilt: {contents}.", contents=result.summary), result.message)
    output.write_result(
        {
            "clips": result.clips,
            "jobs": result.jobs,
            "unread": list(result.unread),
            "kept": str(kept) if kept else None,
        },
        sentences(line, _KEPT_DATABASE.with_values(path=kept) if kept else ""),
    )


async def _list(backups: Backups, output: Output) -> None:
    found = await backups.all()
    for one, line in zip(found, format_table([_row(one) for one in found]), strict=True):
        output.write_result(_json(one), line)
    if not found:
        output.write_hint(mark("No backups. Create one with “producer-studio library backup”."))


async def _restore(backups: Backups, name: str | None, output: Output) -> None:
    restored = await backups.restore(await _find_backup(backups, name) if name else None)
    output.write_result(_restored_json(restored), _restored_line(restored))


async def _find_backup(backups: Backups, name: str) -> Path:
    """Finds a backup by its name or by the path of any file.

    Raises:
        CommandError: There is neither.
    """
    for one in await backups.all():
        if name in {one.path.name, one.path.stem}:
            return one.path
    path = await find_file(name)
    if path is None:
        raise CommandError(
            ExitCode.USAGE,
            mark(
                "There is no backup “{name}”. “producer-studio library backups” lists them.",
                name=name,
            ),
        )
    return path


def _restored_line(restored: RestoreResult) -> str:
    line = mark("Restored: {name} ({text}).", name=restored.backup.name, text=restored.text)
    replaced = restored.replaced_database
    return sentences(line, _KEPT_DATABASE.with_values(path=replaced) if replaced else "")


def _restored_json(restored: RestoreResult) -> dict[str, Any]:
    return {
        "backup": str(restored.backup),
        "kept": str(restored.replaced_database) if restored.replaced_database else None,
        "clips": restored.clips,
        "newer_clips": restored.newer_clips,
        "jobs": restored.jobs,
    }


def _row(backup: Backup) -> list[str]:
    size = mark("{size} MB", size=FixedDecimal(backup.size_bytes / _MIB, 1))
    state = backup.problem or join_texts(
        (
            nmark("{count} clip", "{count} clips", backup.clips),
            nmark("{count} job", "{count} jobs", backup.jobs),
        )
    )
    return [backup.path.name, size, state]


def _json(backup: Backup) -> dict[str, Any]:
    return {
        "name": backup.path.name,
        "path": str(backup.path),
        "made_at": backup.made_at.isoformat(),
        "bytes": backup.size_bytes,
        "clips": backup.clips,
        "jobs": backup.jobs,
        "problem": backup.problem,
    }


def _open_backups(folder: Path | None) -> Backups:
    shared: dict[str, Any] = click.get_current_context().find_root().params
    return Backups.for_user(os.environ, folder or shared.get("library"))


def _create_output(as_json: bool) -> Output:
    shared: dict[str, Any] = click.get_current_context().find_root().params
    return Output(as_json=as_json or bool(shared.get("as_json")))
