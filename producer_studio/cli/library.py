"""`producer-studio library …`."""

import click

from producer_studio.cli.exit_codes import Exit, Stopped
from producer_studio.cli.output import clip_json, clip_line, clip_page
from producer_studio.cli.session import Session, command, command_on_new_library
from producer_studio.domain.clip import MediaState

_PAGE = 200


@click.group()
def library() -> None:
    """The clips on this disk."""


@library.command()
@click.argument("query", default="")
@command
async def search(session: Session, query: str) -> None:
    """List the clips that a query finds, newest first; without one, all."""
    page = await session.studio.clips.page(query, limit=_PAGE)
    if page.problem:
        session.output.remark(page.problem)
    if not page.ids:
        session.output.aside("No clips found.")
    while True:
        for clip in await session.studio.clips.rows(page.ids):
            session.output.item(clip_json(clip), clip_line(clip))
        if page.next is None:
            return
        page = await session.studio.clips.page(query, limit=_PAGE, after=page.next)


@library.command()
@command_on_new_library
async def new(session: Session) -> None:
    """Start an empty library in place of one that is not there any more.

    Where it is there after all, nothing changes.
    """
    folder = str(session.studio.clips.folder)
    session.output.item({"library": folder}, f"The library is in {folder}.")


@library.command()
@click.argument("clip_id", metavar="CLIP")
@command
async def show(session: Session, clip_id: str) -> None:
    """Show everything that is known of one clip."""
    clip = await session.clip(clip_id)
    session.output.item(clip_json(clip), clip_page(clip))


@library.command()
@click.argument("clip_id", metavar="CLIP")
@command
async def fetch(session: Session, clip_id: str) -> None:
    """Try once more to fetch the sound of a clip; free."""
    await session.studio.clips.find_missing([(await session.clip(clip_id)).id])
    clip = await session.clip(clip_id)
    if clip.media in {MediaState.READY, MediaState.NONE}:
        session.output.item(clip_json(clip), clip_line(clip))
        return
    await session.studio.clips.fetch_again(clip.id)
    after = await session.clip(clip.id)
    session.output.item(clip_json(after), clip_line(after))
    if after.media is not MediaState.READY:
        raise Stopped(Exit.OTHER, f"The sound of “{after.title}” could not be fetched.")
