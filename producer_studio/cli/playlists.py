"""Commands `producer-studio library playlist …`."""

import asyncio
from pathlib import Path

import click

from producer_studio.cli.exit_codes import CommandError, ExitCode
from producer_studio.cli.input_files import raise_if_exists
from producer_studio.cli.output import clip_json, clip_line
from producer_studio.cli.path_parameter import PathParameter
from producer_studio.cli.session import Session, session_command
from producer_studio.cli.user_lists import delete, find_list, move, read_clips, rename, write_step
from producer_studio.domain.ids import ClipId, PlaylistItemId
from producer_studio.domain.playlist import Playlist, PlaylistItem
from producer_studio.translation import mark

_PLACE = click.IntRange(1)


@click.group()
def playlist() -> None:
    """Playlists: clips in your own order."""


for command in (rename, delete):
    playlist.add_command(command)
playlist.add_command(move, "move-list")


@playlist.command()
@click.argument("name")
@click.argument("clip_ids", metavar="[CLIP...]", nargs=-1)
@session_command
async def new(session: Session, name: str, clip_ids: tuple[str, ...]) -> None:
    """Create a playlist, with clips or without."""
    clips = await _clips(session, clip_ids)
    write_step(session, await session.studio.playlists.create(name, clips))


@playlist.command()
@click.argument("name")
@session_command
async def show(session: Session, name: str) -> None:
    """List the clips of a playlist with their places."""
    items = await _items(session, await _find(session, name))
    clips = {clip.id: clip for clip in await read_clips(session, [one.clip for one in items])}
    for place, item in enumerate(items, 1):
        clip = clips.get(item.clip)
        if clip is not None:
            data = {"place": place} | clip_json(clip)
            session.output.write_result(data, f"{place:>4}  {clip_line(clip)}")


@playlist.command()
@click.argument("name")
@click.argument("clip_ids", metavar="CLIP...", nargs=-1, required=True)
@click.option(
    "--at", "place", type=_PLACE, help=mark("Place of the first of them; default the end.")
)
@session_command
async def add(session: Session, name: str, clip_ids: tuple[str, ...], place: int | None) -> None:
    """Add clips to a playlist; one that it has already is added again."""
    found = await _find(session, name)
    before = None if place is None else _item_at(await _items(session, found), place)
    clips = await _clips(session, clip_ids)
    write_step(session, await session.studio.playlists.add(found, clips, before))


@playlist.command()
@click.argument("name")
@click.argument("places", metavar="PLACE...", nargs=-1, required=True, type=_PLACE)
@session_command
async def remove(session: Session, name: str, places: tuple[int, ...]) -> None:
    """Remove what is at places of a playlist, as “show” numbers them."""
    found = await _find(session, name)
    items = await _items(session, found)
    wrong = [place for place in places if place > len(items)]
    if wrong:
        raise CommandError(
            ExitCode.USAGE,
            mark("“{name}” has no place {place}.", name=found.name, place=str(wrong[0])),
        )
    ids = {items[place - 1].id for place in places}
    write_step(session, await session.studio.playlists.remove(found, ids))


@playlist.command("move")
@click.argument("name")
@click.argument("place", type=_PLACE)
@click.argument("to", type=_PLACE)
@session_command
async def move_item(session: Session, name: str, place: int, to: int) -> None:
    """Move what is at PLACE of a playlist to the place TO."""
    found = await _find(session, name)
    items = await _items(session, found)
    if place > len(items):
        raise CommandError(
            ExitCode.USAGE,
            mark("“{name}” has no place {place}.", name=found.name, place=str(place)),
        )
    moved = items.pop(place - 1)
    before = _item_at(items, to)
    write_step(session, await session.studio.playlists.move(found, {moved.id}, before))


@playlist.command("export")
@click.argument("name")
@click.option("--to", "path", required=True, type=PathParameter(dir_okay=False, path_type=Path))
@click.option(
    "--absolute", is_flag=True, help=mark("Absolute paths; default relative to the file.")
)
@session_command
async def export_file(session: Session, name: str, path: Path, absolute: bool) -> None:
    """Write a playlist, or a smart list, to an M3U8 file."""
    await asyncio.to_thread(raise_if_exists, path)
    found = await find_list(session, name)
    saved = await session.studio.playlist_files.save(found, path, is_absolute=absolute)
    for title in saved.left_out:
        session.output.write_message(
            mark("“{title}” has no file on this computer; it is left out.", title=title)
        )
    data = {"path": str(path), "clips": saved.count, "left_out": list(saved.left_out)}
    session.output.write_result(data, str(path))


@playlist.command("import")
@click.argument("path", type=PathParameter(exists=True, dir_okay=False, path_type=Path))
@click.option("--name", default="", help=mark("In place of the name in the file."))
@session_command
async def import_file(session: Session, path: Path, name: str) -> None:
    """Create a playlist from an M3U or M3U8 file; what the library does not have is named."""
    found = await session.studio.playlist_files.load(path, name)
    for missing in found.missing:
        session.output.write_message(mark("Not in the library: {missing}", missing=missing))
    write_step(session, found.step, clips=found.count, missing=list(found.missing))


async def _find(session: Session, name: str) -> Playlist:
    found = await find_list(session, name)
    if not isinstance(found, Playlist):
        raise CommandError(
            ExitCode.USAGE, mark("“{name}” is a smart list, not a playlist.", name=found.name)
        )
    return found


async def _items(session: Session, playlist: Playlist) -> list[PlaylistItem]:
    return await session.studio.playlists.list_items(playlist.id)


def _item_at(items: list[PlaylistItem], place: int) -> PlaylistItemId | None:
    return items[place - 1].id if place <= len(items) else None


async def _clips(session: Session, texts: tuple[str, ...]) -> list[ClipId]:
    return [(await session.find_clip(text)).id for text in texts]
