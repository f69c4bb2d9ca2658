"""Lyrics editor with highlighted sections and syllable counts."""

from functools import lru_cache, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from producer_studio.domain.lyrics.outline import SECTION_KINDS
from producer_studio.domain.lyrics.sections import count_words, parse_section_name
from producer_studio.domain.lyrics.words import MAX_LINE_LENGTH
from producer_studio.domain.operation import Operation
from producer_studio.domain.prompt_advice import check_lyrics
from producer_studio.domain.sung_length import SungPace, count_lyrics, length_advice
from producer_studio.translation import mark, ntr, tr
from producer_studio.ui.compose.field_parts import AdviceLine, AdviceSpace, FieldFrame, FieldHead
from producer_studio.ui.compose.lyrics.gutter import LyricsGutter
from producer_studio.ui.compose.lyrics.section_actions import SectionActions
from producer_studio.ui.compose.multiline_edit import MultilineEdit
from producer_studio.ui.compose.multiline_field import limit_remark
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.buttons import IconButton
from producer_studio.ui.widgets.checked_state import set_checked
from producer_studio.ui.widgets.debounce import Debounce
from producer_studio.ui.widgets.keyboard import set_guarded
from producer_studio.ui.widgets.lyrics_highlighter import LyricsHighlighter
from producer_studio.ui.widgets.menu import Menu
from producer_studio.ui.widgets.text_format import literal_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from producer_studio.domain.lyrics.proposal import LyricsOffer, SectionChange
    from producer_studio.domain.lyrics.versions import VersionHistory
    from producer_studio.ui.compose.lyrics.outline import SectionOutline

LONG_LYRICS = 4000
"""Characters, about a hundred lines; longer lyrics are checked only when typing pauses."""

LONG_LYRICS_DELAY_MS = 120
_LINE_PX = 20
_MIN_HEIGHT_PX = 124
_LARGE_TEXT_SCALE = 1.15
_DESCRIPTION = mark("One line for each breath. Lines such as [Verse] and [Chorus] shape the song.")
# Translators: what stands in brackets stays English: services know it.
_PLACEHOLDER = mark("[Verse 1]\nA line for each breath\n\n[Chorus]\nWhat everyone sings along")
_CHIPS = tuple(one for one in SECTION_KINDS if one in {"Verse", "Chorus", "Bridge"})


# A keystroke changes one line; the others are not counted again.
_count_words = lru_cache(maxsize=2048)(count_words)


@lru_cache(maxsize=2048)
def _is_section_mark(line: str) -> bool:
    return parse_section_name(line) is not None


class LyricsEditor(QWidget):
    """Editor with buttons for section marks and for generating lyrics.

    Signals:
        edited: The text changed.
        generation_requested: "Write for me" was pressed.
        versions_requested: Show earlier versions of the text.
        version_chosen: Restore this earlier text.
        part_created: A part was created that needs the compose panel's event filters.
    """

    edited = Signal()
    versions_requested = Signal()
    version_chosen = Signal(str)
    part_created = Signal(QWidget)
    generation_requested = Signal()

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._is_instrumental = False
        self._limit: int | None = None
        self._is_optional = False
        self._pace: SungPace | None = None
        self._asked_s: float | None = None
        self._operation = Operation.CREATE
        self._delayed_advice = Debounce(self._update_advice, LONG_LYRICS_DELAY_MS, self)
        self.edit = MultilineEdit(style, _LINE_PX)
        self.edit.setAccessibleName(tr("Lyrics"))
        self.edit.set_placeholder(tr(_PLACEHOLDER))
        self._highlighter = LyricsHighlighter(self.edit.document(), style.theme.accent)
        self.head = FieldHead(tr("Lyrics"), self.edit, style)
        self._frame = FieldFrame(style)
        inside = QHBoxLayout(self._frame)
        inside.setContentsMargins(1, 1, 3, 1)
        inside.setSpacing(0)
        self.gutter = LyricsGutter(self.edit, style, self._frame)
        inside.addWidget(self.gutter)
        column = QVBoxLayout()
        column.setContentsMargins(10, 8, 0, 1)
        column.addWidget(self.edit)
        inside.addLayout(column, 1)
        self._inside = inside
        self.sections = SectionActions(self.edit)
        self.outline: SectionOutline | None = None
        self._advice = AdviceLine(style)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._build_head()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(5)
        whole.addWidget(self.head)
        whole.addLayout(self._build_buttons())
        whole.addWidget(self._frame, 1)
        whole.addWidget(AdviceSpace(style, self._advice, 2))
        self.edit.edited.connect(self._on_edited)
        style.changed.connect(self._restyle)
        self._restyle()
        self._on_edited()

    def text(self) -> str:
        return self.edit.text()

    def configure(
        self, head: str, limit: int | None, operation: Operation, *, optional: bool
    ) -> None:
        """Sets the heading, the character limit of the account and the operation."""
        self.head.set_name(head)
        if operation is not self._operation:
            self._operation = operation
            self._update_advice()
        if (limit, optional) != (self._limit, self._is_optional):
            self._limit, self._is_optional = limit, optional
            self._update_counts()

    def set_instrumental(self, instrumental: bool) -> None:
        """Dims the lyrics of an instrumental: they are preserved, but not sent."""
        if instrumental != self._is_instrumental:
            self._is_instrumental = instrumental
            self._restyle()
            self._on_edited()

    def set_generation_state(self, reason: str, tooltip: str, *, busy: bool) -> None:
        """Enables "Write for me", or shows why it is unavailable.

        Args:
            reason: Why it is unavailable; empty when it is available.
            tooltip: Description with the price.
            busy: Whether lyrics are being generated.
        """
        description = tr("The lyrics are being written.") if busy else reason or tooltip
        if self.write_button.hasFocus() and (busy or reason):
            # A button that is disabled would pass the focus on to any other control.
            self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self.write_button.setText(tr("Writing…") if busy else tr("Write for me"))
        self.write_button.setEnabled(not busy and not reason)
        self.write_button.setToolTip(description)
        self.write_button.setAccessibleDescription(description)

    def set_pace(self, pace: SungPace | None, asked_s: float | None) -> None:
        """Sets how fast the user's clips are sung, and the length that is asked for in seconds."""
        if (pace, asked_s) != (self._pace, self._asked_s):
            self._pace, self._asked_s = pace, asked_s
            self._update_advice()

    def insert_section(self, name: str) -> None:
        """Inserts a numbered mark at the cursor, as one undo step."""
        self.sections.insert(name)
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_outline(self, shown: bool) -> None:
        """Shows or hides the outline of the sections; creates it on the first call."""
        from producer_studio.ui.compose.lyrics.outline import SectionOutline  # start-up cost

        if self.outline is None and shown:
            self.outline = SectionOutline(self._style, self.sections, self._frame)
            self.outline.rename_requested.connect(self._ask_for_name)
            self.outline.left.connect(lambda: self.edit.setFocus(Qt.FocusReason.OtherFocusReason))
            self._inside.addWidget(self.outline)
            self.part_created.emit(self.outline)
        if self.outline is not None:
            self.outline.setVisible(shown)
        set_checked(self.outline_button, shown)

    def _ask_for_name(self, index: int | None) -> None:
        """Asks for the name of a section, or of a new one."""
        from producer_studio.ui.widgets.name_dialog import NameDialog  # start-up cost

        old = "" if index is None else self.sections.parts()[index].name
        title, action = (
            (tr("Add a section"), tr("Add"))
            if index is None
            else (tr("Rename section"), tr("Rename"))
        )
        dialog = NameDialog(self._style, title, old, action, self)

        def use(name: str) -> None:
            if index is None:
                self.insert_section(name)
            else:
                self.sections.rename(index, name)

        dialog.named.connect(use)
        dialog.open()

    def _build_head(self) -> None:
        style = self._style
        self.outline_button = IconButton(
            style, "list", tr("Show the outline"), size=14, box=22, checkable=True
        )
        self.outline_button.toggled.connect(self.show_outline)
        self.more_button = IconButton(style, "ellipsis", tr("More for the lyrics"), size=14, box=22)
        self.more_button.clicked.connect(self._on_more_clicked)
        self.head.add_button(self.outline_button)
        self.head.add_button(self.more_button)

    def create_menu(self) -> Menu:
        """Creates the menu of the lyrics; it is deleted when it is closed."""
        menu = Menu(self._style, self, name=tr("More for the lyrics"))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in SECTION_KINDS:
            menu.add_item(tr("Add {name}", name=name), partial(self.insert_section, name))
        menu.add_item(tr("Add own section…"), partial(self._ask_for_name, None), icon="plus")
        menu.addSeparator()
        menu.add_item(tr("Versions…"), self.versions_requested.emit, icon="clock")
        return menu

    def show_versions(self, history: "VersionHistory") -> None:
        """Opens the dialog of earlier versions."""
        from producer_studio.ui.compose.lyrics.versions_dialog import VersionsDialog  # start-up

        dialog = VersionsDialog(self._style, history, self.text(), self.window())
        dialog.restored.connect(self.version_chosen)
        dialog.open()

    def show_review(
        self,
        changes: "Sequence[SectionChange]",
        title: tuple[str, str],
        sound: tuple[str, str],
        accept: "Callable[[LyricsOffer], None]",
    ) -> None:
        """Opens the dialog of lyrics for the form.

        Args:
            changes: The sections of both texts.
            title: Title in the form and proposed one.
            sound: Sound in the form and proposed one.
            accept: Called with what is accepted.
        """
        from producer_studio.ui.compose.lyrics.review_dialog import ReviewDialog  # start-up

        dialog = ReviewDialog(self._style, changes, title, sound, self.window())
        dialog.accepted_offer.connect(accept)
        dialog.open()

    def _on_more_clicked(self) -> None:
        menu = self.create_menu()
        below = self.more_button.rect().bottomRight() - QPoint(menu.sizeHint().width(), 0)
        menu.popup(self.more_button.mapToGlobal(below))

    def _build_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(5)
        self.section_buttons: dict[str, QPushButton] = {}
        for name in _CHIPS:
            chip = QPushButton(literal_text(name))
            chip.setProperty("role", "chip")
            chip.setAccessibleName(tr("Add {name}", name=name))
            chip.setToolTip(tr("Insert a [{name}] line at the cursor", name=name))
            chip.clicked.connect(partial(self._on_chip_clicked, name))
            self.section_buttons[name] = chip
            row.addWidget(chip)
        row.addStretch(1)
        self.write_button = QPushButton(tr("Write for me"))
        self.write_button.setProperty("role", "chip")
        self._style.set_icon(self.write_button, "wand-sparkles", "text2", 13)
        self.write_button.setAccessibleName(tr("Write for me"))
        self.write_button.clicked.connect(self.generation_requested)
        set_guarded(self.write_button)
        row.addWidget(self.write_button)
        return row

    def _on_chip_clicked(self, name: str, _on: bool = False) -> None:
        self.insert_section(name)

    def _on_edited(self) -> None:
        self._update_counts()
        if len(self.edit.text()) < LONG_LYRICS:
            self._update_advice()
        else:
            self._delayed_advice.trigger()
        self.edited.emit()

    def _update_counts(self) -> None:
        text = self.edit.text()
        lines = text.split("\n")
        # A cache of long lines, each with one more letter, would take hundreds of megabytes.
        short = [line for line in lines if len(line) <= MAX_LINE_LENGTH]
        marks = sum(map(_is_section_mark, short))
        words = sum(map(_count_words, short))
        words += sum(count_words(line) for line in lines if len(line) > MAX_LINE_LENGTH)
        parts = [
            ntr("{count} section", "{count} sections", marks)
            if marks and not self._is_crowded
            else "",
            ntr("{count} word", "{count} words", words) if words else "",
        ]
        length = len(text.strip())
        over = self._limit is not None and length > self._limit and not self._is_instrumental
        remark = limit_remark(length, self._limit) or " · ".join(filter(None, parts))
        if self._is_optional and not text.strip():
            remark = tr("optional")
        if self._is_instrumental:
            remark = tr("kept, not sent") if words else tr("not needed")
        self.head.set_remark(remark, is_error=over)
        self._frame.set_invalid(over)

    def _update_advice(self) -> None:
        text = self.edit.text()
        issue = None if self._is_instrumental else check_lyrics(text, self._operation)
        if issue is None and not self._is_instrumental and self._pace is not None:
            syllables = count_lyrics(text, self.gutter.count_line)
            issue = length_advice(syllables, self._pace, self._asked_s) if syllables else None
        self._advice.show_issue(issue)
        self.edit.setAccessibleDescription(tr(issue.text if issue else _DESCRIPTION))

    @property
    def _is_crowded(self) -> bool:
        """Whether large text leaves no space for what can also be seen elsewhere."""
        return self._style.text_scale >= _LARGE_TEXT_SCALE

    def _update_buttons(self) -> None:
        """Removes the plus sign from the chips when large text leaves no space for it."""
        for chip in self.section_buttons.values():
            self._style.set_icon(chip, "plus", "text2", 13)
            if self._is_crowded:
                chip.setIconSize(QSize(0, 13))

    def _restyle(self) -> None:
        self._update_buttons()
        self._update_counts()
        self._frame.setMinimumHeight(self._style.px(_MIN_HEIGHT_PX))
        colour = self._style.theme.text3 if self._is_instrumental else self._style.theme.accent
        self._highlighter.set_colour(colour)
        self.edit.set_dimmed(self._is_instrumental)
