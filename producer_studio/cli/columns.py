"""Texts in columns, by the number of cells that a terminal shows them in."""

import unicodedata
from collections.abc import Sequence

from producer_studio.cli.terminal_text import sanitise_line
from producer_studio.translation import tr_message

_DETAIL_WIDTH = 10
_VALUE_WIDTH = 16


def cell_width(text: str) -> int:
    """Returns how many cells a text takes: Chinese characters are two wide, accents none."""
    return sum(map(_character_width, text))


def _character_width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def pad(text: str, width: int) -> str:
    """Translates a text, and adds spaces up to a number of cells."""
    shown = tr_message(text)
    return shown + " " * (width - cell_width(shown))


def format_table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Aligns the columns of the rows, their cells translated; removes trailing spaces."""
    if not rows:
        return []
    rows = [[sanitise_line(tr_message(cell)) for cell in row] for row in rows]
    widths = [max(cell_width(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [
        "  ".join(pad(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def label_line(label: str, value: str) -> str:
    """Returns a fact of a clip as a line, behind its label."""
    return f"{pad(label, _DETAIL_WIDTH)}  {tr_message(value)}"


def value_line(label: str, value: str) -> str:
    """Returns a value of a form as a line, behind its label or name."""
    return f"{pad(label, _VALUE_WIDTH)}  {tr_message(value)}"


def indent_lines(text: str) -> list[str]:
    """Indents the non-empty lines of a text by four spaces."""
    return [f"    {line}" if line.strip() else "" for line in text.splitlines()]
