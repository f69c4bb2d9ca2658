"""Delegate of short lists of clips: cover, title, a line below it, and a word at the right."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from producer_studio.domain.clip import Clip
from producer_studio.translation import tr, tr_message
from producer_studio.ui.clips.cover_cache import CoverCache
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.label import shorten

CLIP_ROLE = int(Qt.ItemDataRole.UserRole)
LINE_ROLE = CLIP_ROLE + 1
NOTE_ROLE = CLIP_ROLE + 2

_ROW_HEIGHT = 46
_COVER = 32
_COVER_RADIUS = 6
MARGIN = 12
_SELECTED = QStyle.StateFlag.State_Selected
_MIDDLE_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
_BOTTOM_LEFT = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft
_TOP_LEFT = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft

Index = QModelIndex | QPersistentModelIndex


def add_clip_item(items: QListWidget, clip: Clip, line: str, note: str) -> QListWidgetItem:
    """Adds a clip to a list, and returns its item.

    Args:
        line: Second line.
        note: Word at the right; empty for none.
    """
    item = QListWidgetItem(shorten(tr_message(clip.display_title)) or tr("Untitled"), items)
    item.setData(CLIP_ROLE, clip)
    item.setData(LINE_ROLE, line)
    set_note(item, note)
    return item


def set_note(item: QListWidgetItem, note: str) -> None:
    """Changes the word at the right of a row."""
    item.setData(NOTE_ROLE, note)
    line = item.data(LINE_ROLE).replace(" · ", ", ")
    words = ", ".join(part for part in (item.text(), line, note) if part)
    item.setData(Qt.ItemDataRole.AccessibleTextRole, words)


class CoverRowDelegate(QStyledItemDelegate):
    """Paints a row that `add_clip_item` added.

    Args:
        covers: Cache of the covers; the list is to be painted again when it has loaded one.
    """

    def __init__(self, style: Style, covers: CoverCache, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style
        self._covers = covers

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(0, max(_ROW_HEIGHT, self._style.px(_ROW_HEIGHT - 4)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        self.paint_row(painter, option, index)
        painter.restore()

    def paint_row(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: Index,
        *,
        ground: str = "",
        right_room: int = 0,
    ) -> None:
        """Paints the row.

        Args:
            ground: Colour of the row; empty for that of its state.
            right_room: Pixels at the right that stay free.
        """
        style, row = self._style, option.rect
        note = index.data(NOTE_ROLE)
        states = option.state
        ground = ground or ("hover" if states & _SELECTED else "")
        if ground:
            painter.fillRect(row, style.colour(ground))
        top = row.top() + (row.height() - _COVER) / 2
        clip, ratio = index.data(CLIP_ROLE), option.widget.devicePixelRatioF()
        cover = self._covers.pixmap(clip.id, clip.cover, (_COVER, _COVER), ratio, _COVER_RADIUS)
        painter.drawPixmap(QPointF(row.left() + MARGIN, top), cover)
        left = row.left() + MARGIN + _COVER + 10
        right = row.right() - MARGIN - right_room
        if note:
            painter.setFont(style.font(13))
            painter.setPen(style.colour("text2"))
            painter.drawText(row.adjusted(0, 0, -MARGIN - right_room, 0), _MIDDLE_RIGHT, note)
            right -= painter.fontMetrics().horizontalAdvance(note) + 8
        half = row.height() // 2
        lines = (
            (style.font(13, 500), "text1", row.top(), half + 1, _BOTTOM_LEFT, index.data()),
            (style.font(11), "text2", row.top() + half + 1, half, _TOP_LEFT, index.data(LINE_ROLE)),
        )
        for font, role, line_top, height, alignment, text in lines:
            painter.setFont(font)
            painter.setPen(style.colour(role))
            box = QRect(left, line_top, right - left, height)
            elided = painter.fontMetrics().elidedText(
                text, Qt.TextElideMode.ElideRight, box.width()
            )
            painter.drawText(box, alignment, elided)
