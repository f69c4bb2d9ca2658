"""Base of the delegates that paint a clip, and the state that they share with the view."""

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from producer_studio.domain.ids import ClipId
from producer_studio.ui.clips.group_row import GroupRow
from producer_studio.ui.clips.row import ClipRow
from producer_studio.ui.clips.row_layout import RowPart
from producer_studio.ui.clips.row_style import RowStyle
from producer_studio.ui.library.clip_table import ClipTable
from producer_studio.ui.library.title_editor import TitleDelegate

_STACK_OFFSET = 4
_STACK_INSET = 2

Index = QModelIndex | QPersistentModelIndex


@dataclass(slots=True)
class HoverState:
    """Part under the pointer; position -1 for none."""

    position: int = -1
    part: RowPart = RowPart.ROW
    star: int = 0


@dataclass(slots=True)
class PlaybackState:
    """Clip in the player; `progress` runs from 0 to 1."""

    clip: ClipId | None = None
    is_playing: bool = False
    progress: float = 0.0


@dataclass(slots=True)
class GroupButtons:
    """Buttons that groups of the list have.

    Attributes:
        compares: Whether clips can be compared.
        keeps: Whether other takes can be moved to the trash.
    """

    compares: bool = False
    keeps: bool = True


class ClipDelegate(TitleDelegate):
    """Paints a clip; the view updates the shared `hover` and `playback`."""

    def __init__(
        self,
        table: ClipTable,
        row_style: RowStyle,
        hover: HoverState,
        playback: PlaybackState,
        buttons: GroupButtons,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._buttons = buttons
        self._table = table
        self._row_style = row_style
        self._hover = hover
        self._playback = playback

    def _paint_cover(
        self, painter: QPainter, box: QRect, clip_row: ClipRow, hover: HoverState | None
    ) -> None:
        """Paints the cover; with the play mark over it if it is pointed at or in the player."""
        row_style = self._row_style
        ratio = painter.device().devicePixelRatioF()
        size = (box.width(), box.height())
        cover = row_style.covers.pixmap(clip_row.id, clip_row.cover, size, ratio, 6.0)
        painter.drawPixmap(box.topLeft(), cover)
        is_loaded = self._playback.clip == clip_row.id
        if (is_loaded or hover) and clip_row.clip.playable:
            icon = "pause" if is_loaded and self._playback.is_playing else "play"
            row_style.draw_play_overlay(painter, box, icon, dim=hover is not None)

    def _paint_covers(
        self, painter: QPainter, box: QRect, group: GroupRow, hover: HoverState | None
    ) -> None:
        """Paints the covers of a group as a stack, within a box."""
        row_style = self._row_style
        ratio = painter.device().devicePixelRatioF()
        edge = box.width() - 2 * _STACK_OFFSET
        for depth in (2, 1):
            if depth < len(group.takes):
                take = group.takes[depth]
                side = edge - 2 * depth * _STACK_INSET
                picture = row_style.covers.pixmap(take.id, take.cover, (side, side), ratio, 6.0)
                painter.setOpacity(1.0 - 0.3 * depth)
                left = box.left() + edge + depth * _STACK_OFFSET - side
                painter.drawPixmap(left, box.top() + depth * _STACK_INSET, picture)
        painter.setOpacity(1.0)
        front = QRect(box.left(), box.top(), edge, edge)
        playing = next((row for row in group.takes if row.id == self._playback.clip), None)
        shown = playing or next((row for row in group.takes if row.clip.playable), group.takes[0])
        self._paint_cover(painter, front, shown, hover)


def shown_star_count(clip_row: ClipRow, hover: HoverState | None) -> int:
    """Returns the stars to paint: those that a click would give while the pointer is on them."""
    if hover is not None and hover.part is RowPart.STARS:
        return hover.star
    return clip_row.stars
