"""Small meter of the level of both channels."""

import math

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from producer_studio.translation import tr
from producer_studio.ui.style.style import Style

_BAR_WIDTH = 3
_GAP = 2
_HEIGHT = 28
_LOWEST_DB = -48.0
_HOT_DB = -1.0


class LevelBars(QWidget):
    """Two bars from −48 dBFS to 0; red above −1."""

    def __init__(
        self, style: Style, parent: QWidget | None = None, *, height: int = _HEIGHT
    ) -> None:
        super().__init__(parent)
        self._style = style
        self._height = height
        self._levels_db = (_LOWEST_DB, _LOWEST_DB)
        self.setAccessibleName(tr("Level"))
        self.setToolTip(tr("Level of the left and the right channel"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        style.changed.connect(self.update)

    def show_peaks(self, left: float, right: float) -> None:
        """Shows the peaks of both channels, linear."""
        levels = (_to_db(left), _to_db(right))
        if levels != self._levels_db:
            self._levels_db = levels
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(2 * _BAR_WIDTH + _GAP, self._height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for place, level in enumerate(self._levels_db):
            left = place * (_BAR_WIDTH + _GAP)
            painter.setBrush(self._style.colour("line"))
            painter.drawRoundedRect(QRectF(left, 0, _BAR_WIDTH, self._height), 1.5, 1.5)
            height = self._height * (1.0 - level / _LOWEST_DB)
            if height >= 1.0:
                painter.setBrush(self._style.colour("bad" if level > _HOT_DB else "ok"))
                painter.drawRoundedRect(
                    QRectF(left, self._height - height, _BAR_WIDTH, height), 1.5, 1.5
                )
        painter.end()


def _to_db(peak: float) -> float:
    if peak <= 0.0:
        return _LOWEST_DB
    # In steps that can be seen: a bar is 28 or 54 px high.
    return float(round(min(0.0, max(_LOWEST_DB, 20.0 * math.log10(peak)))))
