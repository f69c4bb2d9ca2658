"""Actions on clips, shared by the list, its menu and the inspector."""

from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from producer_studio.domain.best_takes import TakeChoice, choose_takes
from producer_studio.domain.clip import Clip
from producer_studio.domain.export_profile import ExportProfile
from producer_studio.domain.ids import ClipId
from producer_studio.domain.library_change import TagChange
from producer_studio.domain.operation import Operation
from producer_studio.studio.clips import UndoStep, change_message
from producer_studio.translation import mark, tr
from producer_studio.ui.external_programs import open_file, show_in_file_manager
from producer_studio.ui.operations import unavailable_reason

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio
    from producer_studio.ui.tasks import Tasks


class ClipActions(QObject):
    """Runs edits at once; each is one task and one undo step.

    Signals:
        undo_available: Message about a change, and its `UndoStep`.
        deletion_requested: Clips of the trash to delete permanently, after a confirmation.
        tags_requested: Choose a tag for these clips.
        details_requested: Change details of these clips.
        tag_rename_requested: Ask for the new name of this tag.
        stems_requested: Open the stems of this clip, or those that it belongs to.
        video_requested: Play the video of this clip.
        edit_requested: Operation on this computer, and the clips.
        edit_chosen: Id of a clip, and the `LocalEdit` that makes another one of it.
        release_check_requested: Show the release check of these clips.
        sweep_requested: Show the grid of this press.
        export_requested: Export these clips by the profile with this id.
        export_tags_requested: Edit the tags that exported files of these clips get.
    """

    undo_available = Signal(str, object)
    deletion_requested = Signal(object)
    tags_requested = Signal(object)
    details_requested = Signal(object)
    tag_rename_requested = Signal(str)
    stems_requested = Signal(str)
    video_requested = Signal(str)
    edit_requested = Signal(object, object)
    edit_chosen = Signal(str, object)
    release_check_requested = Signal(object)
    sweep_requested = Signal(str)
    export_requested = Signal(object, str)
    export_tags_requested = Signal(object)

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
        """Restores the measured tempo."""
        if clips:
            self._edit("tempo", self._studio.clips.edit(clips, bpm=0))

    def rename(self, clips: Sequence[ClipId], title: str) -> None:
        self._edit("rename", self._studio.clips.edit(clips, title=title))

    def change_tags(self, clips: Sequence[ClipId], change: TagChange) -> None:
        """Gives clips tags, or takes them from them."""
        if clips:
            self._edit("tag", self._studio.clips.edit(clips, tags=change))

    def rename_tag(self, tag: str, name: str) -> None:
        """Renames a tag of every clip; an empty name removes it. An undo notice always follows."""
        self._edit("tag", self._studio.clips.rename_tag(tag, name), undo_min_clips=1)

    def request_tags(self, clips: Sequence[ClipId]) -> None:
        """Requests the popup of tags."""
        self.tags_requested.emit(list(clips))

    def request_details(self, clips: Sequence[ClipId]) -> None:
        """Requests the dialog of details."""
        self.details_requested.emit(list(clips))

    def trash(self, clips: Sequence[ClipId]) -> None:
        """Moves clips to the trash, with an undo notice also for a single one."""
        if clips:
            self._edit("trash", self._studio.clips.trash(clips), undo_min_clips=1)

    def keep_takes(self, choice: TakeChoice) -> None:
        """Moves the takes that are not kept to the trash, by their ratings in the library: those of
        a list may be older.
        """
        self._tasks.start(
            "keep takes",
            self._studio.clips.get_many([*choice.kept, *choice.others]),
            on_result=lambda takes: self._trash_others(choice, takes),
            is_change=True,
        )

    def _trash_others(self, choice: TakeChoice, takes: Sequence[Clip]) -> None:
        now = choose_takes([one for one in takes if one.trashed_at is None], choice.kept[0])
        if now is not None and now.label == choice.label:
            self.trash(now.others)
        else:
            text = tr("The takes have changed since then. Nothing was moved to the trash.")
            self._tasks.error_reported.emit("info", text, "")

    def restore(self, clips: Sequence[ClipId]) -> None:
        if clips:
            self._edit("restore", self._studio.clips.restore(clips))

    def request_deletion(self, clips: Sequence[ClipId]) -> None:
        """Requests permanent deletion of clips in the trash."""
        if clips:
            self.deletion_requested.emit(list(clips))

    def fetch_again(self, clip: ClipId) -> None:
        self._tasks.start(f"fetch {clip} again", self._studio.clips.retry_download(clip))

    def find_stems(self, clip: ClipId, on_found: Callable[[bool], object]) -> None:
        """Calls a function with whether a clip has stems, or is one."""
        self._serial += 1
        self._tasks.start(
            f"find stems {self._serial}",
            self._studio.stems.find(clip),
            on_result=lambda found: on_found(found is not None),
        )

    def open_stems(self, clip: ClipId) -> None:
        """Requests the mixer of a clip's stems."""
        self.stems_requested.emit(clip)

    def request_edit(self, operation: Operation, clips: Sequence[ClipId]) -> None:
        """Requests the dialog of an edit on this computer."""
        self.edit_requested.emit(operation, list(clips))

    def request_release_check(self, clips: Sequence[ClipId]) -> None:
        """Requests the dialog with the release check of clips."""
        if clips:
            self.release_check_requested.emit(list(clips))

    def show_in_folder(self, clip: Clip) -> None:
        if clip.path is not None:
            show_in_file_manager(clip.path, self._report_open_problem)

    def watch_video(self, clip: Clip) -> None:
        """Requests the view that plays the clip's video."""
        self.video_requested.emit(clip.id)

    def open_video(self, clip: Clip) -> None:
        """Opens the clip's video with the system's player, if the file is a video."""

        def play(video: Path | None) -> None:
            if video is not None:
                open_file(video, self._report_open_problem)

        self._tasks.start("open a video", self._studio.clips.playable_video(clip), on_result=play)

    def _report_open_problem(self, text: str, address: str) -> None:
        self._tasks.error_reported.emit("warn", f"{tr(text)} {address}", "")

    @property
    def export_profiles(self) -> Sequence[ExportProfile]:
        return self._studio.export_profiles.known

    def copy_lyrics(self, clip: Clip) -> None:
        QGuiApplication.clipboard().setText(clip.lyrics)

    def operation_problem(self, operation: Operation, clip: Clip | None) -> str:
        """Message about why an operation is unavailable now; empty when it is available."""
        reason = unavailable_reason(self._studio, operation)
        if reason:
            return reason
        if clip is not None and not clip.operation.makes_audio:
            return mark("This clip has no sound to work on.")
        return ""

    def run_edit(self, action: str, work: Coroutine[Any, Any, UndoStep | None]) -> None:
        """Runs an edit that was asked for in a dialog, with an undo notice."""
        self._edit(action, work, undo_min_clips=1)

    def _edit(
        self, action: str, work: Coroutine[Any, Any, UndoStep | None], undo_min_clips: int = 2
    ) -> None:
        """Runs an edit; shows an undo notice if it changed at least `undo_min_clips` clips."""

        def emit_undo(step: UndoStep | None) -> None:
            if step is not None and step.clip_count >= undo_min_clips:
                self.undo_available.emit(tr(change_message(step)), step)

        # A task of its own: rating a second clip must not wait for the first.
        self._serial += 1
        name = f"change clips: {action} {self._serial}"
        self._tasks.start(name, work, on_result=emit_undo, is_change=True)
