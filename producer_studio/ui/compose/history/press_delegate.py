"""Paints a press as a card."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from producer_studio.ui.compose.history.press_row import PressRow
from producer_studio.ui.compose.history.press_table import PressTable
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.star_rating import MAX_STARS, draw_stars, star_pitch

Index = QModelIndex | QPersistentModelIndex

MARGIN = 16
"""Distance of a card to the edges of the list, in pixels."""
PADDING = 12
CARD_GAP = 8
PIN_SIZE = 14

_STAR_SIZE = 11.0
_RADIUS = 10.0
_BADGE_PADDING = 7
_LINES = (20, 20, 18)
"""Heights of the lines at text size 100 %, in pixels."""
_LINE_GAP = 4
_ELIDE = Qt.TextElideMode.ElideRight
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
_STATE = QStyle.StateFlag


def card_height(style: Style) -> int:
    """Returns the height of a card without buttons, in pixels."""
    return 2 * PADDING + sum(style.px(line) for line in _LINES) + 2 * _LINE_GAP


def line_rects(style: Style, row: QRect) -> list[QRect]:
    """Returns the rectangles of the three lines of a row's card."""
    left, top = row.left() + MARGIN + PADDING, row.top() + PADDING
    width = row.width() - 2 * (MARGIN + PADDING)
    rects = []
    for line in _LINES:
        rects.append(QRect(left, top, width, style.px(line)))
        top += style.px(line) + _LINE_GAP
    return rects


class PressDelegate(QStyledItemDelegate):
    """Paints time, operation and price; the first words; model, takes, outcome and stars."""

    def __init__(self, style: Style, table: PressTable, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style
        self._table = table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        # Annotated, because the stubs do not have the attributes of the base classes.
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        row = self._table.press_row(index.row())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_card(painter, rect, state)
        if row is not None:
            first, second, third = line_rects(self._style, rect)
            self._draw_first_line(painter, first, row)
            self._draw_words(painter, second, row, is_selected=bool(state & _STATE.State_Selected))
            self._draw_details(painter, third, row)
        painter.restore()

    def _draw_card(self, painter: QPainter, rect: QRect, state: QStyle.StateFlag) -> None:
        style = self._style
        card = QRectF(rect).adjusted(MARGIN + 0.5, 0.5, -MARGIN - 0.5, -CARD_GAP - 0.5)
        is_selected = bool(state & _STATE.State_Selected)
        line = style.colour("line")
        if is_selected:
            has_focus = bool(state & _STATE.State_Active and state & _STATE.State_HasFocus)
            line = style.colour("accent" if has_focus else "text3/45")
        is_lit = is_selected or bool(state & _STATE.State_MouseOver)
        painter.setPen(QPen(line, 1.0))
        painter.setBrush(style.colour("hover" if is_lit and not is_selected else "raised"))
        painter.drawRoundedRect(card, _RADIUS, _RADIUS)

    def _draw_first_line(self, painter: QPainter, line: QRect, row: PressRow) -> None:
        style = self._style
        painter.setFont(style.font(12))
        painter.setPen(style.colour("text2"))
        metrics = QFontMetricsF(style.font(12))
        painter.drawText(line, _RIGHT, row.price)
        painter.drawText(line, _LEFT, row.time)
        price_width = metrics.horizontalAdvance(row.price)
        left = line.left() + (metrics.horizontalAdvance(row.time) + 8 if row.time else 0)
        small = QFontMetricsF(style.font(11))
        room = line.right() - price_width - 8 - left - 2 * _BADGE_PADDING
        text = small.elidedText(row.badge, _ELIDE, max(0.0, room))
        tall = small.height() + 4
        box = QRectF(
            left + 0.5,
            line.center().y() - tall / 2 + 0.5,
            small.horizontalAdvance(text) + 2 * _BADGE_PADDING,
            tall,
        )
        painter.setPen(QPen(style.colour("line"), 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 5, 5)
        painter.setFont(style.font(11))
        painter.setPen(style.colour("text1"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _draw_words(
        self, painter: QPainter, line: QRect, row: PressRow, *, is_selected: bool
    ) -> None:
        style = self._style
        words = QRect(line)
        if row.is_pinned or is_selected:
            words.setRight(line.right() - PIN_SIZE - 8)
        if row.is_pinned and not is_selected:
            pixmap = style.pixmap("pin", "accent", PIN_SIZE)
            top = line.center().y() - PIN_SIZE / 2
            painter.drawPixmap(QPointF(line.right() - PIN_SIZE, top), pixmap)
        font = style.font(13, 500)
        text = QFontMetricsF(font).elidedText(row.words, _ELIDE, words.width())
        painter.setFont(font)
        painter.setPen(style.colour("text1"))
        painter.drawText(words, _LEFT, text)

    def _draw_details(self, painter: QPainter, line: QRect, row: PressRow) -> None:
        style = self._style
        words = QRect(line)
        if row.stars:
            size = _STAR_SIZE * style.text_scale
            width = star_pitch(size) * MAX_STARS
            draw_stars(painter, style, line.right() - width, line.center().y(), row.stars, size)
            words.setRight(round(line.right() - width - 8))
        font = style.font(11)
        text = QFontMetricsF(font).elidedText(row.details, _ELIDE, words.width())
        painter.setFont(font)
        painter.setPen(style.colour("text2"))
        painter.drawText(words, _LEFT, text)
