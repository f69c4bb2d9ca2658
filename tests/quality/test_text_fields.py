"""Text fields are made from the program's classes, which leave dropped files to the window.

Qt's own insert the address of a file that is dropped on them.
"""

import re
from pathlib import Path

import pytest

UI = Path(__file__).parents[2] / "producer_studio" / "ui"

_RAW = re.compile(
    r"\b(?:QLineEdit|QTextEdit|QPlainTextEdit)\(|^class .*\bQ(?:\w*Text|Line)Edit\b", re.MULTILINE
)

ALLOWED = {
    "compose/multiline_edit.py": "the class itself",
    "widgets/line_edit.py": "the class itself",
    "widgets/plain_text_edit.py": "the class itself",
    "settings/pages/about.py": "read-only",
    "widgets/code_view.py": "read-only",
    "widgets/label.py": "read-only",
}


@pytest.mark.parametrize("path", sorted(UI.rglob("*.py")), ids=lambda path: path.stem)
def test_no_text_field_is_one_of_qt(path: Path) -> None:
    found = _RAW.findall(path.read_text("utf-8"))
    reason = ALLOWED.get(path.relative_to(UI).as_posix())
    assert not found or reason
    if found and reason == "read-only":
        assert "setReadOnly(True)" in path.read_text("utf-8")


@pytest.mark.parametrize(
    "code", ["self.edit = QLineEdit(self)", "class Notes(QTextEdit):", "QPlainTextEdit()"]
)
def test_raw_fields_are_noticed(code: str) -> None:
    assert _RAW.search(code)
