"""Plain tables for the terminal."""

import statistics
from collections.abc import Sequence


def say(title: str, rows: Sequence[Sequence[object]]) -> None:
    """Prints a title and rows in columns; the first row is the heading."""
    texts = [[_text(cell) for cell in row] for row in rows]
    widths = [max(len(row[place]) for row in texts) for place in range(len(texts[0]))]
    print(f"\n{title}")
    for number, row in enumerate(texts):
        cells = [
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("  " + "  ".join(cells).rstrip())
        if number == 0:
            print("  " + "  ".join("-" * width for width in widths))


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def _text(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:.2f}" if abs(cell) < 10 else f"{cell:.0f}"
    return str(cell)
