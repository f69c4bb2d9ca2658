"""Collapsible section."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from producer_studio.translation import tr
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.text_format import literal_text


class Collapsible(QWidget):
    """Title with a chevron; pressing it shows or hides the content of `body`.

    Signals:
        expanded: The content was shown.
    """

    expanded = Signal()

    def __init__(self, style: Style, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self.header_button = QPushButton(literal_text(name))
        self.header_button.setAccessibleName(name)
        self._is_expanded = False
        self.header_button.setProperty("ringRadius", 5)
        # Dialogs see to those alone that they have when they are shown.
        self.header_button.setAutoDefault(False)
        # Not checkable: a screen reader would call it a check box.
        self.header_button.clicked.connect(lambda: self._set_expanded(not self._is_expanded))
        self._inside = QWidget()
        self.body = QVBoxLayout(self._inside)
        self.body.setContentsMargins(0, 2, 0, 0)
        self.body.setSpacing(6)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.header_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._inside)
        style.changed.connect(self._restyle)
        self._restyle()
        self._set_expanded(False)

    @property
    def is_expanded(self) -> bool:
        return self._is_expanded

    def expand(self) -> None:
        self._set_expanded(True)

    def set_title(self, title: str) -> None:
        """Sets the title."""
        if title != self.header_button.text():
            self.header_button.setText(title)
            self.header_button.setAccessibleName(title)

    def _set_expanded(self, is_expanded: bool) -> None:
        self._is_expanded = is_expanded
        self._inside.setVisible(is_expanded)
        self._style.set_icon(
            self.header_button, "chevron-down" if is_expanded else "chevron-right", "text3", 14
        )
        self.header_button.setAccessibleDescription(tr("Unfolded") if is_expanded else tr("Folded"))
        if is_expanded:
            self.expanded.emit()

    def _restyle(self) -> None:
        colour = self._style.colour("text2").name()
        self.header_button.setStyleSheet(
            f"QPushButton {{ background: transparent; border: none; color: {colour};"
            f" font-size: {self._style.px(12)}px; font-weight: 400; text-align: left;"
            f" min-height: {self._style.px(20)}px; padding: 0 4px 0 0; }}"
        )
