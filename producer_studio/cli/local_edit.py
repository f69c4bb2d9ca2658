"""Command `producer-studio library edit`."""

import math

import click

from producer_studio.cli.exit_codes import CommandError, ExitCode
from producer_studio.cli.number_option import NumberOption
from producer_studio.cli.output import clip_json, clip_line
from producer_studio.cli.session import Session, session_command
from producer_studio.domain.local_edit import Fade, Join, Level, LocalEdit, Trim
from producer_studio.translation import mark
from producer_studio.translation.numbers import FixedDecimal

_ONE_EDIT = mark("Give one edit: --trim, --fade-in and --fade-out, --join, or --level.")


@click.command()
@click.argument("clip_id", metavar="CLIP")
@click.option(
    "--trim",
    "part",
    nargs=2,
    type=NumberOption(0),
    metavar="FROM TO",
    help=mark("Keep the part between two times, in seconds."),
)
@click.option(
    "--fade-in", "fade_in_s", type=NumberOption(0), help=mark("Seconds to the full level.")
)
@click.option("--fade-out", "fade_out_s", type=NumberOption(0), help=mark("Seconds to silence."))
@click.option("--join", "other", metavar="CLIP", help=mark("Append another clip."))
@click.option(
    "--crossfade", "crossfade_s", type=NumberOption(0), help=mark("Seconds of both; with --join.")
)
@click.option("--level", "gain_db", type=NumberOption(), help=mark("Change of the level, in dB."))
@session_command
async def edit(
    session: Session,
    clip_id: str,
    part: tuple[float, float] | None,
    fade_in_s: float | None,
    fade_out_s: float | None,
    other: str | None,
    crossfade_s: float | None,
    gain_db: float | None,
) -> None:
    """Make an edited version of a clip on this computer; free.

    It becomes a new clip, and CLIP is not changed.
    """
    clip = await session.find_clip(clip_id)
    edits: list[LocalEdit] = []
    if part is not None:
        edits.append(Trim(*part))
    if fade_in_s is not None or fade_out_s is not None:
        edits.append(Fade(fade_in_s or 0.0, fade_out_s or 0.0))
    if other is not None:
        edits.append(Join((await session.find_clip(other)).id, crossfade_s or 0.0))
    if gain_db is not None:
        edits.append(Level(gain_db))
    if len(edits) != 1 or (crossfade_s is not None and other is None):
        raise CommandError(ExitCode.USAGE, _ONE_EDIT)
    made = await session.studio.local_edits.apply(clip.id, edits[0])
    if made.peak > 1.0:
        session.output.write_message(
            mark(
                "It is {excess} dB too loud, and was limited to full scale.",
                excess=FixedDecimal(20.0 * math.log10(made.peak), 1),
            )
        )
    session.output.write_result(clip_json(made.clip), clip_line(made.clip))
