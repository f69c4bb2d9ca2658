"""Command `producer-studio compare`."""

import asyncio
from collections.abc import Sequence
from typing import Any

import click

from producer_studio.cli.columns import format_table, indent_lines
from producer_studio.cli.exit_codes import CommandError, ExitCode
from producer_studio.cli.output import duration_text, inner_label
from producer_studio.cli.session import Session, session_command
from producer_studio.domain.clip import Clip
from producer_studio.domain.comparison.loudness import LevelMatch, match_loudness
from producer_studio.domain.comparison.recipe_table import RecipeTable, compare_recipes
from producer_studio.domain.comparison.word_diff import DiffPart, PartKind, fold_same_lines
from producer_studio.domain.decibels import loudness_text
from producer_studio.domain.key_text import key_text
from producer_studio.translation import join_texts, mark, tr, tr_message
from producer_studio.translation.numbers import FixedDecimal

_MARKS = {PartKind.SAME: "{}", PartKind.ADDED: "{{+{}+}}", PartKind.REMOVED: "[-{}-]"}


@click.command()
@click.argument("first", metavar="CLIP")
@click.argument("second", metavar="CLIP")
@session_command
async def compare(session: Session, first: str, second: str) -> None:
    """Show how two clips differ: length, loudness, tempo, key and recipe.

    In texts, [-words-] are in the first clip only and {+words+} in the second.
    """
    clips = [await session.find_clip(first), await session.find_clip(second)]
    if clips[0].id == clips[1].id:
        raise CommandError(ExitCode.USAGE, mark("Name two different clips."))
    table = await asyncio.to_thread(compare_recipes, clips)
    levels = match_loudness([clip.measured.loudness_lufs for clip in clips])
    session.output.write_result(_json(clips, levels, table), _lines(clips, levels, table))


def _json(
    clips: Sequence[Clip], levels: Sequence[LevelMatch], table: RecipeTable
) -> dict[str, Any]:
    return {
        "clips": [
            {
                "id": clip.id,
                "title": clip.display_title,
                "duration_s": round(clip.duration_s, 3),
                "loudness_lufs": clip.measured.loudness_lufs,
                "gain_db": round(level.gain_db, 2) if level.is_known else None,
                "bpm": clip.bpm,
                "key": clip.key,
            }
            for clip, level in zip(clips, levels, strict=True)
        ],
        "differences": {row.name: list(row.values) for row in table.rows if not row.is_same},
        "same": {row.name: row.values[0] for row in table.rows if row.is_same},
        "texts": {
            row.name: [{"kind": str(part.kind), "text": part.text} for part in row.parts[1]]
            for row in table.texts
            if not row.is_same
        },
        "same_texts": [row.name for row in table.texts if row.is_same],
    }


def _lines(clips: Sequence[Clip], levels: Sequence[LevelMatch], table: RecipeTable) -> list[str]:
    rows = [
        ["", *(f"{clip.id[:8]}  {clip.display_title}" for clip in clips)],
        [mark("length"), *(duration_text(clip) for clip in clips)],
        [mark("loudness"), *map(_loudness_text, clips)],
        [mark("matched by"), *map(_level_text, levels)],
        [mark("tempo"), *(clip.bpm_text or mark("unknown") for clip in clips)],
        [mark("key"), *(key_text(clip.key) or mark("unknown") for clip in clips)],
        *([inner_label(row.label), *(one or "–" for one in row.values)] for row in table.rows
          if not row.is_same),
    ]  # fmt: skip
    same = [
        f"{inner_label(row.label)} {tr_message(row.values[0])}" for row in table.rows if row.is_same
    ]
    same += [inner_label(row.label) for row in table.texts if row.is_same]
    lines = format_table(rows)
    for row in table.texts:
        if not row.is_same:
            lines += [inner_label(row.label), *indent_lines(_marked(row.parts[1]))]
    if same:
        lines.append(tr("the same in both: {values}", values=join_texts(same)))
    return lines


def _loudness_text(clip: Clip) -> str:
    loudness = clip.measured.loudness_lufs
    return loudness_text(loudness) or mark("unknown")


def _level_text(level: LevelMatch) -> str:
    if not level.is_known:
        return mark("unknown")
    return mark("{level} dB", level=FixedDecimal(level.gain_db, 1))


def _marked(parts: Sequence[DiffPart]) -> str:
    """Returns the text with marks around the words that differ, as wdiff writes them."""
    marked = []
    for part in fold_same_lines(list(parts)):
        words = part.text.lstrip()
        space = part.text[: len(part.text) - len(words)]
        marked.append(space + _MARKS[part.kind].format(words) if words else part.text)
    return "".join(marked)
