"""Editor of the tags that exported files of one or many clips get."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QWidget,
)

from producer_studio.domain.clip import MAX_TRACK_NUMBER
from producer_studio.domain.errors import ServiceError
from producer_studio.domain.ids import ClipId
from producer_studio.domain.library_change import ClipField, FieldValue
from producer_studio.studio.clips import UndoStep, change_message
from producer_studio.studio.export.tag_settings import TagSettings
from producer_studio.translation import mark, tr
from producer_studio.translation.numbers import format_count
from producer_studio.ui.context import UiContext
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.buttons import IconButton
from producer_studio.ui.widgets.dialog import FormDialog
from producer_studio.ui.widgets.label import ElidedLabel, label, set_role
from producer_studio.ui.widgets.line_edit import LineEdit, show_text
from producer_studio.ui.widgets.lower_label import lower_label
from producer_studio.ui.widgets.plain_text_edit import PlainTextEdit
from producer_studio.ui.widgets.text_format import clips_text, literal_text

_WIDTH = 560
_LYRICS_HEIGHT = 120
_READ_TASK = "tags to edit"
_SAVE_TASK = "save tags"
_SEVERAL = mark("Several values")
_EMPTIED = mark("Emptied")
_MAX_TAG_LENGTH = 500
_MAX_LYRICS_LENGTH = 100_000
_OWN_COVER = mark("The clip’s own")
_PICTURES = mark("Pictures (*.jpg *.jpeg *.png *.webp);;All files (*)")
_NUMBERS = {ClipField.TRACK: MAX_TRACK_NUMBER, ClipField.YEAR: 9_999}
_LABELS = {
    ClipField.TITLE: mark("Title"),
    ClipField.ARTIST: mark("Artist"),
    ClipField.ALBUM: mark("Album"),
    ClipField.TRACK: mark("Track number"),
    ClipField.GENRE: mark("Genre"),
    ClipField.YEAR: mark("Year"),
    ClipField.COMMENT: mark("Comment"),
    ClipField.EXPORT_LYRICS: mark("Lyrics"),
}
_HELP = mark(
    "Exported files get these. Empty fields get the text of the export profile, or of Settings → "
    "Export; empty lyrics are those of the clip. Times such as [01:23.40] in lyrics make an LRC "
    "file possible."
)


class TagField(QWidget):
    """Field of one tag; it knows whether the user has changed it.

    Signals:
        changed: The user changed the text.
    """

    changed = Signal()

    def __init__(self, style: Style, name: str, parent: QWidget, *, is_long: bool = False) -> None:
        super().__init__(parent)
        self._placeholder = ""
        self.is_edited = False
        self.is_mixed = False
        self.edit: QLineEdit | PlainTextEdit
        if is_long:
            self.edit = PlainTextEdit(self)
            self.edit.setTabChangesFocus(True)
            self.edit.setFixedHeight(style.px(_LYRICS_HEIGHT))
            self.edit.textChanged.connect(self._on_edited)
        else:
            self.edit = LineEdit(self)
            self.edit.setMaxLength(_MAX_TAG_LENGTH)
            self.edit.textEdited.connect(self._on_edited)
        self._is_showing = False
        self.edit.setAccessibleName(tr(name))
        self.clear_button = IconButton(
            style, "x", tr("Empty {name}", name=lower_label(name)), self, size=14, box=28
        )
        self.clear_button.clicked.connect(self._on_cleared)
        self.setFocusProxy(self.edit)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.edit, 1)
        row.addWidget(self.clear_button, 0, Qt.AlignmentFlag.AlignTop)

    def show_value(self, value: str | None, placeholder: str) -> None:
        """Shows the value that all clips share; None if they have several.

        Args:
            placeholder: What files get where the value is empty.
        """
        self.is_mixed = value is None
        self.is_edited = False
        self._placeholder = placeholder
        self._show_text(value or "")
        self.edit.setPlaceholderText(tr(_SEVERAL) if self.is_mixed else placeholder)
        self._update()

    def text(self) -> str:
        if isinstance(self.edit, QLineEdit):
            return self.edit.text().strip()
        return self.edit.toPlainText().strip()

    def _show_text(self, text: str) -> None:
        self._is_showing = True
        if isinstance(self.edit, QLineEdit):
            show_text(self.edit, text)
        else:
            self.edit.show_text(text)
        self._is_showing = False

    def _on_edited(self) -> None:
        if not self._is_showing:
            self.is_edited = True
            self._update()
            self.changed.emit()

    def _on_cleared(self) -> None:
        self._show_text("")
        self.is_edited = True
        placeholder = f"{tr(_EMPTIED)}: {self._placeholder}" if self._placeholder else tr(_EMPTIED)
        self.edit.setPlaceholderText(placeholder)
        self._update()
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    def _update(self) -> None:
        is_empty = not self.text()
        self.clear_button.setEnabled(not is_empty or (self.is_mixed and not self.is_edited))
        state = tr(_SEVERAL) if self.is_mixed and not self.is_edited else ""
        self.edit.setAccessibleDescription(state)


class TagEditor(FormDialog):
    """Edits title, artist, album and other tags of clips; only what was changed is written.

    Signals:
        undo_available: Message about the change, and its `UndoStep`.
    """

    undo_available = Signal(str, object)

    def __init__(self, context: UiContext, clips: Sequence[ClipId], parent: QWidget) -> None:
        super().__init__(context.style, tr("Tags of exported files"), _WIDTH, parent)
        self._studio = context.studio
        self._tasks = context.tasks
        self._ids = list(clips)
        many = len(clips) > 1
        title = (
            tr("Tags of {clips}", clips=clips_text(len(clips)))
            if many
            else tr("Tags of exported files")
        )
        self._title = label(title, "title", self, wrap=True)
        self.fields = {
            field: TagField(self._style, name, self, is_long=field is ClipField.EXPORT_LYRICS)
            for field, name in _LABELS.items()
        }
        self.number_chip = QPushButton(tr("Number in this order"), self)
        self.number_chip.setProperty("role", "chip")
        self.number_chip.setProperty("ringRadius", 6)
        self.number_chip.setCheckable(True)
        self.number_chip.setAccessibleName(tr("Number in this order"))
        self.number_chip.setVisible(many)
        self.cover = ElidedLabel("", "", self, elided_at=Qt.TextElideMode.ElideMiddle)
        self.choose_cover_button = QPushButton(tr("Choose…"), self)
        self.choose_cover_button.setAccessibleName(tr("Choose a cover for exports"))
        self.own_cover_button = IconButton(self._style, "x", tr("Use its own cover"), self, size=14)
        self._picture: Path | None = None
        self._uses_own_cover = False
        self.status = label("", "secondary", self, wrap=True)
        self.status.setAccessibleName(tr("Status"))
        self.cancel_button = QPushButton(tr("Cancel"), self)
        save = tr("Save for {clips}", clips=clips_text(len(clips))) if many else tr("Save")
        self.save_button = QPushButton(literal_text(save), self)
        self._build()
        for field, part in self.fields.items():
            part.changed.connect(partial(self._on_field_changed, field))
        self.number_chip.toggled.connect(self._on_numbering_toggled)
        self.choose_cover_button.clicked.connect(self._on_choose_cover_clicked)
        self.own_cover_button.clicked.connect(self._on_own_cover_clicked)
        self.cancel_button.clicked.connect(self.reject)
        self.save_button.clicked.connect(self._on_save_clicked)
        self._refresh()
        self._tasks.restart(
            _READ_TASK,
            self._studio.clips.shared_values(self._ids, [*_LABELS, ClipField.EXPORT_COVER]),
            on_result=self._on_values_read,
        )

    def done(self, result: int) -> None:
        self._tasks.cancel(_READ_TASK)
        super().done(result)

    @property
    def problem(self) -> str:
        """Why what was typed cannot be saved, as a sentence; empty if it can."""
        for field, high in _NUMBERS.items():
            part = self.fields[field]
            text = part.text()
            is_number = text.isascii() and text.isdigit() and 1 <= int(text) <= high
            if part.is_edited and text and not is_number:
                return tr(
                    "{field} is a number from 1 to {high}.",
                    field=_LABELS[field],
                    high=str(high),
                )
        lyrics = self.fields[ClipField.EXPORT_LYRICS]
        if lyrics.is_edited and len(lyrics.text()) > _MAX_LYRICS_LENGTH:
            return tr(
                "Lyrics of files have at most {most} characters.",
                most=format_count(_MAX_LYRICS_LENGTH),
            )
        return ""

    def changed_values(self) -> dict[ClipField, FieldValue]:
        """Returns the values of the fields that were changed."""
        return {field: self._value(field) for field, part in self.fields.items() if part.is_edited}

    def _value(self, field: ClipField) -> FieldValue:
        text = self.fields[field].text()
        if field in _NUMBERS:
            return int(text) if text else None
        return text

    def _on_values_read(self, shared: Mapping[ClipField, FieldValue]) -> None:
        settings = TagSettings.from_preferences(self._studio.preferences.value)
        for field, part in self.fields.items():
            value = shared.get(field)
            text = "" if value is None else str(value)
            usual = getattr(settings, field.value, "")
            placeholder = tr("{text} (from the settings)", text=usual) if usual else ""
            if not part.is_edited:
                part.show_value(text if field in shared else None, placeholder)
        if self._picture is None and not self._uses_own_cover:
            name = shared.get(ClipField.EXPORT_COVER)
            is_mixed = ClipField.EXPORT_COVER not in shared
            self._show_cover(tr(_SEVERAL) if is_mixed else str(name or tr(_OWN_COVER)))
            self.own_cover_button.setEnabled(is_mixed or bool(name))
        self._refresh()

    def choose_cover(self, picture: Path) -> None:
        """Chooses the picture of exported files."""
        self._picture, self._uses_own_cover = picture, False
        self.own_cover_button.setEnabled(True)
        self._show_cover(picture.name)
        self._refresh()

    def _on_own_cover_clicked(self) -> None:
        self._picture, self._uses_own_cover = None, True
        self.own_cover_button.setEnabled(False)
        self._show_cover(tr(_OWN_COVER))
        self._refresh()

    def _on_choose_cover_clicked(self) -> None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        dialog = QFileDialog(self, tr("Cover of exported files"), folder, tr(_PICTURES))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda file: self.choose_cover(Path(file)))
        dialog.open()

    def _show_cover(self, text: str) -> None:
        self.cover.setText(text)
        self.cover.setAccessibleName(tr("Cover: {name}", name=text))

    def _on_field_changed(self, field: ClipField) -> None:
        if field is ClipField.TRACK and self.number_chip.isChecked():
            self.number_chip.setChecked(False)
        self._refresh()

    def _on_numbering_toggled(self, on: bool) -> None:
        self.fields[ClipField.TRACK].edit.setEnabled(not on)
        self._refresh()

    def _refresh(self) -> None:
        read_only = self._studio.clips.read_only
        problem = self.problem
        if read_only:
            problem = tr("This library can only be browsed.")
        is_edited = any(part.is_edited for part in self.fields.values())
        is_edited = is_edited or self._picture is not None or self._uses_own_cover
        is_changed = is_edited or self.number_chip.isChecked()
        self.save_button.setEnabled(is_changed and not problem)
        self._show_status(problem, "bad")

    def _on_save_clicked(self) -> None:
        values = self.changed_values()
        first = None
        if self.number_chip.isChecked():
            values.pop(ClipField.TRACK, None)
            first = 1
        self.save_button.setEnabled(False)
        self._tasks.start(
            _SAVE_TASK,
            self._save(values, first),
            on_result=self._on_saved,
            on_error=self._on_save_failed,
            is_change=True,
        )

    async def _save(
        self, values: dict[ClipField, FieldValue], first_track: int | None
    ) -> UndoStep | None:
        clips = self._studio.clips
        if self._uses_own_cover:
            values[ClipField.EXPORT_COVER] = ""
        if self._picture is not None:
            name = await clips.store_export_cover(self._ids, self._picture)
            values[ClipField.EXPORT_COVER] = name
        return await clips.edit_fields(self._ids, values, first_track=first_track)

    def _on_save_failed(self, error: ServiceError) -> None:
        self.save_button.setEnabled(True)
        self._show_status(error.message, "bad")

    def _on_saved(self, step: UndoStep | None) -> None:
        if step is not None:
            self.undo_available.emit(tr(change_message(step)), step)
        self.accept()

    def _show_status(self, text: str, role: str) -> None:
        self.status.setText(text)
        set_role(self._style, self.status, role)

    def _build(self) -> None:
        self.save_button.setProperty("role", "primary")
        self.save_button.setDefault(True)
        self.content.setSpacing(14)
        self.content.addWidget(self._title)
        self.content.addWidget(label(tr(_HELP), "secondary", self, wrap=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for row, (field, part) in enumerate(self.fields.items()):
            name = label(tr(_LABELS[field]), "label", self)
            name.setBuddy(part.edit)
            grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            name.setContentsMargins(0, 8, 0, 0)
            if field is ClipField.TRACK:
                line = QHBoxLayout()
                line.setSpacing(8)
                line.addWidget(part, 1)
                line.addWidget(self.number_chip)
                grid.addLayout(line, row, 1)
            else:
                grid.addWidget(part, row, 1)
        cover_frame = QFrame(self)
        cover_frame.setProperty("role", "field")
        inside = QHBoxLayout(cover_frame)
        inside.setContentsMargins(11, 3, 3, 3)
        inside.setSpacing(8)
        inside.addWidget(self.cover, 1)
        inside.addWidget(self.choose_cover_button)
        self.choose_cover_button.setProperty("role", "ghost")
        line = QHBoxLayout()
        line.setSpacing(4)
        line.addWidget(cover_frame, 1)
        line.addWidget(self.own_cover_button)
        name = label(tr("Cover"), "label", self)
        grid.addWidget(name, len(self.fields), 0)
        grid.addLayout(line, len(self.fields), 1)
        self.content.addLayout(grid)
        self.content.addStretch(1)
        self.button_row.addWidget(self.status, 1)
        self.button_row.addWidget(self.cancel_button)
        self.button_row.addWidget(self.save_button)
        self.fields[ClipField.TITLE].setFocus()
