"""Drags of tabs to another place, and drops of playlist files on the row of tabs."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, QMimeData, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QDrag, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QWidget

from producer_studio.ui.library.playlist_file_actions import is_playlist_file
from producer_studio.ui.library.user_list_tab import UserListTab
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.dropped_files import DroppedFiles
from producer_studio.ui.widgets.pill_tab import TAB_GAP

_TAB_MIME_TYPE = "application/x-producer-studio-list"
_LINE_WIDTH = 2
_BELOW = 10
"""Distance of the dragged picture below the pointer: it must not cover the line."""


class TabDrops(QObject):
    """Shows where a dragged tab would go, and accepts it and playlist files.

    Signals:
        moved: A `UserListTab`, and its place among the shown ones, from 0, before it is taken out.
        files_dropped: Paths of playlist files.
    """

    moved = Signal(object, int)
    files_dropped = Signal(object)

    def __init__(
        self, style: Style, tabs: QWidget, shown_tabs: Callable[[], Sequence[UserListTab]]
    ) -> None:
        """Accepts drops on a row of tabs.

        Args:
            shown_tabs: Returns the shown tabs of the user's lists, from left to right.
        """
        super().__init__(tabs)
        self._style = style
        self._shown_tabs = shown_tabs
        self._dragged: UserListTab | None = None
        self._line = QFrame(tabs)
        self._line.hide()
        tabs.setAcceptDrops(True)

    def start_drag(self, tab: UserListTab) -> None:
        """Drags a tab until it is dropped."""
        drag = self.create_drag(tab)
        drag.exec(Qt.DropAction.MoveAction)
        self.hide_line()
        self._dragged = None

    def create_drag(self, tab: UserListTab) -> QDrag:
        """Begins the drag of a tab."""
        self._dragged = tab
        data = QMimeData()
        data.setData(_TAB_MIME_TYPE, QByteArray(tab.user_list.id.encode()))
        drag = QDrag(tab)
        drag.setMimeData(data)
        drag.setPixmap(tab.grab())
        drag.setHotSpot(QPoint(tab.width() // 2, -_BELOW))
        return drag

    def handle_move(self, event: QDragMoveEvent) -> None:
        """Accepts what can be dropped here; shows the place of a tab."""
        if self._is_tab(event):
            place = self._place_at(event.position().toPoint().x())
            self._show_line(place)
            event.setDropAction(Qt.DropAction.MoveAction)
            event.accept()
        elif _playlist_files(event):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
        else:
            event.ignore()

    def handle_drop(self, event: QDropEvent) -> None:
        """Emits what was dropped."""
        self.hide_line()
        files = _playlist_files(event)
        if self._is_tab(event) and self._dragged is not None:
            self.moved.emit(self._dragged, self._place_at(event.position().toPoint().x()))
            event.setDropAction(Qt.DropAction.MoveAction)
        elif files:
            self.files_dropped.emit(files)
            event.setDropAction(Qt.DropAction.CopyAction)
        else:
            event.ignore()
            return
        event.accept()

    def hide_line(self) -> None:
        self._line.hide()

    def _is_tab(self, event: QDropEvent) -> bool:
        return self._dragged is not None and event.mimeData().hasFormat(_TAB_MIME_TYPE)

    def _place_at(self, x: int) -> int:
        """Returns in front of which tab a position is; their number for the end."""
        shown = self._shown_tabs()
        return sum(tab.geometry().center().x() < x for tab in shown)

    def _show_line(self, place: int) -> None:
        shown = self._shown_tabs()
        if not shown:
            return
        is_end = place == len(shown)
        box = shown[-1 if is_end else place].geometry()
        x = box.right() + TAB_GAP // 2 if is_end else box.left() - TAB_GAP // 2 - _LINE_WIDTH
        self._line.setStyleSheet(f"background: {self._style.colour('accent').name()};")
        self._line.setGeometry(max(0, x), box.top(), _LINE_WIDTH, box.height())
        self._line.show()
        self._line.raise_()


def _playlist_files(event: QDropEvent) -> list[Path]:
    """Returns the playlist files among the first ones that are dragged."""
    return [file for file in DroppedFiles(event.mimeData()).first if is_playlist_file(file)]
