"""A key that is held down, whatever gets the keyboard meanwhile."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

_REPETITIONS = 3


def hold_key(
    key: Qt.Key,
    settle: Callable[[], object],
    below: QWidget | None = None,
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    """Presses a key with repetitions, each for what has the keyboard then, and releases it.

    Args:
        settle: Waits for what a press has begun.
        below: What gets the keyboard when a popup closes; the offscreen platform gives it to none.
    """

    def focused() -> QWidget:
        widget = QApplication.focusWidget() or below
        assert widget is not None, "nothing has the keyboard"
        return widget

    for _ in range(1 + _REPETITIONS):
        QTest.keyPress(focused(), key, modifiers)
        settle()
    QTest.keyRelease(focused(), key, modifiers)
    settle()
