"""Top line of the video view: close, title, and where else the video can be seen."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from producer_studio.translation import tr
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.label import ElidedLabel

_MIN_TITLE_WIDTH = 150
_SPACING = 8


class VideoHeader(QWidget):
    """Buttons and title; in a narrow window the buttons have icons alone."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self.close_button = QPushButton(tr("Close"), self)
        self.close_button.setProperty("role", "ghost")
        self.close_button.setAccessibleName(tr("Close the video"))
        self.close_button.setToolTip(tr("Back to the library (Esc)"))
        style.set_icon(self.close_button, "x", "text2", 16)
        self.title_label = ElidedLabel("", "title", self)
        self.title_label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.other_button = QPushButton(self)
        self.other_button.setAccessibleName(tr("Open in another program"))
        self.full_button = QPushButton(self)
        self.full_button.setAccessibleName(tr("Full screen"))
        self.full_button.setToolTip(tr("Full screen (F)"))
        self._texts = {
            self.other_button: (tr("Open in another program"), "external-link"),
            self.full_button: (tr("Full screen"), "maximize"),
        }
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_SPACING)
        row.addWidget(self.close_button)
        row.addWidget(self.title_label, 1)
        for button in self._texts:
            row.addWidget(button)
        style.changed.connect(self.update_texts)

    def show_title(self, title: str) -> None:
        """Shows the title of the clip."""
        self.title_label.setText(tr("Video of “{title}”", title=title))
        self.update_texts()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.update_texts()

    def update_texts(self) -> None:
        """Shows the texts of the buttons if they fit."""
        room = self.width() - self.close_button.sizeHint().width()
        room -= self._style.px(_MIN_TITLE_WIDTH) + _SPACING * (len(self._texts) + 1)
        if self._show_texts(shown=True) > room:
            self._show_texts(shown=False)

    def _show_texts(self, *, shown: bool) -> int:
        """Shows or hides the texts; returns the width that the buttons need."""
        for button, (text, icon) in self._texts.items():
            button.setText(text if shown else "")
            # The gap between icon and text depends on whether there is a text.
            self._style.set_icon(button, icon, "text1", 14)
        self.other_button.setToolTip("" if shown else tr("Open in another program"))
        return sum(button.sizeHint().width() for button in self._texts)
