"""Context menu and paste of text fields, without long waits for the clipboard's owner.

Qt's own menu asks the program that owns the clipboard whether "Paste" is possible, up to six times
and five seconds each on X11, in the thread of the window. A program that is stopped never responds.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from producer_studio.translation import tr
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.line_edit import LineEditScroller
from producer_studio.ui.widgets.menu import Menu


@runtime_checkable
class OwnUndo(Protocol):
    """A part with undo steps of its own below a form that is undone as a whole."""

    def has_own_undo(self) -> bool:
        """Whether there are steps since the last change of the whole form."""


TextField = QLineEdit | QPlainTextEdit | QTextEdit

_FIELDS = (QLineEdit, QPlainTextEdit, QTextEdit)
_HANDLED = "hasTextFieldMenu"
_KEYS = QKeySequence.StandardKey


def handle_text_fields(style: Style, parent: QObject) -> None:
    """Handles what all text fields of the application have in common."""
    LineEditScroller(parent)
    TextFieldMenus(style, parent)


class TextFieldMenus(QObject):
    """Event filter of every text field that has had the focus.

    The menu offers "Paste" without asking the clipboard. A paste asks once which formats there are,
    and only then for a text.
    """

    def __init__(self, style: Style, parent: QObject) -> None:
        super().__init__(parent)
        self._style = style
        app = QApplication.instance()
        if isinstance(app, QApplication):
            # A click moves the focus before it opens the menu.
            app.focusChanged.connect(self._on_focus_changed)
            self._on_focus_changed(None, app.focusWidget())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ContextMenu and isinstance(event, QContextMenuEvent):
            field = _field_of(watched)
            if field is not None and not field.isReadOnly():
                menu = create_field_menu(self._style, field)
                menu.aboutToHide.connect(menu.deleteLater)
                menu.popup(event.globalPos())
                return True
        elif event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return event.matches(_KEYS.Paste) and not has_clipboard_content()
        return False

    def _on_focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        if isinstance(now, _FIELDS) and not now.property(_HANDLED):
            now.setProperty(_HANDLED, True)
            now.installEventFilter(self)
            if isinstance(now, QAbstractScrollArea):
                # Clicks are received there.
                now.viewport().installEventFilter(self)


def create_field_menu(style: Style, field: TextField) -> Menu:
    """Returns the context menu of a field that can be edited."""
    menu = Menu(style, field, name=tr("Text field"))
    state = _read_state(field)
    can_copy = state.has_selection and not state.is_secret
    items: tuple[tuple[str, Callable[[], object], QKeySequence.StandardKey, bool] | None, ...] = (
        (tr("Undo"), field.undo, _KEYS.Undo, state.can_undo),
        (tr("Redo"), field.redo, _KEYS.Redo, state.can_redo),
        None,
        (tr("Cut"), field.cut, _KEYS.Cut, can_copy),
        (tr("Copy"), field.copy, _KEYS.Copy, can_copy),
        (tr("Paste"), partial(_paste, field), _KEYS.Paste, True),
        (tr("Delete"), partial(_delete_selection, field), _KEYS.UnknownKey, state.has_selection),
        None,
        (tr("Select all"), field.selectAll, _KEYS.SelectAll, state.has_text),
    )
    for item in items:
        if item is None:
            menu.addSeparator()
            continue
        text, callback, key, enabled = item
        shortcut = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
        menu.add_item(text, callback, shortcut=shortcut, enabled=enabled)
    return menu


@dataclass(frozen=True, slots=True)
class _FieldState:
    can_undo: bool
    can_redo: bool
    has_selection: bool
    has_text: bool
    is_secret: bool = False


def _read_state(field: TextField) -> _FieldState:
    if isinstance(field, QLineEdit):
        return _FieldState(
            field.isUndoAvailable(),
            field.isRedoAvailable(),
            field.hasSelectedText(),
            bool(field.text()),
            is_secret=field.echoMode() is not QLineEdit.EchoMode.Normal,
        )
    document = field.document()
    return _FieldState(
        field.has_own_undo() if isinstance(field, OwnUndo) else document.isUndoAvailable(),
        document.isRedoAvailable(),
        field.textCursor().hasSelection(),
        not document.isEmpty(),
    )


def has_clipboard_content() -> bool:
    """Whether the owner of the clipboard responds, and offers anything.

    Waits for its response, on X11 five seconds at most.
    """
    return bool(QGuiApplication.clipboard().mimeData().formats())


def _paste(field: TextField) -> None:
    if has_clipboard_content():
        field.paste()


def _delete_selection(field: TextField) -> None:
    if isinstance(field, QLineEdit):
        field.del_()
    else:
        field.textCursor().removeSelectedText()


def _field_of(watched: QObject) -> TextField | None:
    if isinstance(watched, _FIELDS):
        return watched
    above = watched.parent()
    return above if isinstance(above, _FIELDS) else None
