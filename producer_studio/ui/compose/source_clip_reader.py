"""The form's source clip, synchronised with the library."""

import asyncio
from functools import partial

from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtGui import QImage

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.studio.studio import Studio
from producer_studio.ui.tasks import Tasks
from producer_studio.ui.widgets.cover_art import decode_cover

_READ_TASK = "read the source clip"
_COVER_TASK = "read the source clip's cover"
_COVER_PX = QSize(144, 144)
"""Enough for its small picture at any scale of the display."""


class SourceClipReader(QObject):
    """Reads the clip that the form refers to, and again when it changes.

    Signals:
        clip_read: The current clip, or None, and its peaks.
        cover_read: Id of the current clip, and its cover.
        clip_missing: The clip that the form refers to was removed from the library.
    """

    clip_read = Signal(object, bytes)
    cover_read = Signal(str, QImage)
    clip_missing = Signal()

    def __init__(self, studio: Studio, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._tasks = tasks
        self._clip_id = ""
        self.clip: Clip | None = None
        self._unsubscribe = studio.events.subscribe(LibraryChange, self._on_library_change)

    @property
    def is_reading(self) -> bool:
        """Whether the form refers to a clip that is not loaded yet."""
        return bool(self._clip_id) and (self.clip is None or self.clip.id != self._clip_id)

    def set_clip_id(self, clip_id: str) -> None:
        """Switches to the form's clip; the same id changes nothing."""
        if clip_id == self._clip_id:
            return
        self._clip_id = clip_id
        self._tasks.cancel(_READ_TASK)
        if not clip_id:
            self.clip = None
            self.clip_read.emit(None, b"")
        elif self.clip is None or self.clip.id != clip_id:
            self._read()

    def set_clip(self, clip: Clip, peaks: bytes) -> None:
        """Sets a clip that is already loaded."""
        self._tasks.cancel(_READ_TASK)
        self._clip_id = clip.id
        self.clip = clip
        self.clip_read.emit(clip, peaks)
        self._read_cover(clip)

    def close(self) -> None:
        self._unsubscribe()

    def _read(self) -> None:
        self._tasks.restart(_READ_TASK, self._load(ClipId(self._clip_id)))

    async def _load(self, clip_id: ClipId) -> None:
        clip = await self._studio.clips.get(clip_id)
        peaks = (await self._studio.clips.get_peaks([clip_id])).get(clip_id, b"")
        if clip_id != self._clip_id:
            return
        self.clip = clip
        if clip is None:
            self._clip_id = ""
            self.clip_missing.emit()
        self.clip_read.emit(clip, peaks)
        if clip is not None:
            self._read_cover(clip)

    def _read_cover(self, clip: Clip) -> None:
        """Decodes the cover in a thread: a large picture takes seconds, a dead drive for ever."""
        if clip.cover is not None:
            self._tasks.restart(
                _COVER_TASK,
                asyncio.to_thread(decode_cover, clip.cover, _COVER_PX, enlarges=False),
                on_result=partial(self._on_cover_read, clip.id),
            )

    def _on_cover_read(self, clip_id: ClipId, picture: QImage) -> None:
        if clip_id == self._clip_id:
            self.cover_read.emit(clip_id, picture)

    def _on_library_change(self, change: LibraryChange) -> None:
        everything = change.kind is ChangeKind.EVERYTHING
        if self._clip_id and (everything or ClipId(self._clip_id) in change.clips):
            self._read()
