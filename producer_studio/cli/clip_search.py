"""Commands `producer-studio library search` and `show`."""

from typing import Any

import click

from producer_studio.cli.output import clip_detail_lines, clip_json, clip_line
from producer_studio.cli.session import Session, session_command
from producer_studio.studio.clips import SORTS, ClipRelations, SortOrder

_PAGE = 200


@click.command()
@click.argument("query", default="")
@click.option("--sort", type=click.Choice(sorted(SORTS)), default="added", show_default=True)
@click.option("--ascending", is_flag=True, help="Smallest or oldest first.")
@session_command
async def search(session: Session, query: str, sort: str, ascending: bool) -> None:
    """List the clips that a query finds, newest first; without one, all."""
    clips, order = session.studio.clips, SortOrder(sort, descending=not ascending)
    page = await clips.page(query, order, limit=_PAGE)
    if page.problem:
        session.output.write_message(page.problem)
    if not page.ids:
        session.output.write_hint("No clips found.")
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
        ("preset", related.preset),
        ("price", "" if related.price is None else f"{related.price:g} credits"),
        ("exports", str(related.exports or "")),
        ("compared", f"in {related.judgements} rounds" if related.judgements else ""),
        ("playlists", ", ".join(related.playlists)),
    )
    return [f"{name:<10}  {value}" for name, value in values if value]
