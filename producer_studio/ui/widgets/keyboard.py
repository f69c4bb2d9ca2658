"""Keyboard rules of buttons, and digit keys on every keyboard layout."""

import sys
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QPushButton,
    QToolTip,
    QWidget,
)
from shiboken6 import isValid

from producer_studio.translation import tr

# The keys right of the one under Escape, in their order: "1" on most layouts, "&" on a French one,
# and with Shift "!" on a German one. Only their position is the same everywhere.
_TOP_ROW_CODES = {
    # Codes of X11 and Wayland: the kernel's key code plus 8.
    "evdev": (19, 10, 11, 12, 13, 14, 15, 16, 17, 18),
    "win32": (0x0B, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0A),
    "darwin": (0x1D, 0x12, 0x13, 0x14, 0x15, 0x17, 0x16, 0x1A, 0x1C, 0x19),
}


def top_row_digit(event: QKeyEvent) -> int | None:
    """Returns the digit of a key, with or without Shift; None for any other key.

    A key that types a digit counts as that digit at any position; other keys count by position.
    """
    if event.modifiers() & Qt.KeyboardModifier.KeypadModifier:
        return None
    typed = event.key() - Qt.Key.Key_0
    if 0 <= typed <= 9:
        return typed
    places = _top_row_codes()
    # macOS has no scan codes: its virtual keys are positions.
    place = event.nativeVirtualKey() if sys.platform == "darwin" else event.nativeScanCode()
    return places.index(place) if place in places else None


def _top_row_codes() -> tuple[int, ...]:
    if sys.platform in {"darwin", "win32"}:
        return _TOP_ROW_CODES[sys.platform]
    return _TOP_ROW_CODES["evdev"]


_GUARDED = "guarded"
RECORDS_KEYS = "recording"
"""Property of a control that takes every key itself at the moment."""
_EVENTS = frozenset({QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress, QEvent.Type.KeyRelease})
ENTER_KEYS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_MAX_REPEAT_GAP_MS = 10
"""Longest gap between the release and the press of a key repetition; a hand takes longer."""
_RELEASE_TIMEOUT_MS = 2000
"""Longer than the delay before key repetition; a window that loses the focus while the key is
down never receives its release.
"""
_SPACE = frozenset({Qt.Key.Key_Space, Qt.Key.Key_Select})


def set_guarded(button: QAbstractButton, guarded: bool = True) -> None:
    """Requires Ctrl+Enter for a button that spends credits or cannot be undone.

    A plain Enter on it only shows a hint, and it is never the default button of a dialog. A click
    and the press action of a screen reader work as on every other button.
    """
    button.setProperty(_GUARDED, guarded)
    if guarded and isinstance(button, QPushButton):
        button.setAutoDefault(False)
        button.setDefault(False)


def is_guarded(button: QAbstractButton) -> bool:
    """Whether only Ctrl+Enter presses the button from the keyboard."""
    return bool(button.property(_GUARDED))


def native_keys(keys: str) -> str:
    """Returns keys such as "Ctrl+Return" as the system calls them."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)


def guard_hint() -> str:
    """Hint for a plain Enter on a guarded button, with the system's name of the keys."""
    keys = native_keys("Ctrl+Return")
    return tr("Press {keys}: this costs credits or cannot be undone.", keys=keys)


class KeyRepeatFilter(QObject):
    """Event filter that discards the repetitions of a key until its release.

    What the key did may move the focus to another control, or another row under it, which must not
    be pressed or removed by the repetitions. X11 sends those as a release and a press at the same
    time, and Qt marks only some of them.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._key = 0
        self._released_ms: int | None = None
        self._release_timer = QTimer(self, singleShot=True, interval=_RELEASE_TIMEOUT_MS)
        self._release_timer.timeout.connect(self._stop)

    def start(self, press: QKeyEvent) -> None:
        """Starts with a key press that is being handled."""
        self.start_key(press.key())

    def start_key(self, key: int) -> None:
        """Starts with a key whose press is being handled."""
        self._key, self._released_ms = key, None
        app = QApplication.instance()
        if app is not None and not self._release_timer.isActive():
            app.installEventFilter(self)
        self._release_timer.start()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() not in _EVENTS or not isinstance(event, QKeyEvent):
            return False
        if event.key() != self._key:
            return False
        if event.type() is QEvent.Type.KeyRelease:
            if not event.isAutoRepeat():
                self._released_ms = event.timestamp()
        elif self._released_ms is not None and not self._is_repeat(event):
            self._stop()
            return False
        self._release_timer.start()
        # Else a shortcut of the window takes it.
        event.accept()
        return True

    def _is_repeat(self, press: QKeyEvent) -> bool:
        pause_ms = press.timestamp() - (self._released_ms or 0)
        return press.isAutoRepeat() or (press.timestamp() > 0 and pause_ms <= _MAX_REPEAT_GAP_MS)

    def _stop(self) -> None:
        self._release_timer.stop()
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)


def ignore_repetitions(press: QKeyEvent) -> None:
    """Discards the repetitions of a key whose press may delete the widget that handles it."""
    if not press.isAutoRepeat():
        ignore_repetitions_of(press.key())


def ignore_repetitions_of(key: int) -> None:
    """Discards the repetitions of a key whose press is being handled, as by a shortcut."""
    app = QApplication.instance()
    if app is not None:
        (app.findChild(KeyRepeatFilter, _SHARED) or _create_shared_filter(app)).start_key(key)


_SHARED = "shared"


def _create_shared_filter(app: QObject) -> KeyRepeatFilter:
    shared = KeyRepeatFilter(app)
    shared.setObjectName(_SHARED)
    return shared


class ButtonKeys(QObject):
    """Event filter for the keys of the focused control.

    - Enter presses a focused button, and opens the list of a focused combo box.
    - Ctrl+Enter presses a focused guarded button; a plain Enter does not.
    - Space never presses anything: it plays or pauses, in dialogs too. In the main window its
      shortcut handles the key before the control gets it.

    A click does not move the focus: the style sheet disables focus by click for all buttons.

    Args:
        needs_space: Whether a widget uses Space itself, as text fields do.
        play: Plays or pauses.
    """

    def __init__(
        self,
        needs_space: Callable[[QWidget], bool],
        play: Callable[[], object],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._needs_space = needs_space
        self._play = play
        self._repeat_filter = KeyRepeatFilter(self)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus_changed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() not in _EVENTS or not isinstance(event, QKeyEvent):
            return False
        if watched.property(RECORDS_KEYS):
            return False
        if event.key() in _SPACE:
            return self._handle_space(event)
        if event.key() not in ENTER_KEYS:
            return False
        if isinstance(watched, QAbstractButton):
            return self._handle_enter(watched, event)
        plain = _modifiers(event) == Qt.KeyboardModifier.NoModifier
        if isinstance(watched, QComboBox) and event.type() is QEvent.Type.KeyPress and plain:
            watched.showPopup()
            return True
        return False

    def _handle_space(self, event: QKeyEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride:
            return False
        first = event.type() is QEvent.Type.KeyPress and not event.isAutoRepeat()
        if first and _modifiers(event) == Qt.KeyboardModifier.NoModifier:
            self._play()
        return True

    def _handle_enter(self, button: QAbstractButton, event: QKeyEvent) -> bool:
        control = _modifiers(event) == Qt.KeyboardModifier.ControlModifier
        if control is not is_guarded(button):
            if not control and event.type() is QEvent.Type.KeyPress:
                _show_guard_hint(button)
            # Ctrl+Enter elsewhere belongs to Generate.
            return not control and event.type() is not QEvent.Type.ShortcutOverride
        if event.type() is QEvent.Type.ShortcutOverride:
            if control:
                # Accepted, so that no shortcut of the window handles it as well.
                event.accept()
            return control
        if event.type() is QEvent.Type.KeyPress and not event.isAutoRepeat():
            # Before the click: it may open or close something that takes the focus.
            self._repeat_filter.start(event)
            button.click()
        return True

    def _on_focus_changed(self, old: QWidget | None, now: QWidget | None) -> None:
        if old is not None and isValid(old):
            old.removeEventFilter(self)
        if now is not None and self._handles_widget(now):
            now.installEventFilter(self)

    def _handles_widget(self, widget: QWidget) -> bool:
        window = widget.window()
        if isinstance(window, QFileDialog):
            return False
        if isinstance(widget, QAbstractButton | QComboBox):
            return True
        return isinstance(window, QDialog) and not self._needs_space(widget)


def _modifiers(event: QKeyEvent) -> Qt.KeyboardModifier:
    return event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier


def _show_guard_hint(button: QAbstractButton) -> None:
    hint = guard_hint()
    QToolTip.showText(button.mapToGlobal(QPoint(0, button.height())), hint, button)
    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(button, hint))
