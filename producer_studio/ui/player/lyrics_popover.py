"""Popover above the player bar with the lyrics of the loaded clip."""

from html import escape

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from producer_studio.domain.clip import Clip
from producer_studio.domain.section_marks import estimate_line
from producer_studio.translation import mark, tr, tr_message
from producer_studio.ui.player.popover import Popover
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.label import (
    PARAGRAPH_CHARS,
    LongTextView,
    break_long_words,
    label,
    paragraph,
    set_paragraph_text,
    shorten,
)

_SIZE = QSize(340, 420)
_TITLE_CHARS = 200
_LINE_HEIGHT = 138
_ESTIMATED = mark("The marked line is an estimate from the position.")


class LyricsPopover(Popover):
    """Shows lyrics, and marks the line that may be sung now."""

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(style, tr("Lyrics"), _SIZE, parent)
        card = self.card
        self._lines: list[str] = []
        self._range_s = (0.0, 0.0)
        self._marked: int | None = None
        self._title = label("", "strong", card, wrap=True)
        self._note = label(tr(_ESTIMATED), "secondary", card, wrap=True)
        self._lyrics = paragraph("", "", line_height=_LINE_HEIGHT)
        self._lyrics.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._lyrics.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._area = QScrollArea(card)
        self._area.setAccessibleName(tr("Lyrics"))
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._lyrics.setProperty("surface", "none")
        self._area.setWidget(self._lyrics)
        self._long_text_view = LongTextView(card)
        self._long_text_view.setAccessibleName(tr("Lyrics"))
        self._pages = QStackedLayout()
        self._pages.addWidget(self._area)
        self._pages.addWidget(self._long_text_view)
        style.changed.connect(self._update_colour)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(18, 16, 8, 12)
        inside.setSpacing(10)
        inside.addWidget(self._title)
        inside.addLayout(self._pages, 1)
        inside.addWidget(self._note)

    @property
    def marked_line(self) -> str:
        """The line that may be sung now; empty if none is marked."""
        return self._lines[self._marked] if self._marked is not None else ""

    def show_clip(self, clip: Clip) -> None:
        """Shows a clip's lyrics, or that it has none."""
        self._title.setText(shorten(tr_message(clip.display_title), _TITLE_CHARS) or tr("Untitled"))
        lyrics = clip.lyrics.strip()
        text = lyrics or tr("This clip has no lyrics.")
        is_long = len(text) > PARAGRAPH_CHARS
        self._lines = lyrics.splitlines() if not is_long else []
        self._marked = None
        set_paragraph_text(self._lyrics, "" if is_long else text, _LINE_HEIGHT)
        self._long_text_view.show_text(text if is_long else "")
        self._pages.setCurrentIndex(int(is_long))
        self._note.setVisible(bool(self._lines))
        self.fit_content()

    def content_height(self, width: int) -> int | None:
        inside = self.card.layout()
        if self._pages.currentIndex() or inside is None:
            return None
        margins = inside.contentsMargins()
        width -= margins.left() + margins.right()
        parts = [self._title, self._lyrics, *([] if self._note.isHidden() else [self._note])]
        for part in parts:
            part.ensurePolished()
        texts = sum(part.heightForWidth(width) for part in parts)
        return texts + margins.top() + margins.bottom() + inside.spacing() * len(parts)

    def focus_text(self) -> None:
        """Gives the keyboard to the text, so that the arrows scroll it."""
        (self._area, self._long_text_view)[self._pages.currentIndex()].setFocus()

    def set_sounding_range(self, start_s: float, end_s: float) -> None:
        """Sets where the sound of the clip begins and ends."""
        self._range_s = (start_s, end_s)

    def show_position(self, seconds: float) -> None:
        """Marks the line that may be sung at a position, and scrolls to it."""
        if not self._lines or not self.isVisible():
            return
        marked = estimate_line(self._lines, seconds, self._range_s)
        if marked != self._marked and not self._lyrics.hasSelectedText():
            self._mark(marked)

    def _update_colour(self) -> None:
        if self._marked is not None:
            self._mark(self._marked)

    def _mark(self, marked: int | None) -> None:
        self._marked = marked
        accent = self._style.colour("accent")
        colour = f"rgba({accent.red()}, {accent.green()}, {accent.blue()}, 18%)"
        lines = [escape(break_long_words(line)) for line in self._lines]
        if marked is not None:
            lines[marked] = f'<span style="background-color: {colour}">{lines[marked]}</span>'
        body = "<br>".join(lines)
        self._lyrics.setText(f'<p style="line-height: {_LINE_HEIGHT}%; margin: 0">{body}</p>')
        if marked is not None:
            height = self._lyrics.sizeHint().height()
            middle = round(height * (marked + 0.5) / len(self._lines))
            self._area.ensureVisible(0, middle, 0, self._area.viewport().height() // 3)
