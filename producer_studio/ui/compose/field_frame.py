"""Rounded frame around a field that consists of several parts."""

from PySide6.QtWidgets import QFrame, QWidget

from producer_studio.ui.style.style import Style


class FieldFrame(QFrame):
    """Frame that looks like one field; it is highlighted while a frameless part has the focus."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self.setProperty("role", "field")

    def set_invalid(self, invalid: bool) -> None:
        if bool(self.property("invalid")) != invalid:
            self.setProperty("invalid", invalid)
            self._style.restyle(self)
