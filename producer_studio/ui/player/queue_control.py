"""Connects the queue to its button and its popover."""

from PySide6.QtCore import QObject, Signal

from producer_studio.domain.clip import Clip
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.studio.studio import Studio
from producer_studio.ui.player.bar_layout import BarLayout
from producer_studio.ui.player.play_queue import PlayQueue
from producer_studio.ui.tasks import Tasks


class QueueControl(QObject):
    """Shows the clips of the queue in the popover, and edits the queue from there.

    Signals:
        shown: The clips of the queue were read, or the popover was opened: `show` is to be called.
        play_requested: Play the clip with that id, which was taken from the queue.
    """

    shown = Signal()
    play_requested = Signal(str)

    def __init__(self, studio: Studio, tasks: Tasks, queue: PlayQueue, bar: BarLayout) -> None:
        super().__init__(bar)
        self._studio = studio
        self._tasks = tasks
        self._queue = queue
        self._bar = bar
        self._clips: list[Clip] = []
        popover = bar.queue_popover
        queue.changed.connect(self._on_queue_changed)
        bar.queue_button.toggled.connect(self._on_queue_toggled)
        popover.list.moved.connect(queue.move)
        popover.list.removed.connect(queue.remove)
        popover.list.chosen.connect(self._play)
        popover.clear_requested.connect(queue.clear)
        popover.undo_requested.connect(queue.undo)
        popover.shuffle_changed.connect(lambda on: studio.preferences.change(shuffle=on))
        bar.show_queue_size(len(queue.ids))

    def show(self, playing: Clip | None, following: Clip | None, left_s: float) -> None:
        """Shows the queue, if the popover is open.

        Args:
            playing: The loaded clip, or None.
            following: The clip that follows it without a gap, or None.
            left_s: Time to the end of the loaded clip, in seconds.
        """
        if self._bar.queue_popover.isVisible():
            clips = self._clips
            self._bar.queue_popover.show_queue(
                playing,
                clips,
                left_s=left_s + sum(clip.duration_s for clip in clips),
                is_gapless=bool(clips) and following is not None and following.id == clips[0].id,
                can_undo=self._queue.can_undo,
            )

    def apply_change(self, change: LibraryChange) -> None:
        """Reads clips of the queue again that were changed."""
        covers = self._bar.queue_popover.list.covers
        if change.kind is ChangeKind.MEDIA:
            for clip in change.clips:
                covers.invalidate(clip)
        everything = change.kind is ChangeKind.EVERYTHING
        if everything or not change.clips.isdisjoint(self._queue.ids):
            self._load()

    def close(self) -> None:
        """Waits for the cover that is being scaled; called before the window is destroyed."""
        self._bar.queue_popover.list.covers.close()

    def _play(self, place: int) -> None:
        # The list is a moment older than the queue.
        if place < len(self._queue.ids):
            self.play_requested.emit(self._queue.take(place))

    def _on_queue_changed(self) -> None:
        self._bar.show_queue_size(len(self._queue.ids))
        self._load()

    def _on_queue_toggled(self, shown: bool) -> None:
        if shown:
            self._load()

    def _load(self) -> None:
        self._tasks.restart(
            "queue", self._studio.clips.get_many(self._queue.ids), on_result=self._on_loaded
        )

    def _on_loaded(self, clips: list[Clip]) -> None:
        found = {clip.id: clip for clip in clips}
        deleted = [clip for clip in self._queue.ids if clip not in found]
        self._clips = [found[clip] for clip in self._queue.ids if clip in found]
        # The places in the list are those of the queue.
        self._queue.drop(deleted)
        self.shown.emit()
