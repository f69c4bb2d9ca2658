"""The playlist that the list shows: its bar, its order and its menu item."""

from collections.abc import Sequence

from PySide6.QtCore import QObject

from producer_studio.domain.clip_list import ClipList
from producer_studio.domain.ids import ClipId, PlaylistItemId
from producer_studio.ui.clips.menu import PlaylistRemoval
from producer_studio.ui.library.bulk_editing import row_anchor
from producer_studio.ui.library.clip_list_loader import ClipListLoader
from producer_studio.ui.library.clip_view import ClipView
from producer_studio.ui.library.list_navigation import ListNavigation
from producer_studio.ui.library.playlist_bar import PlaylistBar
from producer_studio.ui.library.playlist_editing import PlaylistEditing
from producer_studio.ui.style.style import Style


class PlaylistPane(QObject):
    """Connects the list with the playlist that it shows."""

    def __init__(
        self,
        style: Style,
        view: ClipView,
        loader: ClipListLoader,
        lists: ListNavigation,
        bar: PlaylistBar,
    ) -> None:
        super().__init__(view)
        self._view = view
        self._loader = loader
        self._lists = lists
        self._bar = bar
        self._editing = PlaylistEditing(
            style,
            view,
            lambda: lists.playlist is not None,
            lambda: loader.list_query.is_playlist_order,
        )
        self._editing.moved.connect(self._on_items_moved)
        self._editing.removal_requested.connect(self._remove_items)
        self._editing.clips_dropped.connect(self._on_clips_dropped)
        bar.own_order_requested.connect(lists.show_own_order)
        bar.play_requested.connect(self._play_all)

    def show_bar(self) -> None:
        """Shows the bar of the playlist, or hides it."""
        query = self._loader.list_query
        self._bar.show_playlist(
            len(self._view.table.ids),
            self._lists.playlist_length_s if query.is_playlist_order else 0.0,
            is_shown=query.playlist is not None,
            is_in_order=query.is_playlist_order,
        )

    def removal(self) -> PlaylistRemoval | None:
        """Returns the item that removes the selection from the playlist; None without one."""
        playlist = self._lists.playlist
        if playlist is None:
            return None
        items = self._editing.selected_items()
        return PlaylistRemoval(playlist.name, lambda: self._remove_items(items))

    def choose_playlist(self, clips: Sequence[ClipId]) -> None:
        """Opens the popup that adds clips to a playlist, beside the current row."""
        self._lists.actions.choose_playlist(clips, row_anchor(self._view))

    def _on_items_moved(
        self,
        listed: ClipList,
        items: Sequence[PlaylistItemId],
        before: PlaylistItemId | None,
        by_key: bool,
    ) -> None:
        playlist = self._lists.playlist
        if playlist is not None:
            self._loader.show_order(listed)
            self._lists.actions.move_items(playlist, items, before, by_key=by_key)

    def _remove_items(self, items: Sequence[PlaylistItemId]) -> None:
        playlist = self._lists.playlist
        if playlist is not None:
            self._lists.actions.remove_items(playlist, items)

    def _on_clips_dropped(self, clips: Sequence[ClipId], before: PlaylistItemId | None) -> None:
        playlist = self._lists.playlist
        if playlist is not None:
            self._lists.actions.add_clips(playlist, clips, before)

    def _play_all(self) -> None:
        table = self._view.table
        self._lists.play_requested.emit(table.clips_of(table.ids))
