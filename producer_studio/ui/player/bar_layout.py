"""How the bar looks: its controls, where they are, and what gives way when room is short."""

from functools import partial

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from producer_studio.domain.clip import Clip
from producer_studio.ui.player.controls import FixedLabel, PairButton, PlayButton, Volume
from producer_studio.ui.player.lyrics_popover import LyricsPopover
from producer_studio.ui.player.now_playing import EDGE, NowPlaying
from producer_studio.ui.player.player import RATES
from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.icon_button import IconButton
from producer_studio.ui.widgets.menu import Menu
from producer_studio.ui.widgets.time_text import clock
from producer_studio.ui.widgets.waveform import Waveform

AT_END = {
    "stop": "Stop after this clip",
    "next": "Play the next clip",
    "repeat": "Repeat this clip",
}
"""Actions at the end of a clip and their menu texts."""

_AT_END_NAME = "At the end of a clip"

HEIGHT = 91
_NOW_WIDTH = 280
_NOW_LEAST = 196
_NARROW = 1240
_RIGHT_WIDTH = 312


class BarFace(QWidget):
    """Shows what it is told; knows neither the library nor the sound.

    Signals:
        rate_chosen: Another speed, 0.5 to 2.
        at_end_chosen: What is to follow the end of a clip: a key of `AT_END`.
    """

    rate_chosen = Signal(float)
    at_end_chosen = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._shown: Clip | None = None
        self._rate = 1.0
        self._at_end = "next"
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Player")
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.now = NowPlaying(look, self)
        self.back = IconButton(
            look, "skip-back", "Previous", self, role="text1", size=20, filled=True
        )
        self.play = PlayButton(look, self)
        self.forward = IconButton(
            look, "skip-forward", "Next", self, role="text1", size=20, filled=True
        )
        self.elapsed = FixedLabel(look, self)
        self.wave = Waveform(look, "Position", self, height=52)
        self.total = FixedLabel(look, self)
        self.at_end = IconButton(look, "repeat", _AT_END_NAME, self)
        self.pair = PairButton(look, self)
        self.lyrics = QToolButton(self)
        self.lyrics.setText("\u2005Lyrics")  # room between icon and word
        self.lyrics.setAccessibleName("Show lyrics")
        self.lyrics.setCheckable(True)
        self.lyrics.setFixedHeight(28)
        self.lyrics.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        look.dress(self.lyrics, "mic-vocal")
        self.volume = Volume(look, self)
        self._popover = LyricsPopover(look, self)
        self._lay_out()
        self.at_end.clicked.connect(self._on_at_end_pressed)
        self.lyrics.clicked.connect(self._on_lyrics_pressed)
        self._popover.closed.connect(lambda: self.lyrics.setChecked(False))
        look.changed.connect(self._fit)

    def sizeHint(self) -> QSize:
        return QSize(1440, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(720, HEIGHT)

    def cover_pixels(self) -> QSize:
        edge = round(EDGE * self.devicePixelRatioF())
        return QSize(edge, edge)

    def show_clip(self, clip: Clip | None, duration_s: float) -> None:
        """Shows a clip at its start, or that nothing is loaded; its peaks come later."""
        same = clip is not None and self._shown is not None and clip.id == self._shown.id
        self._shown = clip
        if not same or clip is None or clip.cover is None:
            self.now.show_clip(clip)
        else:
            self.now.rename(clip)
        self.now.setToolTip("")
        if not same:
            self.wave.set_clip(None, duration_s)
        there = clip is not None and clip.playable
        sounding: tuple[QWidget, ...] = (self.play, self.wave)
        for control in sounding:
            control.setEnabled(there)
        loaded: tuple[QWidget, ...] = (self.back, self.forward, self.lyrics)
        for control in loaded:
            control.setEnabled(clip is not None)
        length = clock(duration_s) if there else ""
        for time in (self.elapsed, self.total):
            time.make_room_for(length or "0:00")
        self.total.setText(length)
        self.elapsed.setText(clock(self.wave.position_s) if there else "")
        if clip is not None and self._popover.isVisible():
            self._popover.show_clip(clip)

    def show_peaks(self, bins: bytes | None, duration_s: float) -> None:
        """Draws the clip's waveform."""
        self.wave.set_clip(bins, duration_s)

    def show_position(self, seconds: float) -> None:
        self.wave.set_position(seconds)
        text = clock(seconds) if self.wave.maximum() else ""
        if text != self.elapsed.text():
            self.elapsed.setText(text)

    def show_at_end(self, choice: str) -> None:
        """Show the action at the end of a clip, a key of `AT_END`."""
        self._at_end = choice
        self.at_end.draw("repeat", "accent" if choice == "repeat" else "text2")
        words = f"At the end of a clip: {AT_END[choice].lower()}"
        self.at_end.setToolTip(f"{words} (L repeats)" if choice != "repeat" else f"{words} (L)")
        self.at_end.setAccessibleDescription(AT_END[choice])

    def show_pair(self, side: str, other: Clip | None) -> None:
        """Which of the two last clips is heard, and which would be after a press."""
        self.pair.show_side(side)
        self.pair.setEnabled(other is not None)
        reason = (
            f"Hear “{other.title or 'Untitled'}” from the same moment"
            if other is not None
            else "Play a second clip to switch between the two at the same moment"
        )
        self.pair.setToolTip(reason)
        self.pair.setAccessibleName("A / B")
        self.pair.setAccessibleDescription(reason)

    def show_rate(self, rate: float) -> None:
        self._rate = rate
        usual = rate == 1.0
        self.total.setToolTip("" if usual else f"Playing at {rate:g} × speed")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = Menu(self._look, self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for rate in RATES:
            words = "Normal speed" if rate == 1.0 else f"{rate:g} × speed"
            menu.add(words, partial(self.rate_chosen.emit, rate), checked=rate == self._rate)
        menu.addSeparator()
        self._add_at_end(menu)
        menu.popup(event.globalPos())

    def _add_at_end(self, menu: Menu) -> None:
        for choice, words in AT_END.items():
            menu.add(
                words,
                partial(self.at_end_chosen.emit, choice),
                shortcut="L" if choice == "repeat" else "",
                checked=choice == self._at_end,
            )

    def _on_at_end_pressed(self) -> None:
        menu = Menu(self._look, self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName(_AT_END_NAME)
        self._add_at_end(menu)
        menu.popup(self.at_end.mapToGlobal(QPoint(0, -menu.sizeHint().height() - 4)))

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(0)
        row.addWidget(self.now)
        row.addSpacing(12)
        row.addWidget(self.back)
        row.addSpacing(10)
        row.addWidget(self.play)
        row.addSpacing(10)
        row.addWidget(self.forward)
        row.addSpacing(10)
        row.addWidget(self.elapsed)
        row.addSpacing(14)
        row.addWidget(self.wave, 1)
        row.addSpacing(14)
        row.addWidget(self.total)
        self._right = QWidget(self)
        right = QHBoxLayout(self._right)
        right.setContentsMargins(16, 0, 0, 0)
        right.setSpacing(0)
        right.addStretch(1)
        right.addWidget(self.at_end)
        right.addSpacing(9)
        right.addWidget(self.pair)
        right.addSpacing(14)
        right.addWidget(self.lyrics)
        right.addSpacing(4)
        right.addWidget(self.volume)
        row.addWidget(self._right)

    def _fit(self) -> None:
        """Gives the waveform its room: words go before controls."""
        scaled = self.width() / self._look.text_scale
        narrow = scaled < _NARROW
        self.lyrics.setToolButtonStyle(
            Qt.ToolButtonStyle.ToolButtonIconOnly
            if narrow
            else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        )
        self.lyrics.setToolTip("Lyrics" if narrow else "")
        self.lyrics.setFixedWidth(28 if narrow else self._look.px(68))
        self.now.setFixedWidth(self._words_width(narrow=narrow))
        self._right.setMinimumWidth(0 if narrow else self._look.px(_RIGHT_WIDTH) + 16)

    def _words_width(self, *, narrow: bool) -> int:
        """Of the part that says what plays; large text gets more of it, up to a fifth."""
        if not narrow:
            return self._look.px(_NOW_WIDTH)
        return max(_NOW_LEAST, min(self._look.px(_NOW_WIDTH), self.width() // 5))

    def _on_lyrics_pressed(self) -> None:
        if self.lyrics.isChecked() and self._shown is not None:
            self._popover.show_clip(self._shown)
            self._popover.open_above(self.lyrics)
        else:
            self._popover.hide()
