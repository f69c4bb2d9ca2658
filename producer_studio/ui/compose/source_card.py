"""The clip that an operation works on."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from producer_studio.domain.clip import Clip
from producer_studio.domain.operation import Operation
from producer_studio.ui.compose.field_head import FieldHead
from producer_studio.ui.compose.source_waveform import SourceWave
from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.cover_art import CoverArt, read_cover
from producer_studio.ui.widgets.icon_button import IconButton
from producer_studio.ui.widgets.label import ElidedLabel, label
from producer_studio.ui.widgets.time_text import clock, clock_tenths

_COVER = QSize(36, 36)
_MARKS = frozenset({Operation.REPLACE})
_PLACES = frozenset({Operation.EXTEND})
_LEAST_SECTION_S = 0.5


class SourceCard(QWidget):
    """Cover, title and waveform of the source, with the section or the place marked on it.

    Signals:
        cleared: The cross was pressed.
        play_asked: Play the source.
        chosen_asked: Take the clip that is selected in the library.
        section_moved: Start and end in seconds, by hand.
        place_moved: Where to continue, in seconds, by hand.
    """

    cleared = Signal()
    play_asked = Signal()
    chosen_asked = Signal()
    section_moved = Signal(float, float)
    place_moved = Signal(float)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._clip: Clip | None = None
        self.take_chosen = QPushButton("Use the selected clip")
        self.take_chosen.setAccessibleName("Use the selected clip")
        self.take_chosen.setProperty("role", "chip")
        self.take_chosen.clicked.connect(self.chosen_asked)
        self.head = FieldHead("Source clip", self.take_chosen, look)
        self._cover = CoverArt(look, _COVER)
        self._title = ElidedLabel("", "medium")
        self._about = ElidedLabel("", "secondary")
        self.play = IconButton(look, "play", "Play the source", box=28, filled=True)
        self.clear = IconButton(look, "x", "Clear the source", box=28)
        self.wave = SourceWave(look)
        self._start = label("0:00", "secondary")
        self._marked = label("", "accent")
        self._end = label("", "secondary")
        self._build()
        self.play.clicked.connect(self.play_asked)
        self.clear.clicked.connect(self.cleared)
        self.wave.region_changed.connect(self._on_section_moved)
        self.wave.place_changed.connect(self._on_place_moved)
        self.show_clip(None, b"")

    @property
    def clip(self) -> Clip | None:
        return self._clip

    def show_clip(self, clip: Clip | None, peaks: bytes) -> None:
        """Shows a clip, or the invitation to choose one."""
        self._clip = clip
        self._full.setVisible(clip is not None)
        self._empty.setVisible(clip is None)
        self.head.set_remark("drop a clip here to change it" if clip is not None else "")
        if clip is None:
            return
        edge = round(_COVER.width() * self.devicePixelRatioF())
        self._cover.show_cover(clip.id, read_cover(clip.cover, edge) if clip.cover else None)
        title = " ".join(clip.title.split()) or "Untitled"
        length = clock(clip.duration_s) if clip.duration_s else ""
        self._title.setText(title)
        self._about.setText(" · ".join(part for part in (clip.stem or clip.model, length) if part))
        self._end.setText(length)
        self.play.setEnabled(clip.playable)
        self.play.rename(f"Play {title}" if clip.playable else "Its sound is not on this disk")
        self.setAccessibleName(f"Source clip: {title}")
        self.wave.set_clip(peaks, clip.duration_s)

    def mark(self, operation: Operation, start: float | None, end: float | None) -> None:
        """Marks on the waveform what will be worked on.

        Args:
            start: Seconds; None where nothing was chosen.
            end: Seconds; None for the end of the song.
        """
        length = self.wave.duration_s
        self._marked.setText("")
        if not length or start is None or operation not in _MARKS | _PLACES:
            self.wave.show_nothing()
            return
        if start > length or (start == length and operation not in _PLACES):
            self.wave.show_nothing()  # the note at the times says why
            return
        if operation in _PLACES:
            self.wave.show_place(start)
            self._marked.setText(f"continues at {clock_tenths(start)}")
            return
        until = length if end is None else min(end, length)
        until = max(until, min(length, start + _LEAST_SECTION_S))
        self.wave.show_section(start, until)
        span = f"{until - start:.1f}".removesuffix(".0")
        self._marked.setText(f"{clock_tenths(start)} – {clock_tenths(until)} · {span} s")

    def _build(self) -> None:
        self._full = QFrame()
        self._full.setProperty("surface", "raised")
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self._title)
        names.addWidget(self._about)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self._cover)
        top.addLayout(names, 1)
        top.addWidget(self.play)
        top.addWidget(self.clear)
        foot = QHBoxLayout()
        foot.addWidget(self._start)
        foot.addStretch(1)
        foot.addWidget(self._marked)
        foot.addStretch(1)
        foot.addWidget(self._end)
        inside = QVBoxLayout(self._full)
        inside.setContentsMargins(11, 9, 9, 8)
        inside.setSpacing(6)
        inside.addLayout(top)
        inside.addWidget(self.wave)
        inside.addLayout(foot)
        self._empty = QFrame()
        self._empty.setProperty("surface", "well")
        words = label("Drag a clip here, or choose one in the library.", "secondary", wrap=True)
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        invitation = QVBoxLayout(self._empty)
        invitation.setContentsMargins(14, 16, 14, 14)
        invitation.setSpacing(9)
        invitation.addWidget(words)
        invitation.addWidget(self.take_chosen, 0, Qt.AlignmentFlag.AlignHCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.head)
        column.addWidget(self._full)
        column.addWidget(self._empty)

    def _on_section_moved(self, start: float, end: float) -> None:
        self.section_moved.emit(round(start, 1), round(end, 1))

    def _on_place_moved(self, seconds: float) -> None:
        self.place_moved.emit(round(seconds, 1))
