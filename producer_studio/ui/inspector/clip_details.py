"""Inspector page for one clip, with all its sections."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from producer_studio.domain.clip import Clip
from producer_studio.domain.job import Job
from producer_studio.domain.key_text import parse_key
from producer_studio.domain.tempo import parse_bpm
from producer_studio.translation import tr
from producer_studio.ui.clips.actions import ClipActions
from producer_studio.ui.clips.cover_cache import CoverCache
from producer_studio.ui.external_programs import show_in_file_manager
from producer_studio.ui.inspector.heading import Heading, MediaBanner, WideCover
from producer_studio.ui.inspector.made_with import MadeWith
from producer_studio.ui.inspector.notes_and_lyrics import ClipLyrics, RatingAndNotes
from producer_studio.ui.inspector.operation_tiles import OperationTiles
from producer_studio.ui.inspector.pending_edits import PendingEdits
from producer_studio.ui.inspector.release_section import ReleaseSection
from producer_studio.ui.inspector.section import MARGIN, InspectorSection
from producer_studio.ui.inspector.versions import Versions
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.buttons import IconButton
from producer_studio.ui.widgets.dialog import show_open_problem
from producer_studio.ui.widgets.label import ElidedLabel, label


class ClipFiles(InspectorSection):
    """Lists the files, each with a button that shows it in the file manager.

    Signals:
        watch_requested: Play the video.
        other_program_requested: Open the video in another program.
    """

    watch_requested = Signal()
    other_program_requested = Signal()

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(style, tr("Files on disk"), parent)
        self._paths: list[Path] = []
        self._rows: list[QWidget] = []
        self._column = QVBoxLayout()
        self._column.setSpacing(4)
        self._folder = label("", "caption", self, wrap=True)
        self.body.addLayout(self._column)
        self.body.addWidget(self._folder)

    def show_clip(self, clip: Clip) -> None:
        paths = [path for path in (clip.path, clip.cover, clip.video) if path is not None]
        self.setVisible(bool(paths))
        if paths == self._paths:
            return
        self._paths = paths
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [self._create_row(path, is_video=path == clip.video) for path in paths]
        for row in self._rows:
            self._column.addWidget(row)
            row.show()
        # Zero-width spaces allow line breaks in a long path.
        folder = str(paths[0].parent) if paths else ""
        self._folder.setText(folder.replace("/", "/\u200b").replace("\\", "\\\u200b"))
        self._folder.setAccessibleName(tr("Folder {folder}", folder=folder))

    def _create_row(self, path: Path, *, is_video: bool) -> QWidget:
        row = QWidget(self)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        name = ElidedLabel(path.name, "value", row, elided_at=Qt.TextElideMode.ElideMiddle)
        show = IconButton(
            self._style, "folder-open", tr("Show {name} in folder", name=path.name), row, box=24
        )
        report = partial(show_open_problem, self._style, self)
        show.clicked.connect(partial(show_in_file_manager, path, report))
        line.addWidget(name, 1)
        if is_video:
            watch = IconButton(self._style, "play", tr("Watch the video"), row, box=24)
            watch.clicked.connect(self.watch_requested)
            other = IconButton(
                self._style, "external-link", tr("Open the video in another program"), row, box=24
            )
            other.clicked.connect(self.other_program_requested)
            line.addWidget(watch)
            line.addWidget(other)
        line.addWidget(show)
        return row


class ClipDetails(QWidget):
    """Column of sections; edits go to `edits` as they are typed."""

    def __init__(
        self,
        style: Style,
        actions: ClipActions,
        edits: PendingEdits,
        covers: CoverCache,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._actions = actions
        self._edits = edits
        self.clip: Clip | None = None
        self.cover = WideCover(style, covers, self)
        self.banner = MediaBanner(style, self)
        self.heading = Heading(style, self)
        tiles = InspectorSection(style, "", self)
        self.tiles = OperationTiles(style, actions, self)
        tiles.body.addWidget(self.tiles)
        self.made_with = MadeWith(style, self)
        self.versions = Versions(style, self)
        self.rating_and_notes = RatingAndNotes(style, self)
        self.lyrics = ClipLyrics(style, self)
        self.release = ReleaseSection(style, self)
        self.release.check_requested.connect(self._on_check_requested)
        self.release.edit_chosen.connect(actions.edit_chosen)
        self.files = ClipFiles(style, self)
        self.files.watch_requested.connect(self._on_watch_requested)
        self.files.other_program_requested.connect(self._on_other_program_requested)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        top = QVBoxLayout()
        top.setContentsMargins(MARGIN, 14, MARGIN, 0)
        top.setSpacing(10)
        top.addWidget(self.cover)
        top.addWidget(self.banner)
        column.addLayout(top)
        for part in (
            self.heading, tiles, self.made_with, self.versions, self.rating_and_notes, self.lyrics,
            self.release, self.files,
        ):  # fmt: skip
            column.addWidget(part)
        column.addStretch(1)
        self.banner.hide()
        self.heading.title_edited.connect(self._on_title_edited)
        self.heading.title_committed.connect(self._on_title_committed)
        self.heading.favourite_toggled.connect(self._on_favourite_toggled)
        self.heading.tags.tags_changed.connect(self._on_tags_changed)
        self.heading.tags.tempo.value_entered.connect(self._on_tempo_entered)
        self.heading.tags.tempo.scale_requested.connect(self._on_tempo_scale_requested)
        self.heading.tags.key.value_entered.connect(self._on_key_entered)
        self.rating_and_notes.rating_changed.connect(self._on_rating_changed)
        self.rating_and_notes.notes_edited.connect(self._on_notes_edited)
        self.rating_and_notes.notes_committed.connect(edits.commit)

    def show_clip(self, clip: Clip, family: Sequence[Clip], job: Job | None) -> None:
        """Shows a clip, its family and its job; edits in progress are preserved."""
        if self.clip is not None and self.clip.id != clip.id:
            # An unfinished tag, tempo or key belongs to the clip shown before.
            self.heading.tags.commit()
        self.clip = clip
        typed = self._edits.unsaved_text(clip.id)
        self.cover.show_clip(clip)
        self.banner.show_clip(clip)
        self.heading.show_clip(clip, typed.title)
        self.tiles.show_clip(clip, has_stems=_has_stems(clip, family))
        self.made_with.show_clip(clip, job)
        self.versions.show_family(family, clip.id)
        self.rating_and_notes.show_clip(clip, typed.notes)
        self.lyrics.show_clip(clip)
        self.files.show_clip(clip)

    def _on_check_requested(self) -> None:
        if self.clip is not None:
            self._actions.request_release_check([self.clip.id])

    def _on_watch_requested(self) -> None:
        if self.clip is not None:
            self._actions.watch_video(self.clip)

    def _on_other_program_requested(self) -> None:
        if self.clip is not None:
            self._actions.open_video(self.clip)

    def _on_title_edited(self, text: str) -> None:
        if self.clip is not None:
            self._edits.set_title(self.clip.id, text)

    def _on_title_committed(self) -> None:
        self._edits.commit()
        if self.clip is not None and not self.heading.title.text().strip():
            self.heading.title.setText(self.clip.title)

    def _on_notes_edited(self, text: str) -> None:
        if self.clip is not None:
            self._edits.set_notes(self.clip.id, text)

    def _on_favourite_toggled(self, on: bool) -> None:
        if self.clip is not None:
            self._edits.set_favourite(self.clip.id, on=on)

    def _on_tags_changed(self, tags: list[str]) -> None:
        if self.clip is not None:
            self._edits.set_tags(self.clip.id, tags)

    def _on_tempo_entered(self, text: str) -> None:
        if self.clip is not None:
            self._edits.set_bpm(self.clip.id, parse_bpm(text) or 0.0)

    def _on_tempo_scale_requested(self, factor: float) -> None:
        if self.clip is not None:
            self._edits.scale_tempo(self.clip.id, factor)

    def _on_key_entered(self, text: str) -> None:
        if self.clip is not None:
            self._edits.set_key(self.clip.id, parse_key(text))

    def _on_rating_changed(self, stars: int) -> None:
        if self.clip is not None:
            self._edits.set_stars(self.clip.id, stars)


def _has_stems(clip: Clip, family: Sequence[Clip]) -> bool:
    """Whether a clip was split, or is one of the stems of a song that is still there."""
    song = clip.parent if clip.stem else clip.id
    ids = {one.id for one in family}
    stems = [one for one in family if one.stem and one.parent == song and not one.trashed_at]
    return song in ids and bool(stems)
