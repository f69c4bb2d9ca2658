"""What can be done with several selected clips at once."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.ui.clips.actions import ClipActions
from producer_studio.ui.inspector.section import MARGIN, Section
from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.star_rating import Stars
from producer_studio.ui.widgets.time_text import clock

READ_AT_MOST = 500
"""Clips whose lengths are added up; a selection may be the whole library."""


def summary(count: int, clips: Sequence[Clip]) -> str:
    """Such as "14 clips" and their playing time, as far as it was read."""
    total = clock(sum(clip.duration_s for clip in clips))
    if len(clips) < count:
        return f"More than {total} of music"
    return f"{total} of music"


class Batch(QWidget):
    """Signals:
    export_requested: Export the selected clips.
    """

    export_requested = Signal(object)

    def __init__(self, look: Look, actions: ClipActions, parent: QWidget) -> None:
        super().__init__(parent)
        self._actions = actions
        self._ids: list[ClipId] = []
        self._clips: list[Clip] = []
        self.title = label("", "title", self)
        self.words = label("", "secondary", self, wrap=True)
        head = QVBoxLayout()
        head.setContentsMargins(MARGIN, 18, MARGIN, 16)
        head.setSpacing(3)
        head.addWidget(self.title)
        head.addWidget(self.words)
        rating = Section(look, "", self)
        line = QHBoxLayout()
        self.stars = Stars(look, self)
        self.stars.setAccessibleName("Rating for all")
        self.stars.rated.connect(self._on_rated)
        line.addWidget(label("RATING FOR ALL", "section", self))
        line.addStretch(1)
        line.addWidget(self.stars)
        rating.body.addLayout(line)
        doing = Section(look, "", self)
        self.favourite = QPushButton("Favourite", self)
        look.dress(self.favourite, "heart", "text1", 14)
        self.favourite.clicked.connect(self._on_favourite)
        self.export = QPushButton("Export…", self)
        look.dress(self.export, "download", "text1", 14)
        self.export.clicked.connect(self._on_export)
        self.trash = QPushButton("Move to trash", self)
        self.trash.setProperty("role", "danger")
        look.dress(self.trash, "trash-2", "bad", 14)
        self.trash.clicked.connect(self._on_trash)
        self.restore = QPushButton("Restore", self)
        look.dress(self.restore, "undo-2", "text1", 14)
        self.restore.clicked.connect(self._on_restore)
        self.delete = QPushButton("Delete for good…", self)
        self.delete.setProperty("role", "danger")
        look.dress(self.delete, "trash-2", "bad", 14)
        self.delete.clicked.connect(self._on_delete)
        self.tag = QLineEdit(self)
        self.tag.setPlaceholderText("Add a tag to all")
        self.tag.setAccessibleName("Tag for all")
        self.tag.returnPressed.connect(self._on_tag)
        for widget in (
            self.tag, self.favourite, self.export, self.trash, self.restore, self.delete
        ):  # fmt: skip
            doing.body.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(rating)
        column.addWidget(doing)
        column.addStretch(1)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    def show_clips(self, ids: Sequence[ClipId], clips: Sequence[Clip]) -> None:
        """Takes the selection and as many of its clips as were read."""
        self._ids, self._clips = list(ids), list(clips)
        self.title.setText(f"{len(ids)} clips selected")
        self.words.setText(summary(len(ids), clips))
        same = {clip.stars for clip in clips}
        self.stars.set_stars(same.pop() if len(same) == 1 else 0)
        liked = bool(clips) and all(clip.favourite for clip in clips)
        in_trash = bool(clips) and all(clip.trashed_at is not None for clip in clips)
        self.trash.setVisible(not in_trash)
        self.restore.setVisible(in_trash)
        self.delete.setVisible(in_trash)
        self.favourite.setText("No longer favourites" if liked else "Favourite")

    def _on_rated(self, stars: int) -> None:
        self._actions.rate(self._ids, stars)

    def _on_favourite(self) -> None:
        liked = bool(self._clips) and all(clip.favourite for clip in self._clips)
        self._actions.favour(self._ids, favourite=not liked)

    def _on_export(self) -> None:
        self.export_requested.emit(self._ids)

    def _on_trash(self) -> None:
        self._actions.trash(self._ids)

    def _on_restore(self) -> None:
        self._actions.restore(self._ids)

    def _on_delete(self) -> None:
        self._actions.delete(self._ids)

    def _on_tag(self) -> None:
        word = " ".join(self.tag.text().split())
        if word:
            self._actions.tag(self._ids, word)
            self.tag.clear()
