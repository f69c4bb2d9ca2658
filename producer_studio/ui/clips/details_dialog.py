"""Dialog that changes details of any number of clips in one step."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from producer_studio.domain.clip import Clip
from producer_studio.domain.library_change import AppendedText, TagChange
from producer_studio.studio.export.filenames import (
    TEMPLATE_FIELDS,
    ExportPosition,
    filled_title,
    template_problem,
)
from producer_studio.translation import ptr, tr
from producer_studio.ui.clips.tag_choice import TagCounts
from producer_studio.ui.clips.tag_flow import TagFlow
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.dialog import FormDialog
from producer_studio.ui.widgets.label import label, shorten
from producer_studio.ui.widgets.line_edit import LineEdit
from producer_studio.ui.widgets.plain_text_edit import PlainTextEdit
from producer_studio.ui.widgets.segmented import Segmented
from producer_studio.ui.widgets.text_format import clips_text, literal_text

_WIDTH = 520
_PREVIEWED = 3
_MAX_PREVIEW = 60
_NOTE_HEIGHT = 84
_FIELDS = ", ".join("{" + name + "}" for name in list(TEMPLATE_FIELDS)[:6])


@dataclass(frozen=True, slots=True)
class DetailsChange:
    """Changes chosen in the dialog; None leaves a field as it is.

    Attributes:
        title_template: See `title_templates`.
    """

    title_template: str | None = None
    tags: TagChange | None = None
    notes: str | AppendedText | None = None
    favourite: bool | None = None


class DetailsDialog(FormDialog):
    """Title, tags, notes and favourite mark of the selected clips.

    Signals:
        confirmed: The `DetailsChange`; it changes at least one field.
    """

    confirmed = Signal(object)

    def __init__(
        self, style: Style, clips: Sequence[Clip], counts: TagCounts, parent: QWidget
    ) -> None:
        """Creates the dialog.

        Args:
            clips: The first of the clips, for the preview of their titles.
            counts: Number of the clips, and their tags.
        """
        count = counts.clip_count
        super().__init__(style, tr("Details"), _WIDTH, parent)
        self._clips = clips[:_PREVIEWED]
        self._count = count
        heading = (
            tr("“{title}”", title=shorten(clips[0].title, 40))
            if count == 1 and clips
            else clips_text(count)
        )
        self.title_edit = LineEdit(self)
        self.title_edit.setAccessibleName(tr("Title of each clip"))
        self.title_edit.setPlaceholderText(tr("Unchanged"))
        self.preview_label = label("", "secondary", self, wrap=True)
        self.problem_label = label("", "bad", self, wrap=True)
        self.problem_label.hide()
        self.tags = TagFlow(style, counts, self)
        self.note_edit = PlainTextEdit(self)
        self.note_edit.setAccessibleName(tr("Note for each clip"))
        self.note_edit.setPlaceholderText(tr("Unchanged"))
        self.note_edit.setTabChangesFocus(True)
        self.note_edit.setFixedHeight(style.px(_NOTE_HEIGHT))
        self.note_mode = Segmented(
            style,
            ptr("of a clip", "Note"),
            [("add", tr("Add to the notes")), ("replace", tr("Replace the notes"))],
            self,
        )
        self.favourite_mode = Segmented(
            style,
            tr("Favourite mark"),
            [("", tr("Leave")), ("yes", tr("Favourite")), ("no", tr("No favourite"))],
            self,
        )
        self.cancel_button = QPushButton(tr("Cancel"), self)
        self.cancel_button.clicked.connect(self.reject)
        self.confirm_button = QPushButton(
            literal_text(tr("Change {clips}", clips=clips_text(count))), self
        )
        self.confirm_button.setProperty("role", "primary")
        self.confirm_button.clicked.connect(self._on_confirmed)
        self.content.setSpacing(8)
        self.content.addWidget(
            label(tr("Details of {heading}", heading=heading), "title", self, wrap=True)
        )
        self.content.addSpacing(4)
        for name, parts in (
            (tr("Title"), (self.title_edit, self.preview_label, self.problem_label)),
            (tr("Tags"), (self.tags,)),
            (ptr("of a clip", "Note"), (self.note_edit, _left(self.note_mode))),
            (tr("Favourite mark"), (_left(self.favourite_mode),)),
        ):
            self.content.addWidget(label(name, "label", self))
            for part in parts:
                if isinstance(part, QHBoxLayout):
                    self.content.addLayout(part)
                else:
                    self.content.addWidget(part)
            self.content.addSpacing(6)
        self.content.addStretch(1)
        self.button_row.addStretch(1)
        self.button_row.addWidget(self.cancel_button)
        self.button_row.addWidget(self.confirm_button)
        self.title_edit.textChanged.connect(self._show_preview)
        self.confirm_button.setDefault(True)
        self._show_preview()
        self.title_edit.setFocus()

    def change(self) -> DetailsChange:
        """Returns what was entered."""
        note = self.note_edit.toPlainText()
        replaces = self.note_mode.value() == "replace"
        favourite = self.favourite_mode.value()
        return DetailsChange(
            title_template=self.title_edit.text().strip() or None,
            tags=self.tags.change,
            notes=(note if replaces else AppendedText(note)) if note.strip() else None,
            favourite=None if not favourite else favourite == "yes",
        )

    def _show_preview(self) -> None:
        template = self.title_edit.text()
        problem = template_problem(template) if template.strip() else ""
        self.problem_label.setText(tr(problem))
        self.problem_label.setVisible(bool(problem))
        self.confirm_button.setEnabled(not problem)
        if not template.strip() or problem:
            self.preview_label.setText(
                tr("The same for all, or with {fields} and others.", fields=_FIELDS)
            )
            self.preview_label.setVisible(not problem)
            return
        titles = [
            shorten(
                filled_title(template, clip, ExportPosition(number=number, count=self._count)),
                _MAX_PREVIEW,
            )
            for number, clip in enumerate(self._clips, 1)
        ]
        more = ["…"] if self._count > len(titles) else []
        self.preview_label.setText("\n".join([*titles, *more]))
        self.preview_label.show()

    def _on_confirmed(self) -> None:
        change = self.change()
        self.accept()
        if change != DetailsChange():
            self.confirmed.emit(change)


def _left(part: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addWidget(part)
    row.addStretch(1)
    return row
