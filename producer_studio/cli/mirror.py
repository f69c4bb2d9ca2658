"""Command `producer-studio library mirror`."""

import asyncio
from typing import Any

import click

from producer_studio.cli.exit_codes import CommandError, exit_code_for_error
from producer_studio.cli.session import Session, session_command
from producer_studio.studio.mirror.mirror_plan import (
    MirrorItem,
    MirrorOutcome,
    MirrorPlan,
    MirrorResult,
    plan_text,
    result_text,
)
from producer_studio.studio.updates.installation import size_text
from producer_studio.translation import mark, tr, tr_message


@click.command()
@click.option("--dry-run", is_flag=True, help=mark("Only list what would be fetched."))
@session_command
async def mirror(session: Session, dry_run: bool) -> None:
    """Fetch everything that the services still have of your clips; free.

    That is the sound, WAV, cover, video and answer of each clip, where a link to it is alive.
    Nothing is deleted. If it is stopped, the next call continues.
    """
    plan = await session.studio.mirror.plan()
    session.output.write_result(_plan_json(plan), plan_text(plan))
    if dry_run:
        for item in plan.items:
            session.output.write_result(_item_json(item), _item_line(item))
        return
    if not plan.items:
        return

    def show(outcome: MirrorOutcome) -> None:
        session.output.write_result(_outcome_json(outcome), _outcome_line(outcome))

    try:
        result = await session.studio.mirror.run(plan, show)
    except asyncio.CancelledError:
        if (partial := session.studio.mirror.current) is not None:
            session.output.write_result(
                _result_json(partial) | {"event": "stopped"}, result_text(partial)
            )
        raise
    session.output.write_result(_result_json(result), result_text(result))
    failure = result.stopped or (result.failed[0].error if result.failed else None)
    if failure is not None:
        raise CommandError(exit_code_for_error(failure))


def _plan_json(plan: MirrorPlan) -> dict[str, Any]:
    return {
        "event": "plan",
        "files": len(plan.files),
        "answers": len(plan.items) - len(plan.files),
        "bytes": plan.known_bytes,
        "unknown_sizes": plan.unknown_sizes,
        "ended_links": plan.ended_links,
        "free_bytes": plan.free_bytes,
    }


def _item_json(item: MirrorItem) -> dict[str, Any]:
    return {
        "event": "item",
        "clip": item.clip,
        "kind": str(item.kind),
        "title": item.title,
        "bytes": item.size_bytes,
        "ended": item.has_ended,
    }


def _item_line(item: MirrorItem) -> str:
    size = mark("size unknown") if item.size_bytes is None else size_text(item.size_bytes)
    return f"{item.clip[:8]}  {item.kind:<6}  {tr(size)}  {tr_message(item.title)}"


def _outcome_json(outcome: MirrorOutcome) -> dict[str, Any]:
    return {
        "event": "fetched" if outcome.error is None else "failed",
        "clip": outcome.item.clip,
        "kind": str(outcome.item.kind),
        "title": outcome.item.title,
        "bytes": outcome.size_bytes,
        "fault": outcome.error.to_json() if outcome.error is not None else None,
    }


def _outcome_line(outcome: MirrorOutcome) -> str:
    said = size_text(outcome.size_bytes) if outcome.error is None else outcome.error.message
    item = outcome.item
    return f"{item.clip[:8]}  {item.kind:<6}  {tr_message(said)}  {tr_message(item.title)}"


def _result_json(result: MirrorResult) -> dict[str, Any]:
    return {
        "event": "done",
        "planned": result.planned,
        "fetched": result.fetched,
        "failed": len(result.failed),
        "left": result.untried,
        "bytes": result.size_bytes,
        "stopped": result.stopped.to_json() if result.stopped is not None else None,
    }
