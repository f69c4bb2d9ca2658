"""Commands `producer-studio library search` and `show`."""

from typing import Any

import click

from producer_studio.cli.columns import label_line
from producer_studio.cli.exit_codes import CommandError, ExitCode
from producer_studio.cli.output import clip_detail_lines, clip_json, clip_line
from producer_studio.cli.session import Session, session_command
from producer_studio.domain.credits import format_credits
from producer_studio.studio.clips import SORTS, ClipRelations, SortOrder
from producer_studio.translation import mark, ntr, tr

_PAGE = 200


@click.command()
@click.argument("query", default="")
@click.option("--sort", type=click.Choice(sorted(SORTS)), default="added", show_default=True)
@click.option("--ascending", is_flag=True, help=mark("Smallest or oldest first."))
@session_command
async def search(session: Session, query: str, sort: str, ascending: bool) -> None:
    """List the clips that a query finds, newest first; without one, all."""
    clips, order = session.studio.clips, SortOrder(sort, descending=not ascending)
    page = await clips.page(query, order, limit=_PAGE)
    if page.problem:
        # Else it would list other clips than those that were meant, perhaps to a script.
        raise CommandError(ExitCode.USAGE, page.problem)
    if not page.ids:
        session.output.write_hint(mark("No clips found."))
    while True:
        relations = await clips.get_relations(page.ids) if session.output.as_json else {}
        for clip in await clips.get_many(page.ids):
            data = clip_json(clip) | _relations_json(relations.get(clip.id, ClipRelations()))
            session.output.write_result(data, clip_line(clip))
        if page.next is None:
            return
        page = await clips.page(query, order, limit=_PAGE, after=page.next)


@click.command()
@click.argument("clip_id", metavar="CLIP")
@session_command
async def show(session: Session, clip_id: str) -> None:
    """Show all details of one clip."""
    clip = await session.find_clip(clip_id)
    related = (await session.studio.clips.get_relations([clip.id])).get(clip.id, ClipRelations())
    lines = [*clip_detail_lines(clip), *_relation_lines(related)]
    session.output.write_result(clip_json(clip) | _relations_json(related), lines)


def _relations_json(related: ClipRelations) -> dict[str, Any]:
    return {
        "preset": related.preset or None,
        "price": related.price,
        "exports": related.exports,
        "comparisons": related.judgements,
        "playlists": list(related.playlists),
    }


def _relation_lines(related: ClipRelations) -> list[str]:
    values = (
        (mark("preset"), related.preset),
        (mark("price"), "" if related.price is None else tr(format_credits(related.price))),
        (mark("exports"), str(related.exports or "")),
        (
            mark("compared"),
            ntr("in {count} round", "in {count} rounds", related.judgements)
            if related.judgements
            else "",
        ),
        (mark("playlists"), ", ".join(related.playlists)),
    )
    return [label_line(name, value) for name, value in values if value]
