"""Popover with the queue: what plays, what comes next, and how long that is."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from producer_studio.domain.clip import Clip
from producer_studio.translation import mark, tr
from producer_studio.ui.player.popover import Popover
from producer_studio.ui.player.queue_list import QueueList
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.text_format import format_time

_SIZE = QSize(320, 340)
_MOST_ROWS = 20
"""More than fit."""
_EMPTY = mark("Nothing is queued. Use Play next or Add to queue in the menu of a clip.")


class QueuePopover(Popover):
    """Shows and edits the queue.

    Signals:
        shuffle_changed: Whether the next clips of the list are drawn at random.
        clear_requested: Remove all clips of the queue.
        undo_requested: Undo the last change of the queue.
    """

    shuffle_changed = Signal(bool)
    clear_requested = Signal()
    undo_requested = Signal()

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(style, tr("Queue"), _SIZE, parent)
        self.list = QueueList(style, self.card)
        # As high as its rows, even if that is none.
        self.list.setMinimumHeight(1)
        self._title = label(tr("Queue"), "strong", self.card)
        self._left = label("", "secondary", self.card)
        self.shuffle_button = QPushButton(tr("Shuffle"), self.card)
        self.shuffle_button.setCheckable(True)
        self.shuffle_button.setToolTip(tr("Draw what follows the queue at random, each clip once"))
        self.clear_button = QPushButton(tr("Clear"), self.card)
        self.clear_button.setAccessibleName(tr("Clear the queue"))
        self.undo_button = QPushButton(tr("Undo"), self.card)
        self.undo_button.setAccessibleName(tr("Undo the last change of the queue"))
        self.undo_button.setToolTip(tr("Undo the last change of the queue (Ctrl+Z)"))
        for button in (self.undo_button, self.shuffle_button, self.clear_button):
            button.setProperty("role", "chip")
            button.setCursor(Qt.CursorShape.PointingHandCursor)
        self._empty = label(tr(_EMPTY), "secondary", self.card, wrap=True)
        self._empty.setContentsMargins(14, 8, 14, 12)
        head = self._head = QHBoxLayout()
        head.setContentsMargins(14, 10, 10, 6)
        head.setSpacing(4)
        head.addWidget(self._title)
        head.addStretch(1)
        for part in (self._left, self.shuffle_button, self.clear_button):
            head.addWidget(part)
        column = QVBoxLayout(self.card)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.list, 1)
        column.addWidget(self._empty)
        foot = self._foot = QHBoxLayout()
        foot.setContentsMargins(10, 4, 10, 0)
        foot.addWidget(self.undo_button)
        foot.addStretch(1)
        column.addLayout(foot)
        self.setFocusProxy(self.list)
        # Not `clicked`, which a screen reader's action does not emit.
        self.shuffle_button.toggled.connect(self.shuffle_changed)
        self.clear_button.clicked.connect(self.clear_requested)
        self.undo_button.clicked.connect(self.undo_requested)
        self.list.undo_requested.connect(self.undo_requested)

    @property
    def time_left(self) -> str:
        return self._left.text()

    def show_queue(
        self,
        playing: Clip | None,
        queued: Sequence[Clip],
        *,
        left_s: float,
        is_gapless: bool,
        can_undo: bool,
    ) -> None:
        """Shows the clip that plays and those that come next.

        Args:
            playing: The loaded clip, or None.
            queued: The clips of the queue, in order.
            left_s: Time to the end of the queue, in seconds.
            is_gapless: Whether the first of them follows without a gap.
            can_undo: Whether there is a change of the queue to undo.
        """
        self.list.show_clips(playing, queued, is_gapless=is_gapless)
        self._left.setText(tr("{time} left", time=format_time(left_s)) if queued else "")
        self.clear_button.setEnabled(bool(queued))
        self.undo_button.setVisible(can_undo)
        self._empty.setVisible(not queued)
        self.fit_content()

    def content_height(self, width: int) -> int | None:
        inside = self.card.layout()
        if inside is None:
            return None
        shown = range(min(_MOST_ROWS, self.list.count()))
        rows = max(1, sum(self.list.sizeHintForRow(row) for row in shown))
        above, below = self._head.sizeHint().height(), self._foot.sizeHint().height()
        empty = 0 if self._empty.isHidden() else self._empty.heightForWidth(width)
        margins = inside.contentsMargins()
        needed = above + rows + empty + below + margins.top() + margins.bottom()
        # What is under the pointer stays there while clips leave the queue.
        return max(needed, self.card.contentsRect().height()) if self.isVisible() else needed

    def show_shuffle(self, *, shuffles: bool) -> None:
        """Shows whether the next clips are drawn at random."""
        self.shuffle_button.setChecked(shuffles)
