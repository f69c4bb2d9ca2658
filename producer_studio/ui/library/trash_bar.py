"""Bar above the trash with the number of clips and the button that empties it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from producer_studio.translation import ntr, tr
from producer_studio.ui.clips.row_layout import MARGIN
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.label import label


class TrashBar(QWidget):
    """Bar that is visible while the trash is shown and not empty."""

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.text_label = label("", "secondary", self, wrap=True)
        self.empty_button = QPushButton(tr("Empty trash…"), self)
        self.empty_button.setProperty("role", "danger")
        self.empty_button.setProperty("fit", "small")
        self.empty_button.setAutoDefault(False)
        style.set_icon(self.empty_button, "trash-2", "bad", 14)
        line = QHBoxLayout(self)
        line.setContentsMargins(MARGIN, 8, MARGIN, 8)
        line.setSpacing(12)
        line.addWidget(self.text_label, 1)
        line.addWidget(self.empty_button)
        self.hide()

    def show_count(self, count: int, *, is_trash: bool) -> None:
        """Shows how many clips are in the trash; hides the bar for other lists."""
        self.text_label.setText(
            ntr(
                "{count} clip stays here until you restore or delete it.",
                "{count} clips stay here until you restore or delete them.",
                count,
            )
        )
        self.setVisible(is_trash and count > 0)
