"""Keys that were typed for something else do not reach a dialog that opens by itself."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.dialog import Dialog
from producer_studio.ui.widgets.early_keys import EarlyKeyFilter


def test_whoever_types_on_does_not_reach_the_dialog(qtbot: QtBot, style: Style) -> None:
    dialog = Dialog(style, "A dialog")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.open()
    qtbot.waitUntil(dialog.isActiveWindow)
    now_s = 100.0
    EarlyKeyFilter(dialog, lambda: now_s)
    for _ in range(5):
        now_s += 0.2
        QTest.keyClick(dialog.windowHandle(), Qt.Key.Key_Escape)
        assert dialog.isVisible()
    # A key that was meant for it counts.
    now_s += 0.6
    QTest.keyClick(dialog.windowHandle(), Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_a_window_that_ends_keeps_no_filter(qtbot: QtBot, style: Style) -> None:
    dialog = Dialog(style, "A dialog")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.open()
    qtbot.waitUntil(dialog.isActiveWindow)
    watched = EarlyKeyFilter(dialog)
    with qtbot.waitSignal(watched.destroyed):
        dialog.hide()
