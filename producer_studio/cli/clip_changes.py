"""Commands `producer-studio library set`, `tag`, `trash` and `purge`."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import click

from producer_studio.cli.exit_codes import CommandError, ExitCode
from producer_studio.cli.output import clip_json, clip_line
from producer_studio.cli.session import Session, session_command
from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.domain.library_change import AppendedText, TagChange
from producer_studio.studio.clips import SmartList
from producer_studio.studio.export.filenames import template_problem
from producer_studio.studio.title_templates import fill_titles
from producer_studio.studio.updates.installation import size_text
from producer_studio.translation import mark, nmark

_CHANGEABLE = ("title", "tags", "stars", "favourite", "notes")
"""Fields that `library set` changes, as attributes of `Clip`."""


class _SetCommand(click.Command):
    """Lets several tags follow one `--tag`: `--tag +demo -old`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        spread: list[str] = []
        is_tag = is_value = False
        for arg in args:
            if is_tag and not is_value and _TAG.fullmatch(arg) and arg != "-h":
                spread.append("--tag")
            else:
                is_tag = is_value or arg == "--tag"
            is_value = arg == "--tag"
            spread.append(arg)
        return super().parse_args(ctx, spread)


_TAG = re.compile(r"[+-][^-].*")


@click.command("set", cls=_SetCommand)
@click.argument("clip_ids", metavar="[CLIP...]", nargs=-1)
@click.option("--find", "query", help=mark("Change all clips that a query finds, newest first."))
@click.option("--stars", type=click.IntRange(0, 5), help=mark("Rating; 0 removes it."))
@click.option(
    "--tag", "tags", multiple=True, metavar="+TAG|-TAG",
    help=mark("Add a tag (+) or remove it (-); several may follow."),
)  # fmt: skip
@click.option("--title", help=mark("Title of each clip."))
@click.option(
    "--title-template", "template", metavar="TEMPLATE",
    help=mark("Title of each clip from its details, such as “{title} {n}”."),
)  # fmt: skip
@click.option("--note", "notes", help=mark("Notes of each clip; an empty text removes them."))
@click.option("--add-note", help=mark("Text to add to the notes of each clip."))
@click.option("--favourite/--no-favourite", default=None, help=mark("Whether they are favourites."))
@session_command
async def set_values(
    session: Session,
    clip_ids: tuple[str, ...],
    query: str | None,
    stars: int | None,
    tags: tuple[str, ...],
    title: str | None,
    template: str | None,
    notes: str | None,
    add_note: str | None,
    favourite: bool | None,
) -> None:
    """Change details of clips, all in one transaction.

    With --json each changed clip is printed with its values before, so that a script can
    restore them.
    """
    _check_options(clip_ids, query, title, template, notes, add_note)
    values: dict[str, Any] = {
        "stars": stars, "title": title, "favourite": favourite,
        "notes": notes if add_note is None else AppendedText(add_note),
        "tags": _parse_tags(tags) if tags else None,
    }  # fmt: skip
    if template is None and all(value is None for value in values.values()):
        raise CommandError(ExitCode.USAGE, mark("Give at least one value, such as --stars 4."))
    before = await _find_clips(session, clip_ids, query)
    ids = [clip.id for clip in before]
    if template is not None:
        values["title"] = await fill_titles(session.studio.clips, ids, template)
    await session.studio.clips.edit(ids, **values)
    after = {clip.id: clip for clip in await _read_again(session, before)}
    for old in before:
        new = after.get(old.id)
        if new is None:
            session.output.write_message(
                mark("“{title}” is no longer in the library.", title=old.display_title)
            )
        elif _details(old) != _details(new):
            session.output.write_result(clip_json(new) | {"before": _details(old)}, clip_line(new))


@click.group()
def tag() -> None:
    """Tags of all clips; “library values tag” lists them."""


@tag.command()
@click.argument("old", metavar="TAG")
@click.argument("name")
@session_command
async def rename(session: Session, old: str, name: str) -> None:
    """Rename TAG to NAME in every clip that has it, also in the trash.

    Where a clip has both, it keeps one.
    """
    if not name.strip():
        raise CommandError(ExitCode.USAGE, mark("Give the new name of the tag."))
    await _rename_tag(session, old, name)


@tag.command()
@click.argument("old", metavar="TAG")
@session_command
async def remove(session: Session, old: str) -> None:
    """Remove TAG from every clip that has it, also in the trash."""
    await _rename_tag(session, old, "")


async def _rename_tag(session: Session, old: str, name: str) -> None:
    step = await session.studio.clips.rename_tag(old, name)
    count = 0 if step is None else step.clip_count
    said = (
        nmark(
            "Tag “{tag}” renamed in {count} clip.",
            "Tag “{tag}” renamed in {count} clips.",
            count,
            tag=old,
        )
        if name
        else nmark(
            "Tag “{tag}” removed from {count} clip.",
            "Tag “{tag}” removed from {count} clips.",
            count,
            tag=old,
        )
    )
    session.output.write_result({"tag": old, "name": name or None, "clips": count}, said)


@click.command()
@click.argument("clip_ids", metavar="CLIP...", nargs=-1, required=True)
@click.option("--undo", is_flag=True, help=mark("Restore them from the trash."))
@session_command
async def trash(session: Session, clip_ids: tuple[str, ...], undo: bool) -> None:
    """Move clips to the trash, or restore them; no file is deleted."""
    found = await _find_trashed(session, clip_ids) if undo else await _find_clips(session, clip_ids)
    move = session.studio.clips.restore if undo else session.studio.clips.trash
    await move([clip.id for clip in found])
    for clip in await _read_again(session, found):
        session.output.write_result(clip_json(clip), clip_line(clip))


@click.command()
@click.argument("clip_ids", metavar="[CLIP...]", nargs=-1)
@click.option("--yes", is_flag=True, help=mark("Delete; without it only the size is shown."))
@session_command
async def purge(session: Session, clip_ids: tuple[str, ...], yes: bool) -> None:
    """Delete clips in the trash for good, with their files; without CLIP, all of them."""
    clips = session.studio.clips
    if clip_ids:
        ids = [clip.id for clip in await _find_trashed(session, clip_ids)]
    else:
        ids = await clips.list_ids(smart=SmartList.TRASH)
    size = await clips.trash_size_bytes(ids)
    if not yes:
        said = mark(
            "{clips}, {size}. Add --yes to delete for good.",
            clips=_count_text(ids),
            size=size_text(size),
        )
        session.output.write_result({"clips": len(ids), "bytes": size, "deleted": False}, said)
        return
    result = await clips.delete(ids)
    session.output.write_result(
        {"clips": len(result.clips), "bytes": result.freed_bytes, "deleted": True},
        mark(
            "Deleted: {clips}, {size}.",
            clips=_count_text(result.clips),
            size=size_text(result.freed_bytes),
        ),
    )
    if result.in_use:
        raise CommandError(
            ExitCode.FAILURE,
            mark(
                "{clips} could not be deleted: a service has not finished a file for it. "
                "“jobs list” shows the request.",
                clips=_count_text(result.in_use),
            ),
        )
    if result.remaining:
        raise CommandError(
            ExitCode.FAILURE,
            mark(
                "{clips} could not be deleted: a file is in use, or cannot be moved.",
                clips=_count_text(result.remaining),
            ),
        )


def _check_options(
    clip_ids: Sequence[str],
    query: str | None,
    title: str | None,
    template: str | None,
    notes: str | None,
    add_note: str | None,
) -> None:
    """Raises `CommandError` for options that exclude each other, or no clip."""
    if bool(clip_ids) == (query is not None):
        raise CommandError(ExitCode.USAGE, mark("Give clips, or a query with --find."))
    if query is not None and not query.strip():
        # A script whose variable is empty would change the whole library.
        raise CommandError(
            ExitCode.USAGE,
            mark("The query of --find is empty. “date:>2000” finds all clips."),
        )
    if title is not None and template is not None:
        raise CommandError(ExitCode.USAGE, mark("--title and --title-template exclude each other."))
    if notes is not None and add_note is not None:
        raise CommandError(ExitCode.USAGE, mark("--note and --add-note exclude each other."))
    problem = "" if template is None else template_problem(template)
    if problem:
        raise CommandError(ExitCode.USAGE, problem)


async def _find_clips(
    session: Session, clip_ids: Sequence[str], query: str | None = None
) -> Sequence[Clip]:
    if query is None:
        return [await session.find_clip(one) for one in dict.fromkeys(clip_ids)]
    clips = session.studio.clips
    problem = (await clips.page(query, limit=0)).problem
    if problem:
        # Else it would change other clips than those that were meant.
        raise CommandError(ExitCode.USAGE, problem)
    return await clips.get_many(await clips.list_ids(query))


async def _find_trashed(session: Session, clip_ids: Sequence[str]) -> Sequence[Clip]:
    """Returns clips of the trash; raises `CommandError` if one is not there."""
    found = [await session.find_clip(one, SmartList.TRASH) for one in dict.fromkeys(clip_ids)]
    for clip in found:
        if clip.trashed_at is None:
            raise CommandError(
                ExitCode.USAGE, mark("“{title}” is not in the trash.", title=clip.display_title)
            )
    return found


def _parse_tags(texts: Sequence[str]) -> TagChange:
    """Reads "+TAG", "-TAG" and "TAG", which adds too.

    Raises:
        CommandError: A tag is empty.
    """
    names = [(text.startswith("-"), text.lstrip("+-").strip()) for text in texts]
    if any(not name for _, name in names):
        raise CommandError(ExitCode.USAGE, mark("Give a tag as +NAME or -NAME."))
    return TagChange(
        add=tuple(name for is_removed, name in names if not is_removed),
        remove=tuple(name for is_removed, name in names if is_removed),
    )


async def _read_again(session: Session, clips: Sequence[Clip]) -> Sequence[Clip]:
    return await session.studio.clips.get_many([clip.id for clip in clips])


def _details(clip: Clip) -> Mapping[str, Any]:
    values = {name: getattr(clip, name) for name in _CHANGEABLE}
    return values | {"tags": list(clip.tags)}


def _count_text(ids: Sequence[ClipId]) -> str:
    return nmark("{count} clip", "{count} clips", len(ids))
