"""What can be done with clips, from the list, its menu and the inspector."""

from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.domain.operation import Operation
from producer_studio.studio.clips import UndoStep, change_message
from producer_studio.ui.availability import unavailable_reason
from producer_studio.ui.file_manager import open_file, show_in_file_manager

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio
    from producer_studio.ui.tasks import Tasks


class ClipActions(QObject):
    """Edits go to the studio at once; each is one task, and one step to undo.

    Signals:
        undo_offered: A sentence about a change, and its `UndoStep`.
        deletion_asked: Clips of the trash that should be deleted for good, after a question.
    """

    undo_available = Signal(str, object)
    deletion_requested = Signal(object)

    def __init__(self, studio: "Studio", tasks: "Tasks", parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio
        self._tasks = tasks
        self._serial = 0

    def rate(self, clips: Sequence[ClipId], stars: int) -> None:
        if clips:
            self._edit("rate", self._studio.clips.edit(clips, stars=stars))

    def set_favourite(self, clips: Sequence[ClipId], *, favourite: bool) -> None:
        if clips:
            self._edit("favour", self._studio.clips.edit(clips, favourite=favourite))

    def scale_tempo(self, clips: Sequence[ClipId], factor: float) -> None:
        """Halves (0.5) or doubles (2) the tempo of every clip that has one."""
        if clips:
            self._edit("tempo", self._studio.clips.scale_tempo(clips, factor))

    def reset_tempo(self, clips: Sequence[ClipId]) -> None:
        """Brings the measured tempo back."""
        if clips:
            self._edit("tempo", self._studio.clips.edit(clips, bpm=0))

    def rename(self, clip: ClipId, title: str) -> None:
        self._edit("rename", self._studio.clips.edit([clip], title=title))

    def add_tag(self, clips: Sequence[ClipId], name: str) -> None:
        """Adds one tag to every clip that lacks it."""
        if clips:
            self._edit("tag", self._studio.clips.add_tag(clips, name))

    def trash(self, clips: Sequence[ClipId]) -> None:
        """Moves clips to the trash, and offers to bring them back, also a single one."""
        if clips:
            self._edit("trash", self._studio.clips.trash(clips), undo_min_clips=1)

    def restore(self, clips: Sequence[ClipId]) -> None:
        if clips:
            self._edit("restore", self._studio.clips.restore(clips))

    def request_deletion(self, clips: Sequence[ClipId]) -> None:
        """Asks whether clips of the trash should be deleted for good."""
        if clips:
            self.deletion_requested.emit(list(clips))

    def fetch_again(self, clip: ClipId) -> None:
        self._tasks.start(f"fetch {clip} again", self._studio.clips.retry_download(clip))

    def show_in_folder(self, clip: Clip) -> None:
        if clip.path is not None:
            show_in_file_manager(clip.path)

    def watch_video(self, clip: Clip) -> None:
        """Opens the clip's video with the system's player, if it is one."""

        def play(video: Path | None) -> None:
            if video is not None:
                open_file(video)

        self._tasks.start("watch a video", self._studio.clips.playable_video(clip), on_result=play)

    def copy_lyrics(self, clip: Clip) -> None:
        QGuiApplication.clipboard().setText(clip.lyrics)

    def operation_problem(self, operation: Operation, clip: Clip | None) -> str:
        """Why an operation cannot be asked for now, as a sentence; empty when it can."""
        reason = unavailable_reason(self._studio, operation)
        if reason:
            return reason
        if clip is not None and not clip.operation.makes_audio:
            return "There is no sound to work on."
        return ""

    def _edit(
        self, action: str, work: Coroutine[Any, Any, UndoStep | None], undo_min_clips: int = 2
    ) -> None:
        """Runs an edit, and offers to undo it when it changed that many clips."""

        def emit_undo(step: UndoStep | None) -> None:
            if step is not None and step.clip_count >= undo_min_clips:
                self.undo_available.emit(change_message(step), step)

        # Each is an action of its own: rating a second clip must not wait for the first.
        self._serial += 1
        self._tasks.start(f"{action} {self._serial}", work, on_result=emit_undo)
