"""Delegate that paints a clip as a card of the grid."""

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QStyle,
    QStyleOptionViewItem,
    QWidget,
)

from producer_studio.ui.clips.group_row import GroupRow
from producer_studio.ui.clips.row import ClipRow
from producer_studio.ui.clips.row_layout import STAR_PITCH, RowPart
from producer_studio.ui.library.clip_delegate import (
    ClipDelegate,
    HoverState,
    Index,
    shown_star_count,
)

_PAD = 8
_TARGET_CARD_WIDTH = 172
_TEXT_HEIGHT = 62
_PLAY_MARK_RADIUS = 34
_TOGGLE_SIZE = 24
_CHEVRON = 14
_BUTTON_SIZE = 28


def cards_per_row(width: int) -> int:
    """Returns the number of cards per row in a list of this width."""
    return max(2, width // _TARGET_CARD_WIDTH)


def card_height(width: int, scale: float) -> int:
    """Returns the height of a card in a list of this width, for a text size (1 is 100 %)."""
    return width // cards_per_row(width) - 2 * _PAD + round(_TEXT_HEIGHT * scale) + 2 * _PAD


class CardDelegate(ClipDelegate):
    """Paints cover, title, length and stars; the view updates the shared `hover` and `playback`."""

    def part_at(self, card: QRect, point: QPoint, position: int) -> tuple[RowPart, int]:
        """Returns the part at a point of a card, and for the stars which one (1 to 5)."""
        cover = _cover_rect(card)
        is_group = self._table.is_group(position)
        if is_group and _toggle_rect(card).contains(point):
            return RowPart.TOGGLE, 0
        # Only the play mark: elsewhere a press on the cover selects the card.
        if (point - cover.center()).manhattanLength() <= _PLAY_MARK_RADIUS:
            return RowPart.COVER, 0
        if is_group:
            return RowPart.ROW, 0
        pitch = STAR_PITCH * self._row_style.scale
        offset = point.x() - (cover.right() + 1 - 5 * pitch)
        if (
            point.y() > cover.bottom() + _TEXT_HEIGHT * self._row_style.scale * 0.5
            and 0 <= offset < 5 * pitch
        ):
            return RowPart.STARS, int(offset // pitch) + 1
        return RowPart.ROW, 0

    def group_part_rects(self, card: QRect, _group: GroupRow) -> dict[RowPart, QRect]:
        """Returns the boxes of a group's chevron, and of the buttons of the current group."""
        cover = _cover_rect(card)
        left, top = cover.left() + 6, cover.bottom() - _BUTTON_SIZE - 12
        rects = {RowPart.TOGGLE: _toggle_rect(card)}
        for part, is_shown in (
            (RowPart.COMPARE, self._buttons.compares),
            (RowPart.KEEP, self._buttons.keeps),
        ):
            if is_shown:
                rects[part] = QRect(left, top, _BUTTON_SIZE, _BUTTON_SIZE)
                left += _BUTTON_SIZE + 6
        return rects

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        return option.rect.size()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        position = self._table.position(index)
        if position >= len(self._table.ids):
            return
        card = option.rect
        theme = self._row_style.theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        pointed = self._hover.position == position
        if self._table.is_take(self._table.ids[position]) and not selected and not pointed:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("raised/60"))
            painter.drawRoundedRect(QRectF(card).adjusted(2.5, 2.5, -2.5, -2.5), 8, 8)
        if selected or pointed:
            painter.setPen(theme.accent if selected else Qt.PenStyle.NoPen)
            painter.setBrush(theme.selection if selected else theme.colour("hover/45"))
            painter.drawRoundedRect(QRectF(card).adjusted(2.5, 2.5, -2.5, -2.5), 8, 8)
        hover = self._hover if pointed else None
        if self._table.is_group(position):
            clip_row = None
            group = self._table.group_row(position)
        else:
            clip_row, group = self._table.clip_row(position), None
        if group is not None:
            self._paint_group(painter, card, group, hover)
        elif clip_row is None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("hover/60"))
            painter.drawRoundedRect(_cover_rect(card), 6, 6)
        else:
            self._paint_clip(painter, card, clip_row, hover)
        painter.restore()

    def _paint_group(
        self, painter: QPainter, card: QRect, group: GroupRow, hover: HoverState | None
    ) -> None:
        row_style = self._row_style
        theme = row_style.theme
        cover = _cover_rect(card)
        self._paint_covers(painter, cover, group, hover)
        row_style.draw_badge(painter, cover.left() + 6, cover.top() + 15, group.takes_text)
        toggle = _toggle_rect(card)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.hover)
        painter.drawEllipse(toggle)
        icon = "chevron-down" if group.is_open else "chevron-right"
        at = QPointF(toggle.center()) + QPointF(0.5 - _CHEVRON / 2, 0.5 - _CHEVRON / 2)
        painter.drawPixmap(at, row_style.style.pixmap(icon, "text1", _CHEVRON))
        words = _TEXT_HEIGHT * row_style.scale
        upper, lower = cover.bottom() + words * 0.3, cover.bottom() + words * 0.68
        painter.setPen(theme.text1)
        row_style.title.draw(painter, cover.left(), upper, group.title, cover.width())
        left = cover.left()
        if group.kept_text:
            heart = row_style.style.pixmap("heart", "ok", _CHEVRON - 2)
            painter.drawPixmap(QPointF(left, lower - _CHEVRON / 2 + 1), heart)
            left += _CHEVRON + 4
        painter.setPen(theme.ok if group.kept_text else theme.text3)
        text = group.kept_text or group.description
        row_style.body.draw(painter, left, lower, text, cover.right() - left)

    def _paint_clip(
        self, painter: QPainter, card: QRect, clip_row: ClipRow, hover: HoverState | None
    ) -> None:
        row_style = self._row_style
        theme = row_style.theme
        ratio = painter.device().devicePixelRatioF()
        cover = _cover_rect(card)
        self._paint_cover(painter, cover, clip_row, hover)
        if clip_row.badge:
            row_style.draw_badge(painter, cover.left() + 6, cover.top() + 15, clip_row.badge)
        words = _TEXT_HEIGHT * row_style.scale
        upper, lower = cover.bottom() + words * 0.3, cover.bottom() + words * 0.68
        painter.setPen(theme.text1)
        room = cover.width() - (14 if clip_row.is_unheard else 0)
        width = row_style.title.draw(
            painter, cover.left(), upper, clip_row.title, room, clip_row.title_ending
        )
        if clip_row.is_unheard:
            row_style.draw_unheard_dot(painter, cover.left() + width + 8, upper + 0.5)
        painter.setPen(theme.bad if clip_row.has_media_error else theme.text3)
        pitch = STAR_PITCH * row_style.scale
        count = shown_star_count(clip_row, hover)
        message = clip_row.media_message
        # A message has the whole line where there are no stars beside it.
        has_stars = count > 0 or not message
        room = round(cover.width() - (5 * pitch + 6 if has_stars else 0))
        row_style.body.draw(painter, cover.left(), lower, message or clip_row.texts["length"], room)
        if not has_stars:
            return
        left = round(cover.right() + 1 - 5 * pitch)
        painter.drawPixmap(left, round(lower - pitch / 2), row_style.star_pixmap(count, ratio))

    def updateEditorGeometry(  # noqa: N802 - Qt's name
        self, editor: QWidget, option: QStyleOptionViewItem, _index: Index
    ) -> None:
        cover = _cover_rect(option.rect)
        tall = max(30, editor.sizeHint().height())
        editor.setGeometry(cover.left() - 4, cover.bottom() + 2, cover.width() + 8, tall)


def _cover_rect(card: QRect) -> QRect:
    edge = card.width() - 2 * _PAD
    return QRect(card.left() + _PAD, card.top() + _PAD, edge, edge)


def _toggle_rect(card: QRect) -> QRect:
    """Returns the box of the chevron, in the free corner of the stacked covers."""
    cover = _cover_rect(card)
    return QRect(cover.right() - _TOGGLE_SIZE - 12, cover.top() + 6, _TOGGLE_SIZE, _TOGGLE_SIZE)
