"""The keys of the window (product.md, conventions), and the sheet that shows them."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QRect, Qt
from PySide6.QtGui import QContextMenuEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from producer_studio.ui.widgets.button_keys import ButtonKeys

_TEXT_FIELDS = (QLineEdit, QPlainTextEdit, QTextEdit)
_CURSOR_KEYS = frozenset({"Left", "Right", "Home", "End"})


@dataclass(frozen=True, slots=True)
class Shortcut:
    """One line of the sheet.

    Attributes:
        keys: Qt's names; the first is shown.
        words: What it does.
        name: The action that the window knows; empty for keys that belong to a panel.
        plain: Whether it is without a modifier, and so left to whatever is typed into.
    """

    keys: tuple[str, ...]
    description: str
    action: str = ""
    is_plain: bool = False


SHORTCUTS: tuple[Shortcut, ...] = (
    Shortcut(("Space",), "Play or pause", "play", is_plain=True),
    Shortcut(("Left",), "Back 5 seconds", "back", is_plain=True),
    Shortcut(("Right",), "Forward 5 seconds", "on", is_plain=True),
    Shortcut(("Home",), "To the start", "home", is_plain=True),
    Shortcut(("End",), "To the end", "end", is_plain=True),
    Shortcut(("L",), "Repeat the clip", "repeat", is_plain=True),
    Shortcut(("Ctrl+Return", "Ctrl+Enter"), "Generate", "generate"),
    Shortcut(("Ctrl+K", "Ctrl+F"), "Search", "search"),
    Shortcut(("F2",), "Rename", "rename"),
    Shortcut(("Delete",), "Move to the trash"),
    Shortcut(("Ctrl+Z",), "Undo", "undo"),
    Shortcut(("Ctrl+Shift+Z",), "Redo", "redo"),
    Shortcut(("Shift+1",), "Rate, from 1 to 5"),
    Shortcut(("Ctrl+E",), "Export", "export"),
    Shortcut(("Return",), "Press the focused button"),
    Shortcut(("Ctrl+Return",), "Press one that costs or discards"),
    Shortcut(("Ctrl+,",), "Settings", "settings"),
    Shortcut(("F6",), "Next part of the window", "next pane"),
    Shortcut(("Shift+F6",), "Previous part of the window", "previous pane"),
    Shortcut(("Shift+F10", "Menu"), "Menu of what is focused", "menu"),
    Shortcut(("Ctrl+Q",), "Quit", "quit"),
    Shortcut(("F1",), "This sheet", "sheet"),
)


class WindowShortcuts(QObject):
    """Connects keys to the window's actions.

    Plain keys rest while something is focused that needs them itself: fields that are typed into
    need all of them, combo boxes all but Space, sliders the arrows, the list Home and End. Buttons
    need none: see `ButtonKeys`.
    """

    def __init__(self, window: QWidget, actions: dict[str, Callable[[], object]]) -> None:
        super().__init__(window)
        self._window = window
        self._plain_shortcuts: list[tuple[str, QShortcut]] = []
        for key in SHORTCUTS:
            if key.action not in actions:
                continue
            for keys in key.keys:
                shortcut = QShortcut(QKeySequence(keys), window)
                shortcut.activated.connect(actions[key.action])
                # Repetitions of Generate keep its button at rest; X11 does not mark all of them.
                shortcut.setAutoRepeat(key.action in {"back", "on", "generate"})
                if key.is_plain:
                    self._plain_shortcuts.append((keys, shortcut))
        play = actions.get("play")
        if play is not None:
            self._button_keys = ButtonKeys(lambda widget: uses_key(widget, "Space"), play, self)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus_changed)

    def _on_focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        for keys, shortcut in self._plain_shortcuts:
            shortcut.setEnabled(not uses_key(now, keys))


def open_context_menu() -> None:
    """Open the context menu of the focused control; not every desktop does so for Shift+F10."""
    focused: QWidget | None = QApplication.focusWidget()
    if focused is not None:
        cursor = focused.inputMethodQuery(Qt.InputMethodQuery.ImCursorRectangle)
        place = cursor.center() if isinstance(cursor, QRect) else focused.rect().center()
        reason = QContextMenuEvent.Reason.Keyboard
        event = QContextMenuEvent(reason, place, focused.mapToGlobal(place))
        QApplication.sendEvent(focused, event)


def uses_key(widget: QWidget | None, keys: str) -> bool:
    """Whether the focused widget has a use of its own for a plain key."""
    if isinstance(widget, QAbstractSpinBox):
        return True
    if isinstance(widget, _TEXT_FIELDS):
        return keys in _CURSOR_KEYS or not widget.isReadOnly()
    if isinstance(widget, QComboBox):
        return keys != "Space" or widget.isEditable()
    if isinstance(widget, QAbstractSlider):
        return keys in _CURSOR_KEYS
    return isinstance(widget, QAbstractItemView) and keys in {"Home", "End"}
