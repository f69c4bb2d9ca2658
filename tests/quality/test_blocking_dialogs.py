"""Dialogs never stop the event loop: no job, socket or timer of asyncio runs in theirs."""

import ast
from pathlib import Path

import pytest

import producer_studio

PACKAGE = Path(producer_studio.__file__).parent
BLOCKING = frozenset(
    {"exec", "getExistingDirectory", "getExistingDirectoryUrl"}
    | {f"get{verb}File{kind}" for verb in ("Open", "Save") for kind in ("Name", "Names", "Url")}
    | {"getOpenFileUrls", "getText", "getItem", "getInt", "getDouble", "getMultiLineText"}
    | {"getColor", "getFont"}
)


@pytest.mark.parametrize("function", ["getExistingDirectory", "getOpenFileName", "exec"])
def test_the_names_of_blocking_functions_are_found(function: str) -> None:
    assert find_blocking_dialogs(f"QFileDialog.{function}(self)")
    assert find_blocking_dialogs(f"dialog.{function}()")
    assert not find_blocking_dialogs("dialog.open()")


def test_no_dialog_blocks() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}:{line}"
        for path in sorted((PACKAGE / "ui").rglob("*.py"))
        for line in find_blocking_dialogs(path.read_text(encoding="utf-8"))
        # A QThread's own event loop has the same name.
        if path.name != "sound_threads.py"
    ]
    assert found == []


def find_blocking_dialogs(source: str) -> list[int]:
    """Returns the lines that call a function of a dialog which returns when it is closed."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in BLOCKING
        and not ast.unparse(node.func).startswith("drag.")  # QDrag has no other way
    ]
