"""Tab of a saved search or a playlist."""

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from producer_studio.domain.playlist import Playlist
from producer_studio.studio.user_lists import UserList
from producer_studio.translation import tr
from producer_studio.ui.clips.drag import CLIPS_MIME_TYPE, get_mime_clips
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.keyboard import ignore_repetitions
from producer_studio.ui.widgets.label import shorten
from producer_studio.ui.widgets.pill_tab import PillTab

_MAX_NAME = 24
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


def list_icon(one: UserList) -> str:
    """Returns the icon of a list."""
    return "list-music" if isinstance(one, Playlist) else "search"


def list_kind(one: UserList) -> str:
    """Returns the name of a list's kind in the language of the window."""
    return tr("Playlist") if isinstance(one, Playlist) else tr("Smart list")


class UserListTab(PillTab):
    """Tab that is renamed, moved and deleted; clips are dropped on that of a playlist.

    Signals:
        menu_requested: Open the menu at a global position.
        rename_requested: F2 was pressed.
        deletion_requested: Del was pressed.
        move_requested: Alt with Left (-1) or Right (1) was pressed.
        clips_dropped: Ids of clips, in order.
        drag_started: The tab is dragged to another place.
    """

    menu_requested = Signal(QPoint)
    rename_requested = Signal()
    deletion_requested = Signal()
    move_requested = Signal(int)
    clips_dropped = Signal(object)
    drag_started = Signal()

    def __init__(self, style: Style, one: UserList, parent: QWidget) -> None:
        super().__init__(style, shorten(one.name, _MAX_NAME), list_icon(one), parent)
        self.user_list = one
        self._is_changed = False
        self._is_drop_target = False
        self._pressed_at: QPoint | None = None
        self.setAccessibleDescription(list_kind(one))
        self.setToolTip(one.name)
        self.setAcceptDrops(isinstance(one, Playlist))

    def set_changed(self, *, is_changed: bool) -> None:
        """Shows whether the search that is shown is no longer the saved one."""
        if is_changed != self._is_changed:
            self._is_changed = is_changed
            kind = list_kind(self.user_list)
            self.setAccessibleDescription(tr("{kind}, changed", kind=kind) if is_changed else kind)
            self.update()

    def event(self, event: QEvent) -> bool:
        # The window has some of these keys, too, for the clip that is selected in the list.
        is_override = event.type() is QEvent.Type.ShortcutOverride
        if is_override and isinstance(event, QKeyEvent) and _is_own_key(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F2:
            self.rename_requested.emit()
        elif event.key() == Qt.Key.Key_Delete:
            # Another control gets the focus.
            ignore_repetitions(event)
            self.deletion_requested.emit()
        elif _step(event):
            self.move_requested.emit(_step(event))
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        is_left = event.button() is Qt.MouseButton.LeftButton
        self._pressed_at = event.position().toPoint() if is_left else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        moved = event.position().toPoint() - (self._pressed_at or event.position().toPoint())
        if moved.manhattanLength() < QApplication.startDragDistance():
            super().mouseMoveEvent(event)
            return
        # The release goes to the drag.
        self._pressed_at = None
        self.setDown(False)
        self.drag_started.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        is_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        below = self.mapToGlobal(QPoint(0, self.height()))
        self.menu_requested.emit(event.globalPos() if is_mouse else below)
        event.accept()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(CLIPS_MIME_TYPE):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self._show_drop_target(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        super().dragLeaveEvent(event)
        self._show_drop_target(False)

    def dropEvent(self, event: QDropEvent) -> None:
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self._show_drop_target(False)
        self.clips_dropped.emit(get_mime_clips(event.mimeData()))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not (self._is_changed or self._is_drop_target):
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        accent = self._style.theme.accent
        if self._is_drop_target:
            painter.setPen(accent)
            radius = self.height() / 2
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), radius, radius)
        if self._is_changed:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(accent)
            painter.drawEllipse(self.width() - 9, 4, 5, 5)
        painter.end()

    def _show_drop_target(self, shown: bool) -> None:
        self._is_drop_target = shown
        self.update()


def _is_own_key(event: QKeyEvent) -> bool:
    return event.key() in {Qt.Key.Key_F2, Qt.Key.Key_Delete} or bool(_step(event))


def _step(event: QKeyEvent) -> int:
    """Returns by how many places Alt with an arrow key moves a list; 0 for other keys."""
    with_alt = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == _ALT
    return _STEPS.get(Qt.Key(event.key()), 0) if with_alt else 0


_ALT = Qt.KeyboardModifier.AltModifier
