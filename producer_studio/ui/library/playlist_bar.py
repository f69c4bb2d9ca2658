"""Bar above a playlist: its length, and what can be done with the whole of it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from producer_studio.translation import tr
from producer_studio.ui.clips.row_layout import MARGIN
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.label import ElidedLabel
from producer_studio.ui.widgets.text_format import clips_text, format_time


class PlaylistBar(QWidget):
    """Visible while a playlist is shown.

    Signals:
        play_requested: Play it from its first clip.
        own_order_requested: Show it in its own order, and all of it.
    """

    play_requested = Signal()
    own_order_requested = Signal()

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(parent)
        self.text_label = ElidedLabel("", "secondary", self)
        self.play_button = QPushButton(tr("Play list"), self)
        self.play_button.setToolTip(
            tr("Plays these clips in this order, whatever is shown meanwhile")
        )
        self.order_button = QPushButton(tr("Playlist order"), self)
        self.order_button.setToolTip(tr("Shows the whole playlist in its own order"))
        style.set_icon(self.play_button, "play", "text1", 14)
        style.set_icon(self.order_button, "list-music", "text1", 14)
        line = self.line = QHBoxLayout(self)
        line.setContentsMargins(MARGIN, 6, MARGIN, 6)
        line.setSpacing(8)
        line.addWidget(self.text_label, 1)
        for button in (self.order_button, self.play_button):
            button.setProperty("fit", "small")
            button.setAutoDefault(False)
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            line.addWidget(button)
        self.play_button.clicked.connect(self.play_requested)
        self.order_button.clicked.connect(self.own_order_requested)
        self.hide()

    def show_playlist(
        self, count: int, length_s: float, *, is_shown: bool, is_in_order: bool
    ) -> None:
        """Shows the number and length of what is listed.

        Args:
            length_s: Length in seconds; 0 if it is not known.
            is_shown: Whether a playlist is listed; else the bar is hidden.
            is_in_order: Whether the whole playlist is shown in its own order, where it can be
                changed.
        """
        parts = [clips_text(count), format_time(length_s) if length_s else ""]
        if is_in_order and count > 1:
            parts.append(tr("drag or Alt+Up and Alt+Down to reorder"))
        self.text_label.setText(" · ".join(part for part in parts if part))
        self.play_button.setEnabled(count > 0)
        self.order_button.setVisible(not is_in_order)
        self.setVisible(is_shown)
