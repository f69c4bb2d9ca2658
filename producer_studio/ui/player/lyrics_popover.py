"""Popover above the player bar with the lyrics of the loaded clip."""

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from producer_studio.domain.clip import Clip
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.label import (
    PARAGRAPH_CHARS,
    LongTextView,
    label,
    paragraph,
    set_paragraph_text,
    shorten,
)
from producer_studio.ui.widgets.menu import clip_corners

_SIZE = QSize(340, 420)
_TITLE_CHARS = 200
_GAP = 10
_RADIUS = 8


class LyricsPopover(QFrame):
    """Popover that closes when the user clicks elsewhere or presses Escape.

    Signals:
        closed: The popover was hidden.
    """

    closed = Signal()

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(
            parent,
            Qt.WindowType.Popup
            | Qt.WindowType.FramelessWindowHint
            | Qt.WindowType.NoDropShadowWindowHint,
        )
        self._style = style
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAccessibleName("Lyrics")
        card = QFrame(self)
        card.setProperty("surface", "raised")
        self._title = label("", "strong", card, wrap=True)
        self._lyrics = paragraph("", "", line_height=138)
        self._lyrics.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._lyrics.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        area = QScrollArea(card)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._lyrics.setProperty("surface", "none")
        area.setWidget(self._lyrics)
        self._long_text_view = LongTextView(card)
        self._long_text_view.setAccessibleName("Lyrics")
        self._pages = QStackedLayout()
        self._pages.addWidget(area)
        self._pages.addWidget(self._long_text_view)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(18, 16, 8, 12)
        inside.setSpacing(10)
        inside.addWidget(self._title)
        inside.addLayout(self._pages, 1)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(card)

    def show_clip(self, clip: Clip) -> None:
        """Shows a clip's lyrics, or that it has none."""
        self._title.setText(shorten(clip.display_title, _TITLE_CHARS) or "Untitled")
        text = clip.lyrics.strip() or "This clip has no lyrics."
        is_long = len(text) > PARAGRAPH_CHARS
        set_paragraph_text(self._lyrics, "" if is_long else text, 138)
        self._long_text_view.show_text(text if is_long else "")
        self._pages.setCurrentIndex(int(is_long))

    def open_above(self, button: QWidget) -> None:
        """Opens above the bar, its right edge at the button's, and inside the window."""
        window = button.window()
        room = window.height() - 140
        self.setFixedSize(self._style.px(_SIZE.width()), min(self._style.px(_SIZE.height()), room))
        right = button.mapTo(window, QPoint(button.width(), 0))
        bar = self.parentWidget()
        top = bar.mapTo(window, QPoint(0, 0)).y() if bar is not None else right.y()
        left = min(right.x() - self.width() // 2, window.width() - self.width() - _GAP)
        self.move(window.mapToGlobal(QPoint(left, max(_GAP, top - self.height() - _GAP))))
        self.show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        clip_corners(self, _RADIUS)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.closed.emit()
