"""Line above a field: its label, and a remark at the right."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.label import label, set_role


class FieldHead(QWidget):
    """Label of a field, with a secondary remark such as "16 words"."""

    def __init__(
        self, name: str, field: QWidget, style: Style, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._style = style
        self._name_label = named = label(name, "label")
        named.setBuddy(field)
        self._remark_label = label("", "caption")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(named)
        row.addStretch(1)
        row.addWidget(self._remark_label)

    def set_name(self, name: str) -> None:
        """Changes the label of the field."""
        if name != self._name_label.text():
            self._name_label.setText(name)

    def set_remark(self, text: str, *, is_error: bool = False) -> None:
        set_role(self._style, self._remark_label, "bad" if is_error else "caption")
        if text != self._remark_label.text():
            self._remark_label.setText(text)

    def remark(self) -> str:
        return self._remark_label.text()
