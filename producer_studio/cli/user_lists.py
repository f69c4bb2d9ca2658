"""Commands `producer-studio library lists`, `list` and `smart-list`."""

from collections.abc import Sequence
from typing import Any

import click

from producer_studio.cli.columns import format_table
from producer_studio.cli.exit_codes import CommandError, ExitCode
from producer_studio.cli.output import clip_json, clip_line
from producer_studio.cli.session import Session, find_named, session_command
from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.domain.playlist import Playlist
from producer_studio.studio.clips import SORTS, SmartList, SortOrder, UndoStep, change_message
from producer_studio.studio.user_lists import SavedSearch, UserList
from producer_studio.translation import Message, mark, sentences

_CLIPS_PER_READ = 200
_PREDEFINED = [one.value for one in SmartList]


@click.command()
@session_command
async def lists(session: Session) -> None:
    """List all lists with the number of their clips: predefined, smart lists and playlists."""
    clips = session.studio.clips
    rows: list[tuple[str, Message, int, str]] = [
        (one.value, mark("predefined"), await clips.count(smart=one), "") for one in SmartList
    ]
    for one in await session.studio.lists.list_all():
        kind = mark("playlist") if isinstance(one, Playlist) else mark("smart list")
        query = one.query if isinstance(one, SavedSearch) else ""
        rows.append((one.name, kind, await session.studio.lists.count(one), query))
    lines = format_table([[name, kind, str(count), query] for name, kind, count, query in rows])
    for (name, kind, count, query), line in zip(rows, lines, strict=True):
        data = {"name": name, "kind": kind, "clips": count, "query": query or None}
        session.output.write_result(data, line)


@click.command("list")
@click.argument("name")
@session_command
async def list_clips(session: Session, name: str) -> None:
    """List the clips of a list in its order: NAME as “library lists” shows it."""
    for clip in await read_clips(session, await find_list_ids(session, name)):
        session.output.write_result(clip_json(clip), clip_line(clip))


@click.group("smart-list")
def smart_list() -> None:
    """Smart lists: saved searches."""


@smart_list.command()
@click.argument("name")
@click.argument("query")
@click.option("--sort", type=click.Choice(sorted(SORTS)), default="added", show_default=True)
@click.option("--ascending", is_flag=True, help=mark("Smallest or oldest first."))
@click.option("--in", "within", type=click.Choice(_PREDEFINED), default="all", show_default=True)
@click.option("--change", is_flag=True, help=mark("Give a smart list that exists this search."))
@session_command
async def save(
    session: Session, name: str, query: str, sort: str, ascending: bool, within: str, change: bool
) -> None:
    """Save a search under a name: QUERY as in “library search”."""
    problem = (await session.studio.clips.page(query, limit=1)).problem
    if problem:
        raise CommandError(ExitCode.USAGE, sentences(problem, mark("Nothing was saved.")))
    order = SortOrder(sort, descending=not ascending)
    searches = session.studio.saved_searches
    if change:
        saved = await find_list(session, name)
        if not isinstance(saved, SavedSearch):
            raise CommandError(ExitCode.USAGE, mark("“{name}” is a playlist.", name=saved.name))
        step = await searches.change(saved, query, order, SmartList(within))
    else:
        step = await searches.save(name, query, order, SmartList(within))
    write_step(session, step)


@click.command()
@click.argument("name")
@click.argument("new_name")
@session_command
async def rename(session: Session, name: str, new_name: str) -> None:
    """Give a list another name."""
    found = await find_list(session, name)
    write_step(session, await session.studio.lists.rename(found, new_name))


@click.command()
@click.argument("name")
@click.argument("place", type=click.IntRange(1))
@session_command
async def move(session: Session, name: str, place: int) -> None:
    """Move a list to a place among smart lists and playlists, from 1."""
    found = await find_list(session, name)
    write_step(session, await session.studio.lists.move(found, place - 1))


@click.command()
@click.argument("name")
@session_command
async def delete(session: Session, name: str) -> None:
    """Delete a list; its clips stay in the library."""
    write_step(session, await session.studio.lists.delete(await find_list(session, name)))


for command in (rename, move, delete):
    smart_list.add_command(command)


async def find_list(session: Session, name: str) -> UserList:
    """Finds the smart list or playlist with a name, or with a unique prefix of an id.

    Raises:
        CommandError: There is none, or more than one.
    """
    known = await session.studio.lists.list_all()
    return find_named(known, name, "list", "producer-studio library lists")


async def find_list_ids(session: Session, name: str) -> Sequence[ClipId]:
    """Returns the clips of a predefined list, a smart list or a playlist, in its order."""
    clips = session.studio.clips
    if name.casefold() in _PREDEFINED:
        return await clips.list_ids(smart=SmartList(name.casefold()))
    found = await find_list(session, name)
    if isinstance(found, SavedSearch):
        return await clips.list_ids(found.query, found.sort, found.smart_list)
    listed = await clips.list_playlist(found.id)
    return listed.clips_of(listed.rows)


async def read_clips(session: Session, ids: Sequence[ClipId]) -> Sequence[Clip]:
    """Reads clips in their order, as often as they are named."""
    found: dict[ClipId, Clip] = {}
    unique = list(dict.fromkeys(ids))
    for start in range(0, len(unique), _CLIPS_PER_READ):
        part = await session.studio.clips.get_many(unique[start : start + _CLIPS_PER_READ])
        found.update((clip.id, clip) for clip in part)
    return [found[clip] for clip in ids if clip in found]


def write_step(session: Session, step: UndoStep | None, **data: Any) -> None:  # noqa: ANN401 - JSON
    """Writes what a change did."""
    text = mark("Nothing was changed.") if step is None else change_message(step)
    session.output.write_result({"changed": step is not None, "message": text, **data}, text)
