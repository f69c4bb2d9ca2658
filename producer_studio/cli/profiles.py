"""Commands `producer-studio profiles …`."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from producer_studio.cli.exit_codes import CommandError, ExitCode
from producer_studio.cli.message_option import MessageOption
from producer_studio.cli.output import value_lines
from producer_studio.cli.session import Session, find_named, session_command
from producer_studio.cli.user_lists import write_step
from producer_studio.domain.errors import RequestRejected
from producer_studio.domain.export_profile import (
    MAX_LOUDNESS_LUFS,
    MIN_LOUDNESS_LUFS,
    SAMPLE_RATES,
    TAG_NAMES,
    ExportExtra,
    ExportFormat,
    ExportProfile,
)
from producer_studio.studio.export.filenames import TEMPLATE_FIELDS, template_problem
from producer_studio.translation import mark, tr_message
from producer_studio.translation.numbers import unrounded

_Command = TypeVar("_Command", bound=Callable[..., Any])
_NAMES = ", ".join("{" + name + "}" for name in TEMPLATE_FIELDS)


def profile_options(function: _Command) -> _Command:
    """Adds the options that are in a profile; one that is not given is None or empty."""
    for option in reversed(
        (
            click.option("--format", type=click.Choice([str(one) for one in ExportFormat])),
            click.option(
                "--mp3",
                type=click.Choice(["320", "V0"]),
                help=mark("Constant 320 kbit/s, or variable bit rate V0."),
            ),
            click.option("--bits", type=click.Choice(["16", "24"]), help=mark("Of WAV and FLAC.")),
            click.option(
                "--rate",
                type=click.Choice(["original", *(str(rate) for rate in SAMPLE_RATES)]),
                help=mark("Sample rate in Hz."),
            ),
            click.option(
                "--loudness",
                cls=MessageOption,
                metavar="LUFS",
                help=mark(
                    "{low} to {high}, or “original”. The level "
                    "is changed as far as the true peak stays below −1 dBTP.",
                    low=f"{MIN_LOUDNESS_LUFS:g}",
                    high=f"{MAX_LOUDNESS_LUFS:g}",
                ),
            ),
            click.option(
                "--name",
                "template",
                cls=MessageOption,
                help=mark("File name with any of {names}.", names=_NAMES),
            ),
            click.option(
                "--with",
                "extras",
                cls=MessageOption,
                metavar="LIST",
                help=mark(
                    "Any of {names}, with commas between; “none” for nothing.",
                    names=", ".join(ExportExtra),
                ),
            ),
            click.option(
                "--tag",
                "tags",
                cls=MessageOption,
                metavar="NAME=TEXT",
                multiple=True,
                help=mark(
                    "Tag in place of the one in the settings: {names}.", names=", ".join(TAG_NAMES)
                ),
            ),
        )
    ):
        function = option(function)
    return function


def changed_profile(profile: ExportProfile, options: dict[str, Any]) -> ExportProfile:
    """Returns a profile with those of its options changed that were given.

    Raises:
        CommandError: A value is not valid.
    """
    changes: dict[str, Any] = {}
    if options["format"]:
        changes["format"] = ExportFormat(options["format"])
    if options["mp3"]:
        changes["mp3_mode"] = options["mp3"]
    if options["bits"]:
        changes["bits"] = int(options["bits"])
    if options["rate"]:
        changes["sample_rate"] = 0 if options["rate"] == "original" else int(options["rate"])
    if options["loudness"]:
        changes["loudness_lufs"] = _parse_loudness(options["loudness"])
    if options["template"]:
        problem = template_problem(options["template"])
        if problem:
            raise CommandError(ExitCode.USAGE, problem)
        changes["template"] = options["template"]
    if options["extras"]:
        changes["extras"] = _parse_extras(options["extras"])
    if options["tags"]:
        changes["tags"] = {**profile.tags, **_parse_tags(options["tags"])}
    return profile.with_changes(**changes)


@click.group()
def profiles() -> None:
    """Export profiles: what is chosen for an export, under a name.

    “export --profile NAME” uses one.
    """


@profiles.command("list")
@session_command
async def list_profiles(session: Session) -> None:
    """List all profiles."""
    for profile in await session.studio.export_profiles.list_all():
        own = "" if profile.is_built_in else f"  {profile.id[:8]}"
        session.output.write_result(
            profile_json(profile), f"{tr_message(profile.name)}: {tr_message(profile.summary)}{own}"
        )


@profiles.command()
@click.argument("name")
@session_command
async def show(session: Session, name: str) -> None:
    """Show everything that is in a profile."""
    data = profile_json(await find_profile(session, name))
    session.output.write_result(data, value_lines(data))


@profiles.command()
@click.argument("name")
@click.option("--like", metavar="PROFILE", default="Share", help=mark("Begin with this profile."))
@click.option("--to", "folder", metavar="DIR", help=mark("Folder of its files."))
@profile_options
@session_command
async def add(
    session: Session,
    /,
    name: str,
    like: str,
    folder: str | None,
    **options: Any,  # noqa: ANN401 - of `profile_options`
) -> None:
    """Add a profile, such as “profiles add Radio --like Release --loudness -16”."""
    profile = changed_profile(await find_profile(session, like), options)
    profile = profile.with_changes(name=name, folder=profile.folder if folder is None else folder)
    write_step(session, await session.studio.export_profiles.add(profile))


@profiles.command()
@click.argument("name")
@click.option("--to", "folder", metavar="DIR", help=mark("Folder of its files; empty for none."))
@profile_options
@session_command
async def change(
    session: Session,
    /,
    name: str,
    folder: str | None,
    **options: Any,  # noqa: ANN401 - of `profile_options`
) -> None:
    """Change options of your own profile; those that are not given stay."""
    profile = await find_profile(session, name)
    changed = changed_profile(profile, options)
    if folder is not None:
        changed = changed.with_changes(folder=folder)
    step = await _own(session.studio.export_profiles.change(profile, changed))
    write_step(session, step)


@profiles.command()
@click.argument("name")
@click.argument("new_name")
@session_command
async def rename(session: Session, name: str, new_name: str) -> None:
    """Give your own profile another name."""
    profile = await find_profile(session, name)
    write_step(session, await _own(session.studio.export_profiles.rename(profile, new_name)))


@profiles.command()
@click.argument("name")
@session_command
async def delete(session: Session, name: str) -> None:
    """Delete your own profile; no exported file is deleted."""
    profile = await find_profile(session, name)
    write_step(session, await _own(session.studio.export_profiles.delete(profile)))


async def find_profile(session: Session, name: str) -> ExportProfile:
    """Finds the profile with a name, or with a unique prefix of an id.

    Raises:
        CommandError: There is none, or more than one.
    """
    known = await session.studio.export_profiles.list_all()
    return find_named(known, name, "profile", "producer-studio profiles list")


def profile_json(profile: ExportProfile) -> dict[str, Any]:
    return {**profile.to_json(), "built_in": profile.is_built_in, "summary": profile.summary}


async def _own(change: Any) -> Any:  # noqa: ANN401 - passed through
    try:
        return await change
    except RequestRejected as error:
        raise CommandError(ExitCode.USAGE, error.message) from error


def _parse_loudness(text: str) -> float | None:
    if text.casefold() == "original":
        return None
    try:
        value = float(text.replace("\u2212", "-"))
    except ValueError:
        value = 0.0
    if not MIN_LOUDNESS_LUFS <= value <= MAX_LOUDNESS_LUFS:
        raise CommandError(
            ExitCode.USAGE,
            mark(
                "A loudness is between {low} and {high} LUFS, such as -14, or “original”.",
                low=unrounded(MIN_LOUDNESS_LUFS),
                high=unrounded(MAX_LOUDNESS_LUFS),
            ),
        )
    return value


def _parse_extras(text: str) -> frozenset[ExportExtra]:
    names = [name.strip().casefold() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in {*ExportExtra, "none"}]
    if unknown:
        known = ", ".join(ExportExtra)
        raise CommandError(
            ExitCode.USAGE, mark("“{text}” is none of {names}.", text=unknown[0], names=known)
        )
    return frozenset(ExportExtra(name) for name in names if name != "none")


def _parse_tags(pairs: tuple[str, ...]) -> dict[str, str]:
    tags = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if name not in TAG_NAMES or not equals:
            known = ", ".join(TAG_NAMES)
            raise CommandError(
                ExitCode.USAGE, mark("Write a tag as NAME=TEXT; names are {names}.", names=known)
            )
        tags[name] = " ".join(text.split())
    return tags
