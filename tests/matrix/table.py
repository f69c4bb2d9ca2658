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


def client_table(passed: Mapping[str, bool]) -> list[str]:
    """Lines of text, operations down and clients across.

    Args:
        passed: By the name of a client, a space and the name of an operation.
    """
    pairs = [name.split(" ", 1) for name in passed]
    clients = list(dict.fromkeys(client for client, _operation in pairs))
    operations = list(dict.fromkeys(operation for _client, operation in pairs))
    width = max(map(len, operations))
    lines = ["  ".join([" " * width, *clients])]
    for operation in operations:
        marks = [passed.get(f"{client} {operation}") for client in clients]
        words = [{True: "yes", False: "no", None: "-"}[mark] for mark in marks]
        cells = [word.center(len(client)) for word, client in zip(words, clients, strict=True)]
        lines.append("  ".join([operation.ljust(width), *cells]).rstrip())
    return lines


def _mark(profile: str, operation: str, passed: Mapping[str, bool]) -> str:
    cells = [one for one in CELLS if (one.profile, one.operation) == (profile, operation)]
    if not cells:
        return "-"
    good = sum(passed.get(cell.name, False) for cell in cells)
    return f"{good}/{len(cells)}"
