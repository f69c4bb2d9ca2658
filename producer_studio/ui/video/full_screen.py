"""A video on the full screen."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from producer_studio.translation import tr
from producer_studio.ui.playback.video_frames import VideoFrames
from producer_studio.ui.style.style import Style
from producer_studio.ui.video.controls import VideoControls
from producer_studio.ui.video.surface import VideoSurface

_HIDE_AFTER_MS = 2_500
_SEEK_S = 5.0
_WIDEST = 900
_MARGIN = 24


class FullScreenVideo(QWidget):
    """Window with the picture alone; its controls appear with the pointer, and while it is paused.

    The window's shortcuts do not reach it: it has the keys of the player itself.

    Signals:
        play_requested: Play or pause.
        seek_requested: Position in seconds.
        seek_by_requested: Seconds from the present position.
        closed: It is no longer shown.
    """

    play_requested = Signal()
    seek_requested = Signal(float)
    seek_by_requested = Signal(float)
    closed = Signal()

    def __init__(self, style: Style, frames: VideoFrames, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.surface = VideoSurface(frames, self)
        self.controls = VideoControls(style, self)
        self._is_playing = False
        self._hiding = QTimer(self, singleShot=True, interval=_HIDE_AFTER_MS)
        self._hiding.timeout.connect(self._hide_controls)
        self.surface.setMouseTracking(True)
        for watched in (self.surface, self.controls):
            watched.installEventFilter(self)
        self.surface.double_clicked.connect(self.close)
        self.controls.play_requested.connect(self.play_requested)
        self.controls.seek_requested.connect(self.seek_requested)
        self.controls.close_requested.connect(self.close)

    def open(self, title: str) -> None:
        """Shows it on the screen of the main window."""
        owner = self.parentWidget()
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.surface.setAccessibleName(tr("{title}, full screen", title=title))
        if owner is not None:
            self.setGeometry(owner.screen().geometry())
        self.showFullScreen()
        self.activateWindow()
        self.surface.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show_controls()

    def show_position(self, seconds: float, *, is_playing: bool) -> None:
        """Shows where it plays, and whether it does."""
        self.controls.show_position(seconds, is_playing=is_playing)
        if is_playing != self._is_playing:
            self._is_playing = is_playing
            self._show_controls()

    def closeEvent(self, event: QCloseEvent) -> None:
        event.accept()
        self._hiding.stop()
        self.closed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.surface.setGeometry(self.rect())
        width = min(_WIDEST, self.width() - 2 * _MARGIN)
        height = self.controls.sizeHint().height()
        left, top = (self.width() - width) // 2, self.height() - height - _MARGIN
        self.controls.setGeometry(left, top, width, height)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        steps = {Qt.Key.Key_Left: -_SEEK_S, Qt.Key.Key_Right: _SEEK_S}
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif key in {Qt.Key.Key_Escape, Qt.Key.Key_F}:
            self.close()
        elif key == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self.play_requested.emit()
        elif key in steps:
            self.seek_by_requested.emit(steps[key])
        elif key == Qt.Key.Key_Home:
            self.seek_requested.emit(0.0)
        elif key == Qt.Key.Key_End:
            self.seek_requested.emit(self.controls.waveform.duration_s)
        else:
            super().keyPressEvent(event)
            return
        self._show_controls()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kinds = QEvent.Type
        if event.type() in {kinds.MouseMove, kinds.MouseButtonPress, kinds.Enter, kinds.FocusIn}:
            self._show_controls()
        return super().eventFilter(watched, event)

    def _show_controls(self) -> None:
        if not self.isVisible():
            return
        self.surface.unsetCursor()
        self.controls.show()
        self._hiding.start()

    def _hide_controls(self) -> None:
        focused: QWidget | None = self.focusWidget()
        is_used = self.controls.underMouse()
        if focused is not None:
            is_used = is_used or self.controls.isAncestorOf(focused)
        if self._is_playing and not is_used:
            self.surface.setCursor(Qt.CursorShape.BlankCursor)
            self.controls.hide()
