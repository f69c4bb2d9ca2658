"""The binding keeps count: a release of PySide6 that loses None aborts the program (facts)."""

import gc
import sys

from PySide6.QtGui import QColor, QFont, QGuiApplication, QImage, QPainter

PAINTS = 4000
SLACK = 500


def test_painting_does_not_wear_none_out(qapp: QGuiApplication) -> None:
    image = QImage(32, 32, QImage.Format.Format_ARGB32)
    # What earlier tests have left would be freed meanwhile, with its references to None.
    gc.collect()
    before = sys.getrefcount(None)
    for _ in range(PAINTS):
        painter = QPainter(image)
        painter.save()
        painter.setFont(QFont())
        painter.fillRect(0, 0, 8, 8, QColor("black"))
        painter.restore()
        painter.end()
    assert sys.getrefcount(None) > before - SLACK
