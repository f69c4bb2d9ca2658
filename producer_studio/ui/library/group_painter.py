"""Painter of a group's row in the list, and the positions of its parts."""

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF
from PySide6.QtGui import QPainter

from producer_studio.translation import tr
from producer_studio.ui.clips.group_row import GroupRow
from producer_studio.ui.clips.row_layout import COVER_SIZE, MARGIN, RowPart
from producer_studio.ui.clips.row_style import RowStyle
from producer_studio.ui.library.clip_delegate import GroupButtons
from producer_studio.ui.widgets.keyboard import native_keys

_CHEVRON = 16
_COVER_LEFT = MARGIN + _CHEVRON + 10
_COVERS_WIDTH = COVER_SIZE + 8
GROUP_TEXT_LEFT = _COVER_LEFT + _COVERS_WIDTH + 14
_TOGGLE_PAD = 5
_ICON = 14
_GAP = 8
_PAD = 11
_LABEL_MIN_WIDTH = 640
"""Narrower lists show the buttons as icons, for the title's sake."""
KEEP_ICON = "check"
COMPARE_ICON = "columns-2"


class GroupPainter:
    """Paints chevron, texts and buttons of a group; the delegate paints its covers."""

    def __init__(self, row_style: RowStyle, buttons: GroupButtons) -> None:
        self._row_style = row_style
        self._buttons = buttons

    def covers_rect(self, row: QRect) -> QRect:
        top = row.top() + (row.height() - COVER_SIZE) // 2
        return QRect(row.left() + _COVER_LEFT, top, _COVERS_WIDTH, COVER_SIZE)

    def part_rects(self, row: QRect, group: GroupRow) -> dict[RowPart, QRect]:
        """Returns the boxes of the chevron and the visible buttons."""
        side = min(row.height(), _CHEVRON + 2 * _TOGGLE_PAD)
        left = row.left() + MARGIN + (_CHEVRON - side) // 2
        toggle = QRect(left, row.top() + (row.height() - side) // 2, side, side)
        return {RowPart.TOGGLE: toggle, **self._button_rects(row, group)}

    def part_at(self, row: QRect, point: QPoint, group: GroupRow) -> RowPart:
        """Returns the part at a point of the row."""
        for part, box in self._button_rects(row, group).items():
            if box.contains(point):
                return part
        if self.covers_rect(row).contains(point):
            return RowPart.COVER
        return RowPart.TOGGLE if point.x() < row.left() + _COVER_LEFT else RowPart.ROW

    def paint(
        self, painter: QPainter, row: QRect, group: GroupRow, pointed: RowPart | None
    ) -> None:
        """Paints the row without its ground and covers.

        Args:
            pointed: The part under the pointer; None if the pointer is elsewhere.
        """
        row_style = self._row_style
        theme = row_style.theme
        icon = "chevron-down" if group.is_open else "chevron-right"
        role = "text1" if pointed is RowPart.TOGGLE else "text2"
        chevron = QPointF(row.left() + MARGIN, row.center().y() - _CHEVRON / 2 + 0.5)
        painter.drawPixmap(chevron, row_style.style.pixmap(icon, role, _CHEVRON))
        rects = self._button_rects(row, group)
        right = min((box.left() for box in rects.values()), default=row.right())
        left = row.left() + GROUP_TEXT_LEFT
        room = max(40, right - 16 - left)
        self._paint_text(painter, row, group, room)
        for part, box in rects.items():
            enabled = part is not RowPart.KEEP or group.choice is not None
            painter.setPen(row_style.separator)
            hovered = enabled and pointed is part
            painter.setBrush(theme.hover if hovered else theme.raised)
            painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
            self._paint_button(painter, box, part, group, "text1" if enabled else "text3")

    def _paint_text(self, painter: QPainter, row: QRect, group: GroupRow, room: int) -> None:
        row_style = self._row_style
        left = row.left() + GROUP_TEXT_LEFT
        upper = row.top() + row.height() * 0.36
        badges = [(group.takes_text, "", "text2")]
        if group.kept_text:
            badges.append((group.kept_text, "heart", "ok"))
        needed = [round(row_style.small.get(text, 120)[1]) + 14 + 8 for text, _, _ in badges]
        if group.kept_text:
            needed[1] += 16
        while badges and sum(needed) > room - 70:
            badges.pop()
            needed.pop()
        painter.setPen(row_style.theme.text1)
        at = left + row_style.title.draw(
            painter, left, upper, group.title, max(30, room - sum(needed))
        )
        for text, icon, role in badges:
            at += 8
            at += row_style.draw_badge(
                painter, at, upper, text, outlined=True, icon=icon, role=role
            )
        painter.setPen(row_style.theme.text3)
        lower = row.top() + row.height() * 0.66
        body = row_style.body
        end = f" · {group.price_text}" if group.sound and group.price_text else group.price_text
        # A long sound is elided, not the price behind it.
        needed_width = body.metrics.horizontalAdvance(end)
        if not end or needed_width > room / 2:
            body.draw(painter, left, lower, group.description, room)
            return
        at = left + body.draw(painter, left, lower, group.sound, round(room - needed_width))
        body.draw(painter, at, lower, end, room)

    def _paint_button(
        self, painter: QPainter, box: QRect, part: RowPart, group: GroupRow, role: str
    ) -> None:
        row_style = self._row_style
        middle = box.center().y() + 0.5
        left = float(box.left() + _PAD)
        icon = COMPARE_ICON if part is RowPart.COMPARE else KEEP_ICON
        text = self._label(part, group, box.width() > box.height() + 4)
        if part is RowPart.COMPARE or not text:
            left = left if text else box.center().x() + 0.5 - _ICON / 2
            pixmap = row_style.style.pixmap(icon, role, _ICON)
            painter.drawPixmap(QPointF(left, middle - _ICON / 2), pixmap)
            left += _ICON + 6
        if text:
            painter.setPen(row_style.theme.colour(role))
            row_style.body.draw(painter, left, middle, text, box.width())

    def _button_rects(self, row: QRect, group: GroupRow) -> dict[RowPart, QRect]:
        """Returns the boxes of the visible buttons, by their parts."""
        scale = self._row_style.scale
        with_label = row.width() >= _LABEL_MIN_WIDTH * scale
        height = round(28 * max(1.0, scale))
        top = row.top() + (row.height() - height) // 2
        right = row.left() + row.width() - MARGIN
        rects: dict[RowPart, QRect] = {}
        for part, shown in (
            (RowPart.KEEP, self._buttons.keeps),
            (RowPart.COMPARE, self._buttons.compares),
        ):
            if not shown:
                continue
            text = self._label(part, group, with_label)
            width = height
            if text:
                width = round(self._row_style.body.get(text, 400)[1]) + 2 * _PAD
                width += _ICON + 6 if part is RowPart.COMPARE else 0
            rects[part] = QRect(right - width, top, width, height)
            right -= width + _GAP
        return rects

    @staticmethod
    def _label(part: RowPart, group: GroupRow, with_label: bool) -> str:
        if not with_label:
            return ""
        return tr("Compare") if part is RowPart.COMPARE else group.keep_label


def button_name(part: RowPart, group: GroupRow) -> str:
    """Returns the name of a button of the row; empty for other parts."""
    match part:
        case RowPart.COMPARE:
            return tr("Compare the takes")
        case RowPart.KEEP:
            return group.keep_label
        case RowPart.TOGGLE:
            return tr("Close the group") if group.is_open else tr("Open the group")
        case _:
            return ""


def button_tooltip(part: RowPart, group: GroupRow) -> str:
    """Returns the tooltip of a button of the row; empty for other parts."""
    name = button_name(part, group)
    match part:
        case RowPart.COMPARE:
            return tr("{action} ({keys})", action=name, keys=native_keys("Ctrl+Return"))
        case RowPart.KEEP if group.choice is None:
            return tr("Rate a take, make it a favourite, or select the one to keep")
        case RowPart.KEEP:
            return tr("{action} ({keys})", action=name, keys=native_keys("Shift+Delete"))
        case _:
            return name
