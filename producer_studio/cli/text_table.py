"""Text table with aligned columns."""

from collections.abc import Sequence

from producer_studio.cli.terminal_text import sanitise_line


def format_table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Aligns the columns of the rows; removes trailing spaces."""
    if not rows:
        return []
    rows = [[sanitise_line(cell) for cell in row] for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
