"""Title, heart, sound and tags of the inspected clip."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.ui.inspector.section import MARGIN
from producer_studio.ui.inspector.tag_row import TagRow
from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.elided_edit import ElidedEdit
from producer_studio.ui.widgets.icon_button import IconButton
from producer_studio.ui.widgets.label import ElidedLabel, label

_QUIET_PAD = 7
"""The quiet field's border and padding: its text stands where a label's would."""


class Heading(QWidget):
    """Signals:
    titled: The title is being typed.
    title_left: The title's field lost the focus, or Enter was pressed.
    favoured: The heart was pressed.
    """

    titled = Signal(str)
    title_left = Signal()
    favoured = Signal(bool)

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._clip: ClipId | None = None
        self.title = ElidedEdit(self)
        self.title.setProperty("role", "quiet")
        self.title.setProperty("fit", "title")
        self.title.setAccessibleName("Clip title")
        self.title.setMaxLength(200)
        self.title.textEdited.connect(self.titled)
        self.title.editingFinished.connect(self._on_title_left)
        self.heart = IconButton(look, "heart", "Favourite", self, checkable=True, box=24)
        # The filled heart says it; a ground as other checked buttons have would be too much.
        self.heart.setStyleSheet("QToolButton:checked:!hover { background: transparent; }")
        self.heart.clicked.connect(self._on_heart)
        self.sound = ElidedLabel("", "secondary", self)
        self.tags = TagRow(look, self)
        self.problem = label("", "bad", self, wrap=True)
        self.problem.hide()
        for value in (self.tags.tempo, self.tags.key):
            value.refused.connect(self._on_refused)
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        line.addWidget(self.title, 1)
        line.addWidget(self.heart)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN - _QUIET_PAD, 6, MARGIN - 4, 13)
        column.setSpacing(1)
        column.addLayout(line)
        rest = QVBoxLayout()
        rest.setContentsMargins(_QUIET_PAD, 0, 4, 0)
        rest.setSpacing(9)
        rest.addWidget(self.sound)
        rest.addWidget(self.tags)
        rest.addWidget(self.problem)
        column.addLayout(rest)

    def show_clip(self, clip: Clip, typed_title: str | None) -> None:
        """Shows a clip; what is being typed into its title stays."""
        another, self._clip = clip.id != self._clip, clip.id
        text = typed_title if typed_title is not None else clip.title
        if self.title.text() != text and (another or not self.title.isModified()):
            self.title.setText(text)
            self.title.setCursorPosition(0)
        self.sound.setText(" ".join(clip.sound.split()))
        self.sound.setVisible(bool(clip.sound.strip()))
        self.show_heart(on=clip.favourite)
        self.tags.show_clip(clip)

    def show_heart(self, *, on: bool) -> None:
        self.heart.setChecked(on)
        self.heart.draw("heart", "accent" if on else "text2", filled=on)

    def _on_refused(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

    def _on_title_left(self) -> None:
        if self.window().focusWidget() is self.title and not self.title.hasFocus():
            # Another window has the keyboard for a while: the typing goes on afterwards.
            return
        # From here on the field follows the library again.
        self.title.setModified(False)
        self.title_left.emit()

    def _on_heart(self, on: bool) -> None:
        self.show_heart(on=on)
        self.favoured.emit(on)
