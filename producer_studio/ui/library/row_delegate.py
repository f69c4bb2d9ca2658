"""Paints a clip's row from what was prepared before."""

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QStyle,
    QStyleOptionViewItem,
    QWidget,
)

from producer_studio.domain.ids import ClipId
from producer_studio.ui.clips.row import RowFace
from producer_studio.ui.library.clip_table import ClipTable
from producer_studio.ui.library.row_layout import (
    ART,
    STAR_PITCH,
    TEXT_LEFT,
    Column,
    Part,
    RowLayout,
    row_height,
    row_layout,
)
from producer_studio.ui.library.row_style import Brushes
from producer_studio.ui.library.title_editor import TitleDelegate

Index = QModelIndex | QPersistentModelIndex

WAVE_HEIGHT = 24
_DOT_ROOM = 14


@dataclass(slots=True)
class Pointed:
    """What the pointer is over; position -1 for nothing."""

    position: int = -1
    part: Part = Part.ROW
    star: int = 0


@dataclass(slots=True)
class Playing:
    """What is in the player; `at` runs from 0 to 1."""

    clip: ClipId | None = None
    runs: bool = False
    at: float = 0.0


class RowDelegate(TitleDelegate):
    """One row of the list; `pointed` and `playing` are kept up to date by the view."""

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
        self._layout = row_layout(736)

    def layout_for(self, width: int) -> RowLayout:
        """The places in a row of this width."""
        scale = self._brushes.scale
        if self._layout.width != width or self._layout.scale != scale:
            self._layout = row_layout(width, scale)
        return self._layout

    def part_at(self, row: QRect, at: QPoint) -> tuple[Part, int]:
        """What is at a point of a row, and for the stars which one (1 to 5)."""
        return self.layout_for(row.width()).part(row, at)

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(option.rect.width(), row_height(self._brushes.scale))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        position = self._table.position(index)
        row: QRect = option.rect
        state: QStyle.StateFlag = option.state
        theme = self._brushes.theme
        pointed = self._pointed.position == position
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(row, theme.selection)
            painter.fillRect(row.left(), row.top(), 2, row.height(), theme.accent)
        elif pointed:
            painter.fillRect(row, theme.colour("hover/45"))
        painter.fillRect(row.left(), row.bottom(), row.width(), 1, theme.line)
        face = self._table.face(position)
        layout = self.layout_for(row.width())
        if face is None:
            self._paint_blank(painter, row)
        else:
            self._paint_face(painter, row, layout, face, self._pointed if pointed else None)
        if state & QStyle.StateFlag.State_HasFocus and state & _BY_KEYBOARD:
            painter.setPen(theme.accent)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(row).adjusted(3.5, 1.5, -2.5, -2.5), 6, 6)
        painter.restore()

    def _paint_blank(self, painter: QPainter, row: QRect) -> None:
        """A row whose clip is still being read."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._brushes.theme.colour("hover/60"))
        painter.drawRoundedRect(self._layout.cover(row), 6, 6)
        middle = row.center().y()
        painter.drawRoundedRect(row.left() + TEXT_LEFT, middle - 14, 132, 9, 4, 4)
        painter.drawRoundedRect(row.left() + TEXT_LEFT, middle + 5, 92, 7, 3, 3)

    def _paint_face(
        self,
        painter: QPainter,
        row: QRect,
        layout: RowLayout,
        face: RowFace,
        pointed: Pointed | None,
    ) -> None:
        brushes = self._brushes
        theme = brushes.theme
        ratio = painter.device().devicePixelRatioF()
        box = layout.cover(row)
        cover = brushes.covers.pixmap(face.id, face.cover, (ART, ART), ratio, 6.0)
        painter.drawPixmap(box.topLeft(), cover)
        is_loaded = self._playing.clip == face.id
        runs = is_loaded and self._playing.runs
        if (is_loaded or pointed) and face.clip.playable:
            brushes.veil(painter, box, "pause" if runs else "play", dim=pointed is not None)
        self._paint_words(painter, row, layout, face)
        middle = row.center().y() + 0.5
        if layout.wave_width and face.peaks:
            self._paint_wave(painter, row, layout, face, ratio, is_loaded=is_loaded)
        for column, offset in layout.columns:
            left = row.left() + offset
            if column is Column.MODEL and face.model:
                room = layout.right(column) - offset - 6
                brushes.badge(painter, left, middle, face.model, outlined=True, room=room)
            elif column is Column.RATING:
                offered = pointed is not None and pointed.part is Part.STARS
                count = pointed.star if offered and pointed is not None else face.stars
                tall = STAR_PITCH * brushes.scale
                drawn = brushes.stars(count, ratio)
                painter.drawPixmap(left, round(middle - tall / 2), drawn)
            elif column in {Column.LENGTH, Column.ADDED}:
                text = face.length if column is Column.LENGTH else face.added
                painter.setPen(theme.text2)
                brushes.body.draw(painter, left, middle, text, layout.right(column) - offset)

    def _paint_words(self, painter: QPainter, row: QRect, layout: RowLayout, face: RowFace) -> None:
        brushes = self._brushes
        theme = brushes.theme
        left = row.left() + TEXT_LEFT
        upper = row.top() + row.height() * 0.36
        lower = row.top() + row.height() * 0.66
        room = layout.text
        badge_room = 0
        if face.badge:
            badge_room = round(brushes.small.get(face.badge, 96)[1]) + 14 + 8
        dot_room = _DOT_ROOM if face.unheard else 0
        painter.setPen(theme.text1)
        width = brushes.title.draw(
            painter, left, upper, face.title, max(30, room - badge_room - dot_room)
        )
        at = left + width
        if face.badge:
            at += 8 + brushes.badge(painter, at + 8, upper, face.badge, room=110)
        if face.unheard:
            brushes.dot(painter, at + 8, upper + 0.5)
        painter.setPen(theme.bad if face.bad else theme.text3)
        brushes.body.draw(painter, left, lower, face.note or face.sound, room)

    def _paint_wave(
        self,
        painter: QPainter,
        row: QRect,
        layout: RowLayout,
        face: RowFace,
        ratio: float,
        *,
        is_loaded: bool,
    ) -> None:
        brushes = self._brushes
        theme = brushes.theme
        width = layout.wave_width
        left = row.left() + layout.wave_left
        top = row.center().y() - WAVE_HEIGHT // 2
        size = QSize(width, WAVE_HEIGHT)
        rest = brushes.waves.pixmap(face.id, face.peaks, size, ratio, theme.wave_rest)
        if not is_loaded:
            painter.drawPixmap(left, top, rest)
            return
        # Whole bars only: a half-coloured bar looks like a fault of the screen.
        done = round(self._playing.at * width / 3) * 3
        played = brushes.waves.pixmap(face.id, face.peaks, size, ratio, theme.accent)
        painter.setClipRect(left + done, top, width - done, WAVE_HEIGHT)
        painter.drawPixmap(left, top, rest)
        painter.setClipRect(left, top, done, WAVE_HEIGHT)
        painter.drawPixmap(left, top, played)
        painter.setClipping(False)

    def updateEditorGeometry(  # noqa: N802 - Qt's name
        self, editor: QWidget, option: QStyleOptionViewItem, _index: Index
    ) -> None:
        row: QRect = option.rect
        layout = self.layout_for(row.width())
        tall = max(30, editor.sizeHint().height())
        editor.setGeometry(
            row.left() + TEXT_LEFT - 8, row.center().y() - tall // 2, layout.text + 8, tall
        )


_BY_KEYBOARD = QStyle.StateFlag.State_KeyboardFocusChange
