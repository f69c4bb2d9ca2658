"""The keys of the commands: those that the user chose, else those of the table.

One process has one set of keys, as it has one language: menus, tooltips and shortcuts read it from
here.
"""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from producer_studio.translation import tr
from producer_studio.ui.shortcuts.table import SHORTCUTS, shortcut_of
from producer_studio.ui.widgets.keyboard import native_keys

_chosen: dict[str, str] = {}


class KeyChanges(QObject):
    """Reports that commands have other keys now.

    Signals:
        changed: After `choose_keys`.
    """

    changed = Signal()


def key_changes() -> KeyChanges:
    """Returns the object of the process that reports changes."""
    app = QCoreApplication.instance()
    found = app.findChild(KeyChanges) if app is not None else None
    return found or KeyChanges(app)


def choose_keys(chosen: Mapping[str, str]) -> None:
    """Uses other keys than those of the table from now on.

    Args:
        chosen: Qt's names of the keys by command; empty for a command without a key. Commands that
            do not exist, or whose keys cannot be changed, and keys that Qt does not know are
            ignored: they may come from another version. Of two commands with the same keys, as two
            windows may have stored them, the first has them.
    """
    known = {one.action for one in SHORTCUTS if one.is_changeable}
    found: dict[str, str] = {}
    for action, keys in chosen.items():
        is_free = not keys or keys not in found.values()
        if action in known and _is_readable(keys) and is_free:
            found[action] = keys
    if found != _chosen:
        _chosen.clear()
        _chosen.update(found)
        key_changes().changed.emit()


def chosen_keys() -> dict[str, str]:
    """Returns what was chosen, by command, as `choose_keys` takes it."""
    return dict(_chosen)


def keys_of(action: str) -> tuple[str, ...]:
    """Returns Qt's names of the keys of a command; none if the user removed them.

    Of the usual keys those are left out that the user chose for another command: with one key for
    two commands Qt does neither.

    Raises:
        KeyError: There is no such command.
    """
    if action in _chosen:
        return (_chosen[action],) if _chosen[action] else ()
    usual = shortcut_of(action).keys
    if not _chosen:
        return usual
    taken = {QKeySequence(keys) for keys in _chosen.values()}
    return tuple(keys for keys in usual if QKeySequence(keys) not in taken)


def shown_keys(action: str) -> str:
    """Returns the first keys of a command as the system writes them; empty if it has none."""
    keys = keys_of(action)
    return native_keys(keys[0]) if keys else ""


def with_keys(text: str, action: str) -> str:
    """Returns a tooltip with the keys of a command, such as "More lists (Ctrl+L)"."""
    keys = shown_keys(action)
    return tr("{name} ({keys})", name=text, keys=keys) if keys else text


class CommandShortcuts(QObject):
    """The `QShortcut`s of a command, which follow the user's choice; the parent owns them."""

    def __init__(self, action: str, callback: Callable[[], object], parent: QWidget) -> None:
        super().__init__(parent)
        self._action = action
        self._callback = callback
        self._widget = parent
        self._shortcuts: list[QShortcut] = []
        key_changes().changed.connect(self._update)
        self._update()

    def _update(self) -> None:
        for shortcut in self._shortcuts:
            shortcut.setEnabled(False)
            shortcut.deleteLater()
        self._shortcuts = []
        for keys in keys_of(self._action):
            shortcut = QShortcut(QKeySequence(keys), self._widget)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(self._callback)
            self._shortcuts.append(shortcut)


def _is_readable(keys: str) -> bool:
    return not keys or (len(keys) < 40 and QKeySequence(keys).count() == 1)
