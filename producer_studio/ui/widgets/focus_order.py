"""Tab order: that of the layouts, whenever and in whatever order the widgets were made."""

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QLayout,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QWidget,
)

_MARGIN = 24
"""Pixels in view beside a control that was scrolled to."""


def controls_in_reading_order(root: QWidget) -> list[QWidget]:
    """Visible, enabled controls inside a widget that Tab goes to, as they are laid out."""
    return [part for part in _visible_descendants(root) if _accepts_tab(part)]


def move_focus(root: QWidget, forward: bool) -> bool:
    """Give the keyboard to the next or previous control inside a window; False without any.

    For `QWidget.focusNextPrevChild`. Qt's own order is the one in which widgets were made.
    """
    order = controls_in_reading_order(root)
    if not order:
        return False
    now: QWidget | None = QApplication.focusWidget()
    while now is not None and now not in order and now is not root:
        now = now.parentWidget()
    if now in order:
        target = order[(order.index(now) + (1 if forward else -1)) % len(order)]
    else:
        target = order[0 if forward else -1]
    focus_control(target, forward=forward)
    return True


def focus_control(target: QWidget, *, forward: bool = True) -> None:
    """Give the keyboard to a control as Tab does, and scroll it into view."""
    reasons = Qt.FocusReason
    target.setFocus(reasons.TabFocusReason if forward else reasons.BacktabFocusReason)
    above = target.parentWidget()
    while above is not None and not above.isWindow():
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(target, _MARGIN, _MARGIN)
        above = above.parentWidget()


def _accepts_tab(part: QWidget) -> bool:
    by_tab = part.focusPolicy() & Qt.FocusPolicy.TabFocus == Qt.FocusPolicy.TabFocus
    return by_tab and part.isEnabled() and part.isVisible()


def _visible_descendants(root: QWidget) -> Iterator[QWidget]:
    for child in _children(root):
        if child.isHidden() or child.isWindow():
            continue
        yield child
        yield from _visible_descendants(child)


def _children(parent: QWidget) -> list[QWidget]:
    """Direct children in the order of the layout; what no layout has comes last, by its place."""
    if isinstance(parent, QSplitter):
        found = (parent.widget(place) for place in range(parent.count()))
        return [one for one in found if one is not None]
    if isinstance(parent, QStackedWidget):
        current: QWidget | None = parent.currentWidget()
        first = [current] if current is not None else []
    elif isinstance(parent, QScrollArea):
        inside: QWidget | None = parent.widget()
        return [inside] if inside is not None else []
    else:
        layout = parent.layout()
        first = list(_widgets_in_layout(layout)) if layout is not None else []
    options = Qt.FindChildOption.FindDirectChildrenOnly
    rest = [one for one in parent.findChildren(QWidget, options=options) if one not in first]
    return first + _sort_by_lines(rest)


def _widgets_in_layout(layout: QLayout) -> Iterator[QWidget]:
    places = list(range(layout.count()))
    if isinstance(layout, QGridLayout):
        places.sort(key=lambda place: layout.getItemPosition(place)[:2])  # type: ignore[index]
    for place in places:
        item = layout.itemAt(place)
        if item is None:
            continue
        inner, widget = item.layout(), item.widget()
        if inner is not None:
            yield from _widgets_in_layout(inner)
        elif widget is not None:
            yield widget


def _sort_by_lines(parts: list[QWidget]) -> list[QWidget]:
    """From the top to the bottom, and within a line from left to right."""
    lines: list[list[QWidget]] = []
    for part in sorted(parts, key=QWidget.y):
        if lines and part.y() < lines[-1][0].geometry().center().y():
            lines[-1].append(part)
        else:
            lines.append([part])
    return [part for line in lines for part in sorted(line, key=QWidget.x)]
