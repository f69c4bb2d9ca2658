"""Texts of a window: what is cut off, and what nothing translated."""

import re
from collections.abc import Iterator

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QLabel,
    QLineEdit,
    QStyle,
    QStyleOptionComboBox,
    QTableView,
    QToolButton,
    QWidget,
)

from producer_studio.ui.widgets.label import ElidedLabel

_MARKED = re.compile(r"⟦[^⟦⟧]*⟧")
_LETTERS = re.compile(r"[A-Za-z]{2,}")
_EDIT_MARGIN_PX = 4


def texts_cut_off(window: QWidget) -> list[str]:
    """Describes the visible texts that have less room than they need."""
    found = []
    for widget in (window, *window.findChildren(QWidget)):
        if not widget.isVisibleTo(window) or widget.window() is not window.window():
            continue
        lack = _lack(widget)
        if lack > 0:
            found.append(f"{type(widget).__name__} “{_text(widget)[:60]}” lacks {lack} px")
        elif _text(widget) and (beyond := _beyond(widget)) > 0:
            found.append(f"{type(widget).__name__} “{_text(widget)[:60]}” is {beyond} px outside")
    return found


def _text(widget: QWidget) -> str:
    match widget:
        case QLabel() | QAbstractButton():
            return widget.text()
        case QLineEdit():
            return widget.text() or widget.placeholderText()
        case QComboBox():
            return widget.currentText()
        case _:
            return ""


def _lack(widget: QWidget) -> int:
    """Pixels that a text lacks; 0 if it has enough, or is made to be shortened."""
    if isinstance(widget, ElidedLabel) or not _text(widget):
        return 0
    if isinstance(widget, QLabel):
        if not widget.pixmap().isNull():
            return 0
        if widget.wordWrap():
            return max(0, widget.heightForWidth(widget.width()) - widget.height())
        return max(0, widget.sizeHint().width() - widget.width())
    if isinstance(widget, QLineEdit):
        # What the user typed scrolls.
        if widget.text():
            return 0
        room = widget.contentsRect().width() - 2 * _EDIT_MARGIN_PX
        return max(0, widget.fontMetrics().horizontalAdvance(widget.placeholderText()) - room)
    if isinstance(widget, QComboBox):
        return max(0, widget.fontMetrics().horizontalAdvance(widget.currentText()) - _room(widget))
    if isinstance(widget, QToolButton | QAbstractButton):
        return max(0, widget.minimumSizeHint().width() - widget.width())
    return 0


def _room(box: QComboBox) -> int:
    """Width that a combo box has for its text."""
    option = QStyleOptionComboBox()
    box.initStyleOption(option)
    place = box.style().subControlRect(
        QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, box
    )
    return place.width()


def _beyond(widget: QWidget) -> int:
    """Pixels by which a widget stands beyond the sides of what it scrolls or stands in."""
    most, parent = 0, widget.parentWidget()
    while parent is not None and not widget.isWindow():
        left = widget.mapTo(parent, QPoint(0, 0)).x()
        most = max(most, -left, left + widget.width() - parent.width())
        if parent.isWindow():
            break
        parent = parent.parentWidget()
    return most


def texts_untranslated(window: QWidget, allowed: re.Pattern[str]) -> list[str]:
    """Visible texts, tooltips and names that lack the brackets of `MarkedMessages`.

    Args:
        allowed: What may stand there as it is, such as names of the user's.
    """
    found = []
    for widget in (window, *window.findChildren(QWidget)):
        if widget.window() is not window.window():
            continue
        found += [
            f"{type(widget).__name__}: {text[:100]}"
            for text in _all_texts(widget)
            if is_untranslated(text, allowed)
        ]
    return list(dict.fromkeys(found))


def is_untranslated(text: str, allowed: re.Pattern[str]) -> bool:
    """Whether a part of a text lacks the brackets of `MarkedMessages`."""
    rest = re.sub(r"<[^>]*>", " ", text)
    while (less := _MARKED.sub(" ", rest)) != rest:
        rest = less
    return _LETTERS.search(allowed.sub(" ", rest)) is not None


def _all_texts(widget: QWidget) -> Iterator[str]:
    yield widget.toolTip()
    yield widget.accessibleName()
    yield widget.accessibleDescription()
    yield _text(widget)
    if widget.isWindow():
        yield widget.windowTitle()
    if isinstance(widget, QLineEdit):
        yield widget.placeholderText()
    if isinstance(widget, QComboBox):
        yield from (widget.itemText(place) for place in range(widget.count()))
    if isinstance(widget, QTableView) and (model := widget.model()) is not None:
        for column in range(model.columnCount()):
            yield str(model.headerData(column, Qt.Orientation.Horizontal) or "")
