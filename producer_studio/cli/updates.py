"""Commands `producer-studio updates …`."""

from pathlib import Path
from typing import Any

import click

from producer_studio.cli.exit_codes import CommandError, ExitCode
from producer_studio.cli.path_parameter import PathParameter
from producer_studio.cli.session import Session, session_command
from producer_studio.domain.release import Release
from producer_studio.studio.updates.installation import (
    matching_artefact,
    size_text,
    update_instructions,
)
from producer_studio.studio.updates.update_check import UpdateStatus
from producer_studio.studio.utc_dates import day_text
from producer_studio.translation import mark, sentences


@click.group()
def updates() -> None:
    """Newer releases of this program; nothing is ever downloaded or installed."""


@updates.command()
@session_command
async def check(session: Session) -> None:
    """Check for the newest release now."""
    standing = await session.studio.updates.check()
    assert standing.release is not None  # noqa: S101 - `check` raises without one
    session.output.write_result(
        _standing_json(standing, standing.release), _standing_page(standing)
    )


@updates.command()
@click.argument(
    "file", type=PathParameter(exists=True, dir_okay=False, resolve_path=True, path_type=Path)
)
@click.option(
    "--announcement",
    type=PathParameter(exists=True, dir_okay=False, resolve_path=True, path_type=Path),
    help=mark("A downloaded latest.json; by default, the update server is queried."),
)
@session_command
async def verify(session: Session, file: Path, announcement: Path | None) -> None:
    """Check the size and the SHA-256 of a downloaded FILE."""
    verdict = await session.studio.updates.verify(file, announcement)
    release, artefact = verdict.release, verdict.artefact
    data = {
        "file": str(file),
        "version": str(release.version),
        "artefact": artefact.name if artefact is not None else None,
        "genuine": not verdict.problem,
        "signed": release.signed,
        "problem": verdict.problem,
    }
    if verdict.problem:
        if session.output.as_json:
            session.output.write_result(data, "")
        advice = (
            mark("Do not open it; download it again from {page}.", page=release.page)
            if release.page
            else mark("Do not open it; download it again.")
        )
        problem = mark("{file}: {problem}", file=file.name, problem=verdict.problem)
        raise CommandError(
            ExitCode.FAILURE, sentences(problem, advice if artefact is not None else "")
        )
    is_renamed = artefact is not None and artefact.name != file.name
    line = (
        mark(
            "{file} belongs to {version}: size and SHA-256 match the announcement for {name}.",
            file=file.name,
            version=release.version,
            name=artefact.name,
        )
        if artefact is not None and is_renamed
        else mark(
            "{file} belongs to {version}: size and SHA-256 match the announcement.",
            file=file.name,
            version=release.version,
        )
    )
    session.output.write_result(data, sentences(line, _signature_text(release)))


def _standing_json(standing: UpdateStatus, release: Release) -> dict[str, Any]:
    artefact = matching_artefact(release, standing.installation)
    return {
        "version": str(standing.running_version),
        "announced": str(release.version),
        "newer": standing.newer_release is not None,
        "date": release.date.isoformat(),
        "page": release.page,
        "notes": list(release.notes),
        "signed": release.signed,
        "installation": str(standing.installation),
        "hint": update_instructions(standing.installation),
        "file": artefact.name if artefact is not None else None,
    }


def _standing_page(standing: UpdateStatus) -> list[str]:
    release, newer = standing.release, standing.newer_release
    assert release is not None  # noqa: S101 - see `check`
    if newer is None:
        newest = mark(
            "Producer Studio {version} is the newest release.", version=standing.running_version
        )
        if release.version < standing.running_version:
            return [sentences(newest, mark("The update server announces an older one."))]
        return [newest]
    since, running = day_text(newer.date), standing.running_version
    lines = [
        mark(
            "Producer Studio {version} was released on {since}; you have {running}.",
            version=newer.version,
            since=since,
            running=running,
        ),
        *(f"  - {note}" for note in newer.notes),
        update_instructions(standing.installation),
    ]
    artefact = matching_artefact(newer, standing.installation)
    if artefact is not None:
        lines.append(
            mark(
                "The file for this computer: {name}, {size}",
                name=artefact.name,
                size=size_text(artefact.size_bytes),
            )
        )
    if newer.page:
        lines.append(newer.page)
    return [*lines, _signature_text(newer)]


def _signature_text(release: Release) -> str:
    return (
        mark("The announcement is signed.")
        if release.signed
        else mark("The announcement is not signed: trust it only as far as its address.")
    )
