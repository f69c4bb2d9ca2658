"""Row of the mixer: name, loudness, mute, solo, level, pan, waveform and meter of a stem."""

from itertools import pairwise

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QGraphicsOpacityEffect,
    QHBoxLayout,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from producer_studio.domain.clip import Clip
from producer_studio.domain.decibels import loudness_text
from producer_studio.domain.track_mix import TrackMix
from producer_studio.translation import tr
from producer_studio.ui.stems.mix_sliders import (
    GestureWatcher,
    LevelSlider,
    PanSlider,
    stepped_gain,
)
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.card import Card
from producer_studio.ui.widgets.keyboard import native_keys
from producer_studio.ui.widgets.label import label, set_role, shorten
from producer_studio.ui.widgets.level_bars import LevelBars
from producer_studio.ui.widgets.waveform import Waveform

_HEIGHT = 88
_LOW_HEIGHT = 70
_NAME_WIDTH, _NARROW_NAME_WIDTH = 106, 84
_NAME_CHARS = 60
_NAME_MARGIN = 6
_BUTTON_WIDTH, _BUTTON_HEIGHT = 34, 30
_LEVEL_WIDTH = 120
_METER_HEIGHT = 54
_DIMMED = 0.4
_PAN_STEP = 0.1
_MOST_PEAKS = 65_536
"""Peaks over the length of the longest stem; far more than pixels."""


class StemRow(Card):
    """Card of one stem.

    Signals:
        mute_requested: M was pressed.
        solo_requested: S was pressed.
        gain_changed: The user chose another level, in dB.
        pan_changed: The user chose another place, -1 to 1.
        gesture_started: Changes of level or pan from now on belong together.
        seek_requested: Seconds that were clicked on the waveform.
        region_changed: An edge of the region was moved, in seconds.
        waveform_moved: The waveform has another place or width.
        focus_move_requested: Page Up (-1) or Page Down (1) was pressed.
    """

    mute_requested = Signal()
    solo_requested = Signal()
    gain_changed = Signal(float)
    pan_changed = Signal(float)
    gesture_started = Signal()
    seek_requested = Signal(float)
    region_changed = Signal(float, float)
    waveform_moved = Signal()
    focus_move_requested = Signal(int)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._mix = TrackMix()
        self._is_low = self._is_narrow = False
        self._name_width = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ringRadius", 10)
        self.name_label = label("", "strong", self, wrap=True)
        self.loudness_label = label("", "caption", self, wrap=True)
        self._names = QWidget(self)
        self.mute_button = self._mix_button("M")
        self.solo_button = self._mix_button("S")
        # Not `clicked`, which a screen reader's action does not emit.
        self.mute_button.toggled.connect(self._on_mute_toggled)
        self.solo_button.toggled.connect(self._on_solo_toggled)
        self._levels = QWidget(self)
        self.level = LevelSlider(self._levels)
        self.gain_label = label("", "caption", self._levels)
        self.pan = PanSlider(style, self._levels)
        self.waveform = Waveform(style, tr("Position"), self, height=_HEIGHT - 24)
        # Left and Right seek, whichever row has the keyboard.
        self.waveform.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.problem_label = label("", "warn", self, wrap=True)
        self.meter = LevelBars(style, self, height=_METER_HEIGHT)
        self._effects = [QGraphicsOpacityEffect(one) for one in (self.waveform, self.meter)]
        for part, effect in zip((self.waveform, self.meter), self._effects, strict=True):
            effect.setEnabled(False)
            effect.setOpacity(_DIMMED)
            part.setGraphicsEffect(effect)
        self.level.gain_changed.connect(self.gain_changed)
        self.pan.pan_changed.connect(self.pan_changed)
        for slider in (self.level, self.pan):
            GestureWatcher(slider).started.connect(self.gesture_started)
        self.waveform.seek_requested.connect(self.seek_requested)
        self.waveform.region_changed.connect(self.region_changed)
        self._build_layout()
        style.changed.connect(self._update_sizes)
        self._update_sizes()

    def show_stem(self, stem: Clip, peaks: bytes, length_s: float, key: str) -> None:
        """Shows a stem.

        Args:
            stem: The stem.
            peaks: Of its waveform.
            length_s: Length of the longest stem, which all waveforms span.
            key: Key that mutes it, and with Shift is its solo; empty for none.
        """
        name = " ".join(stem.stem.split())
        self.name_label.setText(shorten(name[:1].upper() + name[1:], _NAME_CHARS))
        self.name_label.setToolTip(name if len(name) > _NAME_CHARS else "")
        loudness = stem.measured.loudness_lufs
        self.loudness_label.setText(tr(loudness_text(loudness)) or tr("loudness unknown"))
        self.setAccessibleName(tr("Stem {name}", name=name))
        self.mute_button.setAccessibleName(tr("Mute {stem}", stem=name))
        self.solo_button.setAccessibleName(tr("Solo {stem}", stem=name))
        mute, solo = tr("Mute"), tr("Solo")
        self.mute_button.setToolTip(f"{mute} ({key})" if key else mute)
        self.solo_button.setToolTip(f"{solo} ({native_keys(f'Shift+{key}')})" if key else solo)
        self.level.setAccessibleName(tr("Level of {name}", name=name))
        self.pan.setAccessibleName(tr("Pan of {name}", name=name))
        self.waveform.setAccessibleName(tr("Position in {name}", name=name))
        self.meter.setAccessibleName(tr("Meter of {name}", name=name))
        share = stem.duration_s / length_s if length_s else 0.0
        self.waveform.set_clip(_extended(peaks, share), length_s)
        problem = "" if stem.playable else tr("The sound of this stem is not on this computer.")
        self.problem_label.setText(problem)
        self.problem_label.setVisible(bool(problem))
        self.waveform.setVisible(not problem)
        self._update_sizes()

    def show_mix(self, mix: TrackMix, *, is_heard: bool) -> None:
        """Shows how the stem is heard."""
        self._mix = mix
        self.mute_button.setChecked(mix.is_muted)
        self.solo_button.setChecked(mix.is_soloed)
        self.level.show_mix(mix)
        self.pan.show_mix(mix)
        self.gain_label.setText(f"{tr(mix.gain_text)} ·")
        for effect in self._effects:
            effect.setEnabled(not is_heard)
        set_role(self._style, self.name_label, "strong" if is_heard else "muted")
        state = (
            ""
            if is_heard
            else tr("muted")
            if mix.is_muted
            else tr("not heard, as another is soloed")
        )
        self.setAccessibleDescription(", ".join(
            part for part in (tr(mix.gain_text), tr("pan {pan}", pan=mix.pan_text), state) if part
        ))  # fmt: skip

    @property
    def word_width(self) -> int:
        """Width of the longest word of the name in pixels: narrower, it would be cut off."""
        metrics = self.name_label.fontMetrics()
        words = self.name_label.text().split()
        return max((metrics.horizontalAdvance(word) for word in words), default=0) + 2

    def set_size(self, *, low: bool, narrow: bool, name_width: int = 0) -> None:
        """Makes the row lower, for many of them, and its names narrower.

        Args:
            name_width: Width in pixels that the names need at least.
        """
        if (low, narrow, name_width) != (self._is_low, self._is_narrow, self._name_width):
            self._is_low, self._is_narrow, self._name_width = low, narrow, name_width
            self._update_sizes()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.waveform_moved.emit()

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() is QEvent.Type.LayoutRequest:
            self.waveform_moved.emit()
        return done

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        levels = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
        places = {Qt.Key.Key_Left: -_PAN_STEP, Qt.Key.Key_Right: _PAN_STEP}
        rows = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
        if not event.isAutoRepeat():
            self.gesture_started.emit()
        if key in levels and modifiers == Qt.KeyboardModifier.NoModifier:
            self.gain_changed.emit(stepped_gain(self._mix.gain_db, levels[key]))
        elif key in places and modifiers == Qt.KeyboardModifier.ShiftModifier:
            self.pan_changed.emit(self._mix.pan + places[key])
        elif key in rows and modifiers == Qt.KeyboardModifier.NoModifier:
            self.focus_move_requested.emit(rows[key])
        else:
            super().keyPressEvent(event)

    def _on_mute_toggled(self, checked: bool) -> None:
        if checked != self._mix.is_muted:
            self.mute_requested.emit()

    def _on_solo_toggled(self, checked: bool) -> None:
        if checked != self._mix.is_soloed:
            self.solo_requested.emit()

    def _mix_button(self, text: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setCheckable(True)
        button.setProperty("role", "mix")
        button.setProperty("ringRadius", 8)
        return button

    def _build_layout(self) -> None:
        names = QVBoxLayout(self._names)
        names.setContentsMargins(0, 0, 0, 0)
        names.setSpacing(2)
        names.addStretch(1)
        names.addWidget(self.name_label)
        names.addWidget(self.loudness_label)
        names.addStretch(1)
        values = QHBoxLayout()
        values.setContentsMargins(0, 0, 0, 0)
        values.setSpacing(1)
        values.addWidget(self.gain_label)
        values.addWidget(self.pan)
        values.addStretch(1)
        levels = QVBoxLayout(self._levels)
        levels.setContentsMargins(0, 0, 0, 0)
        levels.setSpacing(2)
        levels.addStretch(1)
        levels.addWidget(self.level)
        levels.addLayout(values)
        levels.addStretch(1)
        # Left of it the last samples would touch the meter.
        self.waveform.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(14, 0, 14, 0)
        for part in (self._names, self.mute_button, self.solo_button, self._levels):
            self._row.addWidget(part)
        self._row.addWidget(self.waveform, 1)
        self._row.addWidget(self.problem_label, 1)
        self._row.addWidget(self.meter)

    def _update_sizes(self) -> None:
        px = self._style.px
        self._row.setSpacing(8 if self._is_narrow else 14)
        name_width = px(_NARROW_NAME_WIDTH if self._is_narrow else _NAME_WIDTH)
        self._names.setFixedWidth(max(name_width, self._name_width))
        for button in (self.mute_button, self.solo_button):
            button.setFixedSize(px(_BUTTON_WIDTH), px(_BUTTON_HEIGHT))
        widest = self.gain_label.fontMetrics().horizontalAdvance("\u221240.0 dB ·")
        self._levels.setFixedWidth(max(_LEVEL_WIDTH, widest + self.pan.sizeHint().width() + 2))
        height = _LOW_HEIGHT if self._is_low else _HEIGHT
        texts = self.level.sizeHint().height() + self.pan.sizeHint().height() + 8
        names = self._names.heightForWidth(self._names.width()) + 2 * _NAME_MARGIN
        self.setFixedHeight(max(height, texts, names, px(44)))
        self.waveform.setFixedHeight(height - 24)


def _extended(peaks: bytes, share: float) -> bytes:
    """Returns the peaks of a stem over the length of the longest one; silence after its end."""
    if not peaks or not 0.0 < share < 1.0:
        return peaks
    # A very short stem has fewer peaks than it came with: a row may contain any length.
    count = min(len(peaks), max(1, int(_MOST_PEAKS * share)))
    places = range(count + 1)
    edges = [place * len(peaks) // count for place in places]
    kept = bytes(max(peaks[start:stop]) for start, stop in pairwise(edges))
    return kept + bytes(round(min(_MOST_PEAKS, count / share)) - count)
