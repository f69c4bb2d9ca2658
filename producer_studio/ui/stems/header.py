"""Top line of the mixer: close, title, and what is done with the mix."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from producer_studio.domain.clip import Clip
from producer_studio.domain.key_text import key_text
from producer_studio.translation import tr, tr_message
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.label import ElidedLabel
from producer_studio.ui.widgets.text_format import literal_text

_MIN_TITLE_WIDTH = 170
_SPACING = 8


class StemsHeader(QWidget):
    """Buttons and title; in a narrow window the texts are shorter, and then icons."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self.close_button = QPushButton(tr("Close"), self)
        self.close_button.setProperty("role", "ghost")
        self.close_button.setAccessibleName(tr("Close the stems"))
        self.close_button.setToolTip(tr("Back to the library (Esc)"))
        style.set_icon(self.close_button, "x", "text2", 16)
        self.title_label = ElidedLabel("", "title", self)
        self.title_label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.reset_button = QPushButton(tr("Reset"), self)
        self.reset_button.setAccessibleName(tr("Reset the mix"))
        self.mix_button = QPushButton(tr("Export mix"), self)
        self.mix_button.setAccessibleName(tr("Export mix as WAV"))
        self.stems_button = QPushButton(tr("Export stems"), self)
        self.save_button = QPushButton(tr("Save this mix as a clip"), self)
        self.save_button.setProperty("role", "primary")
        self.save_button.setProperty("fit", "small")
        self.save_button.setAccessibleName(tr("Save this mix as a clip of the library"))
        self._facts = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_SPACING)
        self._buttons = (self.reset_button, self.mix_button, self.stems_button, self.save_button)
        self._icons = {
            self.reset_button: "rotate-cw",
            self.mix_button: "audio-lines",
            self.stems_button: "download",
        }
        row.addWidget(self.close_button)
        row.addWidget(self.title_label, 1)
        for button in self._buttons:
            row.addWidget(button)
        style.changed.connect(self.update_texts)

    def show_song(self, song: Clip) -> None:
        """Shows the title of a song, and its tempo and key on the button that exports."""
        title = " ".join(tr_message(song.display_title).split()) or tr("Untitled")
        self.title_label.setText(tr("Stems of “{title}”", title=title))
        self._facts = " ".join(
            part
            for part in (tr(song.bpm_text).removeprefix("≈"), tr_message(key_text(song.key)))
            if part
        )
        self.stems_button.setAccessibleName(", ".join(
            part for part in (tr("Export stems as WAV"), self._facts) if part
        ))  # fmt: skip
        self.update_texts()

    def loses_focus(self, *, exports: bool, saves: bool) -> bool:
        """Whether `set_enabled` would disable the button that has the focus."""
        export_focused = self.stems_button.hasFocus() or self.mix_button.hasFocus()
        return (export_focused and not exports) or (self.save_button.hasFocus() and not saves)

    def set_enabled(self, *, exports: bool, saves: bool) -> None:
        """Enables the buttons, or disables them while they are at work."""
        self.stems_button.setEnabled(exports)
        self.mix_button.setEnabled(exports)
        self.save_button.setEnabled(saves)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.update_texts()

    def update_texts(self) -> None:
        """Shows the longest texts that fit."""
        facts = f", {self._facts}" if self._facts else ""
        save = tr("Save this mix as a clip")
        choices = (
            (tr("Reset"), tr("Export mix"), f"{tr('Export stems · WAV')}{facts}", save),
            (tr("Reset"), tr("Export mix"), tr("Export stems · WAV"), save),
            (tr("Reset"), tr("Export mix"), tr("Export stems"), tr("Save this mix")),
            ("", "", tr("Export stems"), tr("Save this mix")),
            ("", "", "", tr("Save")),
        )
        room = self.width() - self.close_button.sizeHint().width()
        room -= self._style.px(_MIN_TITLE_WIDTH) + _SPACING * (len(self._buttons) + 1)
        for texts in choices:
            if self._apply(texts) <= room:
                return

    def _apply(self, texts: tuple[str, ...]) -> int:
        """Shows texts; returns the width that the buttons need."""
        for button, text in zip(self._buttons, texts, strict=True):
            if button.text() != literal_text(text) or button.icon().isNull():
                button.setText(literal_text(text))
                button.setToolTip("" if text else button.accessibleName())
                if button in self._icons:
                    # The gap between icon and text depends on whether there is a text.
                    self._style.set_icon(button, self._icons[button], "text1", 14)
        return sum(button.sizeHint().width() for button in self._buttons)
