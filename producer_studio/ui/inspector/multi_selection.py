"""Inspector page for several selected clips."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from producer_studio.domain.best_takes import TakeChoice, choose_takes
from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.domain.library_change import TagChange
from producer_studio.translation import tr
from producer_studio.ui.clips.actions import ClipActions
from producer_studio.ui.clips.compare_limits import MAX_COMPARED, MIN_COMPARED
from producer_studio.ui.clips.tag_flow import split_tags
from producer_studio.ui.inspector.section import MARGIN, InspectorSection
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.line_edit import LineEdit
from producer_studio.ui.widgets.star_rating import StarRating
from producer_studio.ui.widgets.text_format import clips_text, format_time

MAX_CLIPS_READ = 500
"""Clips whose durations are added up; a selection may be the whole library."""


def duration_summary(count: int, clips: Sequence[Clip]) -> str:
    """Playing time, such as "42:10 of music"; "More than …" if not all clips were read."""
    total = format_time(sum(clip.duration_s for clip in clips))
    if len(clips) < count:
        return tr("More than {total} of music", total=total)
    return tr("{total} of music", total=total)


class MultiSelection(QWidget):
    """Number of clips, their duration, and actions on all of them.

    Signals:
        export_requested: Export the selected clips.
        compare_requested: Compare the selected clips.
    """

    export_requested = Signal(object)
    compare_requested = Signal(object)

    def __init__(self, style: Style, actions: ClipActions, parent: QWidget) -> None:
        super().__init__(parent)
        self._actions = actions
        self._ids: list[ClipId] = []
        self._clips: list[Clip] = []
        self._can_compare = False
        self._choice: TakeChoice | None = None
        self.title_label = label("", "title", self)
        self.summary_label = label("", "secondary", self, wrap=True)
        self.drag_label = label("", "caption", self, wrap=True)
        self.drag_label.hide()
        head = QVBoxLayout()
        head.setContentsMargins(MARGIN, 18, MARGIN, 16)
        head.setSpacing(3)
        head.addWidget(self.title_label)
        head.addWidget(self.summary_label)
        head.addWidget(self.drag_label)
        rating = InspectorSection(style, "", self)
        line = QHBoxLayout()
        self.stars = StarRating(style, self)
        self.stars.setAccessibleName(tr("Rating for all"))
        self.stars.rating_changed.connect(self._on_rating_changed)
        line.addWidget(label(tr("RATING FOR ALL"), "section", self))
        line.addStretch(1)
        line.addWidget(self.stars)
        rating.body.addLayout(line)
        doing = InspectorSection(style, "", self)
        self.compare_button = QPushButton(tr("Compare"), self)
        style.set_icon(self.compare_button, "columns-2", "text1", 14)
        self.compare_button.clicked.connect(self._on_compare)
        self.compare_button.hide()
        self.keep_button = QPushButton(tr("Keep best"), self)
        style.set_icon(self.keep_button, "check", "text1", 14)
        self.keep_button.clicked.connect(self._on_keep)
        self.favourite_button = QPushButton(tr("Favourite"), self)
        style.set_icon(self.favourite_button, "heart", "text1", 14)
        self.favourite_button.clicked.connect(self._on_favourite)
        self.details_button = QPushButton(tr("Details…"), self)
        self.details_button.setAccessibleName(tr("Details of those selected…"))
        style.set_icon(self.details_button, "pencil", "text1", 14)
        self.details_button.clicked.connect(lambda: self._actions.request_details(self._ids))
        self.export_button = QPushButton(tr("Export…"), self)
        style.set_icon(self.export_button, "download", "text1", 14)
        self.export_button.clicked.connect(self._on_export)
        self.check_button = QPushButton(tr("Release check…"), self)
        style.set_icon(self.check_button, "check", "text1", 14)
        self.check_button.clicked.connect(self._on_check)
        self.trash_button = QPushButton(tr("Move to trash"), self)
        self.trash_button.setProperty("role", "danger")
        style.set_icon(self.trash_button, "trash-2", "bad", 14)
        self.trash_button.clicked.connect(self._on_trash)
        self.restore_button = QPushButton(tr("Restore"), self)
        style.set_icon(self.restore_button, "undo-2", "text1", 14)
        self.restore_button.clicked.connect(self._on_restore)
        self.delete_button = QPushButton(tr("Delete for good…"), self)
        self.delete_button.setProperty("role", "danger")
        style.set_icon(self.delete_button, "trash-2", "bad", 14)
        self.delete_button.clicked.connect(self._on_delete)
        self.tag_edit = LineEdit(self)
        self.tag_edit.setPlaceholderText(tr("Add a tag to all"))
        self.tag_edit.setAccessibleName(tr("Tag for all"))
        self.tag_edit.returnPressed.connect(self._on_tag)
        for widget in (
            self.tag_edit, self.compare_button, self.keep_button, self.favourite_button,
            self.details_button, self.export_button, self.check_button, self.trash_button,
            self.restore_button,
            self.delete_button,
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
        """Shows the selection; `clips` are those of it that were read."""
        self._ids, self._clips = list(ids), list(clips)
        self.title_label.setText(tr("{clips} selected", clips=clips_text(len(ids))))
        self.summary_label.setText(duration_summary(len(ids), clips))
        same = {clip.stars for clip in clips}
        self.stars.set_stars(same.pop() if len(same) == 1 else 0)
        liked = bool(clips) and all(clip.favourite for clip in clips)
        in_trash = bool(clips) and all(clip.trashed_at is not None for clip in clips)
        self._show_take_buttons(in_trash=in_trash)
        self.trash_button.setVisible(not in_trash)
        self.check_button.setVisible(not in_trash)
        self.restore_button.setVisible(in_trash)
        self.delete_button.setVisible(in_trash)
        self.favourite_button.setText(tr("No longer favourites") if liked else tr("Favourite"))

    def show_drag_text(self, text: str) -> None:
        """Says what dragging the selection out of the window gives; nothing for an empty text."""
        self.drag_label.setText(text)
        self.drag_label.setVisible(bool(text))

    def set_can_compare(self, can_compare: bool) -> None:
        """Sets whether clips can be compared; else there is no button for it."""
        self._can_compare = can_compare

    def _show_take_buttons(self, *, in_trash: bool) -> None:
        count = len(self._ids)
        can_compare = self._can_compare and MIN_COMPARED <= count <= MAX_COMPARED
        self.compare_button.setVisible(can_compare)
        are_all_known = len(self._clips) == count
        is_press = len({clip.press for clip in self._clips}) == 1
        are_takes = are_all_known and is_press and all(clip.take_label for clip in self._clips)
        self._choice = choose_takes(self._clips) if are_takes and not in_trash else None
        self.keep_button.setVisible(self._choice is not None)
        if self._choice is not None:
            self.keep_button.setText(tr(self._choice.label))
            # Not the name of the button in the list.
            self.keep_button.setAccessibleName(
                tr("{action}, of those selected", action=self._choice.label)
            )

    def _on_compare(self) -> None:
        self.compare_requested.emit(self._ids)

    def _on_keep(self) -> None:
        if self._choice is not None:
            self._actions.keep_takes(self._choice)

    def _on_rating_changed(self, stars: int) -> None:
        self._actions.rate(self._ids, stars)

    def _on_favourite(self) -> None:
        liked = bool(self._clips) and all(clip.favourite for clip in self._clips)
        self._actions.set_favourite(self._ids, favourite=not liked)

    def _on_export(self) -> None:
        self.export_requested.emit(self._ids)

    def _on_check(self) -> None:
        self._actions.request_release_check(self._ids)

    def _on_trash(self) -> None:
        self._actions.trash(self._ids)

    def _on_restore(self) -> None:
        self._actions.restore(self._ids)

    def _on_delete(self) -> None:
        self._actions.request_deletion(self._ids)

    def _on_tag(self) -> None:
        word = " ".join(self.tag_edit.text().split())
        if word:
            self._actions.change_tags(self._ids, TagChange(add=tuple(split_tags(word))))
            self.tag_edit.clear()
