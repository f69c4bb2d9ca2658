"""The video of a clip as a view."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from producer_studio.domain.clip import Clip
from producer_studio.translation import tr, tr_message
from producer_studio.ui.context import UiContext
from producer_studio.ui.playback.video_frames import PlaybackClock, VideoFrames
from producer_studio.ui.video.full_screen import FullScreenVideo
from producer_studio.ui.video.header import VideoHeader
from producer_studio.ui.video.screen_inhibitor import create_screen_inhibitor
from producer_studio.ui.video.surface import VideoSurface
from producer_studio.ui.widgets.debounce import Debounce
from producer_studio.ui.widgets.empty_state import EmptyState
from producer_studio.ui.widgets.label import label

_RESIZE_DELAY_MS = 80


class VideoPanel(QWidget):
    """Shows the pictures of a video at the position of the player, which plays its sound.

    Signals:
        close_requested: Close or Esc was pressed.
        other_program_requested: Open the video elsewhere.
        play_requested: Play or pause, from the full screen.
        seek_requested: Position in seconds, from the full screen.
        seek_by_requested: Seconds from the present position, from the full screen.
    """

    close_requested = Signal()
    other_program_requested = Signal()
    play_requested = Signal()
    seek_requested = Signal(float)
    seek_by_requested = Signal(float)

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = context.style
        self._title = ""
        self._peaks = b""
        self._length_s = 0.0
        self._clock: PlaybackClock | None = None
        self._full_screen: FullScreenVideo | None = None
        self._screen_inhibitor = create_screen_inhibitor()
        self._keeps_screen_on = False
        self.frames = VideoFrames(self)
        self.setProperty("surface", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(tr("Video"))
        self.header = VideoHeader(self._style, self)
        self.problem_label = label("", "warn", self, wrap=True)
        self._stack = QStackedWidget(self)
        self.surface = VideoSurface(self.frames, self._stack)
        self.failure = EmptyState(
            self._style, "video", "", "", self._stack, action=tr("Open in another program")
        )
        self.failure.button.setAccessibleName(tr("Open the video in another program"))
        self._resizing = Debounce(self._update_size, _RESIZE_DELAY_MS, self)
        self._build_layout()
        self._connect()

    @property
    def full_screen(self) -> FullScreenVideo | None:
        """The full screen while it is shown."""
        shown = self._full_screen
        return shown if shown is not None and shown.isVisible() else None

    def show_video(self, clip: Clip, path: Path, peaks: bytes) -> None:
        """Opens the video of a clip; `play` shows its pictures."""
        self._title = " ".join(tr_message(clip.display_title).split()) or tr("Untitled")
        self._peaks = peaks
        self.header.show_title(self._title)
        self.surface.setAccessibleName(tr("Video of {title}", title=self._title))
        self.problem_label.hide()
        self._stack.setCurrentWidget(self.surface)
        self.header.full_button.setEnabled(True)
        self.frames.open(path)
        self._update_size()
        self.surface.setFocus(Qt.FocusReason.OtherFocusReason)

    def play(self, clock: PlaybackClock) -> None:
        """Shows the pictures of a clock's position."""
        self._clock = clock
        self.frames.follow(clock)
        self._update_screen()

    def close_video(self, *, waits: bool = False) -> None:
        """Closes the file, and leaves the full screen.

        Args:
            waits: Whether to return only after the decoding thread has ended.
        """
        self._leave_full_screen()
        self._clock = None
        self.frames.close(waits=waits)
        self._update_screen()

    def update_position(self) -> None:
        """Shows where the clock is; to be called when it starts, stops, goes on or is set."""
        self.frames.wake()
        self._update_screen()
        full_screen = self.full_screen
        if full_screen is not None and self._clock is not None:
            clock = self._clock
            full_screen.show_position(clock.position_s, is_playing=clock.is_playing)

    def show_failure(self, text: str) -> None:
        """Shows why there is no picture, or no sound."""
        self._leave_full_screen()
        self.header.full_button.setEnabled(False)
        self.failure.set_content(
            tr("This video cannot be played here"), text, action=tr("Open in another program")
        )
        self._stack.setCurrentWidget(self.failure)
        self.failure.button.setFocus(Qt.FocusReason.OtherFocusReason)
        self._update_screen()

    def toggle_full_screen(self) -> None:
        """Shows the video on the full screen, or back in the window."""
        if self.full_screen is not None:
            self._leave_full_screen()
        elif self._stack.currentWidget() is self.surface and self._clock is not None:
            full_screen = self._ensure_full_screen()
            full_screen.controls.show_clip(self._peaks, self._length_s)
            full_screen.open(tr("Video of {title}", title=self._title))
            self.update_position()

    def set_length(self, seconds: float) -> None:
        """Sets the length that the controls on the full screen span."""
        self._length_s = seconds

    def leave(self) -> None:
        """Closes the view."""
        self.close_requested.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain and event.key() == Qt.Key.Key_F:
            self.toggle_full_screen()
        else:
            super().keyPressEvent(event)

    def _build_layout(self) -> None:
        self._stack.addWidget(self.surface)
        self._stack.addWidget(self.failure)
        self.problem_label.hide()
        self.header.setContentsMargins(10, 0, 16, 0)
        self.problem_label.setContentsMargins(16, 0, 16, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.header)
        column.addWidget(self.problem_label)
        column.addWidget(self._stack, 1)

    def _connect(self) -> None:
        header = self.header
        header.close_button.clicked.connect(self.close_requested)
        header.full_button.clicked.connect(self.toggle_full_screen)
        header.other_button.clicked.connect(self.other_program_requested)
        self.failure.action_requested.connect(self.other_program_requested)
        self.surface.double_clicked.connect(self.toggle_full_screen)
        self.surface.resized.connect(self._resizing.trigger)
        self.frames.failed.connect(self.show_failure)
        self.frames.damaged.connect(self._show_problem)

    def _ensure_full_screen(self) -> FullScreenVideo:
        if self._full_screen is None:
            made = self._full_screen = FullScreenVideo(self._style, self.frames, self)
            made.play_requested.connect(self.play_requested)
            made.seek_requested.connect(self.seek_requested)
            made.seek_by_requested.connect(self.seek_by_requested)
            made.surface.resized.connect(self._resizing.trigger)
            made.closed.connect(self._on_full_screen_closed)
        return self._full_screen

    def _leave_full_screen(self) -> None:
        if self.full_screen is not None:
            self.full_screen.close()

    def _on_full_screen_closed(self) -> None:
        self._resizing.trigger()
        self.activateWindow()
        self.surface.setFocus(Qt.FocusReason.OtherFocusReason)

    def _update_screen(self) -> None:
        """Keeps the screen on while pictures go on."""
        is_shown = self._stack.currentWidget() is self.surface
        goes_on = is_shown and self._clock is not None and self._clock.is_playing
        if goes_on != self._keeps_screen_on:
            self._keeps_screen_on = goes_on
            if goes_on:
                self._screen_inhibitor.begin()
            else:
                self._screen_inhibitor.end()

    def _update_size(self) -> None:
        shown = self.full_screen
        surface = self.surface if shown is None else shown.surface
        self.frames.set_size(surface.pixel_size)

    def _show_problem(self, text: str) -> None:
        self.problem_label.setText(text)
        self.problem_label.show()
