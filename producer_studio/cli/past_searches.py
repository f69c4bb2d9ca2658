"""Command `producer-studio library searches`."""

import click

from producer_studio.cli.columns import format_table
from producer_studio.cli.exit_codes import CommandError, ExitCode
from producer_studio.cli.session import Session, session_command
from producer_studio.cli.user_lists import write_step
from producer_studio.domain.timestamps import to_local_time
from producer_studio.translation import mark


@click.command()
@click.option("--forget", metavar="QUERY", help=mark("Forget one search."))
@click.option("--forget-all", is_flag=True, help=mark("Forget all searches."))
@session_command
async def searches(session: Session, forget: str | None, forget_all: bool) -> None:
    """List the searches that were used in the window, latest first.

    They are in the library, and nowhere else.
    """
    history = session.studio.search_history
    if forget is not None and forget_all:
        raise CommandError(ExitCode.USAGE, mark("Choose one of --forget and --forget-all."))
    if forget_all:
        write_step(session, await history.forget_all())
        return
    found = await history.list_latest()
    if forget is not None:
        named = [one for one in found if one.query == forget.strip()]
        if not named:
            raise CommandError(
                ExitCode.USAGE, mark("There is no search “{forget}”.", forget=forget)
            )
        write_step(session, await history.forget(named))
        return
    if not found:
        session.output.write_hint(mark("No searches."))
    lines = format_table(
        [[f"{to_local_time(one.at):%Y-%m-%d %H:%M}", f"{one.uses}×", one.query] for one in found]
    )
    for one, line in zip(found, lines, strict=True):
        data = {"query": one.query, "uses": one.uses, "at": one.at.isoformat()}
        session.output.write_result(data, line)
