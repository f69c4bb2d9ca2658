"""`producer-studio updates …`."""

from pathlib import Path
from typing import Any

import click

from producer_studio.cli.exit_codes import Exit, Stopped
from producer_studio.cli.session import Session, command
from producer_studio.domain.release import Release
from producer_studio.studio.calendar import day_text
from producer_studio.studio.updates.installation import file_for, hint, size_text
from producer_studio.studio.updates.update_check import Standing


@click.group()
def updates() -> None:
    """Newer releases of this program; nothing is ever downloaded or installed."""


@updates.command()
@command
async def check(session: Session) -> None:
    """Ask for the newest release, once and now."""
    standing = await session.studio.updates.check()
    assert standing.release is not None  # noqa: S101 - `check` raises without one
    session.output.item(_standing_json(standing, standing.release), _standing_page(standing))


@updates.command()
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, resolve_path=True, path_type=Path)
)
@click.option(
    "--announcement",
    type=click.Path(exists=True, dir_okay=False, resolve_path=True, path_type=Path),
    help="Its latest.json, where it was downloaded too; the address is asked without it.",
)
@command
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
            session.output.item(data, "")
        where = f" from {release.page}" if release.page else ""
        advice = f" Do not open it; download it again{where}." if artefact is not None else ""
        raise Stopped(Exit.OTHER, f"{file.name}: {verdict.problem}{advice}")
    named = f" for {artefact.name}" if artefact and artefact.name != file.name else ""
    line = f"{file.name} is of {release.version}: size and SHA-256 are as announced{named}."
    session.output.item(data, f"{line} {_trust(release)}")


def _standing_json(standing: Standing, release: Release) -> dict[str, Any]:
    artefact = file_for(release, standing.how)
    return {
        "version": str(standing.running),
        "announced": str(release.version),
        "newer": standing.newer is not None,
        "date": release.date.isoformat(),
        "page": release.page,
        "notes": list(release.notes),
        "signed": release.signed,
        "installation": str(standing.how),
        "hint": hint(standing.how),
        "file": artefact.name if artefact is not None else None,
    }


def _standing_page(standing: Standing) -> list[str]:
    release, newer = standing.release, standing.newer
    assert release is not None  # noqa: S101 - see `check`
    if newer is None:
        older = " The address announces an older one." if release.version < standing.running else ""
        return [f"Producer Studio {standing.running} is the newest release.{older}"]
    since = day_text(newer.date)
    lines = [
        f"Producer Studio {newer.version} is out since {since}; this is {standing.running}.",
        *(f"  - {note}" for note in newer.notes),
        hint(standing.how),
    ]
    artefact = file_for(newer, standing.how)
    if artefact is not None:
        lines.append(
            f"The file for this computer: {artefact.name}, {size_text(artefact.size_bytes)}"
        )
    if newer.page:
        lines.append(newer.page)
    return [*lines, _trust(newer)]


def _trust(release: Release) -> str:
    return (
        "The announcement is signed."
        if release.signed
        else "The announcement is not signed: trust it as far as its address."
    )
