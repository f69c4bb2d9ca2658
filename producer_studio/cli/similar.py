"""Command `producer-studio library similar`."""

import click

from producer_studio.cli.exit_codes import CommandError, ExitCode
from producer_studio.cli.output import clip_json, clip_line
from producer_studio.cli.session import Session, session_command
from producer_studio.cli.user_lists import read_clips
from producer_studio.domain.likeness import SIMILAR_PARTS
from producer_studio.translation import mark


@click.command()
@click.argument("clip_id", metavar="CLIP")
@click.option(
    "--limit",
    type=click.IntRange(1, 150),
    default=20,
    show_default=True,
    help=mark("Number of clips."),
)
@session_command
async def similar(session: Session, clip_id: str, limit: int) -> None:
    """List the clips that sound like one, most alike first.

    Compared is what was measured: spectral balance, onsets, dynamics, tempo, key and loudness.
    “library search similar:CLIP” lists them, too, together with other conditions.
    """
    clip = await session.studio.remeasurement.measure_outdated(await session.find_clip(clip_id))
    found = await session.studio.clips.find_similar(clip.id, limit + 1)
    if found is None:
        raise CommandError(
            ExitCode.FAILURE,
            mark(
                "“{title}” cannot be compared: it has no sound, or is not measured yet.",
                title=clip.display_title,
            ),
        )
    likeness = {one.id: one.likeness for one in found[1:]}
    session.output.write_hint(mark("Compared: {parts}.", parts=SIMILAR_PARTS))
    for other in await read_clips(session, list(likeness)):
        parts = likeness[other.id]
        data = {
            "likeness": parts.percent,
            "distance": round(parts.distance, 4),
            "sound": round(parts.sound, 4),
            "tempo": round(parts.tempo, 4),
            "key": round(parts.key, 4),
            "loudness": round(parts.loudness, 4),
        }
        session.output.write_result(
            clip_json(other) | {"similar": data}, f"{parts.percent:3} %  {clip_line(other)}"
        )
