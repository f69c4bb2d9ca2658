"""Base of the delegates that paint a clip, and the state that they share with the view."""

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from producer_studio.domain.ids import ClipId
from producer_studio.ui.clips.row import ClipRow
from producer_studio.ui.clips.row_layout import RowPart
from producer_studio.ui.clips.row_style import RowStyle
from producer_studio.ui.library.clip_table import ClipTable
from producer_studio.ui.library.title_editor import TitleDelegate

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


class ClipDelegate(TitleDelegate):
    """Paints a clip; the view updates the shared `hover` and `playback`."""

    def __init__(
        self,
        table: ClipTable,
        row_style: RowStyle,
        hover: HoverState,
        playback: PlaybackState,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
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


def shown_star_count(clip_row: ClipRow, hover: HoverState | None) -> int:
    """Returns the stars to paint: those that a click would give while the pointer is on them."""
    if hover is not None and hover.part is RowPart.STARS:
        return hover.star
    return clip_row.stars
