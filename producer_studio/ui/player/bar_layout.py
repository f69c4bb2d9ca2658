"""Layout of the player bar: its controls and which of them shrink in a narrow window."""

from functools import partial

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from producer_studio.domain.clip import Clip
from producer_studio.translation import mark, tr
from producer_studio.ui.player.controls import (
    FixedWidthLabel,
    PairButton,
    PlayButton,
    SpeedButton,
    VolumeControl,
)
from producer_studio.ui.player.loop_waveform import LoopWaveform
from producer_studio.ui.player.lyrics_popover import LyricsPopover
from producer_studio.ui.player.now_playing import COVER_EDGE_PX, NowPlaying
from producer_studio.ui.player.player import PLAYBACK_RATES
from producer_studio.ui.player.queue_popover import QueuePopover
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.buttons import IconButton
from producer_studio.ui.widgets.level_bars import LevelBars
from producer_studio.ui.widgets.menu import Menu
from producer_studio.ui.widgets.text_format import format_time

AT_END = {
    "stop": mark("Stop after this clip"),
    "next": mark("Play the next clip"),
    "repeat": mark("Repeat this clip"),
    "repeat_all": mark("Repeat the list"),
}
"""Actions at the end of a clip and their menu texts."""

_AT_END_TIPS = {
    "stop": mark("At the end of a clip: stop after this clip (L repeats)"),
    "next": mark("At the end of a clip: play the next clip (L repeats)"),
    "repeat": mark("At the end of a clip: repeat this clip (L)"),
    "repeat_all": mark("At the end of a clip: repeat the list (L repeats)"),
}
_AT_END_NAME = mark("At the end of a clip")

HEIGHT = 91
_MENU_GAP = 10
_NOW_PLAYING_WIDTH = 280
_MIN_NOW_PLAYING_WIDTH = 196
_NARROW_WIDTH = 1340
_TINY_WIDTH = 800
_RIGHT_WIDTH = 460
_TEXT_BUTTON_PADDING = 30
"""Width of a button with a text, beside the text: icon, gap and margins."""


class BarLayout(QWidget):
    """Widgets of the player bar; independent of the library and of the audio output.

    Signals:
        rate_chosen: Another speed, 0.5 to 2.
        at_end_chosen: Action at the end of a clip: a key of `AT_END`.
    """

    rate_chosen = Signal(float)
    at_end_chosen = Signal(str)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._shown_clip: Clip | None = None
        self._rate = 1.0
        self._at_end = "next"
        self._is_looping = False
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(tr("Player"))
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.now_playing = NowPlaying(style, self)
        self.previous_button = IconButton(
            style, "skip-back", tr("Previous"), self, role="text1", size=20, filled=True
        )
        self.play_button = PlayButton(style, self)
        self.next_button = IconButton(
            style, "skip-forward", tr("Next"), self, role="text1", size=20, filled=True
        )
        self.elapsed_label = FixedWidthLabel(style, self)
        self.waveform = LoopWaveform(style, tr("Position"), self)
        self.total_label = FixedWidthLabel(style, self)
        self.at_end_button = IconButton(style, "repeat", tr(_AT_END_NAME), self)
        self.pair_button = PairButton(style, self)
        self.speed_button = SpeedButton(self)
        self.queue_button = _text_button(style, "list-music", tr("Queue"), self)
        self.lyrics_button = _text_button(style, "mic-vocal", tr("Lyrics"), self)
        self.lyrics_button.setAccessibleName(tr("Show lyrics"))
        self.device_button = IconButton(style, "headphones", tr("Sound output"), self)
        self.level_bars = LevelBars(style, self)
        self.volume_control = VolumeControl(style, self)
        self.lyrics_popover = LyricsPopover(style, self)
        self.queue_popover = QueuePopover(style, self)
        self._build()
        self.at_end_button.clicked.connect(self._on_at_end_clicked)
        self.speed_button.clicked.connect(self._on_speed_clicked)
        # Not `clicked`, which a screen reader's action does not emit.
        self.lyrics_button.toggled.connect(self._on_lyrics_toggled)
        self.queue_button.toggled.connect(self._on_queue_toggled)
        self.lyrics_popover.closed.connect(lambda: self.lyrics_button.setChecked(False))
        self.queue_popover.closed.connect(lambda: self.queue_button.setChecked(False))
        style.changed.connect(self._update_widths)

    def sizeHint(self) -> QSize:
        return QSize(1440, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(720, HEIGHT)

    def cover_size_px(self) -> QSize:
        edge = round(COVER_EDGE_PX * self.devicePixelRatioF())
        return QSize(edge, edge)

    def show_clip(self, clip: Clip | None, duration_s: float) -> None:
        """Shows a clip at its start, or that nothing is loaded; `show_peaks` sets its peaks."""
        same = clip is not None and self._shown_clip is not None and clip.id == self._shown_clip.id
        self._shown_clip = clip
        if not same or clip is None or clip.cover is None:
            self.now_playing.show_clip(clip)
        else:
            self.now_playing.update_text(clip)
        self.now_playing.setToolTip("")
        if not same:
            self.waveform.set_clip(None, duration_s)
        there = clip is not None and clip.playable
        sounding: tuple[QWidget, ...] = (self.play_button, self.waveform)
        for control in sounding:
            control.setEnabled(there)
        loaded: tuple[QWidget, ...] = (self.previous_button, self.next_button, self.lyrics_button)
        for control in loaded:
            control.setEnabled(clip is not None)
        length = format_time(duration_s) if there else ""
        for time in (self.elapsed_label, self.total_label):
            time.reserve_width_for(length or "0:00")
        self.total_label.setText(length)
        self.elapsed_label.setText(format_time(self.waveform.position_s) if there else "")
        if clip is not None and self.lyrics_popover.isVisible():
            self.lyrics_popover.show_clip(clip)

    def show_peaks(self, peaks: bytes | None, duration_s: float) -> None:
        """Draws the clip's waveform."""
        self.waveform.set_clip(peaks, duration_s)

    def show_position(self, seconds: float) -> None:
        self.waveform.set_position(seconds)
        self.lyrics_popover.show_position(seconds)
        text = format_time(seconds) if self.waveform.maximum() else ""
        if text != self.elapsed_label.text():
            self.elapsed_label.setText(text)

    def show_at_end(self, choice: str) -> None:
        """Shows the action at the end of a clip, a key of `AT_END`."""
        self._at_end = choice
        repeats = self._is_looping or choice in {"repeat", "repeat_all"}
        self.at_end_button.set_icon("repeat", "accent" if repeats else "text2")
        self.at_end_button.setToolTip(tr(_AT_END_TIPS[choice]))
        self.at_end_button.setAccessibleDescription(tr(AT_END[choice]))

    def show_loop(self, region: tuple[float, float] | None) -> None:
        """Shows the region that is repeated, in seconds; None for none."""
        self._is_looping = region is not None
        self.waveform.set_region(region)
        self.waveform.set_looping(looping=self._is_looping)
        self.show_at_end(self._at_end)

    def show_queue_size(self, count: int) -> None:
        """Shows the number of clips that are queued."""
        words = _queue_text(count)
        self.queue_button.setText(f"\u2005{words}")  # gap between icon and text
        self.queue_button.setAccessibleName(
            tr("Show queue {count}", count=count) if count else tr("Show queue")
        )
        self._update_widths()

    def show_pair(self, side: str, other: Clip | None) -> None:
        """Shows which of the last two clips is playing, and the one that a press switches to."""
        self.pair_button.show_side(side)
        self.pair_button.setEnabled(other is not None)
        reason = (
            tr("Hear “{title}” from the same moment", title=other.title or tr("Untitled"))
            if other is not None
            else tr("Play a second clip to switch between the two at the same moment")
        )
        self.pair_button.setToolTip(reason)
        self.pair_button.setAccessibleName("A / B")
        self.pair_button.setAccessibleDescription(reason)

    def show_rate(self, rate: float) -> None:
        self._rate = rate
        self.speed_button.show_rate(rate)
        self._update_widths()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._update_widths()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = Menu(self._style, self, name=tr("Player"))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._add_speed_actions(menu)
        menu.addSeparator()
        self._add_at_end_actions(menu)
        menu.popup(event.globalPos())

    def open_menu_above(self, menu: Menu, button: QWidget) -> None:
        """Opens a menu above a button, and deletes it when it is closed."""
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        size, window = menu.sizeHint(), button.window()
        # Inside the window, like the popovers.
        room = window.width() - _MENU_GAP - button.mapTo(window, QPoint(0, 0)).x()
        menu.popup(button.mapToGlobal(QPoint(min(0, room - size.width()), -size.height() - 4)))

    def _add_speed_actions(self, menu: Menu) -> None:
        for rate in PLAYBACK_RATES:
            words = tr("Normal speed") if rate == 1.0 else tr("{rate} × speed", rate=rate)
            menu.add_item(words, partial(self.rate_chosen.emit, rate), checked=rate == self._rate)

    def _on_speed_clicked(self) -> None:
        menu = Menu(self._style, self, name=tr("Speed"))
        self._add_speed_actions(menu)
        self.open_menu_above(menu, self.speed_button)

    def _add_at_end_actions(self, menu: Menu) -> None:
        for choice, words in AT_END.items():
            menu.add_item(
                tr(words),
                partial(self.at_end_chosen.emit, choice),
                shortcut="L" if choice == "repeat" else "",
                checked=choice == self._at_end,
            )

    def _on_at_end_clicked(self) -> None:
        menu = Menu(self._style, self, name=tr(_AT_END_NAME))
        self._add_at_end_actions(menu)
        self.open_menu_above(menu, self.at_end_button)

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(0)
        _add_parts(row, self.now_playing, 12, self.previous_button, 10, self.play_button, 10)
        _add_parts(row, self.next_button, 10, self.elapsed_label, 14)
        row.addWidget(self.waveform, 1)
        _add_parts(row, 14, self.total_label)
        self._right = QWidget(self)
        right = QHBoxLayout(self._right)
        right.setContentsMargins(16, 0, 0, 0)
        right.setSpacing(0)
        right.addStretch(1)
        _add_parts(right, self.speed_button, 6, self.at_end_button, 4, self.pair_button, 8)
        _add_parts(right, self.queue_button, 4, self.lyrics_button, 2, self.device_button, 2)
        _add_parts(right, self.volume_control, 8, self.level_bars)
        row.addWidget(self._right)

    def _update_widths(self) -> None:
        """Adapts the widths to the bar's: texts are hidden before controls, for the waveform."""
        scaled = self.width() / self._style.text_scale
        narrow = scaled < _NARROW_WIDTH
        widest = ((self.lyrics_button, tr("Lyrics")), (self.queue_button, _queue_text(99)))
        for button, text in widest:
            button.setToolButtonStyle(
                Qt.ToolButtonStyle.ToolButtonIconOnly
                if narrow
                else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
            )
            button.setToolTip(button.text().strip() if narrow else "")
            text_width = button.fontMetrics().horizontalAdvance(text)
            button.setFixedWidth(
                28 if narrow else text_width + self._style.px(_TEXT_BUTTON_PADDING)
            )
        slider_width = 80 if not narrow else 60 if scaled > _TINY_WIDTH else 40
        self.volume_control.slider.setFixedWidth(slider_width)
        self.level_bars.setVisible(not narrow)
        self.speed_button.setVisible(not narrow or self._rate != 1.0)
        self.now_playing.setFixedWidth(self._now_playing_width(narrow=narrow))
        self._right.setMinimumWidth(0 if narrow else self._style.px(_RIGHT_WIDTH) + 16)

    def _now_playing_width(self, *, narrow: bool) -> int:
        """Width of the title's part; with large text it grows to a fifth of the bar."""
        if not narrow:
            return self._style.px(_NOW_PLAYING_WIDTH)
        return max(
            _MIN_NOW_PLAYING_WIDTH, min(self._style.px(_NOW_PLAYING_WIDTH), self.width() // 5)
        )

    def _on_lyrics_toggled(self, shown: bool) -> None:
        popover = self.lyrics_popover
        if not shown:
            popover.hide()
            return
        if self._shown_clip is not None:
            popover.show_clip(self._shown_clip)
        popover.open_above(self.lyrics_button)
        popover.show_position(self.waveform.position_s)
        popover.focus_text()

    def _on_queue_toggled(self, shown: bool) -> None:
        if shown:
            self.queue_popover.open_above(self.queue_button)
            self.queue_popover.list.setFocus()
        else:
            self.queue_popover.hide()


def _queue_text(count: int) -> str:
    return tr("Queue {count}", count=count) if count else tr("Queue")


def _text_button(style: Style, icon: str, name: str, parent: QWidget) -> QToolButton:
    """A button that opens a popover, with an icon and, where there is room, a text."""
    button = QToolButton(parent)
    button.setText(f"\u2005{name}")  # gap between icon and text
    button.setAccessibleName(name)
    button.setCheckable(True)
    button.setFixedHeight(28)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    style.set_icon(button, icon)
    return button


def _add_parts(row: QHBoxLayout, *parts: QWidget | int) -> None:
    """Adds widgets, and gaps in pixels, from left to right."""
    for part in parts:
        if isinstance(part, int):
            row.addSpacing(part)
        else:
            row.addWidget(part)
