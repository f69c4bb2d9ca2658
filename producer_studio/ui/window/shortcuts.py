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
_MOVES = frozenset({"Left", "Right", "Home", "End"})


@dataclass(frozen=True, slots=True)
class Key:
    """One line of the sheet.

    Attributes:
        keys: Qt's names; the first is shown.
        words: What it does.
        name: The action that the window knows; empty for keys that belong to a panel.
        plain: Whether it is without a modifier, and so left to whatever is typed into.
    """

    keys: tuple[str, ...]
    words: str
    name: str = ""
    plain: bool = False


KEYS: tuple[Key, ...] = (
    Key(("Space",), "Play or pause", "play", plain=True),
    Key(("Left",), "Back 5 seconds", "back", plain=True),
    Key(("Right",), "Forward 5 seconds", "on", plain=True),
    Key(("Home",), "To the start", "home", plain=True),
    Key(("End",), "To the end", "end", plain=True),
    Key(("L",), "Repeat the clip", "repeat", plain=True),
    Key(("Ctrl+Return", "Ctrl+Enter"), "Generate", "generate"),
    Key(("Ctrl+K", "Ctrl+F"), "Search", "search"),
    Key(("F2",), "Rename", "rename"),
    Key(("Delete",), "Move to the trash"),
    Key(("Ctrl+Z",), "Undo", "undo"),
    Key(("Ctrl+Shift+Z",), "Redo", "redo"),
    Key(("Shift+1",), "Rate, from 1 to 5"),
    Key(("Ctrl+E",), "Export", "export"),
    Key(("Return",), "Press the focused button"),
    Key(("Ctrl+Return",), "Press one that costs or discards"),
    Key(("Ctrl+,",), "Settings", "settings"),
    Key(("F6",), "Next part of the window", "next pane"),
    Key(("Shift+F6",), "Previous part of the window", "previous pane"),
    Key(("Shift+F10", "Menu"), "Menu of what is focused", "menu"),
    Key(("Ctrl+Q",), "Quit", "quit"),
    Key(("F1",), "This sheet", "sheet"),
)


class WindowKeys(QObject):
    """Connects keys to the window's actions.

    Plain keys rest while something is focused that needs them itself: fields that are typed into
    need all of them, combo boxes all but Space, sliders the arrows, the list Home and End. Buttons
    need none: see `ButtonKeys`.
    """

    def __init__(self, window: QWidget, actions: dict[str, Callable[[], object]]) -> None:
        super().__init__(window)
        self._window = window
        self._plain: list[tuple[str, QShortcut]] = []
        for key in KEYS:
            if key.name not in actions:
                continue
            for keys in key.keys:
                shortcut = QShortcut(QKeySequence(keys), window)
                shortcut.activated.connect(actions[key.name])
                # Repetitions of Generate keep its button at rest; X11 does not mark all of them.
                shortcut.setAutoRepeat(key.name in {"back", "on", "generate"})
                if key.plain:
                    self._plain.append((keys, shortcut))
        play = actions.get("play")
        if play is not None:
            self._buttons = ButtonKeys(lambda widget: needs(widget, "Space"), play, self)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus_changed)

    def _on_focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        for keys, shortcut in self._plain:
            shortcut.setEnabled(not needs(now, keys))


def open_context_menu() -> None:
    """Open the context menu of the focused control; not every desktop does so for Shift+F10."""
    focused: QWidget | None = QApplication.focusWidget()
    if focused is not None:
        cursor = focused.inputMethodQuery(Qt.InputMethodQuery.ImCursorRectangle)
        place = cursor.center() if isinstance(cursor, QRect) else focused.rect().center()
        reason = QContextMenuEvent.Reason.Keyboard
        event = QContextMenuEvent(reason, place, focused.mapToGlobal(place))
        QApplication.sendEvent(focused, event)


def needs(widget: QWidget | None, keys: str) -> bool:
    """Whether the focused widget has a use of its own for a plain key."""
    if isinstance(widget, QAbstractSpinBox):
        return True
    if isinstance(widget, _TEXT_FIELDS):
        return keys in _MOVES or not widget.isReadOnly()
    if isinstance(widget, QComboBox):
        return keys != "Space" or widget.isEditable()
    if isinstance(widget, QAbstractSlider):
        return keys in _MOVES
    return isinstance(widget, QAbstractItemView) and keys in {"Home", "End"}
