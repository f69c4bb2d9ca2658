"""What is rarely needed, folded away under a word."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.literal_text import literal_text


class Fold(QWidget):
    """A word with a chevron; pressing it shows or hides what is added to `body`.

    Signals:
        unfolded: What is inside came into view.
    """

    unfolded = Signal()

    def __init__(self, look: Look, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.head = QPushButton(literal_text(name))
        self.head.setAccessibleName(name)
        self._is_unfolded = False
        self.head.setProperty("ringRadius", 5)
        # Not checkable: a screen reader would call it a check box.
        self.head.clicked.connect(lambda: self._set_unfolded(not self._is_unfolded))
        self._inside = QWidget()
        self.body = QVBoxLayout(self._inside)
        self.body.setContentsMargins(0, 2, 0, 0)
        self.body.setSpacing(6)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.head, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._inside)
        look.changed.connect(self._restyle)
        self._restyle()
        self._set_unfolded(False)

    @property
    def is_unfolded(self) -> bool:
        return self._is_unfolded

    def unfold(self) -> None:
        self._set_unfolded(True)

    def rename(self, name: str) -> None:
        """Another word for the same fold."""
        if name != self.head.text():
            self.head.setText(name)
            self.head.setAccessibleName(name)

    def _set_unfolded(self, unfolded: bool) -> None:
        self._is_unfolded = unfolded
        self._inside.setVisible(unfolded)
        self._look.dress(self.head, "chevron-down" if unfolded else "chevron-right", "text3", 14)
        self.head.setAccessibleDescription("Unfolded" if unfolded else "Folded")
        if unfolded:
            self.unfolded.emit()

    def _restyle(self) -> None:
        colour = self._look.colour("text2").name()
        self.head.setStyleSheet(
            f"QPushButton {{ background: transparent; border: none; color: {colour};"
            f" font-size: {self._look.px(12)}px; font-weight: 400; text-align: left;"
            f" min-height: {self._look.px(20)}px; padding: 0 4px 0 0; }}"
        )
