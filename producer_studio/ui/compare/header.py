"""Top line of a comparison: close, title, and how it is played and shown."""

from functools import partial

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from producer_studio.translation import tr
from producer_studio.ui.compare.compared_clip import comparison_title
from producer_studio.ui.compare.comparison import Comparison
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.label import ElidedLabel

_MIN_TITLE_WIDTH = 190
_ICON_WIDTH = 44
"""Of a button without text."""


class CompareHeader(QWidget):
    """Buttons and title; in a narrow window the switches have icons alone.

    Signals:
        matched_changed: The loudness is to be matched, or not.
        bars_changed: Switches are to go to the same bar, or to the same time.
        blind_changed: The names are to be hidden, or shown.
        abx_changed: An A/B/X test is to begin, or to end.
    """

    matched_changed = Signal(bool)
    bars_changed = Signal(bool)
    blind_changed = Signal(bool)
    abx_changed = Signal(bool)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self.close_button = QPushButton(tr("Close"), self)
        self.close_button.setProperty("role", "ghost")
        self.close_button.setToolTip(tr("Back to the library (Esc)"))
        style.set_icon(self.close_button, "x", "text2", 16)
        self.title_label = ElidedLabel("", "title", self)
        self.title_label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._switches: dict[QPushButton, tuple[str, str]] = {}
        self.matched_button = self._switch(tr("Loudness matched"), "volume-2")
        self.bars_button = self._switch(tr("By bar"), "drum")
        self.blind_button = self._switch(tr("Blind"), "eye-off")
        self.abx_button = self._switch("A/B/X", "ear")
        self.rest_button = QPushButton(self)
        self.rest_button.setAccessibleName(tr("Discard the rest"))
        self._switches[self.rest_button] = (tr("Discard the rest"), "trash-2")
        style.set_icon(self.rest_button, "trash-2", "text1", 14)
        self._states = {
            self.matched_button: False,
            self.bars_button: False,
            self.blind_button: False,
            self.abx_button: False,
        }
        for button, changed in zip(
            self._states,
            (self.matched_changed, self.bars_changed, self.blind_changed, self.abx_changed),
            strict=True,
        ):
            # Not `clicked`, which a screen reader's action does not emit.
            button.toggled.connect(partial(self._on_toggled, button, changed))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(6)
        for widget in (self.close_button, self.title_label, *self._switches):
            self._row.addWidget(widget, 1 if widget is self.title_label else 0)
        style.changed.connect(self.update_texts)

    def show_comparison(self, comparison: Comparison) -> None:
        """Shows title and state of a comparison, which has one clip at least."""
        clips, is_abx = comparison.clips, comparison.abx is not None
        self.title_label.setText(comparison_title([one.clip for one in clips]))
        self.bars_button.setVisible(
            len(clips) > 1 and comparison.can_align_bars and not comparison.hides_clips
        )
        self._states = {
            self.matched_button: comparison.is_matched,
            self.bars_button: comparison.aligns_bars,
            self.blind_button: comparison.is_blind,
            self.abx_button: is_abx,
        }
        for button, state in self._states.items():
            button.setChecked(state)
        self.abx_button.setEnabled(sum(one.track is not None for one in clips) > 1)
        self.rest_button.setEnabled(len(clips) > 1 and not is_abx)
        self.update_texts()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.update_texts()

    def _on_toggled(self, button: QPushButton, changed: SignalInstance, checked: bool) -> None:
        if checked != self._states[button]:
            changed.emit(checked)

    def _switch(self, name: str, icon: str) -> QPushButton:
        button = QPushButton(self)
        button.setProperty("role", "pill")
        button.setCheckable(True)
        button.setAccessibleName(name)
        self._style.set_icon(button, icon, "text2", 16)
        self._switches[button] = (name, icon)
        return button

    def update_texts(self) -> None:
        """Shows the texts that fit; also after a button was hidden or shown."""
        fixed = self.close_button.sizeHint().width() + 6 * (len(self._switches) + 1)
        room = self.width() - fixed - self._style.px(_MIN_TITLE_WIDTH)
        shown = [button for button in self._switches if not button.isHidden()]
        metrics = self.rest_button.fontMetrics()
        texts = {
            button: metrics.horizontalAdvance(name) + 7
            for button, (name, _) in self._switches.items()
        }
        room -= len(shown) * _ICON_WIDTH
        # The button that discards keeps its text longest.
        for buttons in ([self.rest_button], [one for one in shown if one is not self.rest_button]):
            width = sum(texts[button] for button in buttons)
            fits = width <= room
            room -= width if fits else room
            for button in buttons:
                self._show_text(button, fits)

    def _show_text(self, button: QPushButton, shown: bool) -> None:
        name, icon = self._switches[button]
        text = name if shown else ""
        if button.text() != text:
            button.setText(text)
            button.setToolTip("" if text else name)
            # The gap between icon and text depends on whether there is a text.
            role, size = ("text1", 14) if button is self.rest_button else ("text2", 16)
            self._style.set_icon(button, icon, role, size)
