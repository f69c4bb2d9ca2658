"""Notices about playback: a resumed clip, one that was skipped, and a queue that was replaced."""

from functools import partial

from PySide6.QtCore import QObject

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.translation import ntr, tr, tr_message
from producer_studio.ui.playback.failure_text import quoted_title
from producer_studio.ui.player.bar import PlayerBar
from producer_studio.ui.widgets.notices import NoticeStack, NoticeText
from producer_studio.ui.widgets.text_format import format_time
from producer_studio.ui.window.playback import Playback


class PlayerNotices(QObject):
    """Shows them, and removes those that no longer apply."""

    def __init__(
        self, playback: Playback, player: PlayerBar, notices: NoticeStack, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._playback = playback
        self._notices = notices
        self._queue = player.queue
        self._resumed: tuple[ClipId, NoticeText] | None = None
        self._replaced: NoticeText | None = None
        playback.resumed.connect(self._on_resumed)
        playback.queue_replaced.connect(self._on_queue_replaced)
        player.current_changed.connect(self._on_current_changed)
        player.queue.changed.connect(self._on_queue_changed)
        player.notice_requested.connect(self._on_notice_requested)

    def _on_resumed(self, clip: Clip, position_s: float) -> None:
        notice = NoticeText(
            "info",
            tr(
                "Resumed {title} at {time}.",
                title=quoted_title(tr_message(clip.display_title)),
                time=format_time(position_s),
            ),
            action=tr("From the start"),
        )
        self._resumed = (clip.id, notice)
        self._notices.show_notice(notice, partial(self._playback.play_from_start, clip.id))

    def _on_current_changed(self, clip: ClipId | None) -> None:
        if self._resumed is not None and self._resumed[0] != clip:
            self._notices.remove_notice(self._resumed[1])
            self._resumed = None

    def _on_queue_replaced(self) -> None:
        count = len(self._queue.replaced)
        if count:
            text = ntr(
                "The queue had {count} clip, which this list replaced.",
                "The queue had {count} clips, which this list replaced.",
                count,
            )
            self._replaced = NoticeText("info", text, action=tr("Undo"))
            self._notices.show_notice(self._replaced, self._queue.undo_replacement)

    def _on_queue_changed(self) -> None:
        if self._replaced is not None and not self._queue.replaced:
            self._notices.remove_notice(self._replaced)
            self._replaced = None

    def _on_notice_requested(self, level: str, text: str) -> None:
        self._notices.show_notice(NoticeText(level, text))
