"""Connects the queue to its popover and to the library."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.studio.studio import Studio
from producer_studio.ui.player.play_queue import PlayQueue
from producer_studio.ui.tasks import Tasks

if TYPE_CHECKING:
    from producer_studio.ui.player.bar import PlayerBar


class QueueControl(QObject):
    """Shows the clips of the queue in the popover, and edits the queue from there."""

    def __init__(self, studio: Studio, tasks: Tasks, queue: PlayQueue, bar: "PlayerBar") -> None:
        super().__init__(bar)
        self._studio = studio
        self._tasks = tasks
        self._queue = queue
        self._bar = bar
        self._clips: list[Clip] = []
        popover = bar.queue_popover
        queue.changed.connect(self._load)
        bar.current_changed.connect(lambda _clip: self.show())
        bar.queue_button.clicked.connect(self._load)
        popover.list.moved.connect(queue.move)
        popover.list.removed.connect(queue.remove)
        popover.list.chosen.connect(self._on_chosen)
        popover.clear_requested.connect(queue.clear)
        popover.shuffle_changed.connect(lambda on: studio.preferences.change(shuffle=on))
        bar.show_queue_size(len(queue.ids))

    def show(self) -> None:
        """Shows the queue as it is now."""
        bar = self._bar
        bar.show_queue_size(len(self._queue.ids))
        if not bar.queue_popover.isVisible():
            return
        left_s = sum(clip.duration_s for clip in self._clips)
        left_s += max(0.0, bar.duration_s - bar.player.position_s)
        following = bar.next_clip
        is_gapless = bool(self._clips) and following is not None
        bar.queue_popover.show_queue(
            bar.current_clip,
            self._clips,
            left_s=left_s,
            is_gapless=is_gapless and following == self._clips[0],
        )

    def _load(self) -> None:
        self._tasks.restart(
            "queue", self._studio.clips.get_many(self._queue.ids), on_result=self._on_loaded
        )

    def _on_loaded(self, clips: list[Clip]) -> None:
        found = {clip.id: clip for clip in clips}
        self._clips = [found[clip] for clip in self._queue.ids if clip in found]
        self.show()

    def _on_chosen(self, place: int) -> None:
        clip: ClipId = self._queue.take(place)
        self._bar.play_requested.emit(clip)
