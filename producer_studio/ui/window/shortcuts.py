"""Keyboard shortcuts of the window, and the entries of the shortcut sheet."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, QRect, Qt
from PySide6.QtGui import QContextMenuEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QGridLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTextEdit,
    QWidget,
)

from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.dialog import FormDialog
from producer_studio.ui.widgets.keyboard import ButtonKeys, ignore_repetitions_of, native_keys
from producer_studio.ui.widgets.label import label
from producer_studio.ui.window.view import View

_TEXT_FIELDS = (QLineEdit, QPlainTextEdit, QTextEdit)
_CURSOR_KEYS = frozenset({"Left", "Right", "Home", "End"})


@dataclass(frozen=True, slots=True)
class Shortcut:
    """Entry of the shortcut sheet.

    Attributes:
        keys: Qt's key names; the first is shown.
        description: Description of the action.
        action: Action of the window; empty for keys that belong to a panel.
        is_plain: Whether it has no modifier, and is therefore left to text fields.
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
    Shortcut(("L",), "Repeat the marked region, or the clip", "repeat", is_plain=True),
    Shortcut(("[",), "Loop from here, on the waveform; ] to here"),
    Shortcut(("Ctrl+Return", "Ctrl+Enter"), "Generate", "generate"),
    Shortcut(("Ctrl+1",), "Number of takes, 1 to 8"),
    Shortcut(("Ctrl+Alt+1",), "Show a preset in the form, 1 to 9"),
    Shortcut(("Ctrl+Shift+R",), "Show the request of the form"),
    Shortcut(("Ctrl+K", "Ctrl+F"), "Search", "search"),
    Shortcut(("Ctrl+L",), "Go to a list", "lists"),
    Shortcut(("Ctrl+P",), "Add to a playlist", "playlist"),
    Shortcut(("Alt+Up",), "Move in a list, the queue or the lyrics"),
    Shortcut(("Alt+Left",), "Move a column; with Shift: its width"),
    Shortcut(("F2",), "Rename", "rename"),
    Shortcut(("Ctrl+T",), "Tags of the selection", "tags"),
    Shortcut(("Ctrl+D",), "Favourite, or no longer", "favourite"),
    Shortcut(("Ctrl+I",), "Details of the selection", "details"),
    Shortcut(("Delete",), "Move to the trash"),
    Shortcut(("Ctrl+Z",), "Undo", "undo"),
    Shortcut(("Ctrl+Shift+Z",), "Redo", "redo"),
    Shortcut(("Shift+1",), "Rate, from 1 to 5"),
    Shortcut(("Right",), "Open a group of takes"),
    Shortcut(("Shift+Delete",), "Keep the best take, trash the others"),
    Shortcut(("1",), "Compare: hear a clip, 1 to 8"),
    Shortcut(("Enter",), "Compare: keep it"),
    Shortcut(("R",), "Compare: hide or show the names"),
    Shortcut(("F",), "Video: full screen"),
    Shortcut(("Ctrl+E",), "Export", "export"),
    Shortcut(("Ctrl+O",), "Import songs"),
    Shortcut(("Return",), "Press the focused button"),
    Shortcut(("Ctrl+Return",), "Press one that costs or discards"),
    Shortcut(("Ctrl+,",), "Settings", "settings"),
    Shortcut(("F6",), "Next part of the window", "next pane"),
    Shortcut(("Shift+F6",), "Previous part of the window", "previous pane"),
    Shortcut(("Shift+F10", "Menu"), "Menu of what is focused", "menu"),
    Shortcut(("Ctrl+Q",), "Quit", "quit"),
    Shortcut(("F1",), "This shortcut list", "sheet"),
)


def view_action(view: View) -> str:
    """Returns the name of the window's action that shows a view."""
    return f"view {view.name}"


def shortcuts_with(views: Sequence[View]) -> tuple[Shortcut, ...]:
    """Returns all shortcuts of a window with these views."""
    own = [Shortcut((one.shortcut,), one.label, view_action(one)) for one in views if one.shortcut]
    own += [
        Shortcut(("Ctrl+Return",), f"{one.label} what is selected in the list")
        for one in views
        if one.show_clips is not None
    ]
    return (*SHORTCUTS[:-1], *own, SHORTCUTS[-1])


_REPEATED = frozenset({"back", "on", "generate"})
"""Actions of a held key. Repetitions of Generate prolong the button's cooldown."""


def _act_once(shortcut: QShortcut, action: Callable[[], object]) -> None:
    """Calls an action once, however long its key is held: X11 does not mark all repetitions."""
    ignore_repetitions_of(shortcut.key()[0].key())  # type: ignore[index]
    action()


class WindowShortcuts(QObject):
    """Connects keys to the window's actions.

    Plain keys are ignored while the focused widget uses them itself: text fields use all of them,
    combo boxes all but Space, sliders the arrow keys, the list Home and End. Buttons use none: see
    `ButtonKeys`.
    """

    def __init__(
        self,
        window: QWidget,
        actions: dict[str, Callable[[], object]],
        shortcuts: Sequence[Shortcut] = SHORTCUTS,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._plain_shortcuts: list[tuple[str, QShortcut]] = []
        for key in shortcuts:
            if key.action not in actions:
                continue
            for keys in key.keys:
                shortcut = QShortcut(QKeySequence(keys), window)
                if key.action in _REPEATED:
                    shortcut.activated.connect(actions[key.action])
                else:
                    shortcut.setAutoRepeat(False)
                    shortcut.activated.connect(partial(_act_once, shortcut, actions[key.action]))
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
    """Opens the context menu of the focused control; not every desktop maps Shift+F10 to it."""
    focused: QWidget | None = QApplication.focusWidget()
    if focused is not None:
        cursor = focused.inputMethodQuery(Qt.InputMethodQuery.ImCursorRectangle)
        place = cursor.center() if isinstance(cursor, QRect) else focused.rect().center()
        reason = QContextMenuEvent.Reason.Keyboard
        event = QContextMenuEvent(reason, place, focused.mapToGlobal(place))
        QApplication.sendEvent(focused, event)


def uses_key(widget: QWidget | None, keys: str) -> bool:
    """Whether the focused widget uses a plain key itself."""
    if isinstance(widget, QAbstractSpinBox):
        return True
    if isinstance(widget, _TEXT_FIELDS):
        return keys in _CURSOR_KEYS or not widget.isReadOnly()
    if isinstance(widget, QComboBox):
        return keys != "Space" or widget.isEditable()
    if isinstance(widget, QAbstractSlider):
        return keys in _CURSOR_KEYS
    return isinstance(widget, QAbstractItemView) and keys in {"Home", "End"}


_WIDTH = 600


class ShortcutSheet(FormDialog):
    """Lists the shortcuts of the window in the system's own notation."""

    def __init__(
        self, style: Style, shortcuts: Sequence[Shortcut], parent: QWidget | None = None
    ) -> None:
        super().__init__(style, "Keys", _WIDTH, parent)
        grid = QGridLayout()
        grid.setHorizontalSpacing(28)
        grid.setVerticalSpacing(7)
        rows = (len(shortcuts) + 1) // 2
        for place, key in enumerate(shortcuts):
            row, side = place % rows, place // rows * 2
            native = label(native_keys(key.keys[0]), "kbd", self)
            grid.addWidget(label(key.description, "", self), row, side)
            grid.addWidget(native, row, side + 1, Qt.AlignmentFlag.AlignRight)
        close = QPushButton("Close", self)
        close.clicked.connect(self.accept)
        self.content.setSpacing(14)
        self.content.addWidget(label("Keys", "title", self))
        self.content.addLayout(grid)
        self.content.addStretch(1)
        self.button_row.addStretch(1)
        self.button_row.addWidget(close)
        close.setFocus()
