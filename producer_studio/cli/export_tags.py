"""Command `producer-studio library tags`."""

import asyncio
from pathlib import Path
from typing import Any

import click

from producer_studio.cli.columns import format_table
from producer_studio.cli.exit_codes import CommandError, ExitCode
from producer_studio.cli.path_parameter import PathParameter
from producer_studio.cli.session import Session, session_command
from producer_studio.cli.user_lists import write_step
from producer_studio.domain.clip import Clip
from producer_studio.domain.library_change import ClipField, FieldValue
from producer_studio.files.regular_files import read_regular
from producer_studio.studio.export.tag_settings import TagSettings, resolve_tags
from producer_studio.translation import mark, tr, tr_message

_MAX_LYRICS_BYTES = 4_000_000
_NONE = "none"


@click.command()
@click.argument("clip_ids", metavar="CLIP...", nargs=-1, required=True)
@click.option("--title")
@click.option("--artist", help=mark("Empty for the one in the settings, as --album and the like."))
@click.option("--album")
@click.option("--track", metavar="NUMBER", help=mark("1 to 999, or “none”."))
@click.option("--number-from", type=click.IntRange(1, 999), help=mark("Number them in this order."))
@click.option("--genre")
@click.option(
    "--year", metavar="YEAR", help=mark("Such as 2026, or “none” for the day it was made.")
)
@click.option("--comment")
@click.option(
    "--lyrics-file",
    type=PathParameter(exists=True, dir_okay=False, path_type=Path),
    help=mark("Lyrics of exported files; an empty file for the clip's own."),
)
@click.option(
    "--cover",
    type=PathParameter(exists=True, dir_okay=False, path_type=Path),
    help=mark("Picture of exported files."),
)
@click.option("--own-cover", is_flag=True, help=mark("Use the clip's own cover again."))
@session_command
async def tags(
    session: Session,
    /,
    clip_ids: tuple[str, ...],
    number_from: int | None,
    lyrics_file: Path | None,
    cover: Path | None,
    own_cover: bool,
    **texts: Any,  # noqa: ANN401 - one for each option
) -> None:
    """Show or change the tags that exported files of clips get."""
    clips = [await session.find_clip(text) for text in dict.fromkeys(clip_ids)]
    ids = [clip.id for clip in clips]
    values = _values(texts)
    if lyrics_file is not None:
        try:
            raw = await asyncio.to_thread(read_regular, lyrics_file, _MAX_LYRICS_BYTES)
        except OSError as error:
            raise CommandError(
                ExitCode.FAILURE, mark("“{file}” cannot be read.", file=lyrics_file)
            ) from error
        values[ClipField.EXPORT_LYRICS] = raw.decode("utf-8-sig", "replace").strip()
    if own_cover:
        values[ClipField.EXPORT_COVER] = ""
    if cover is not None:
        name = await session.studio.clips.store_export_cover(ids, cover)
        values[ClipField.EXPORT_COVER] = name
    if values or number_from is not None:
        step = await session.studio.clips.edit_fields(ids, values, first_track=number_from)
        write_step(session, step)
    else:
        settings = TagSettings.from_preferences(session.studio.preferences.value)
        for clip in clips:
            session.output.write_result(_json(clip, settings), _lines(clip, settings))


def _values(texts: dict[str, Any]) -> dict[ClipField, FieldValue]:
    values: dict[ClipField, FieldValue] = {}
    for name in ("title", "artist", "album", "genre", "comment"):
        if texts[name] is not None:
            values[ClipField(name)] = texts[name].strip()
    for field, text, high in (
        (ClipField.TRACK, texts["track"], 999),
        (ClipField.YEAR, texts["year"], 9_999),
    ):
        if text is not None:
            values[field] = _parse_number(text, high)
    return values


def _parse_number(text: str, high: int) -> int | None:
    if text.casefold() in {"", _NONE}:
        return None
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= high:
        raise CommandError(
            ExitCode.USAGE,
            mark(
                "“{text}” is not a number from 1 to {high}, or “none”.", text=text, high=str(high)
            ),
        )
    return int(text)


def _json(clip: Clip, settings: TagSettings) -> dict[str, Any]:
    own = resolve_tags(clip, settings)
    return {
        "id": clip.id,
        "title": clip.title,
        "artist": own.artist,
        "album": own.album,
        "track": clip.track_number,
        "genre": own.genre,
        "year": clip.year,
        "comment": own.comment,
        "cover": str(clip.exported_cover or ""),
        "lyrics": clip.export_lyrics or clip.lyrics,
        "own": [
            name
            for name in ("artist", "album", "genre", "comment", "export_lyrics", "export_cover")
            if getattr(clip, name)
        ],
    }


_LABELS = {
    "artist": mark("artist"),
    "album": mark("album"),
    "track": mark("track"),
    "genre": mark("genre"),
    "year": mark("year"),
    "comment": mark("comment"),
}


def _lines(clip: Clip, settings: TagSettings) -> list[str]:
    data = _json(clip, settings)
    own = {"title", "track", "year", *data["own"]}
    rows = [
        [f"  {tr(label)}", str(data[name] or "–"), "" if name in own else mark("(settings)")]
        for name, label in _LABELS.items()
    ]
    return [f"{clip.id[:8]}  {tr_message(clip.display_title)}", *format_table(rows)]
