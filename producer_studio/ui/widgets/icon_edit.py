"""Line edit with an icon at its left."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.line_edit import LineEdit


class IconEdit(QFrame):
    """Field with an icon and a line edit without a frame of its own."""

    def __init__(self, style: Style, icon: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._icon_name = icon
        self.setProperty("role", "field")
        self._icon = QLabel(self)
        self.edit = LineEdit(self)
        self.edit.setProperty("role", "bare")
        self.edit.setAccessibleName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(11, 0, 9, 0)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addWidget(self.edit, 1)
        style.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self._icon.setPixmap(self._style.pixmap(self._icon_name, "text3"))
        self.setFixedHeight(self._style.px(34))
