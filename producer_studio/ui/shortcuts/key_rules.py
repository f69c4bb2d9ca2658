"""Rules for keys that the user chooses: which are possible, and which command has them already."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence

from producer_studio.translation import Message, mark
from producer_studio.ui.shortcuts.chosen_keys import choose_keys, keys_of
from producer_studio.ui.shortcuts.table import SHORTCUTS, Shortcut

_TEXT_EDITING = frozenset(
    QKeySequence(keys)
    for keys in (
        "Ctrl+A", "Ctrl+C", "Ctrl+V", "Ctrl+X", "Ctrl+Y", "Ctrl+Z", "Ctrl+Shift+Z", "Ctrl+Insert",
        "Shift+Insert", "Ctrl+Left", "Ctrl+Right", "Ctrl+Home", "Ctrl+End", "Ctrl+Backspace",
        "Ctrl+Delete", "Ctrl+Up", "Ctrl+Down", "Ctrl+Shift+Left", "Ctrl+Shift+Right",
        "Ctrl+Shift+Home", "Ctrl+Shift+End",
    )
)  # fmt: skip
_NEVER = frozenset(
    {
        Qt.Key.Key_Escape,
        Qt.Key.Key_Tab,
        Qt.Key.Key_Backtab,
        Qt.Key.Key_Return,
        Qt.Key.Key_Enter,
        Qt.Key.Key_Backspace,
    }
)
"""Keys that dialogs, buttons and text fields need with any modifier."""
_NO_KEYS = frozenset(
    {
        Qt.Key.Key_unknown,
        Qt.Key.Key_Control,
        Qt.Key.Key_Shift,
        Qt.Key.Key_Alt,
        Qt.Key.Key_AltGr,
        Qt.Key.Key_Meta,
    }
)
_MODIFIERS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


def refusal(command: Shortcut, keys: str) -> Message | None:
    """Returns why a command cannot have some keys; None if it can, or another would lose them.

    Args:
        keys: Qt's name of one key with its modifiers.
    """
    sequence = QKeySequence(keys)
    if sequence.count() != 1:
        return mark("This key cannot be used.")
    combination = sequence[0]  # type: ignore[index]
    key = combination.key()
    if key in _NO_KEYS or not sequence.toString():
        return mark("This key cannot be used.")
    if key in _NEVER or sequence in _TEXT_EDITING:
        return mark("This key is needed in text fields and dialogs.")
    fixed = next((one for one in SHORTCUTS if not one.is_changeable and _has(one, sequence)), None)
    # Seeking and opening a group share their keys: a group's row has them while it is current.
    if fixed is not None and sequence not in map(QKeySequence, command.keys):
        return mark("These keys always mean “{command}”.", command=fixed.description)
    is_function_key = Qt.Key.Key_F1 <= key <= Qt.Key.Key_F35
    if not (has_modifier(keys) or is_function_key or command.is_plain):
        return mark("Add Ctrl or Alt: a plain key would be typed into a text field.")
    return None


def possible_keys(stored: Mapping[str, str]) -> dict[str, str]:
    """Returns those of stored keys that could be chosen, by command; empty for no keys.

    The file may come from another version or from hand. Commands with impossible keys, and all of
    several commands with the same ones, have their usual keys.
    """
    commands = {one.action: one for one in SHORTCUTS if one.is_changeable}
    found = {
        action: keys
        for action, keys in stored.items()
        if action in commands
        and (not keys or (len(keys) < 40 and not refusal(commands[action], keys)))
    }
    # Without its own keys a command has the usual ones again, which may be another's by now.
    while doubles := _find_doubles(found, commands):
        found = {action: keys for action, keys in found.items() if action not in doubles}
    return found


def use_stored_keys(stored: Mapping[str, str]) -> None:
    """Uses those of stored keys that could be chosen."""
    choose_keys(possible_keys(stored))


def _find_doubles(chosen: Mapping[str, str], commands: Mapping[str, Shortcut]) -> set[str]:
    """Finds the commands with chosen keys that another one has, or that leave another without any.

    A command with several usual keys keeps the others when one is chosen elsewhere.
    """
    owners: dict[QKeySequence, set[str]] = {}
    for action, keys in chosen.items():
        if keys:
            owners.setdefault(QKeySequence(keys), set()).add(action)
    doubles = {one for several in owners.values() if len(several) > 1 for one in several}
    for action, command in commands.items():
        usual = [QKeySequence(keys) for keys in command.keys]
        if action not in chosen and all(keys in owners for keys in usual):
            doubles.update(*(owners[keys] for keys in usual))
    return doubles


def has_modifier(keys: str) -> bool:
    """Whether keys have Ctrl, Alt or Meta, so that they type nothing."""
    return bool(QKeySequence(keys)[0].keyboardModifiers() & _MODIFIERS)  # type: ignore[index]


def owner_of(keys: str, other_than: Shortcut) -> Shortcut | None:
    """Returns the other changeable command that has these keys now; None if none has."""
    sequence = QKeySequence(keys)
    others = (one for one in SHORTCUTS if one.is_changeable and one.action != other_than.action)
    return next((one for one in others if sequence in map(QKeySequence, keys_of(one.action))), None)


def keys_without(command: Shortcut, keys: str) -> tuple[str, ...]:
    """Returns the keys that a command has now, without those that another is to have."""
    taken = QKeySequence(keys)
    return tuple(one for one in keys_of(command.action) if QKeySequence(one) != taken)


def _has(shortcut: Shortcut, sequence: QKeySequence) -> bool:
    return sequence in map(QKeySequence, (*shortcut.keys, *shortcut.others))
