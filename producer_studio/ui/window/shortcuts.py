"""Keyboard shortcuts of the window, and the sheet that lists them."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, QRect, Qt, Signal
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

from producer_studio.translation import mark, tr
from producer_studio.ui.shortcuts.chosen_keys import key_changes, keys_of
from producer_studio.ui.shortcuts.key_rules import has_modifier
from producer_studio.ui.shortcuts.table import COMPARE, SHORTCUTS, WINDOW, Shortcut, qt_keys
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.dialog import FormDialog
from producer_studio.ui.widgets.keyboard import ButtonKeys, ignore_repetitions_of, native_keys
from producer_studio.ui.widgets.label import label
from producer_studio.ui.window.view import View

_TEXT_FIELDS = (QLineEdit, QPlainTextEdit, QTextEdit)
_LIST_KEYS = frozenset(qt_keys("Up", "Down", "PgUp", "PgDown", "Home", "End"))
_CURSOR_KEYS = _LIST_KEYS | frozenset(qt_keys("Left", "Right"))
(_PLAY_KEY,) = qt_keys("Space")


def view_action(view: View) -> str:
    """Returns the name of the window's action that shows a view."""
    return f"view {view.name}"


def shortcuts_with(views: Sequence[View]) -> tuple[Shortcut, ...]:
    """Returns all shortcuts of a window with these views."""
    own = [
        Shortcut((one.shortcut,), one.label, WINDOW, view_action(one), is_fixed=True)
        for one in views
        if one.shortcut
    ]
    own += [
        Shortcut(qt_keys("Ctrl+Return"), mark("Compare what is selected in the list"), COMPARE)
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


def _play_by_space(play: Callable[[], object]) -> None:
    """Plays or pauses, unless the user chose other keys for it."""
    if _PLAY_KEY in keys_of("play"):
        play()


class WindowShortcuts(QObject):
    """Connects keys to the window's actions; they follow the user's choice of keys.

    Plain keys are ignored while the focused widget uses them itself: text fields use all of them,
    combo boxes all but Space, sliders the arrow keys, lists those that move up and down. Buttons
    use none: see `ButtonKeys`.
    """

    def __init__(
        self,
        window: QWidget,
        actions: dict[str, Callable[[], object]],
        shortcuts: Sequence[Shortcut] = SHORTCUTS,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._actions = actions
        self._table = [one for one in shortcuts if one.action in actions]
        self._shortcuts: list[QShortcut] = []
        self._plain_shortcuts: list[tuple[str, QShortcut]] = []
        self._create_shortcuts()
        key_changes().changed.connect(self._create_shortcuts)
        play = actions.get("play")
        if play is not None:
            self._button_keys = ButtonKeys(
                lambda widget: uses_key(widget, _PLAY_KEY), partial(_play_by_space, play), self
            )
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus_changed)

    def _create_shortcuts(self) -> None:
        """Creates a `QShortcut` for each key, instead of those of other keys."""
        for shortcut in self._shortcuts:
            shortcut.setEnabled(False)
            shortcut.deleteLater()
        self._shortcuts, self._plain_shortcuts = [], []
        for one in self._table:
            for keys in keys_of(one.action) if one.is_changeable else one.keys:
                shortcut = self._create_shortcut(one.action, keys)
                self._shortcuts.append(shortcut)
                if one.is_plain and not has_modifier(keys):
                    self._plain_shortcuts.append((keys, shortcut))
        self._on_focus_changed(None, QApplication.focusWidget())

    def _create_shortcut(self, action: str, keys: str) -> QShortcut:
        shortcut = QShortcut(QKeySequence(keys), self._window)
        callback = self._actions[action]
        if action in _REPEATED:
            shortcut.activated.connect(callback)
        else:
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(partial(_act_once, shortcut, callback))
        return shortcut

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
    """Whether the focused widget uses a plain key itself, or such a key with Shift."""
    moved = keys.removeprefix("Shift+")
    if isinstance(widget, QAbstractSpinBox):
        return True
    if isinstance(widget, _TEXT_FIELDS):
        return moved in _CURSOR_KEYS or not widget.isReadOnly()
    if isinstance(widget, QComboBox):
        return keys != "Space" or widget.isEditable()
    if isinstance(widget, QAbstractSlider):
        return moved in _CURSOR_KEYS
    return isinstance(widget, QAbstractItemView) and moved in _LIST_KEYS


_WIDTH = 760
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ShortcutSheet(FormDialog):
    """Lists the shortcuts of the window in the system's own notation.

    Signals:
        change_requested: Open the page on which keys are chosen.
    """

    change_requested = Signal()

    def __init__(
        self, style: Style, shortcuts: Sequence[Shortcut], parent: QWidget | None = None
    ) -> None:
        super().__init__(style, tr("Keys"), _WIDTH, parent)
        grid = QGridLayout()
        grid.setHorizontalSpacing(28)
        grid.setVerticalSpacing(7)
        shown = [(one, _shown_keys(one)) for one in shortcuts]
        listed = [(one, keys) for one, keys in shown if keys]
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(2, 1)
        rows = (len(listed) + 1) // 2
        for place, (one, keys) in enumerate(listed):
            row, side = place % rows, place // rows * 2
            native = label(native_keys(keys), "kbd", self)
            grid.addWidget(label(tr(one.description), "", self, wrap=True), row, side)
            grid.addWidget(native, row, side + 1, _RIGHT)
        change = QPushButton(tr("Choose other keys…"), self)
        change.clicked.connect(self.accept)
        change.clicked.connect(self.change_requested)
        close = QPushButton(tr("Close"), self)
        close.clicked.connect(self.accept)
        self.content.setSpacing(14)
        self.content.addWidget(label(tr("Keys"), "title", self))
        self.content.addLayout(grid)
        self.content.addStretch(1)
        self.button_row.addWidget(change)
        self.button_row.addStretch(1)
        self.button_row.addWidget(close)
        close.setFocus()


def _shown_keys(shortcut: Shortcut) -> str:
    keys = keys_of(shortcut.action) if shortcut.is_changeable else shortcut.keys
    return keys[0] if keys else ""
