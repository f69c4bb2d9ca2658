"""Rating, notes and lyrics of the inspected clip."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.domain.lyrics.sections import parse_section_name
from producer_studio.translation import tr
from producer_studio.ui.inspector.section import InspectorSection
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.label import (
    PARAGRAPH_CHARS,
    LongTextView,
    label,
    shorten,
)
from producer_studio.ui.widgets.lyrics_highlighter import LyricsHighlighter
from producer_studio.ui.widgets.plain_text_edit import PlainTextEdit
from producer_studio.ui.widgets.star_rating import StarRating

TEMPORARY_FOCUS_REASONS = frozenset(
    {Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason}
)
"""Reasons for which a field loses the focus only for a while: the edit continues afterwards."""

_COLLAPSED_LINES = 12
_COLLAPSED_CHARS = 1000
_VIEW_HEIGHT = 420
_MIN_HEIGHT, _MAX_HEIGHT = 58, 260


class NotesField(PlainTextEdit):
    """Text field that grows with its text."""

    editing_finished = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Notes"))
        self.setPlaceholderText(tr("Your notes about this clip"))
        self.setTabChangesFocus(True)
        self.setProperty("ringSoft", True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.document().documentLayout().documentSizeChanged.connect(self._update_height)
        self._update_height()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in TEMPORARY_FOCUS_REASONS:
            # From here on the field shows the library's text again.
            self.document().setModified(False)
            self.editing_finished.emit()

    def _update_height(self) -> None:
        lines = self.document().documentLayout().documentSize().height()
        wanted = round(lines * self.fontMetrics().lineSpacing()) + 22
        self.setFixedHeight(max(_MIN_HEIGHT, min(_MAX_HEIGHT, wanted)))


class RatingAndNotes(InspectorSection):
    """Star rating and notes.

    Signals:
        rating_changed: The user chose a number of stars.
        notes_edited: Text of the notes, at each edit.
        notes_committed: The notes lost the focus.
    """

    rating_changed = Signal(int)
    notes_edited = Signal(str)
    notes_committed = Signal()

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(style, "", parent)
        line = QHBoxLayout()
        head = label(tr("RATING"), "section", self)
        self.stars = StarRating(style, self)
        self.stars.rating_changed.connect(self.rating_changed)
        line.addWidget(head)
        line.addStretch(1)
        line.addWidget(self.stars)
        self.notes = NotesField(self)
        self.notes.textChanged.connect(self._on_notes_changed)
        self.notes.editing_finished.connect(self.notes_committed)
        self._is_updating = False
        self._clip: ClipId | None = None
        self.body.addLayout(line)
        self.body.addWidget(self.notes)

    def show_clip(self, clip: Clip, unsaved_notes: str | None) -> None:
        self._is_updating = True
        another, self._clip = clip.id != self._clip, clip.id
        text = unsaved_notes if unsaved_notes is not None else clip.notes
        typing = self.notes.document().isModified()
        if self.notes.toPlainText() != text and (another or not typing):
            self.notes.show_text(text)
        self.stars.set_stars(clip.stars)
        self._is_updating = False

    def _on_notes_changed(self) -> None:
        if not self._is_updating:
            self.notes_edited.emit(self.notes.toPlainText())


class ClipLyrics(InspectorSection):
    """Lyrics of the clip; long ones are collapsed at first."""

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(style, tr("Lyrics"), parent)
        self._text = ""
        self._is_expanded = False
        self.lyrics_label = QLabel(self)
        self.lyrics_label.setProperty("role", "value")
        self.lyrics_label.setTextFormat(Qt.TextFormat.RichText)
        self.lyrics_label.setWordWrap(True)
        self.lyrics_label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.lyrics_label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.long_text_view = LongTextView(self)
        self.long_text_view.setAccessibleName(tr("Lyrics"))
        self.long_text_view.hide()
        self._highlighter = LyricsHighlighter(self.long_text_view.document(), style.theme.accent)
        self.expand_button = QPushButton(tr("Show all"), self)
        self.expand_button.setProperty("role", "link")
        self.expand_button.clicked.connect(self._on_expand_clicked)
        self.body.addWidget(self.lyrics_label)
        self.body.addWidget(self.long_text_view)
        self.body.addWidget(self.expand_button, 0, Qt.AlignmentFlag.AlignLeft)
        style.changed.connect(self._update_text)

    def show_clip(self, clip: Clip) -> None:
        text = "" if clip.recipe.instrumental else clip.lyrics.strip()
        if text != self._text:
            self._text, self._is_expanded = text, False
            self._update_text()
        self.setVisible(bool(text))

    def _on_expand_clicked(self) -> None:
        self._is_expanded = not self._is_expanded
        self._update_text()

    def _update_text(self) -> None:
        lines = self._text.splitlines()
        long = len(lines) > _COLLAPSED_LINES + 2 or len(self._text) > _COLLAPSED_CHARS
        in_view = self._is_expanded and len(self._text) > PARAGRAPH_CHARS
        self.long_text_view.setVisible(in_view)
        self.long_text_view.setFixedHeight(self._style.px(_VIEW_HEIGHT))
        self.long_text_view.show_text(self._text if in_view else "")
        self.lyrics_label.setVisible(not in_view)
        if long and not self._is_expanded:
            lines = shorten("\n".join(lines[:_COLLAPSED_LINES]), _COLLAPSED_CHARS).splitlines()
        shown = [] if in_view else lines
        self._highlighter.set_colour(self._style.theme.accent)
        accent = self._style.theme.accent.name()
        self.lyrics_label.setText("<br>".join(_line_html(line, accent) for line in shown))
        self.lyrics_label.setAccessibleName("\n".join(shown))
        self.expand_button.setText(tr("Show less") if self._is_expanded else tr("Show all"))
        self.expand_button.setVisible(long)


def _line_html(text: str, accent: str) -> str:
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if parse_section_name(text) is None:
        return plain
    return f'<span style="color: {accent}; font-weight: 600">{plain}</span>'
