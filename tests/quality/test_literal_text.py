"""Names from data never become a key of a button or a menu.

Qt takes an ampersand in their text for the mark of a key: "R&B" would be shown without it. Texts
that are written in the code are ours; every other one goes through `literal_text`. Labels show what
they are given, unless they have a buddy.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

UI = Path(__file__).parents[2] / "producer_studio" / "ui"

MENU = UI / "widgets" / "menu.py"
MAKERS = {
    "QAction", "QCheckBox", "QCommandLinkButton", "QGroupBox", "QPushButton", "QRadioButton",
    "addAction", "addMenu", "addTab", "setTitle", "setTabText",
}  # fmt: skip
"""Calls whose text may hold the mark of a key."""


def marks(source: str) -> Iterator[str]:
    """Calls that show a text as it comes."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and called(node) in MAKERS and node.args:
            text = node.args[1] if called(node) == "addTab" else node.args[0]
            if not is_ours(text):
                yield ast.unparse(node)


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def is_ours(text: ast.expr) -> bool:
    """Whether a text is written in the code, is made literal, or is no text but a widget."""
    if isinstance(text, ast.Constant):
        return True
    if isinstance(text, ast.IfExp):
        return is_ours(text.body) and is_ours(text.orelse)
    if isinstance(text, ast.Call) and called(text) in {"tr", "ptr"}:
        # A translation has as many ampersands as its English; values could bring more.
        return not text.keywords and is_ours(text.args[-1])
    if isinstance(text, ast.Call):
        return called(text) == "literal_text" or called(text).startswith("_")
    return isinstance(text, ast.Name) and text.id in {"self", "parent", "rate"}


@pytest.mark.parametrize("path", sorted(UI.rglob("*.py")), ids=lambda path: path.stem)
def test_buttons_and_menus_show_names_as_they_are(path: Path) -> None:
    found = list(marks(path.read_text("utf-8")))
    if path == MENU:
        # `Menu.add` makes its text literal before it adds the column of keys.
        assert found.pop().startswith("self.addAction(")
    assert found == []


def test_the_check_finds_what_it_is_for() -> None:
    assert list(marks("QPushButton(account.name, self)\nmenu.addMenu(f'{title}')\n")) == [
        "QPushButton(account.name, self)",
        "menu.addMenu(f'{title}')",
    ]
    assert list(marks("QPushButton('Close', self)\nQPushButton(literal_text(name))\n")) == []
    assert list(marks("QPushButton(tr('Close'), self)\nQPushButton(ptr('verb', 'Export'))\n")) == []
    assert list(marks("QPushButton(tr('Use {name}', name=name))\nQPushButton(tr(name))\n"))
