"""Row of a comparison: key, name, waveform, rating and measurements of a clip."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from producer_studio.translation import tr
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.badge import Badge, badge_size
from producer_studio.ui.widgets.card import Card
from producer_studio.ui.widgets.label import ElidedLabel, label, set_role
from producer_studio.ui.widgets.star_rating import StarRating
from producer_studio.ui.widgets.waveform import Waveform

_NAME_WIDTH = 190
_WIDEST_BADGES = ("88:88", "\u221288.8 LUFS")
_WIDEST_GAIN = "\u221288.8 dB"
_BADGE_SPACING = 5
_RATING_SPACING = 8
_KEY_SIZE = 36
_WAVEFORM_HEIGHTS = (62, 40)
_MARGINS = (13, 6)
_NARROW_NAME_WIDTH = 118


@dataclass(frozen=True, slots=True)
class RowContent:
    """Content of a row.

    Attributes:
        key: Key that plays it.
        title: Such as "Take 2"; of a hidden clip nothing that tells it from others.
        detail: Model and seed.
        spoken: Name for screen readers.
        badges: Length and loudness.
        gain: Gain that matches the loudness; empty for none.
        problem: Why it cannot be played; empty if it can.
        stars: Rating, 0 to 5; None where it cannot be rated.
        peaks: Of the waveform; empty for a line.
        share: Length as a share of the longest clip's, 0 to 1.
        duration_s: Length in seconds.
        is_favourite: Whether it is marked as kept.
    """

    key: str
    title: str
    detail: str
    spoken: str
    badges: tuple[str, ...]
    gain: str
    problem: str
    stars: int | None
    peaks: bytes
    share: float
    duration_s: float
    is_favourite: bool = False


class CompareRow(Card):
    """Card of a clip; a click, or the focus keys, switches to it.

    Signals:
        pressed: The row was clicked.
        step_requested: Up (-1) or Down (1) was pressed.
        rating_changed: Another rating was clicked.
        seek_requested: Seconds of this clip that were clicked on the waveform.
        region_changed: An edge of the region was moved, in seconds.
        waveform_moved: The waveform has another place or width.
    """

    pressed = Signal()
    step_requested = Signal(int)
    rating_changed = Signal(int)
    seek_requested = Signal(float)
    region_changed = Signal(float, float)
    waveform_moved = Signal()

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._content: RowContent | None = None
        self._is_low = self._is_narrow = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ringRadius", 10)
        self.key_button = QPushButton(self)
        self.key_button.setProperty("role", "take key")
        # The row has the keyboard.
        self.key_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.key_button.clicked.connect(self.pressed)
        self.title_label = ElidedLabel("", "medium", self)
        self.title_label.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.state_badge = Badge(style, "", self)
        self.kept_badge = Badge(style, tr("kept"), self)
        self.detail_label = label("", "secondary", self, wrap=True)
        self._names = QWidget(self)
        self._waveform_place = QWidget(self)
        self.waveform = Waveform(style, tr("Position"), self._waveform_place)
        # Left and Right seek, whichever row has the keyboard.
        self.waveform.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.waveform.seek_requested.connect(self.seek_requested)
        self.waveform.region_changed.connect(self.region_changed)
        self.problem_label = label("", "warn", self, wrap=True)
        self.stars = StarRating(style, self, size=14)
        # Shift and a digit rate; plain digits switch clips.
        self.stars.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.stars.rating_changed.connect(self.rating_changed)
        self._facts = QWidget(self)
        self.badges = [Badge(style, "", self._facts, outlined=True) for _ in range(2)]
        self.gain_badge = Badge(style, "", self._facts)
        self._build_layout()
        style.changed.connect(self._update_sizes)
        self._update_sizes()

    def show_content(self, content: RowContent) -> None:
        """Shows a clip, without its state."""
        before, self._content = self._content, content
        self.setAccessibleName(content.spoken)
        self.key_button.setText(content.key)
        self.key_button.setAccessibleName(tr("Hear {clip}", clip=content.spoken))
        self.key_button.setEnabled(not content.problem)
        self.title_label.setText(content.title)
        self.detail_label.setText(content.detail)
        self.detail_label.setVisible(bool(content.detail))
        self.kept_badge.setVisible(content.is_favourite)
        self.problem_label.setText(tr(content.problem))
        self.problem_label.setVisible(bool(content.problem))
        self._waveform_place.setVisible(not content.problem)
        self.waveform.setAccessibleName(tr("Position in {clip}", clip=content.spoken))
        self.stars.setAccessibleName(tr("Rating of {clip}", clip=content.spoken))
        self.stars.set_stars(content.stars or 0)
        self.stars.setVisible(content.stars is not None)
        for badge, text in zip(self.badges, content.badges, strict=False):
            badge.set_text(text)
        for place, badge in enumerate(self.badges):
            badge.setVisible(place < len(content.badges))
        self.gain_badge.set_text(content.gain)
        self.gain_badge.setVisible(bool(content.gain))
        if before is None or (before.peaks, before.duration_s) != (
            content.peaks,
            content.duration_s,
        ):
            self.waveform.set_clip(content.peaks, content.duration_s)
        self._place_waveform()

    def set_state(self, *, is_heard: bool, is_playing: bool) -> None:
        """Marks the row that is heard."""
        if self.property("accented") is not is_heard:
            self.setProperty("accented", is_heard)
            self._style.restyle(self)
        set_role(self._style, self.key_button, "take key heard" if is_heard else "take key")
        state = (tr("playing") if is_playing else tr("paused")) if is_heard else ""
        self.state_badge.set_text(state)
        self.state_badge.setVisible(bool(state))
        self.setAccessibleDescription(state)

    def set_size(self, *, low: bool, narrow: bool) -> None:
        """Makes the row lower, for more than four of them, and its names narrower."""
        if (low, narrow) != (self._is_low, self._is_narrow):
            self._is_low, self._is_narrow = low, narrow
            self._update_sizes()

    def waveform_span(self) -> tuple[int, int]:
        """Returns the left edge and the width of the longest waveform, in this row."""
        return self._waveform_place.x(), self._waveform_place.width()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        step = steps.get(Qt.Key(event.key()))
        if step is not None and event.modifiers() in {
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        }:
            self.step_requested.emit(step)
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.pressed.emit()
        super().mousePressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_waveform()

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() is QEvent.Type.LayoutRequest:
            self._place_waveform()
        return done

    def _build_layout(self) -> None:
        heading = QHBoxLayout()
        heading.setSpacing(8)
        heading.addWidget(self.title_label)
        heading.addWidget(self.state_badge)
        heading.addWidget(self.kept_badge)
        heading.addStretch(1)
        names = QVBoxLayout(self._names)
        names.setContentsMargins(0, 0, 0, 0)
        names.setSpacing(2)
        names.addStretch(1)
        names.addLayout(heading)
        names.addWidget(self.detail_label)
        names.addStretch(1)
        line = QHBoxLayout()
        line.setSpacing(_BADGE_SPACING)
        for badge in self.badges:
            line.addWidget(badge)
        line.addStretch(1)
        rating = QHBoxLayout()
        rating.setSpacing(_RATING_SPACING)
        rating.addWidget(self.stars)
        rating.addWidget(self.gain_badge)
        rating.addStretch(1)
        facts = QVBoxLayout(self._facts)
        facts.setContentsMargins(0, 0, 0, 0)
        facts.setSpacing(3)
        facts.addStretch(1)
        facts.addLayout(rating)
        facts.addLayout(line)
        facts.addStretch(1)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(15, 0, 12, 0)
        self._row.setSpacing(18)
        self._row.addWidget(self.key_button)
        self._row.addWidget(self._names)
        self._row.addWidget(self._waveform_place, 1)
        self._row.addWidget(self.problem_label, 1)
        self._row.addWidget(self._facts)

    def _update_sizes(self) -> None:
        edge = self._style.px(_KEY_SIZE)
        self.key_button.setFixedSize(edge, edge)
        narrow = self._is_narrow
        self._row.setSpacing(12 if narrow else 18)
        self._names.setFixedWidth(self._style.px(_NARROW_NAME_WIDTH if narrow else _NAME_WIDTH))
        texts = sum(badge_size(self._style, text).width() for text in _WIDEST_BADGES)
        gain = badge_size(self._style, _WIDEST_GAIN).width()
        rating = self.stars.sizeHint().width() + _RATING_SPACING + gain
        self._facts.setFixedWidth(max(texts + _BADGE_SPACING, rating))
        height = _WAVEFORM_HEIGHTS[self._is_low]
        self.waveform.setFixedHeight(height)
        self._waveform_place.setMinimumHeight(height)
        space = 2 * _MARGINS[self._is_low]
        names = self._names.heightForWidth(self._names.width())
        self.setMinimumHeight(max(height, edge, names) + space)
        self._place_waveform()

    def _place_waveform(self) -> None:
        if self._content is None:
            return
        place = self._waveform_place
        width = max(24, round(place.width() * self._content.share))
        top = (place.height() - self.waveform.height()) // 2
        self.waveform.setGeometry(QRect(0, max(0, top), width, self.waveform.height()))
        self.waveform_moved.emit()
