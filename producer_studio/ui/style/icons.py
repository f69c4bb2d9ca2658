"""Lucide icons, recoloured from the theme, and the program's own icon."""

from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

_STROKE_WIDTH = "1.75"
_PROGRAM_ICON_SIZES = {"producer-studio-16": (16, 32), "producer-studio": (24, 48, 64, 128, 256)}
"""Drawings of the program icon, with the sizes for which each is optimised."""


def load_program_icon(folder: Path) -> QIcon:
    """Loads the program icon, for task bars that do not find its desktop entry.

    Args:
        folder: The resources.
    """
    icon = QIcon()
    for name, edges in _PROGRAM_ICON_SIZES.items():
        renderer = QSvgRenderer(str(folder / "icon" / f"{name}.svg"))
        for edge in edges:
            pixmap = QPixmap(edge, edge)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            renderer.render(painter, QRectF(0, 0, edge, edge))
            painter.end()
            icon.addPixmap(pixmap)
    return icon


class IconCache:
    """Renders the SVG files of a folder in any colour and size, and caches the results."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sources: dict[str, str] = {}
        self._shapes: dict[tuple[str, int, bool], QPixmap] = {}
        self._pixmaps: dict[tuple[str, int, int, float, bool, int], QPixmap] = {}

    def names(self) -> list[str]:
        return sorted(path.stem for path in self._folder.glob("*.svg"))

    def pixmap(
        self,
        name: str,
        colour: QColor,
        size: int,
        ratio: float,
        *,
        filled: bool = False,
        gap: int = 0,
    ) -> QPixmap:
        """Returns an icon.

        Args:
            name: The file's name without `.svg`.
            colour: Of its strokes.
            size: Edge in logical pixels.
            ratio: Device pixels per logical pixel.
            filled: Whether its closed shapes are filled too.
            gap: Empty space to its right in logical pixels.

        Raises:
            FileNotFoundError: There is no such icon.
        """
        key = (name, colour.rgba(), size, ratio, filled, gap)
        if key not in self._pixmaps:
            self._pixmaps[key] = self._draw(name, colour, size, ratio, filled=filled, gap=gap)
        return self._pixmaps[key]

    def _draw(
        self, name: str, colour: QColor, size: int, ratio: float, *, filled: bool, gap: int
    ) -> QPixmap:
        shape = self._shape(name, max(1, round(size * ratio)), filled=filled)
        pixmap = QPixmap(shape.width() + round(gap * ratio), shape.height())
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.drawPixmap(0, 0, shape)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
        painter.fillRect(pixmap.rect(), colour)
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        return pixmap

    def _shape(self, name: str, edge: int, *, filled: bool) -> QPixmap:
        """Renders an icon in black: parsing the SVG is most of the cost, and colours share it."""
        key = (name, edge, filled)
        if key not in self._shapes:
            source = self._source(name).replace("currentColor", "black")
            if filled:
                source = source.replace('fill="none"', 'fill="black"')
            shape = QPixmap(edge, edge)
            shape.fill(Qt.GlobalColor.transparent)
            painter = QPainter(shape)
            QSvgRenderer(QByteArray(source.encode())).render(painter, QRectF(0, 0, edge, edge))
            painter.end()
            self._shapes[key] = shape
        return self._shapes[key]

    def _source(self, name: str) -> str:
        if name not in self._sources:
            text = (self._folder / f"{name}.svg").read_text(encoding="utf-8")
            self._sources[name] = text.replace(
                'stroke-width="2"', f'stroke-width="{_STROKE_WIDTH}"'
            )
        return self._sources[name]
