"""A tooltip shows text as it was typed: nothing is taken for markup, and nothing is loaded."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableView,
    QToolTip,
    QWidget,
)
from pytestqt.qtbot import QtBot

from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.label import ElidedLabel
from producer_studio.ui.widgets.menu import Menu

BOLD = "<b>loud</b> & <i>soft</i>"
Spot = tuple[QWidget, QWidget, QPoint]
"""The widget to show, the one in it that is pointed at, and where."""
SIDE = 300
"""Of the picture that must not be loaded, in pixels."""


@pytest.fixture
def picture(tmp_path: Path, qapp: QApplication) -> str:
    """Words that name a picture on this computer, as a service may send them for a sound."""
    path = tmp_path / "taken.png"
    image = QImage(SIDE, SIDE, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    assert image.save(str(path))
    return f'<img src="{path.as_uri()}">'


@pytest.fixture(autouse=True)
def _no_tooltip_stays(qapp: QApplication) -> Iterator[None]:
    yield
    QToolTip.hideText()


def tip() -> QLabel:
    """The tooltip on the screen."""
    (found,) = [
        widget
        for widget in QApplication.topLevelWidgets()
        if widget.inherits("QTipLabel") and widget.isVisible()
    ]
    assert isinstance(found, QLabel)
    return found


def hover(widget: QWidget, at: QPoint) -> None:
    QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, at, widget.mapToGlobal(at)))


def button(style: Style, text: str) -> Spot:
    made = QPushButton("Anything")
    made.setToolTip(text)
    return made, made, QPoint(3, 3)


def styled_button(style: Style, text: str) -> Spot:
    spot = button(style, text)
    spot[0].setStyleSheet("QPushButton { color: red; }")
    return spot


def shortened_label(style: Style, text: str) -> Spot:
    made = ElidedLabel(text)
    made.resize(20, 20)
    made.grab()
    assert made.toolTip() == text
    return made, made, QPoint(3, 3)


def menu_entry(style: Style, text: str) -> Spot:
    made = Menu(style)
    action = made.add_item("Extend", lambda: None, reason=text)
    made.resize(made.sizeHint())
    made.setActiveAction(action)
    return made, made, made.actionGeometry(action).center()


def _model(text: str) -> QStandardItemModel:
    item = QStandardItem("a sound")
    item.setData(text, Qt.ItemDataRole.ToolTipRole)
    model = QStandardItemModel()
    model.appendRow(item)
    model.setHeaderData(0, Qt.Orientation.Horizontal, text, Qt.ItemDataRole.ToolTipRole)
    return model


def row(style: Style, text: str) -> Spot:
    view = QTableView()
    model = _model(text)
    model.setParent(view)
    view.setModel(model)
    view.show()
    return view, view.viewport(), view.visualRect(model.index(0, 0)).center()


def head(style: Style, text: str) -> Spot:
    view = QHeaderView(Qt.Orientation.Horizontal)
    model = _model(text)
    model.setParent(view)
    view.setModel(model)
    view.resize(200, 20)
    view.show()
    return view, view.viewport(), QPoint(5, 5)


def combo_entry(style: Style, text: str) -> Spot:
    box = QComboBox()
    box.addItem("FUZZ-2.0")
    box.setItemData(0, text, Qt.ItemDataRole.ToolTipRole)
    view = box.view()
    box.showPopup()
    return box, view.viewport(), view.visualRect(box.model().index(0, 0)).center()


PLACES = (button, styled_button, shortened_label, menu_entry, row, head, combo_entry)
Place = Callable[[Style, str], Spot]


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("place", PLACES)
def test_what_looks_like_markup_is_shown_as_typed(
    place: Place, theme: str, style: Style, qtbot: QtBot, picture: str
) -> None:
    style.set_mode(theme)
    sizes = {}
    for text in (BOLD, picture, "x" * len(picture)):
        top, widget, at = place(style, text)
        qtbot.addWidget(top)
        top.show()
        hover(widget, at)
        shown = tip()
        assert shown.text() == text
        assert shown.textFormat() is Qt.TextFormat.PlainText
        sizes[text] = shown.size()
        QToolTip.hideText()
        top.hide()
    # What is bold or loaded would have another size than letters.
    assert sizes[picture].height() < SIDE / 4
    assert sizes[picture].width() > sizes[BOLD].width() * 1.5


def test_a_tooltip_that_changes_in_place_stays_plain(
    style: Style, qtbot: QtBot, picture: str
) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    for text in ("a calm one", picture, BOLD):
        QToolTip.showText(QPoint(10, 10), text, widget)
        assert tip().textFormat() is Qt.TextFormat.PlainText
        assert tip().height() < SIDE / 4
