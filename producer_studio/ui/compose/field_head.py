"""The line over a field: its name, and a remark at the right."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.label import label, set_role


class FieldHead(QWidget):
    """A label that belongs to a field, and a quiet remark such as "16 words"."""

    def __init__(
        self, name: str, field: QWidget, look: Look, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._named = named = label(name, "label")
        named.setBuddy(field)
        self._remark = label("", "caption")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(named)
        row.addStretch(1)
        row.addWidget(self._remark)

    def set_name(self, name: str) -> None:
        """Other words over the same field."""
        if name != self._named.text():
            self._named.setText(name)

    def set_remark(self, text: str, *, bad: bool = False) -> None:
        set_role(self._look, self._remark, "bad" if bad else "caption")
        if text != self._remark.text():
            self._remark.setText(text)

    def remark(self) -> str:
        return self._remark.text()
