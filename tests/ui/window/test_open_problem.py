"""What happens where the desktop has no program for a folder, a file or a page."""

import ast
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from producer_studio.ui import external_programs
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.dialog import OpenProblem, show_open_problem

ROOT = Path(__file__).parents[3]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Addresses that the desktop was asked to open; it opens none."""
    addresses: list[str] = []

    def open_url(url: QUrl) -> bool:
        addresses.append(url.toString())
        return False

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    monkeypatch.setattr(
        external_programs, "_show_over_dbus", lambda _path, on_failure: on_failure()
    )
    return addresses


def test_each_problem_is_reported_with_the_address(asked: list[str], tmp_path: Path) -> None:
    reported: list[str] = []

    def report(text: str, address: str) -> None:
        assert text.endswith(":")
        reported.append(address)

    external_programs.open_folder(tmp_path, report)
    external_programs.open_file(tmp_path / "a.mp4", report)
    external_programs.open_page("https://example.com/key", report)
    external_programs.show_in_file_manager(tmp_path / "a.wav", report)
    folder = str(tmp_path)
    assert reported == [folder, str(tmp_path / "a.mp4"), "https://example.com/key", folder]
    assert len(asked) == 4


def test_the_message_has_the_whole_address_to_copy(
    qtbot: QtBot, style: Style, tmp_path: Path
) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    address = str(tmp_path / ("a long name " * 20))
    show_open_problem(style, parent, "No file manager could be opened:", address)
    (dialog,) = parent.findChildren(OpenProblem)
    copy = next(one for one in dialog.findChildren(QPushButton) if one.text() == "Copy")
    copy.click()
    assert QGuiApplication.clipboard().text() == address
    dialog.close()


def test_only_this_module_opens_other_programs() -> None:
    """The result of `openUrl` is easily ignored: nothing happens then, and nothing is said."""
    callers = [
        path.relative_to(ROOT).as_posix()
        for path in sorted((ROOT / "producer_studio").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "openUrl"
    ]
    assert set(callers) == {"producer_studio/ui/external_programs.py"}
