"""Title, favourite button, sound and tags of the inspected clip."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.ui.inspector.section import MARGIN
from producer_studio.ui.inspector.tag_row import TagRow
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.elided_edit import ElidedEdit
from producer_studio.ui.widgets.icon_button import IconButton
from producer_studio.ui.widgets.label import ElidedLabel, label

_FIELD_PADDING = 7
"""Border and padding of the title field: its text is aligned with that of a label."""


class Heading(QWidget):
    """Heading of the inspector.

    Signals:
        title_edited: Text of the title, at each edit.
        title_committed: The title field lost the focus, or Enter was pressed.
        favourite_toggled: The favourite button was pressed.
    """

    title_edited = Signal(str)
    title_committed = Signal()
    favourite_toggled = Signal(bool)

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(parent)
        self._clip: ClipId | None = None
        self.title = ElidedEdit(self)
        self.title.setProperty("role", "quiet")
        self.title.setProperty("fit", "title")
        self.title.setAccessibleName("Clip title")
        self.title.setMaxLength(200)
        self.title.textEdited.connect(self.title_edited)
        self.title.editingFinished.connect(self._on_title_editing_finished)
        self.favourite_button = IconButton(
            style, "heart", "Favourite", self, checkable=True, box=24
        )
        # The filled heart is enough; the background of other checked buttons would be too much.
        self.favourite_button.setStyleSheet(
            "QToolButton:checked:!hover { background: transparent; }"
        )
        self.favourite_button.clicked.connect(self._on_favourite_clicked)
        self.sound = ElidedLabel("", "secondary", self)
        self.tags = TagRow(style, self)
        self.problem_label = label("", "bad", self, wrap=True)
        self.problem_label.hide()
        for value in (self.tags.tempo, self.tags.key):
            value.problem_changed.connect(self._on_problem_changed)
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        line.addWidget(self.title, 1)
        line.addWidget(self.favourite_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN - _FIELD_PADDING, 6, MARGIN - 4, 13)
        column.setSpacing(1)
        column.addLayout(line)
        rest = QVBoxLayout()
        rest.setContentsMargins(_FIELD_PADDING, 0, 4, 0)
        rest.setSpacing(9)
        rest.addWidget(self.sound)
        rest.addWidget(self.tags)
        rest.addWidget(self.problem_label)
        column.addLayout(rest)

    def show_clip(self, clip: Clip, unsaved_title: str | None) -> None:
        """Shows a clip; an edit of its title in progress is preserved."""
        another, self._clip = clip.id != self._clip, clip.id
        text = unsaved_title if unsaved_title is not None else clip.title
        if self.title.text() != text and (another or not self.title.isModified()):
            self.title.setText(text)
            self.title.setCursorPosition(0)
        self.sound.setText(" ".join(clip.sound.split()))
        self.sound.setVisible(bool(clip.sound.strip()))
        self.show_favourite(on=clip.favourite)
        self.tags.show_clip(clip)

    def show_favourite(self, *, on: bool) -> None:
        self.favourite_button.setChecked(on)
        self.favourite_button.set_icon("heart", "accent" if on else "text2", filled=on)

    def _on_problem_changed(self, problem: str) -> None:
        self.problem_label.setText(problem)
        self.problem_label.setVisible(bool(problem))

    def _on_title_editing_finished(self) -> None:
        if self.window().focusWidget() is self.title and not self.title.hasFocus():
            # Another window has the focus for a while: the edit continues afterwards.
            return
        # From here on the field shows the library's title again.
        self.title.setModified(False)
        self.title_committed.emit()

    def _on_favourite_clicked(self, on: bool) -> None:
        self.show_favourite(on=on)
        self.favourite_toggled.emit(on)
