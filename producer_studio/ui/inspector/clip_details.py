"""Everything about one clip, from its cover to its files."""

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from producer_studio.domain.clip import Clip
from producer_studio.domain.job import Job
from producer_studio.domain.tempo import read_bpm
from producer_studio.ui.clips.actions import ClipActions
from producer_studio.ui.clips.cover_cache import CoverShelf
from producer_studio.ui.inspector.clip_files import Files
from producer_studio.ui.inspector.heading import Heading
from producer_studio.ui.inspector.made_with import MadeWith
from producer_studio.ui.inspector.media_banner import MediaBanner
from producer_studio.ui.inspector.notes_and_lyrics import Lyrics, YourWords
from producer_studio.ui.inspector.operation_tiles import TileGrid
from producer_studio.ui.inspector.pending_edits import PendingEdits
from producer_studio.ui.inspector.section import MARGIN, Section
from producer_studio.ui.inspector.versions import Versions
from producer_studio.ui.inspector.wide_cover import WideCover
from producer_studio.ui.style.style import Look


class ClipSheet(QWidget):
    """The sections below each other; edits go to `edits` as they are typed."""

    def __init__(
        self,
        look: Look,
        actions: ClipActions,
        edits: PendingEdits,
        covers: CoverShelf,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._actions = actions
        self._edits = edits
        self.clip: Clip | None = None
        self.cover = WideCover(look, covers, self)
        self.banner = MediaBanner(look, self)
        self.heading = Heading(look, self)
        tiles = Section(look, "", self)
        self.tiles = TileGrid(look, actions, self)
        tiles.body.addWidget(self.tiles)
        self.made_with = MadeWith(look, self)
        self.versions = Versions(look, self)
        self.words = YourWords(look, self)
        self.lyrics = Lyrics(look, self)
        self.files = Files(look, self)
        self.files.watch_asked.connect(self._on_watch_asked)
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
            self.heading, tiles, self.made_with, self.versions, self.words, self.lyrics, self.files
        ):  # fmt: skip
            column.addWidget(part)
        column.addStretch(1)
        self.banner.hide()
        self.heading.titled.connect(self._on_titled)
        self.heading.title_left.connect(self._on_title_left)
        self.heading.favoured.connect(self._on_favoured)
        self.heading.tags.changed.connect(self._on_tags)
        self.heading.tags.tempo.typed.connect(self._on_tempo)
        self.heading.tags.tempo.scaled.connect(self._on_tempo_scaled)
        self.heading.tags.key.typed.connect(self._on_key)
        self.words.rated.connect(self._on_rated)
        self.words.noted.connect(self._on_noted)
        self.words.notes_left.connect(edits.finish)

    def show_clip(self, clip: Clip, family: Sequence[Clip], job: Job | None) -> None:
        """Shows a clip, its family and the job it came from; typing under way stays."""
        if self.clip is not None and self.clip.id != clip.id:
            # A tag, tempo or key that is being typed belongs to the clip that was shown.
            self.heading.tags.finish()
        self.clip = clip
        typed = self._edits.waiting(clip.id)
        self.cover.show_clip(clip)
        self.banner.show_clip(clip)
        self.heading.show_clip(clip, typed.title)
        self.tiles.show_clip(clip)
        self.made_with.show_clip(clip, job)
        self.versions.show_family(family, clip.id)
        self.words.show_clip(clip, typed.notes)
        self.lyrics.show_clip(clip)
        self.files.show_clip(clip)

    def _on_watch_asked(self) -> None:
        if self.clip is not None:
            self._actions.watch_video(self.clip)

    def _on_titled(self, text: str) -> None:
        if self.clip is not None:
            self._edits.title(self.clip.id, text)

    def _on_title_left(self) -> None:
        self._edits.finish()
        if self.clip is not None and not self.heading.title.text().strip():
            self.heading.title.setText(self.clip.title)

    def _on_noted(self, text: str) -> None:
        if self.clip is not None:
            self._edits.notes(self.clip.id, text)

    def _on_favoured(self, on: bool) -> None:
        if self.clip is not None:
            self._edits.favourite(self.clip.id, on=on)

    def _on_tags(self, tags: list[str]) -> None:
        if self.clip is not None:
            self._edits.tags(self.clip.id, tags)

    def _on_tempo(self, text: str) -> None:
        if self.clip is not None:
            self._edits.bpm(self.clip.id, read_bpm(text) or 0.0)

    def _on_tempo_scaled(self, factor: float) -> None:
        if self.clip is not None:
            self._edits.scale_tempo(self.clip.id, factor)

    def _on_key(self, text: str) -> None:
        if self.clip is not None:
            self._edits.key(self.clip.id, text)

    def _on_rated(self, stars: int) -> None:
        if self.clip is not None:
            self._edits.stars(self.clip.id, stars)
