"""Section of the inspector: a hairline, a heading and a body."""

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QVBoxLayout, QWidget

from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.card import Hairline
from producer_studio.ui.widgets.label import label

MARGIN = 16


class InspectorSection(QWidget):
    """Section with a heading in capitals; `body` is the layout of its contents."""

    def __init__(self, style: Style, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Hairline(self))
        self.body = QVBoxLayout()
        self.body.setContentsMargins(MARGIN, 13, MARGIN, 13)
        self.body.setSpacing(10)
        column.addLayout(self.body)
        self._heading = label(name.upper(), "section", self) if name else None
        if self._heading is not None:
            self._heading.setAccessibleName(name)
            self.body.addWidget(self._heading)
            style.changed.connect(self._update_heading_font)
            self._update_heading_font()

    def _update_heading_font(self) -> None:
        if self._heading is not None:
            font = self._style.font(11, 600)
            font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0.5)
            self._heading.setFont(font)
