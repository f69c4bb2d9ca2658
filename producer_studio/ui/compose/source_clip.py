"""The source clip of the desk, as the library has it now."""

from PySide6.QtCore import QObject, Signal

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.studio.studio import Studio
from producer_studio.ui.tasks import Tasks

_READ = "read the source clip"


class SourceKeeper(QObject):
    """Reads the clip that the form names, and again when it changes.

    Signals:
        read: The clip as it is now, or None, and its peaks.
        gone: The clip that the form names is not in the library any more.
    """

    read = Signal(object, bytes)
    gone = Signal()

    def __init__(self, studio: Studio, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._tasks = tasks
        self._wanted = ""
        self.clip: Clip | None = None
        self._unsubscribe = studio.events.subscribe(LibraryChange, self._on_library_change)

    @property
    def is_reading(self) -> bool:
        """Whether the form names a clip that is not read yet."""
        return bool(self._wanted) and (self.clip is None or self.clip.id != self._wanted)

    def want(self, source: str) -> None:
        """Follows the form to another clip; the same one changes nothing."""
        if source == self._wanted:
            return
        self._wanted = source
        self._tasks.cancel(_READ)
        if not source:
            self.clip = None
            self.read.emit(None, b"")
        elif self.clip is None or self.clip.id != source:
            self._read()

    def put(self, clip: Clip, peaks: bytes) -> None:
        """Takes a clip that was read already."""
        self._tasks.cancel(_READ)
        self._wanted = clip.id
        self.clip = clip
        self.read.emit(clip, peaks)

    def close(self) -> None:
        self._unsubscribe()

    def _read(self) -> None:
        self._tasks.restart(_READ, self._load(ClipId(self._wanted)))

    async def _load(self, wanted: ClipId) -> None:
        clip = await self._studio.clips.get(wanted)
        peaks = (await self._studio.clips.peaks([wanted])).get(wanted, b"")
        if wanted != self._wanted:
            return
        self.clip = clip
        if clip is None:
            self._wanted = ""
            self.gone.emit()
        self.read.emit(clip, peaks)

    def _on_library_change(self, change: LibraryChange) -> None:
        everything = change.kind is ChangeKind.EVERYTHING
        if self._wanted and (everything or ClipId(self._wanted) in change.clips):
            self._read()
