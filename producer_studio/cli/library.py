"""Commands `producer-studio library …`."""

import click

from producer_studio.cli.exit_codes import CommandError, ExitCode
from producer_studio.cli.output import clip_detail_lines, clip_json, clip_line
from producer_studio.cli.session import Session, new_library_command, session_command
from producer_studio.domain.clip import MediaState

_PAGE = 200


@click.group()
def library() -> None:
    """The clips on this disk."""


@library.command()
@click.argument("query", default="")
@session_command
async def search(session: Session, query: str) -> None:
    """List the clips that a query finds, newest first; without one, all."""
    page = await session.studio.clips.page(query, limit=_PAGE)
    if page.problem:
        session.output.write_message(page.problem)
    if not page.ids:
        session.output.write_hint("No clips found.")
    while True:
        for clip in await session.studio.clips.get_many(page.ids):
            session.output.write_result(clip_json(clip), clip_line(clip))
        if page.next is None:
            return
        page = await session.studio.clips.page(query, limit=_PAGE, after=page.next)


@library.command()
@new_library_command
async def new(session: Session) -> None:
    """Create an empty library in place of a missing one.

    If the library exists, nothing changes.
    """
    folder = str(session.studio.clips.folder)
    session.output.write_result({"library": folder}, f"The library is in {folder}.")


@library.command()
@click.argument("clip_id", metavar="CLIP")
@session_command
async def show(session: Session, clip_id: str) -> None:
    """Show all details of one clip."""
    clip = await session.find_clip(clip_id)
    session.output.write_result(clip_json(clip), clip_detail_lines(clip))


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
            ExitCode.FAILURE, f"The sound of “{after.title}” could not be downloaded."
        )
