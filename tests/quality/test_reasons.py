"""Broad excepts and imports inside functions have their reasons beside them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BROAD = {"Exception", "BaseException"}


def find_broad_excepts(source: str) -> list[int]:
    """Lines of handlers of any error that neither raise it again nor have a comment."""
    lines = source.splitlines()
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ExceptHandler)
        and _is_broad(node)
        and not _raises_again(node)
        and not any("#" in line for line in lines[node.lineno - 1 : node.body[0].lineno - 1])
    ]


def _is_broad(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    return bool(BROAD & {one.id for one in ast.walk(handler.type) if isinstance(one, ast.Name)})


def _raises_again(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def find_imports(source: str) -> list[int]:
    """Lines of imports inside functions without a reason.

    A reason stands on the import, or above the imports that follow one another. In one file it
    holds for all imports from the same package.
    """
    lines = source.splitlines()
    unexplained: dict[str, int] = {}
    explained = set()
    for run in _runs(ast.parse(source), lines):
        packages = {package for one in run for package in _packages(one)}
        first = run[0].lineno - 1
        is_below_comment = lines[first - 1].strip().startswith("#")
        if is_below_comment or any("#" in line for line in lines[first : run[-1].end_lineno]):
            explained |= packages
        else:
            unexplained |= dict.fromkeys(packages - unexplained.keys(), run[0].lineno)
    return sorted({line for name, line in unexplained.items() if name not in explained})


def _runs(tree: ast.Module, lines: list[str]) -> Iterator[list[ast.Import | ast.ImportFrom]]:
    """Imports inside functions, those together that follow one another."""
    inside = {
        statement
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for statement in ast.walk(function)
        if isinstance(statement, ast.Import | ast.ImportFrom)
    }
    run: list[ast.Import | ast.ImportFrom] = []
    for one in sorted(inside, key=lambda statement: statement.lineno):
        if run and any(line.strip() for line in lines[run[-1].end_lineno or 0 : one.lineno - 1]):
            yield run
            run = []
        run.append(one)
    if run:
        yield run


def _packages(node: ast.Import | ast.ImportFrom) -> list[str]:
    names = (
        [node.module or ""]
        if isinstance(node, ast.ImportFrom)
        else [one.name for one in node.names]
    )
    return [".".join(name.split(".")[:2]) for name in names]


@pytest.mark.parametrize("folder", ["producer_studio", "packaging", "tests"])
def test_a_broad_except_raises_again_or_says_why(folder: str) -> None:
    found = {
        str(path.relative_to(ROOT)): lines
        for path in sorted((ROOT / folder).rglob("*.py"))
        if (lines := find_broad_excepts(path.read_text("utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize("folder", ["producer_studio", "packaging", "tests"])
def test_an_import_inside_a_function_says_why(folder: str) -> None:
    found = {
        str(path.relative_to(ROOT)): lines
        for path in sorted((ROOT / folder).rglob("*.py"))
        if (lines := find_imports(path.read_text("utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("try:\n    a()\nexcept Exception:\n    b()\n", [3]),
        ("try:\n    a()\nexcept (OSError, Exception) as error:\n    b(error)\n", [3]),
        ("try:\n    a()\nexcept:\n    b()\n", [3]),
        ("try:\n    a()\nexcept Exception as error:\n    raise B from error\n", [3]),
        ("try:\n    a()\nexcept BaseException:\n    b()\n    raise\n", []),
        ("try:\n    a()\nexcept Exception:  # c\n    b()\n", []),
        ("try:\n    a()\nexcept Exception:\n    # c\n    b()\n", []),
        ("try:\n    a()\nexcept OSError:\n    b()\n", []),
    ],
)
def test_broad_excepts_are_found(source: str, lines: list[int]) -> None:
    assert find_broad_excepts(source) == lines


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("def a():\n    import b\n", [2]),
        ("def a():\n    import b  # c\n", []),
        ("def a():\n    # c\n    import b\n    from d import e\n", []),
        ("def a():\n    # c\n    import b\n\ndef d():\n    import b\n    import e\n", [6]),
        ("x = 1  # c\ndef a():\n    import b\n", [3]),
        ("import b\n", []),
    ],
)
def test_imports_inside_functions_are_found(source: str, lines: list[int]) -> None:
    assert find_imports(source) == lines
