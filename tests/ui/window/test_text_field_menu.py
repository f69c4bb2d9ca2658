"""Text fields do not wait for the owner of the clipboard, except for what it is asked to paste."""

import pytest
from PySide6.QtCore import QMimeData, QPoint
from PySide6.QtGui import QClipboard, QContextMenuEvent, QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QPlainTextEdit, QTextEdit, QWidget

from producer_studio.ui.window.window import MainWindow

MENU = ["Undo", "Redo", "Cut", "Copy", "Paste", "Delete", "Select all"]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Notes each question to the clipboard, whose owner offers nothing."""
    questions: list[bool] = []

    def answer(_clipboard: QClipboard, *_mode: object) -> QMimeData:
        questions.append(True)
        return QMimeData()

    monkeypatch.setattr(QClipboard, "mimeData", answer)
    return questions


def menu_of(field: QWidget) -> QMenu:
    field.setFocus()
    QApplication.processEvents()
    assert field.hasFocus()
    place = QPoint(5, 5)
    target = field.viewport() if isinstance(field, QPlainTextEdit | QTextEdit) else field
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, target.mapToGlobal(place))
    QApplication.sendEvent(target, event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


@pytest.mark.parametrize("filled", [False, True])
@pytest.mark.parametrize("kind", ["line", "plain", "rich"])
def test_the_menu_of_a_field_does_not_ask_the_clipboard(
    window: MainWindow, asked: list[bool], kind: str, *, filled: bool
) -> None:
    field = {"line": QLineEdit, "plain": QPlainTextEdit, "rich": QTextEdit}[kind](window)
    field.setGeometry(0, 0, 200, 60)
    field.raise_()
    field.show()
    QTest.keyClicks(field, "two words" if filled else "")
    field.selectAll()
    menu = menu_of(field)
    items = {one.text().split("\t")[0]: one for one in menu.actions() if one.text()}
    assert list(items) == MENU
    disabled = {name for name, one in items.items() if not one.isEnabled()}
    assert disabled == ({"Redo"} if filled else {*MENU} - {"Paste"})
    items["Delete"].trigger()
    menu.close()
    assert (field.text() if kind == "line" else field.toPlainText()) == ""
    assert asked == []
    field.deleteLater()


def test_a_secret_is_not_copied_by_its_menu(window: MainWindow, asked: list[bool]) -> None:
    field = QLineEdit("key", window)
    field.setEchoMode(QLineEdit.EchoMode.Password)
    field.show()
    field.setFocus()
    field.selectAll()
    menu = menu_of(field)
    shown = {one.text().split("\t")[0]: one.isEnabled() for one in menu.actions()}
    assert (shown["Cut"], shown["Copy"], shown["Paste"]) == (False, False, True)
    menu.close()
    field.deleteLater()


def test_a_paste_from_an_owner_that_does_not_respond_asks_once(
    window: MainWindow, asked: list[bool]
) -> None:
    edit = window.compose.view.sound.edit
    edit.setFocus()
    assert edit.hasFocus()
    QTest.keySequence(edit, QKeySequence(QKeySequence.StandardKey.Paste))
    assert (asked, edit.toPlainText()) == ([True], "")


@pytest.mark.parametrize("by_menu", [False, True])
def test_a_text_is_pasted(window: MainWindow, *, by_menu: bool) -> None:
    QGuiApplication.clipboard().setText("soft brass")
    edit = window.compose.view.sound.edit
    if by_menu:
        menu = menu_of(edit)
        next(one for one in menu.actions() if one.text().startswith("Paste")).trigger()
        menu.close()
    else:
        edit.setFocus()
        QTest.keySequence(edit, QKeySequence(QKeySequence.StandardKey.Paste))
    assert edit.toPlainText() == "soft brass"
