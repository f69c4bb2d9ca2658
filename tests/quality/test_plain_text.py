"""Text of services and musicians is never guessed to be rich text.

Qt guesses in labels, tooltips and message boxes, and loads the pictures that the text names. Labels
are made by `widgets/label.py`; tooltips of all kinds, those of models and menus too, are plain by
the style sheet (`tests/ui/test_tooltips.py` tries each kind).
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UI = ROOT / "producer_studio" / "ui"

ESCAPES = {
    "widgets/label.py",
    "inspector/notes_and_lyrics.py",
    "widgets/word_diff_label.py",
    "manual/page_view.py",
}
"""They write rich text themselves, around words that they escape; the manual is the program's."""

GUESSES = {
    "QErrorMessage", "QInputDialog", "QMessageBox", "QProgressDialog", "QTextBrowser", "QWhatsThis",
}  # fmt: skip
"""Classes whose text Qt guesses."""

RICH = {
    "AutoText", "MarkdownText", "RichText", "WhatsThisRole", "insertHtml", "setHtml", "setMarkdown",
    "setWhatsThis",
}  # fmt: skip


def _modules() -> list[Path]:
    return sorted(UI.rglob("*.py"))


def _guesses(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.alias):
            name = node.id if isinstance(node, ast.Name) else node.name
            if name in GUESSES:
                yield name
        elif isinstance(node, ast.Attribute) and node.attr in RICH:
            yield node.attr
        elif isinstance(node, ast.Call) and _called(node) == "QLabel" and _text_of(node):
            yield f"QLabel({ast.unparse(node.args[0])})"


def _texts_of_pictures(tree: ast.AST) -> Iterator[str]:
    """Texts that are given to a bare QLabel, one that was made for a picture."""
    bare = {
        ast.unparse(node.targets[0])
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and _called(node.value) == "QLabel"
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "setText"
            and ast.unparse(node.func.value) in bare
        ):
            yield ast.unparse(node)


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _text_of(node: ast.Call) -> bool:
    """Whether a label is made with words; its parent may come first, too."""
    return bool(node.args) and ast.unparse(node.args[0]) not in {"self", "parent"}


@pytest.mark.parametrize("path", _modules(), ids=lambda path: path.relative_to(UI).as_posix())
def test_no_text_is_given_to_what_guesses(path: Path) -> None:
    if path.relative_to(UI).as_posix() in ESCAPES:
        return
    tree = ast.parse(path.read_text("utf-8"))
    assert [*_guesses(tree), *_texts_of_pictures(tree)] == []


@pytest.mark.parametrize(
    "code",
    [
        "from PySide6.QtWidgets import QMessageBox",
        "self.setWhatsThis(words)",
        "label.setTextFormat(Qt.TextFormat.AutoText)",
        "QLabel(clip.title, self)",
        "self.words = QLabel(self)\nself.words.setText(clip.title)",
    ],
)
def test_raw_calls_are_noticed(code: str) -> None:
    tree = ast.parse(code)
    assert [*_guesses(tree), *_texts_of_pictures(tree)]


def test_tooltips_are_plain_by_the_one_style_sheet() -> None:
    sheet = (ROOT / "resources" / "styles" / "studio.qss").read_text("utf-8")
    (rule,) = re.findall(r"^QToolTip \{$(.*?)^\}$", sheet, re.DOTALL | re.MULTILINE)
    assert "    qproperty-textFormat: PlainText;\n" in rule
    others = [path for path in _modules() if "qproperty-" in path.read_text("utf-8")]
    assert others == []
