"""The window's layout, and its keys."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLineEdit,
    QPushButton,
    QSlider,
    QTableView,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from producer_studio.ui.context import UiContext
from producer_studio.ui.shortcuts.table import SHORTCUTS
from producer_studio.ui.style.style import Style
from producer_studio.ui.window.layout import COMPOSE_WIDTH, INSPECTOR_WIDTH, WindowLayout
from producer_studio.ui.window.shortcuts import WindowShortcuts, uses_key
from producer_studio.ui.window.view import View, ViewContext
from tests.ui.window.conftest import WindowBench


def create_widget(_context: ViewContext, parent: QWidget) -> QWidget:
    return QWidget(parent)


class Parts:
    """A frame with plain panels in it."""

    def __init__(self, context: UiContext, qtbot: QtBot) -> None:
        self.frame = WindowLayout()
        qtbot.addWidget(self.frame)
        self.top, self.player = QWidget(self.frame), QWidget(self.frame)
        self.compose, self.inspector = QWidget(self.frame.splitter), QWidget(self.frame.splitter)
        library = View(
            "library", "", "", 0, lambda _, parent: QWidget(parent), shows_inspector=True
        )
        welcome = View("welcome", "", "", 1, lambda _, parent: QWidget(parent))
        views = self.frame.views
        views.set_views(
            [library, welcome], ViewContext(context, id, lambda: None, lambda: None, id)
        )
        self.library = views.view_widget(library, QWidget)
        self.welcome = views.view_widget(welcome, QWidget)
        views.show_view("library")
        self.top.setFixedHeight(47)
        self.player.setFixedHeight(91)
        self.frame.set_panels(self.top, self.compose, self.inspector, self.player)
        self.frame.resize(1440, 900)
        self.frame.show()
        qtbot.waitExposed(self.frame)


@pytest.fixture
def parts(bench: WindowBench, qtbot: QtBot) -> Parts:
    return Parts(bench.context, qtbot)


def test_the_columns_are_as_wide_as_designed(parts: Parts) -> None:
    assert parts.compose.width() == COMPOSE_WIDTH
    assert parts.inspector.width() == INSPECTOR_WIDTH
    assert parts.library.width() == 1440 - COMPOSE_WIDTH - INSPECTOR_WIDTH - 2


def test_a_narrow_window_gives_the_inspectors_room_to_the_library(
    parts: Parts, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(parts.frame.narrow_changed) as told:
        parts.frame.resize(1100, 700)
    assert told.args == [True]
    assert not parts.inspector.isVisible()
    qtbot.waitUntil(lambda: parts.library.width() == 1100 - COMPOSE_WIDTH - 1)
    parts.frame.show_inspector(True)
    assert parts.inspector.isVisible()
    assert parts.library.width() >= 380
    parts.frame.show_inspector(False)
    parts.frame.resize(1440, 900)
    assert parts.inspector.isVisible()
    assert parts.inspector.width() == INSPECTOR_WIDTH


def test_the_welcome_page_takes_the_inspectors_room_too(parts: Parts, qtbot: QtBot) -> None:
    parts.frame.views.show_view("welcome")
    assert not parts.inspector.isVisible()
    qtbot.waitUntil(lambda: parts.welcome.width() == 1440 - COMPOSE_WIDTH - 1)
    parts.frame.views.show_view("library")
    assert parts.inspector.isVisible()


def test_widths_are_remembered_and_kept_in_bounds(parts: Parts) -> None:
    parts.frame.set_column_widths((450, 0, 280))
    assert parts.compose.width() == 450
    assert parts.frame.column_widths()[0] == 450
    assert parts.frame.column_widths()[2] == 280
    parts.frame.set_column_widths((9000, 1, 9000))
    assert parts.library.width() >= 380


@pytest.mark.parametrize(
    ("make", "needed"),
    [
        (QLineEdit, {"Space", "Left", "Right", "Home", "End", "L"}),
        (QPushButton, set()),
        (QComboBox, {"Left", "Right", "Home", "End", "L"}),
        (QSlider, {"Left", "Right", "Home", "End"}),
        (QTableView, {"Home", "End"}),
        (QWidget, set()),
    ],
)
def test_plain_keys_rest_where_something_needs_them(
    make: type[QWidget], needed: set[str], qtbot: QtBot
) -> None:
    widget = make()
    qtbot.addWidget(widget)
    plain = {keys for key in SHORTCUTS if key.is_plain for keys in key.keys}
    assert {keys for keys in plain if uses_key(widget, keys)} == needed


def test_space_plays_from_the_window_and_types_in_a_field(style: Style, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    field, place = QLineEdit(window), QWidget(window)
    place.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    column.addWidget(field)
    column.addWidget(place)
    pressed: list[str] = []
    keys = WindowShortcuts(window, {"play": lambda: pressed.append("play")})
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    place.setFocus()
    QApplication.processEvents()
    qtbot.keyClick(place, Qt.Key.Key_Space)
    assert pressed == ["play"]
    field.setFocus()
    QApplication.processEvents()
    qtbot.keyClick(field, Qt.Key.Key_Space)
    assert pressed == ["play"]
    assert field.text() == " "
    assert keys.parent() is window
