"""Painting resources of rows and cards: fonts, caches and the theme's colours."""

import math

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from producer_studio.ui.clips.cover_cache import CoverCache
from producer_studio.ui.clips.list_columns import ListColumns
from producer_studio.ui.clips.row_layout import STAR_PITCH
from producer_studio.ui.clips.text_layout_cache import TextLayoutCache
from producer_studio.ui.clips.waveform_cache import WaveformCache
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.star_rating import draw_stars

DOT_SIZE = 5.0
_BADGE_ICON = 11


class RowStyle:
    """Rebuilt when the theme or the text size changes; never while painting.

    Attributes:
        columns: Columns of the list.
    """

    def __init__(self, style: Style, covers: CoverCache, columns: ListColumns) -> None:
        self.style = style
        self.covers = covers
        self.columns = columns
        self.waveforms = WaveformCache()
        self.reload()

    def reload(self) -> None:
        style = self.style
        self.theme = style.theme
        self.scale = style.text_scale
        self.title = TextLayoutCache(style.font(13, 500))
        self.body = TextLayoutCache(style.font(12))
        self.small = TextLayoutCache(style.font(11))
        self.separator = QPen(self.theme.line, 1.0)
        self._star_pixmaps: dict[tuple[int, float], QPixmap] = {}
        self.waveforms.clear()

    def star_pixmap(self, count: int, ratio: float) -> QPixmap:
        """Returns a pixmap of five stars, `count` of them filled."""
        key = (count, ratio)
        if key not in self._star_pixmaps:
            pitch = STAR_PITCH * self.scale
            edges = (math.ceil(5 * pitch * ratio), math.ceil(pitch * ratio))
            pixmap = QPixmap(*edges)
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            draw_stars(painter, self.style, 0.5, pitch / 2, count, pitch - 2)
            painter.end()
            self._star_pixmaps[key] = pixmap
        return self._star_pixmaps[key]

    def draw_badge(
        self,
        painter: QPainter,
        left: float,
        middle: float,
        text: str,
        *,
        outlined: bool = False,
        room: int = 120,
        icon: str = "",
        role: str = "text2",
    ) -> float:
        """Draws a small badge at a vertical centre; returns its width.

        Args:
            icon: Lucide name, left of the text; empty for none.
            role: Colour token of text and icon.
        """
        indent = _BADGE_ICON + 5 if icon else 0
        laid, width = self.small.get(text, room - 14 - indent)
        width += indent
        tall = self.small.metrics.height() + (4 if outlined else 3)
        box = QRectF(left, middle - tall / 2, width + 14, tall)
        if outlined:
            box.adjust(0.5, 0.5, -0.5, -0.5)
            painter.setPen(self.separator)
            painter.setBrush(Qt.BrushStyle.NoBrush)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.theme.hover)
        painter.drawRoundedRect(box, 5, 5)
        if icon:
            at = QPointF(left + 7, box.center().y() - _BADGE_ICON / 2)
            painter.drawPixmap(at, self.style.pixmap(icon, role, _BADGE_ICON))
        painter.setPen(self.theme.colour(role))
        painter.setFont(self.small.font)
        top = box.center().y() - self.small.metrics.height() / 2
        painter.drawStaticText(QPointF(left + 7 + indent, top), laid)
        return width + 14

    def draw_unheard_dot(self, painter: QPainter, left: float, middle: float) -> None:
        """Marks a clip that was not played yet."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.theme.info)
        painter.drawEllipse(QRectF(left, middle - DOT_SIZE / 2, DOT_SIZE, DOT_SIZE))

    def draw_play_overlay(self, painter: QPainter, box: QRect, icon: str, *, dim: bool) -> None:
        """Draws the play or pause icon over a cover; white on any image."""
        if dim:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(0, 0, 0, 110))
            painter.drawRoundedRect(box, 6, 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(255, 255, 255, 245))
        centre = QPointF(box.center()) + QPointF(0.5, 0.5)
        if icon == "pause":
            for offset in (-5.5, 1.5):
                bar = QRectF(centre.x() + offset, centre.y() - 6.5, 4, 13)
                painter.drawRoundedRect(bar, 1, 1)
        else:
            painter.drawPolygon(
                [
                    centre + QPointF(-4, -7),
                    centre + QPointF(7.5, 0),
                    centre + QPointF(-4, 7),
                ]
            )
