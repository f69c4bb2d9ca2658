"""Keys of a comparison."""

import sys
from enum import StrEnum

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from producer_studio.ui.widgets.keyboard import top_row_digit


class CompareKey(StrEnum):
    """Action of a key."""

    HEAR = "hear"
    RATE = "rate"
    KEEP = "keep"
    DISCARD = "discard"
    DISCARD_REST = "discard the rest"
    HIDE_OR_REVEAL = "hide or reveal"
    TIE = "tie"
    NO_DIFFERENCE = "no difference"
    GUESS = "guess"
    CLOSE = "close"


DECISIONS = frozenset(
    {
        CompareKey.KEEP,
        CompareKey.DISCARD,
        CompareKey.DISCARD_REST,
        CompareKey.TIE,
        CompareKey.NO_DIFFERENCE,
        CompareKey.GUESS,
        CompareKey.HIDE_OR_REVEAL,
        CompareKey.CLOSE,
    }
)
"""Actions that a key which is held down does once."""

_MOST_STARS = 5
_DELETE_KEYS = frozenset(
    {Qt.Key.Key_Delete} | ({Qt.Key.Key_Backspace} if sys.platform == "darwin" else set())
)
_PLAIN = {
    Qt.Key.Key_Return: CompareKey.KEEP,
    Qt.Key.Key_Enter: CompareKey.KEEP,
    Qt.Key.Key_R: CompareKey.HIDE_OR_REVEAL,
    Qt.Key.Key_T: CompareKey.TIE,
    Qt.Key.Key_N: CompareKey.NO_DIFFERENCE,
    Qt.Key.Key_Escape: CompareKey.CLOSE,
}
_LETTERS = {Qt.Key.Key_A: 0, Qt.Key.Key_B: 1, Qt.Key.Key_X: 2}
_KEYPAD = {Qt.Key(Qt.Key.Key_1 + number): number for number in range(8)}


def spends(event: QEvent) -> bool:
    """Whether a key is the window's shortcut that generates."""
    if not isinstance(event, QKeyEvent) or event.key() not in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
        return False
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return modifiers == Qt.KeyboardModifier.ControlModifier


def key_action(event: QKeyEvent, *, abx: bool) -> tuple[CompareKey, int] | None:
    """Returns what a key does, with the index of a row, a rating or a guess; None for others.

    Args:
        abx: Whether the rows are A, B and X.
    """
    key = Qt.Key(event.key())
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    digit = top_row_digit(event)
    if modifiers == Qt.KeyboardModifier.NoModifier:
        if digit is not None and digit > 0:
            return CompareKey.HEAR, digit - 1
        if key in _KEYPAD:
            return CompareKey.HEAR, _KEYPAD[key]
        if abx and key in _LETTERS:
            return CompareKey.HEAR, _LETTERS[key]
        if key in _DELETE_KEYS:
            return CompareKey.DISCARD, 0
        return (_PLAIN[key], 0) if key in _PLAIN else None
    if modifiers == Qt.KeyboardModifier.ShiftModifier:
        if digit is not None and digit <= _MOST_STARS:
            return CompareKey.RATE, digit
        if abx and key in {Qt.Key.Key_A, Qt.Key.Key_B}:
            return CompareKey.GUESS, _LETTERS[key]
        if key in _DELETE_KEYS:
            return CompareKey.DISCARD_REST, 0
    return None
