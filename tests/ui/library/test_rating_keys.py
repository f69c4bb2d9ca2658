"""Shift and a digit rate on every keyboard layout."""

import sys

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent

from producer_studio.ui.widgets.keyboard import top_row_digit
from tests.ui.library.conftest import ListBench, a_clip

SHIFT = Qt.KeyboardModifier.ShiftModifier
LINUX = pytest.mark.skipif(sys.platform in {"darwin", "win32"}, reason="key codes of the kernel")


def pressed(key: int, code: int, kind: QEvent.Type = QEvent.Type.KeyPress) -> QKeyEvent:
    return QKeyEvent(kind, key, SHIFT, code, 0, 0, "")


@LINUX
@pytest.mark.parametrize(
    ("layout", "key", "code", "digit"),
    [
        ("American 1", Qt.Key.Key_Exclam, 10, 1),
        ("American 2", Qt.Key.Key_At, 11, 2),
        ("German 2", Qt.Key.Key_QuoteDbl, 11, 2),
        ("German 3", Qt.Key.Key_section, 12, 3),
        ("French 1", Qt.Key.Key_1, 10, 1),
        ("French 5", Qt.Key.Key_5, 14, 5),
        ("French 0", Qt.Key.Key_0, 19, 0),
        ("Programmer Dvorak: types 7 in the place of 2", Qt.Key.Key_7, 11, 7),
        ("a letter", Qt.Key.Key_Q, 24, None),
    ],
)
def test_digits_of_layouts(layout: str, key: int, code: int, digit: int | None) -> None:
    assert top_row_digit(pressed(key, code)) == digit, layout


@LINUX
def test_a_german_key_rates_the_selected_clip(list_bench: ListBench) -> None:
    (clip,) = list_bench.add([a_clip("One")])
    list_bench.shows("One")
    list_bench.panel.select_clip(clip.id)
    view = list_bench.panel.view
    override = pressed(Qt.Key.Key_section, 12, QEvent.Type.ShortcutOverride)
    override.ignore()
    QCoreApplication.sendEvent(view, override)
    assert override.isAccepted()
    QCoreApplication.sendEvent(view, pressed(Qt.Key.Key_section, 12))
    list_bench.stored(clip.id, lambda found: found.stars == 3)
