"""The line below a comparison that names its keys."""

from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from producer_studio.ui.compare.hint_bar import HintBar
from producer_studio.ui.style.style import Style


def shown(bar: HintBar) -> str:
    buttons = [button.text() for button in bar.findChildren(QPushButton) if button.isVisible()]
    return " · ".join([bar.keys_label.text(), *buttons])


def test_every_key_is_named(style: Style, qtbot: QtBot) -> None:
    bar = HintBar(style)
    qtbot.addWidget(bar)
    bar.show()
    bar.show_state(4, blind=True, abx=False)
    for key in ("1–4", "Space", "← →", "L loops", "Shift+1…5", "Enter", "Del", "(T)", "(N)", "(R)"):
        assert key in shown(bar)
    bar.show_state(4, blind=False, abx=False)
    assert "(R)" not in shown(bar)
    assert "(T)" in shown(bar)
    bar.show_state(3, blind=True, abx=True)
    for key in ("A, B and X", "Shift+A or Shift+B", "N:", "Space", "← →", "L loops", "Esc"):
        assert key in shown(bar)
    assert not any(button.isVisible() for button in bar.findChildren(QPushButton))
