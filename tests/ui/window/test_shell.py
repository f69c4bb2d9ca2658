from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from producer_studio.ui.style.theme import DARK, LIGHT
from producer_studio.ui.window.startup_window import MIN_SIZE, StartupWindow


def test_it_shows_the_grounds_of_the_panels_to_come(qtbot: QtBot) -> None:
    for name, theme in (("dark", DARK), ("light", LIGHT)):
        shell = StartupWindow(name)
        qtbot.addWidget(shell)
        assert shell.show_and_paint()
        image = shell.grab().toImage()
        assert image.pixelColor(10, 10) == theme.panel
        assert image.pixelColor(100, 300) == theme.panel
        assert image.pixelColor(600, 300) == theme.ground


def test_a_long_start_says_what_it_waits_for(qtbot: QtBot) -> None:
    shell = StartupWindow("dark")
    qtbot.addWidget(shell)
    shell.show_and_paint()
    plain = shell.grab().toImage()
    qtbot.waitUntil(lambda: bool(shell.accessibleDescription()), timeout=60_000)
    assert shell.accessibleDescription().startswith("Opening the library…")
    assert shell.grab().toImage() != plain
    shell.set_content(QLabel("finished", shell))
    assert shell.accessibleDescription() == ""


def test_the_window_fills_it(qtbot: QtBot) -> None:
    shell = StartupWindow("dark")
    qtbot.addWidget(shell)
    shell.show_and_paint()
    window = QLabel("finished", shell)
    shell.set_content(window)
    qtbot.waitUntil(lambda: window.size() == shell.size())
    assert window.isVisible()


def test_it_comes_back_where_it_was(qtbot: QtBot) -> None:
    before = StartupWindow("dark")
    qtbot.addWidget(before)
    before.resize(MIN_SIZE[0] + 40, MIN_SIZE[1] + 20)
    kept = bytes(before.saveGeometry().data())
    again = StartupWindow("dark", kept)
    qtbot.addWidget(again)
    same = StartupWindow("dark")
    qtbot.addWidget(same)
    same.restoreGeometry(QByteArray(kept))
    assert again.size() == same.size()


def test_closing_it_is_told(qtbot: QtBot) -> None:
    shell = StartupWindow("dark")
    qtbot.addWidget(shell)
    shell.show_and_paint()
    with qtbot.waitSignal(shell.closed):
        shell.close()


def test_its_first_size_leaves_room_for_the_frame(qtbot: QtBot) -> None:
    shell = StartupWindow("dark")
    qtbot.addWidget(shell)
    assert shell.height() < shell.screen().availableGeometry().height()
