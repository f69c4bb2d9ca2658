"""Every dialog fits the screen, and Enter presses nothing in it that is not focused."""

from functools import partial

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QWidget,
)
from shiboken6 import isValid

from producer_studio.ui.widgets.keyboard import is_guarded
from producer_studio.ui.window.window import MainWindow
from tests.ui.window.conftest import WindowBench
from tests.ui.window.every_dialog import cut_off, every_dialog

SMALLEST = QSize(1092, 660)
"""Room on a screen of 1100 × 700, less a frame."""
STATED = {"Change", "Compare", "Connect", "Export", "Save"}
"""Default buttons: Enter in a one-line field presses them."""


@pytest.fixture(autouse=True)
def _stays_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: True)


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_dialogs_fit_the_screen_with_all_they_say(
    bench: WindowBench, joined: MainWindow, scale: float
) -> None:
    bench.press(lambda: bench.style.set_text_scale(scale))
    room = joined.screen().availableGeometry()
    seen = []
    for name, dialog in every_dialog(bench, joined):
        seen.append(name)
        least = dialog.layout().minimumSize().expandedTo(dialog.minimumSize())
        if least.width() <= room.width():
            assert room.contains(dialog.frameGeometry()), (name, dialog.frameGeometry(), room)
        assert dialog.height() <= room.height(), name
        assert least.width() <= SMALLEST.width(), name
        assert dialog.layout().minimumSize().height() <= SMALLEST.height(), name
        assert cut_off(dialog) == [], name
        for button in dialog.findChildren(QAbstractButton):
            if not button.isVisible() or _scrolls(button):
                continue
            corner = button.mapTo(dialog, QPoint(0, 0))
            assert dialog.rect().contains(QRect(corner, button.size())), (name, button.text())
    assert len(seen) > 25


def _scrolls(part: QWidget) -> bool:
    """Whether it is brought into view by scrolling."""
    above = part.parentWidget()
    while above is not None and not isinstance(above, QScrollArea):
        above = above.parentWidget()
    return above is not None


def test_what_a_dialog_says_last_is_in_view(bench: WindowBench, joined: MainWindow) -> None:
    bench.press(lambda: bench.style.set_text_scale(1.5))
    for name, dialog in every_dialog(bench, joined):
        if not name.endswith("refused"):
            continue
        status = dialog.status  # type: ignore[attr-defined] # those that are refused have one
        foot = status.mapTo(dialog, QPoint(0, status.height()))
        assert foot.y() <= dialog.height(), name
        assert status.visibleRegion().boundingRect().bottom() >= status.height() - 2, name


def test_enter_presses_only_what_is_focused_or_the_stated_button(
    bench: WindowBench, joined: MainWindow
) -> None:
    for name, dialog in every_dialog(bench, joined):
        pressed: list[str] = []
        for button in dialog.findChildren(QAbstractButton):
            button.clicked.connect(partial(_note, pressed, button))
            if isinstance(button, QPushButton):
                assert not button.autoDefault(), (name, button.text())
                assert not button.isDefault() or button.text().split()[0] in STATED, name
        for part in dialog.findChildren(QWidget):
            if (
                not isValid(part)
                or not _takes_keyboard(part)
                or isinstance(part, QAbstractButton | QComboBox)
            ):
                continue
            bench.press(part.setFocus)
            pressed.clear()
            bench.press(lambda part=part: QTest.keyClick(part, Qt.Key.Key_Return))
            allowed = STATED if isinstance(part, QLineEdit) else set()
            assert {words.split()[0] for words in pressed} <= allowed, (name, part, pressed)
            if not dialog.isVisible():
                break
            close_others(bench, dialog)


def test_enter_presses_each_focused_button(bench: WindowBench, joined: MainWindow) -> None:
    for name, dialog in every_dialog(bench, joined):
        for button in dialog.findChildren(QAbstractButton):
            if not _takes_keyboard(button) or button.property("role") == "nav":
                continue
            pressed: list[str] = []
            bench.press(button.setFocus)
            blocked = button.blockSignals(True)
            others = [one for one in dialog.findChildren(QAbstractButton) if one is not button]
            for one in others:
                one.clicked.connect(partial(_note, pressed, one))
            before = button.isChecked()
            bench.press(lambda button=button: QTest.keyClick(button, Qt.Key.Key_Return))
            button.blockSignals(blocked)
            assert pressed == [], (name, button.text(), pressed)
            if button.isCheckable() and not button.autoExclusive() and not is_guarded(button):
                assert button.isChecked() is not before, name


def _note(pressed: list[str], button: QAbstractButton, _checked: bool = False) -> None:
    pressed.append(button.text() or button.accessibleName())


def _takes_keyboard(part: QWidget) -> bool:
    by_tab = part.focusPolicy() & Qt.FocusPolicy.TabFocus == Qt.FocusPolicy.TabFocus
    return part.isVisible() and part.isEnabled() and by_tab


def close_others(bench: WindowBench, dialog: QDialog) -> None:
    for one in QApplication.topLevelWidgets():
        if isinstance(one, QDialog) and one.isVisible() and one is not dialog:
            parent = dialog.parentWidget()
            if parent is not one and not one.isAncestorOf(dialog):
                bench.press(one.close)
    bench.settle()
