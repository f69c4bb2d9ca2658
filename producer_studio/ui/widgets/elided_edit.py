"""Line edit that is elided while it is not being edited."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QStyle, QStyleOptionFrame

_TEXT_MARGIN = 2
"""Horizontal margin that Qt leaves inside every line edit."""


class ElidedEdit(QLineEdit):
    """Shows the start of a text that is too long, and the whole text as its tooltip."""

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        place = QStyle.SubElement.SE_LineEditContents
        room = self.style().subElementRect(place, option, self).marginsRemoved(self.textMargins())
        room.adjust(_TEXT_MARGIN, 0, -_TEXT_MARGIN, 0)
        text = self.displayText()
        shown = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        whole = text if shown != text else ""
        if self.toolTip() != whole:
            self.setToolTip(whole)
        if not whole or self.hasFocus():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        frame = QStyle.PrimitiveElement.PE_PanelLineEdit
        self.style().drawPrimitive(frame, option, painter, self)
        side = QStyle.visualAlignment(self.layoutDirection(), self.alignment())
        painter.setPen(self.palette().text().color())
        painter.drawText(room, int(side | Qt.AlignmentFlag.AlignVCenter), shown)
        painter.end()
