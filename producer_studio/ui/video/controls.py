"""Controls that float above a video on the full screen."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from producer_studio.translation import tr
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.buttons import IconButton
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.text_format import format_time
from producer_studio.ui.widgets.waveform import Waveform

_WAVE_HEIGHT = 40
_BOX = 36


class VideoControls(QFrame):
    """Play, position, and the way back from the full screen.

    Signals:
        play_requested: Play or pause.
        seek_requested: Position in seconds.
        close_requested: Leave the full screen.
    """

    play_requested = Signal()
    seek_requested = Signal(float)
    close_requested = Signal()

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "raised")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.play_button = IconButton(
            style, "play", tr("Play"), self, role="text1", size=20, box=_BOX, filled=True
        )
        self.elapsed_label = label("0:00", "value", self)
        self.waveform = Waveform(style, tr("Position in the video"), self, height=_WAVE_HEIGHT)
        self.total_label = label("0:00", "value", self)
        self.leave_button = IconButton(
            style, "minimize", tr("Leave the full screen"), self, role="text1", size=20, box=_BOX
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 14, 8)
        row.setSpacing(12)
        parts: tuple[QWidget, ...] = (
            self.play_button, self.elapsed_label, self.waveform, self.total_label,
            self.leave_button,
        )  # fmt: skip
        for part in parts:
            row.addWidget(part, 1 if part is self.waveform else 0)
        self.play_button.clicked.connect(self.play_requested)
        self.waveform.seek_requested.connect(self.seek_requested)
        self.leave_button.clicked.connect(self.close_requested)

    def show_clip(self, peaks: bytes, length_s: float) -> None:
        """Shows another clip."""
        self.waveform.set_clip(peaks, length_s)
        self.total_label.setText(format_time(length_s))
        for one in (self.elapsed_label, self.total_label):
            _reserve_width(one, format_time(length_s))

    def show_position(self, seconds: float, *, is_playing: bool) -> None:
        """Shows where it plays, and whether it does."""
        self.waveform.set_position(seconds)
        self.elapsed_label.setText(format_time(seconds))
        self.play_button.set_name(tr("Pause") if is_playing else tr("Play"))
        self.play_button.set_icon("pause" if is_playing else "play")


def _reserve_width(time: QLabel, longest: str) -> None:
    """Keeps the row still while the figures change."""
    time.setMinimumWidth(time.fontMetrics().horizontalAdvance(longest) + 2)
    time.setAlignment(Qt.AlignmentFlag.AlignCenter)
