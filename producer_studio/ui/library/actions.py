"""What can be done with clips, from the list, its menu and the inspector."""

from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.domain.operation import Operation
from producer_studio.ui.offered import reason_against
from producer_studio.ui.reveal import open_file, reveal

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio
    from producer_studio.ui.tasks import Tasks

T = TypeVar("T")


class ClipActions(QObject):
    """Edits go to the studio at once; each is one task.

    Signals:
        undo_offered: Something can be taken back: a sentence, and what to call for it.
    """

    undo_offered = Signal(str, object)

    def __init__(self, studio: "Studio", tasks: "Tasks", parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio
        self._tasks = tasks
        self._serial = 0
        self._undo: Callable[[], None] | None = None

    def rate(self, clips: Sequence[ClipId], stars: int) -> None:
        if clips:
            self._run("rate", self._studio.clips.edit(clips, stars=stars))

    def favour(self, clips: Sequence[ClipId], *, favourite: bool) -> None:
        if clips:
            self._run("favour", self._studio.clips.edit(clips, favourite=favourite))

    def rename(self, clip: ClipId, title: str) -> None:
        self._run("rename", self._studio.clips.edit([clip], title=title))

    def tag(self, clips: Sequence[Clip], word: str) -> None:
        """Adds one tag to every clip that lacks it."""
        for clip in clips:
            if word not in clip.tags:
                self._run("tag", self._studio.clips.edit([clip.id], tags=[*clip.tags, word]))

    def trash(self, clips: Sequence[ClipId]) -> None:
        """Moves clips to the trash, and offers to bring them back."""
        if clips:
            self._run("trash", self._studio.clips.trash(clips), lambda _: self._offer(clips))

    def restore(self, clips: Sequence[ClipId]) -> None:
        if clips:
            self._run("restore", self._studio.clips.restore(clips))

    def undo(self) -> None:
        """Takes the last trashing back, once."""
        undo, self._undo = self._undo, None
        if undo is not None:
            undo()

    def fetch_again(self, clip: ClipId) -> None:
        self._tasks.start(f"fetch {clip} again", self._studio.clips.fetch_again(clip))

    def show_in_folder(self, clip: Clip) -> None:
        if clip.path is not None:
            reveal(clip.path)

    def watch_video(self, clip: Clip) -> None:
        if clip.video is not None:
            open_file(clip.video)

    def copy_lyrics(self, clip: Clip) -> None:
        QGuiApplication.clipboard().setText(clip.lyrics)

    def obstacle(self, operation: Operation, clip: Clip | None) -> str:
        """Why an operation cannot be asked for now, as a sentence; empty when it can."""
        reason = reason_against(self._studio, operation)
        if reason:
            return reason
        if clip is not None and not clip.operation.makes_audio:
            return "There is no sound to work on."
        return ""

    def _offer(self, clips: Sequence[ClipId]) -> None:
        def undo() -> None:
            self._undo = None
            self.restore(clips)

        self._undo = undo
        what = "1 clip" if len(clips) == 1 else f"{len(clips)} clips"
        self.undo_offered.emit(f"{what} moved to the trash.", undo)

    def _run(
        self, what: str, work: Coroutine[Any, Any, T], done: Callable[[T], object] | None = None
    ) -> None:
        # Each is an action of its own: rating a second clip must not wait for the first.
        self._serial += 1
        self._tasks.start(f"{what} {self._serial}", work, done=done)
