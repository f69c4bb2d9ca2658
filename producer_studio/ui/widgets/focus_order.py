"""Tab order in the order of the layouts, independent of when the widgets were created."""

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QButtonGroup,
    QGridLayout,
    QLayout,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QWidget,
)

_MARGIN = 24
"""Margin in pixels that stays visible beside a control after scrolling to it."""


def controls_in_reading_order(root: QWidget) -> list[QWidget]:
    """Returns the visible, enabled Tab stops inside a widget in layout order."""
    return [part for part in _visible_descendants(root) if _accepts_tab(part)]


def move_focus(root: QWidget, forward: bool) -> bool:
    """Focuses the next or previous control inside a window; returns False without any.

    For `QWidget.focusNextPrevChild`. Qt's own order is that of creation.
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
    """Focuses a control as Tab does, and scrolls it into view."""
    reasons = Qt.FocusReason
    target.setFocus(reasons.TabFocusReason if forward else reasons.BacktabFocusReason)
    # Every call of `setFocus` clears it, and lists paint the ring of their row only with it.
    target.window().setAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
    above = target.parentWidget()
    while above is not None and not above.isWindow():
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(target, _MARGIN, _MARGIN)
        above = above.parentWidget()


def keep_focus_on_choice(group: QButtonGroup) -> None:
    """Moves the focus inside a group of exclusive buttons to the one that was chosen.

    Neither a click nor a screen reader's action focuses a button, so the arrow keys would go on
    from the previous choice. The focus of a control outside of the group stays.
    """

    def follow(button: QAbstractButton, checked: bool) -> None:
        if checked and any(one.hasFocus() for one in group.buttons()):
            button.setFocus(Qt.FocusReason.OtherFocusReason)

    group.buttonToggled.connect(follow)


class ChoiceKeys(QObject):
    """Left and Right choose the neighbour of a button in its group.

    Without it, they are shortcuts of the window, and Tab reaches only the chosen button.
    """

    def __init__(self, group: QButtonGroup) -> None:
        super().__init__(group)
        self._group = group
        for button in group.buttons():
            self.add_button(button)

    def add_button(self, button: QAbstractButton) -> None:
        """Handles the keys of a button that was added to the group."""
        button.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.key() not in _CHOICE_STEPS or _has_alt(event):
            return super().eventFilter(watched, event)
        if event.type() is QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        buttons = [one for one in self._group.buttons() if one.isVisible() and one.isEnabled()]
        buttons.sort(key=lambda one: (one.y(), one.x()))
        if event.type() is QEvent.Type.KeyPress and watched in buttons:
            place = buttons.index(watched) + _CHOICE_STEPS[Qt.Key(event.key())]
            chosen = buttons[place % len(buttons)]
            chosen.setFocus(Qt.FocusReason.OtherFocusReason)
            chosen.click()
        return True


def _has_alt(event: QKeyEvent) -> bool:
    return bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)


_CHOICE_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


def _accepts_tab(part: QWidget) -> bool:
    by_tab = part.focusPolicy() & Qt.FocusPolicy.TabFocus == Qt.FocusPolicy.TabFocus
    return by_tab and part.isEnabled() and part.isVisible() and not _stands_back(part)


def _stands_back(part: QWidget) -> bool:
    """Whether Tab goes to the checked button of the same group instead.

    Qt takes the others out of the Tab order only after one of them had the focus.
    """
    if not isinstance(part, QAbstractButton) or not part.isCheckable():
        return False
    # The type stubs claim that there always are both.
    group: QButtonGroup | None = part.group()
    checked: QAbstractButton | None = group.checkedButton() if group is not None else None
    if checked is None or checked is part:
        return False
    return checked.isEnabled() and checked.isVisible()


def _visible_descendants(root: QWidget) -> Iterator[QWidget]:
    for child in _children(root):
        if child.isHidden() or child.isWindow():
            continue
        yield child
        yield from _visible_descendants(child)


def _children(parent: QWidget) -> list[QWidget]:
    """Direct children in layout order; those without a layout come last, by their position."""
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
    """Sorts from top to bottom, and within a line from left to right."""
    lines: list[list[QWidget]] = []
    for part in sorted(parts, key=QWidget.y):
        if lines and part.y() < lines[-1][0].geometry().center().y():
            lines[-1].append(part)
        else:
            lines.append([part])
    return [part for line in lines for part in sorted(line, key=QWidget.x)]
