"""Rating, notes and lyrics of the inspected clip."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.domain.lyrics import section_name
from producer_studio.ui.inspector.section import Section
from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.star_rating import Stars

STAYS_OPEN = frozenset({Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason})
"""Reasons for which a field loses the keyboard only for a while: typing goes on afterwards."""

_FEW_LINES = 12
_LEAST, _MOST = 58, 260


class NotesField(QPlainTextEdit):
    """Grows with its text."""

    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Notes")
        self.setPlaceholderText("Your notes about this clip")
        self.setTabChangesFocus(True)
        self.setProperty("ringSoft", True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in STAYS_OPEN:
            # From here on the field follows the library again.
            self.document().setModified(False)
            self.left.emit()

    def _fit(self) -> None:
        lines = self.document().documentLayout().documentSize().height()
        wanted = round(lines * self.fontMetrics().lineSpacing()) + 22
        self.setFixedHeight(max(_LEAST, min(_MOST, wanted)))


class YourWords(Section):
    """Signals:
    rated: Stars were chosen.
    noted: The notes are being typed.
    notes_left: The notes lost the focus.
    """

    rated = Signal(int)
    noted = Signal(str)
    notes_left = Signal()

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(look, "", parent)
        line = QHBoxLayout()
        head = label("RATING", "section", self)
        self.stars = Stars(look, self)
        self.stars.rated.connect(self.rated)
        line.addWidget(head)
        line.addStretch(1)
        line.addWidget(self.stars)
        self.notes = NotesField(self)
        self.notes.textChanged.connect(self._on_text)
        self.notes.left.connect(self.notes_left)
        self._showing = False
        self._clip: ClipId | None = None
        self.body.addLayout(line)
        self.body.addWidget(self.notes)

    def show_clip(self, clip: Clip, typed_notes: str | None) -> None:
        self._showing = True
        another, self._clip = clip.id != self._clip, clip.id
        text = typed_notes if typed_notes is not None else clip.notes
        typing = self.notes.document().isModified()
        if self.notes.toPlainText() != text and (another or not typing):
            self.notes.setPlainText(text)
        self.stars.set_stars(clip.stars)
        self._showing = False

    def _on_text(self) -> None:
        if not self._showing:
            self.noted.emit(self.notes.toPlainText())


class Lyrics(Section):
    """The sung words; long ones open on demand."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(look, "Lyrics", parent)
        self._text = ""
        self._whole = False
        self.words = QLabel(self)
        self.words.setProperty("role", "value")
        self.words.setTextFormat(Qt.TextFormat.RichText)
        self.words.setWordWrap(True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.more = QPushButton("Show all", self)
        self.more.setProperty("role", "link")
        self.more.clicked.connect(self._on_more)
        self.body.addWidget(self.words)
        self.body.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        look.changed.connect(self._draw)

    def show_clip(self, clip: Clip) -> None:
        text = "" if clip.recipe.instrumental else clip.lyrics.strip()
        if text != self._text:
            self._text, self._whole = text, False
            self._draw()
        self.setVisible(bool(text))

    def _on_more(self) -> None:
        self._whole = not self._whole
        self._draw()

    def _draw(self) -> None:
        lines = self._text.splitlines()
        long = len(lines) > _FEW_LINES + 2
        shown = lines if self._whole or not long else lines[:_FEW_LINES]
        accent = self._look.theme.accent.name()
        self.words.setText("<br>".join(_line(line, accent) for line in shown))
        self.words.setAccessibleName("\n".join(shown))
        self.more.setText("Show less" if self._whole else "Show all")
        self.more.setVisible(long)


def _line(text: str, accent: str) -> str:
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if section_name(text) is None:
        return plain
    return f'<span style="color: {accent}; font-weight: 600">{plain}</span>'
