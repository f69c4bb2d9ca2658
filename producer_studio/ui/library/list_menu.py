"""Context menu of the list: of the selected clips, or of a group of takes."""

from PySide6.QtCore import QObject, QPoint, Qt

from producer_studio.domain.best_takes import choose_takes
from producer_studio.domain.clip_list import RowKey
from producer_studio.ui.clips.actions import ClipActions
from producer_studio.ui.clips.menu import GroupMenu, MenuCallbacks, PlaylistRemoval, build_clip_menu
from producer_studio.ui.library.clip_view import ClipView
from producer_studio.ui.style.style import Style


class ListMenu(QObject):
    """Opens the context menu.

    Args:
        callbacks: Those of the items that the panel handles.
    """

    def __init__(
        self, style: Style, view: ClipView, actions: ClipActions, callbacks: MenuCallbacks
    ) -> None:
        super().__init__(view)
        self._style = style
        self._view = view
        self._actions = actions
        self._callbacks = callbacks

    def popup(
        self, position: QPoint, *, in_trash: bool, removal: PlaylistRemoval | None = None
    ) -> None:
        """Opens the menu of the selection at a global position; nothing without a current row."""
        table = self._view.table
        row = self._view.current_row()
        takes = table.takes_of(row)
        clip_row = table.cached_row(takes[0] if takes else row) if row is not None else None
        if row is None or clip_row is None:
            return
        selected = self._view.selected_rows()
        is_group = bool(takes) and selected in ([], [row])
        ids = self._view.selected_ids() or list(takes) or [clip_row.id]
        menu = build_clip_menu(
            self._style,
            self._actions,
            self._callbacks,
            ids,
            clip_row.clip,
            self._view,
            in_trash=in_trash,
            group=self._group_menu(row) if is_group else None,
            is_sweep=clip_row.is_sweep,
            removal=removal,
        )
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(position)

    def _group_menu(self, group: RowKey) -> GroupMenu:
        view = self._view
        is_open = group in view.table.open_groups
        takes = view.table.takes_of(group)
        rows = [row for clip in takes if (row := view.table.cached_row(clip)) is not None]
        complete = len(rows) == len(takes)
        return GroupMenu(
            is_open,
            choose_takes([row.clip for row in rows]) if complete else None,
            lambda: view.set_group_open(group, is_open=not is_open),
        )
