"""Card of the clip that an operation works on."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from producer_studio.domain.clip import Clip
from producer_studio.domain.operation import Operation
from producer_studio.translation import mark, tr, tr_message
from producer_studio.translation.numbers import FixedDecimal
from producer_studio.ui.compose.field_parts import FieldHead
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.buttons import IconButton
from producer_studio.ui.widgets.cover_art import CoverArt
from producer_studio.ui.widgets.label import ElidedLabel, label, shorten
from producer_studio.ui.widgets.section_waveform import SectionWaveform
from producer_studio.ui.widgets.text_format import format_time, format_time_tenths

_HEIGHT_PX = 62

_PLAY_NAMES = {
    (False, False): mark("Play {title}"),
    (False, True): mark("Play {title} around the section"),
    (True, False): mark("Pause {title}"),
    (True, True): mark("Pause {title} around the section"),
}
"""By whether it is playing, and whether a section is chosen."""


class SourceWaveform(SectionWaveform):
    """Shows the whole clip and marks a section (replace), a position (extend), or nothing.

    Signals:
        position_changed: The user selected another position, in seconds.
    """

    position_changed = Signal(float)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, tr("Source waveform"), parent, height=_HEIGHT_PX)
        self._selects_position = False
        self._playhead = False
        self._heard_s: float | None = None
        self.seek_requested.connect(self._on_seek_requested)
        self.clear_marks()

    def show_section(self, start: float, end: float) -> None:
        """Marks a section."""
        self._set_interactive(True)
        self._selects_position = self._playhead = False
        self.set_position(0.0)
        self.set_region((start, end))
        self.setAccessibleName(tr("Section to replace"))
        self.setAccessibleDescription(
            tr(
                "From {start} to {end} seconds",
                start=FixedDecimal(start, 1),
                end=FixedDecimal(end, 1),
            )
        )

    def show_position(self, seconds: float) -> None:
        """Marks a position; the audio before it is preserved."""
        self._set_interactive(True)
        self._selects_position = self._playhead = True
        self.set_region(None)
        self.set_position(seconds)
        self.setAccessibleName(tr("Position to continue from"))

    def clear_marks(self) -> None:
        """Shows the waveform without marks."""
        self._set_interactive(False)
        self._selects_position = self._playhead = False
        self.set_region(None)
        self.set_position(0.0)
        self.setAccessibleName(tr("Source waveform"))

    def show_heard(self, seconds: float | None) -> None:
        """Marks what is heard now, beside the section or position; None for nothing."""
        if seconds != self._heard_s:
            self._heard_s = seconds
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._heard_s is not None and self.maximum():
            painter = QPainter(self)
            x = round(self._x_of(self._heard_s))
            painter.fillRect(QRectF(x, 0, 1, self.height()), self._style.colour("text1"))
            painter.end()

    def _set_interactive(self, interactive: bool) -> None:
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if interactive else Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not interactive)

    def _on_seek_requested(self, seconds: float) -> None:
        if self._selects_position:
            self.position_changed.emit(seconds)


_COVER_SIZE = QSize(36, 36)
_SECTION_OPERATIONS = frozenset({Operation.REPLACE})
_POSITION_OPERATIONS = frozenset({Operation.EXTEND})
_MIN_SECTION_S = 0.5


class SourceCard(QWidget):
    """Cover, title and waveform of the source, with the section or position marked on it.

    Signals:
        cleared: The clear button was pressed.
        play_requested: Play the source.
        use_selected_requested: Use the clip that is selected in the library.
        section_moved: Start and end in seconds, changed on the waveform.
        position_moved: Where to continue, in seconds, changed on the waveform.
        audition_requested: Play, or pause, what is around the section or position.
        range_changed: Start and end of the section in seconds, equal for a position; None for
            neither, or another clip.
    """

    cleared = Signal()
    play_requested = Signal()
    audition_requested = Signal()
    range_changed = Signal(object)
    use_selected_requested = Signal()
    section_moved = Signal(float, float)
    position_moved = Signal(float)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._clip: Clip | None = None
        self._range_s: tuple[float, float] | None = None
        self._is_playing = False
        self.use_selected_button = QPushButton(tr("Use the selected clip"))
        self.use_selected_button.setAccessibleName(tr("Use the selected clip"))
        self.use_selected_button.setProperty("role", "chip")
        self.use_selected_button.clicked.connect(self.use_selected_requested)
        self.head = FieldHead(tr("Source clip"), self.use_selected_button, style)
        self._cover = CoverArt(style, _COVER_SIZE)
        self._title = ElidedLabel("", "medium")
        self._details = ElidedLabel("", "secondary")
        self.play_button = IconButton(style, "play", tr("Play the source"), box=28, filled=True)
        self.clear_button = IconButton(style, "x", tr("Clear the source"), box=28)
        self.waveform = SourceWaveform(style)
        self._start = label("0:00", "secondary")
        self._range_label = label("", "accent")
        self._end = label("", "secondary")
        self._build()
        self.play_button.clicked.connect(self._on_play_clicked)
        self.clear_button.clicked.connect(self.cleared)
        self.waveform.region_changed.connect(self._on_section_moved)
        self.waveform.position_changed.connect(self._on_position_moved)
        self.show_clip(None, b"")

    @property
    def clip(self) -> Clip | None:
        return self._clip

    def show_clip(self, clip: Clip | None, peaks: bytes) -> None:
        """Shows a clip, or the prompt to choose one; `show_cover` shows its cover."""
        shown, self._clip = self._clip, clip
        if clip is None or shown is None or clip.path != shown.path:
            self._set_range(None)
        self._clip_card.setVisible(clip is not None)
        self._empty_card.setVisible(clip is None)
        self.head.set_remark(tr("drop a clip here to change it") if clip is not None else "")
        if clip is None:
            return
        if shown is None or (shown.id, shown.cover) != (clip.id, clip.cover):
            self._cover.show_cover(clip.id)
        title = " ".join(shorten(tr_message(clip.display_title)).split()) or tr("Untitled")
        length = format_time(clip.duration_s) if clip.duration_s else ""
        self._title.setText(title)
        self._details.setText(
            " · ".join(part for part in (clip.stem or clip.model, length) if part)
        )
        self._end.setText(length)
        self._show_play_button()
        self.setAccessibleName(tr("Source clip: {title}", title=title))
        self.waveform.set_clip(peaks, clip.duration_s)

    def show_cover(self, clip_id: str, picture: QImage) -> None:
        """Shows the cover of the clip, if it is still the one shown and its cover readable."""
        if self._clip is not None and self._clip.id == clip_id and not picture.isNull():
            self._cover.show_cover(clip_id, QPixmap.fromImage(picture))

    def show_range(self, operation: Operation, start: float | None, end: float | None) -> None:
        """Marks the section or position of an operation on the waveform.

        Args:
            start: Seconds; None where nothing was chosen.
            end: Seconds; None for the end of the song.
        """
        length = self.waveform.duration_s
        self._range_label.setText("")
        if (
            not length
            or start is None
            or operation not in _SECTION_OPERATIONS | _POSITION_OPERATIONS
        ):
            self.waveform.clear_marks()
            self._set_range(None)
            return
        if start > length or (start == length and operation not in _POSITION_OPERATIONS):
            self.waveform.clear_marks()  # the advice at the times explains why
            self._set_range(None)
            return
        if operation in _POSITION_OPERATIONS:
            self.waveform.show_position(start)
            self._range_label.setText(tr("continues at {time}", time=format_time_tenths(start)))
            self._set_range((start, start))
            return
        until = length if end is None else min(end, length)
        until = max(until, min(length, start + _MIN_SECTION_S))
        self.waveform.show_section(start, until)
        span = tr("{seconds} s", seconds=round(until - start, 1))
        self._range_label.setText(
            f"{format_time_tenths(start)} – {format_time_tenths(until)} · {span}"
        )
        self._set_range((start, until))

    def show_audition(self, *, is_playing: bool, heard_s: float | None) -> None:
        """Shows whether what is around the section is played, and what is heard of it."""
        if is_playing != self._is_playing:
            self._is_playing = is_playing
            self.play_button.set_icon("pause" if is_playing else "play")
            self._show_play_button()
        self.waveform.show_heard(heard_s)

    def _show_play_button(self) -> None:
        clip = self._clip
        if clip is None:
            return
        title = " ".join(shorten(tr_message(clip.display_title)).split()) or tr("Untitled")
        self.play_button.setEnabled(clip.playable)
        self.play_button.set_name(
            tr(_PLAY_NAMES[self._is_playing, self._range_s is not None], title=title)
            if clip.playable
            else tr("Its sound is not on this computer")
        )

    def _set_range(self, range_s: tuple[float, float] | None) -> None:
        if range_s != self._range_s:
            self._range_s = range_s
            self._show_play_button()
            self.range_changed.emit(range_s)

    def _on_play_clicked(self) -> None:
        if self._range_s is None:
            self.play_requested.emit()
        else:
            self.audition_requested.emit()

    def _build(self) -> None:
        self._clip_card = QFrame()
        self._clip_card.setProperty("surface", "raised")
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self._title)
        names.addWidget(self._details)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self._cover)
        top.addLayout(names, 1)
        top.addWidget(self.play_button)
        top.addWidget(self.clear_button)
        foot = QHBoxLayout()
        foot.addWidget(self._start)
        foot.addStretch(1)
        foot.addWidget(self._range_label)
        foot.addStretch(1)
        foot.addWidget(self._end)
        inside = QVBoxLayout(self._clip_card)
        inside.setContentsMargins(11, 9, 9, 8)
        inside.setSpacing(6)
        inside.addLayout(top)
        inside.addWidget(self.waveform)
        inside.addLayout(foot)
        self._empty_card = QFrame()
        self._empty_card.setProperty("surface", "well")
        words = label(tr("Drag a clip here, or choose one in the library."), "secondary", wrap=True)
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        invitation = QVBoxLayout(self._empty_card)
        invitation.setContentsMargins(14, 16, 14, 14)
        invitation.setSpacing(9)
        invitation.addWidget(words)
        invitation.addWidget(self.use_selected_button, 0, Qt.AlignmentFlag.AlignHCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.head)
        column.addWidget(self._clip_card)
        column.addWidget(self._empty_card)

    def _on_section_moved(self, start: float, end: float) -> None:
        self.section_moved.emit(round(start, 1), round(end, 1))

    def _on_position_moved(self, seconds: float) -> None:
        self.position_moved.emit(round(seconds, 1))
