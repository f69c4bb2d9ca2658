"""The matrix as a table: operations down, profiles across."""

from collections.abc import Mapping

from tests.matrix.cells import CELLS, DIALECTS

_OPERATIONS = tuple(dict.fromkeys(cell.operation for cell in CELLS))


def table(passed: Mapping[str, bool]) -> list[str]:
    """Lines of text.

    Args:
        passed: By the name of a cell, whether it did what it says. Cells that are missing were not
            run.
    """
    width = max(map(len, _OPERATIONS))
    lines = ["  ".join([" " * width, *(dialect.profile for dialect in DIALECTS)])]
    for operation in _OPERATIONS:
        marks = [
            _mark(dialect.profile, operation, passed).center(len(dialect.profile))
            for dialect in DIALECTS
        ]
        lines.append("  ".join([operation.ljust(width), *marks]).rstrip())
    return lines


def _mark(profile: str, operation: str, passed: Mapping[str, bool]) -> str:
    cells = [one for one in CELLS if (one.profile, one.operation) == (profile, operation)]
    if not cells:
        return "-"
    good = sum(passed.get(cell.name, False) for cell in cells)
    return f"{good}/{len(cells)}"
