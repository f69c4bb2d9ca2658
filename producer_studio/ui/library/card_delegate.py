"""Paints a clip as a card of the grid."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QStyle,
    QStyleOptionViewItem,
    QWidget,
)

from producer_studio.ui.clips.row import RowFace
from producer_studio.ui.library.clip_table import ClipTable
from producer_studio.ui.library.row_delegate import Playing, Pointed
from producer_studio.ui.library.row_layout import STAR_PITCH, Part
from producer_studio.ui.library.row_style import Brushes
from producer_studio.ui.library.title_editor import TitleDelegate

Index = QModelIndex | QPersistentModelIndex

_PAD = 8
_WANTED_WIDTH = 172
_WORDS = 62
_MARK = 34


def cards_across(width: int) -> int:
    """How many cards stand beside each other in a list of this width."""
    return max(2, width // _WANTED_WIDTH)


def card_height(width: int, scale: float) -> int:
    """Of a card in a list of this width, for a text size (1 is 100 %)."""
    return width // cards_across(width) - 2 * _PAD + round(_WORDS * scale) + 2 * _PAD


class CardDelegate(TitleDelegate):
    """Cover, title, length and stars; `pointed` and `playing` are kept up to date by the view."""

    def __init__(
        self,
        table: ClipTable,
        brushes: Brushes,
        pointed: Pointed,
        playing: Playing,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._table = table
        self._brushes = brushes
        self._pointed = pointed
        self._playing = playing

    def part_at(self, card: QRect, at: QPoint) -> tuple[Part, int]:
        """What is at a point of a card, and for the stars which one (1 to 5)."""
        cover = _cover(card)
        # Only the play mark: elsewhere a press on the cover selects the card.
        if (at - cover.center()).manhattanLength() <= _MARK:
            return Part.COVER, 0
        pitch = STAR_PITCH * self._brushes.scale
        offset = at.x() - (cover.right() + 1 - 5 * pitch)
        if at.y() > cover.bottom() + _WORDS * self._brushes.scale * 0.5 and 0 <= offset < 5 * pitch:
            return Part.STARS, int(offset // pitch) + 1
        return Part.ROW, 0

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        return option.rect.size()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        position = self._table.position(index)
        if position >= len(self._table.ids):
            return
        card = option.rect
        theme = self._brushes.theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        pointed = self._pointed.position == position
        if selected or pointed:
            painter.setPen(theme.accent if selected else Qt.PenStyle.NoPen)
            painter.setBrush(theme.selection if selected else theme.colour("hover/45"))
            painter.drawRoundedRect(QRectF(card).adjusted(2.5, 2.5, -2.5, -2.5), 8, 8)
        face = self._table.face(position)
        if face is None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("hover/60"))
            painter.drawRoundedRect(_cover(card), 6, 6)
        else:
            self._paint_face(painter, card, face, self._pointed if pointed else None)
        painter.restore()

    def _paint_face(
        self, painter: QPainter, card: QRect, face: RowFace, pointed: Pointed | None
    ) -> None:
        brushes = self._brushes
        theme = brushes.theme
        ratio = painter.device().devicePixelRatioF()
        cover = _cover(card)
        size = (cover.width(), cover.height())
        drawn = brushes.covers.pixmap(face.id, face.cover, size, ratio, 6.0)
        painter.drawPixmap(cover.topLeft(), drawn)
        is_loaded = self._playing.clip == face.id
        if (is_loaded or pointed) and face.clip.playable:
            runs = is_loaded and self._playing.runs
            brushes.veil(painter, cover, "pause" if runs else "play", dim=pointed is not None)
        if face.badge:
            brushes.badge(painter, cover.left() + 6, cover.top() + 15, face.badge)
        words = _WORDS * brushes.scale
        upper, lower = cover.bottom() + words * 0.3, cover.bottom() + words * 0.68
        painter.setPen(theme.text1)
        room = cover.width() - (14 if face.unheard else 0)
        width = brushes.title.draw(painter, cover.left(), upper, face.title, room)
        if face.unheard:
            brushes.dot(painter, cover.left() + width + 8, upper + 0.5)
        painter.setPen(theme.bad if face.bad else theme.text3)
        pitch = STAR_PITCH * brushes.scale
        room = round(cover.width() - 5 * pitch - 6)
        brushes.body.draw(painter, cover.left(), lower, face.note or face.length, room)
        offered = pointed is not None and pointed.part is Part.STARS
        count = pointed.star if offered and pointed is not None else face.stars
        left = round(cover.right() + 1 - 5 * pitch)
        painter.drawPixmap(left, round(lower - pitch / 2), brushes.stars(count, ratio))

    def updateEditorGeometry(  # noqa: N802 - Qt's name
        self, editor: QWidget, option: QStyleOptionViewItem, _index: Index
    ) -> None:
        cover = _cover(option.rect)
        tall = max(30, editor.sizeHint().height())
        editor.setGeometry(cover.left() - 4, cover.bottom() + 2, cover.width() + 8, tall)


def _cover(card: QRect) -> QRect:
    edge = card.width() - 2 * _PAD
    return QRect(card.left() + _PAD, card.top() + _PAD, edge, edge)
