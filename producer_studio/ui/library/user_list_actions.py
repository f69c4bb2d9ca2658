"""Changes of the user's lists: menus, dialogs, and the popup that adds clips to a playlist."""

from collections.abc import Callable, Collection, Coroutine, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QRect, Qt, Signal
from PySide6.QtWidgets import QWidget

from producer_studio.domain.ids import ClipId, PlaylistItemId
from producer_studio.domain.playlist import Playlist
from producer_studio.studio.clips import SmartList, SortOrder, UndoStep, change_message
from producer_studio.studio.user_lists import SavedSearch, UserList
from producer_studio.translation import ntr, ptr, tr
from producer_studio.ui.context import UiContext
from producer_studio.ui.widgets.choice_model import PopupChoice
from producer_studio.ui.widgets.choice_popup import ChoicePopup
from producer_studio.ui.widgets.keyboard import native_keys
from producer_studio.ui.widgets.menu import Menu
from producer_studio.ui.widgets.name_dialog import NameDialog
from producer_studio.ui.widgets.text_format import count_text

_MAX_QUERY = 120


class UserListActions(QObject):
    """Changes saved searches and playlists; each change is a step of undo.

    Signals:
        undo_available: Message about a change, and its `UndoStep`.
        created: A list was added, and is to be shown.
        unchanged: A change did nothing, as something else has changed it before.
    """

    undo_available = Signal(str, object)
    created = Signal()
    unchanged = Signal()

    def __init__(self, context: UiContext, panel: QWidget) -> None:
        super().__init__(panel)
        self._studio = context.studio
        self._style = context.style
        self._tasks = context.tasks
        self._panel = panel
        self._serial = 0
        self._order: list[str] = []

    def set_order(self, lists: Sequence[UserList]) -> None:
        """Tells the order of all lists, by which one is moved."""
        self._order = [one.id for one in lists]

    def save_search(self, query: str, sort: SortOrder, smart_list: SmartList) -> None:
        """Asks for a name, and saves a search under it."""

        def save(name: str) -> None:
            saved = self._studio.saved_searches.save(name, query, sort, smart_list)
            self._change(saved, is_new=True)

        note = tr("It finds {query}", query=query[:_MAX_QUERY]) if query else ""
        self._ask_name(tr("Save as a smart list"), query[:40], tr("Save"), save, note)

    def change_search(
        self, saved: SavedSearch, query: str, sort: SortOrder, smart_list: SmartList
    ) -> None:
        """Stores another search under the name of a saved one."""
        self._change(self._studio.saved_searches.change(saved, query, sort, smart_list))

    def create_playlist(self) -> None:
        """Asks for a name, and creates an empty playlist."""

        def create(name: str) -> None:
            self._change(self._studio.playlists.create(name), is_new=True)

        self._ask_name(tr("New playlist"), "", ptr("playlist", "Create"), create)

    def rename(self, one: UserList) -> None:
        """Asks for another name of a list."""

        def rename(name: str) -> None:
            if " ".join(name.split()) != one.name:
                self._change(self._studio.lists.rename(one, name))

        is_playlist = isinstance(one, Playlist)
        title = tr("Rename the playlist") if is_playlist else tr("Rename the smart list")
        self._ask_name(title, one.name, tr("Rename"), rename)

    def move(self, one: UserList, steps: int, *, by_key: bool = False) -> None:
        """Moves a list by places to the right, or to the left for a negative number."""
        place = self._order.index(one.id) + steps if one.id in self._order else -1
        if 0 <= place < len(self._order):
            self._change(self._studio.lists.move(one, place, continues=by_key), is_quiet=True)

    def delete(self, one: UserList) -> None:
        """Deletes a list; its clips stay in the library."""
        self._change(self._studio.lists.delete(one))

    def add_clips(
        self, playlist: Playlist, clips: Sequence[ClipId], before: PlaylistItemId | None = None
    ) -> None:
        """Adds clips to a playlist, in front of an item or at its end."""
        if clips:
            self._change(self._studio.playlists.add(playlist, clips, before))

    def remove_items(self, playlist: Playlist, items: Collection[PlaylistItemId]) -> None:
        self._change(self._studio.playlists.remove(playlist, items))

    def move_items(
        self,
        playlist: Playlist,
        items: Collection[PlaylistItemId],
        before: PlaylistItemId | None,
        *,
        by_key: bool,
    ) -> None:
        """Moves items of a playlist; its list shows them there already."""
        moving = self._studio.playlists.move(playlist, items, before, continues=by_key)
        self._change(moving, is_quiet=True)

    def choose_playlist(self, clips: Sequence[ClipId], anchor: QRect) -> None:
        """Opens the popup with the playlists to which clips can be added.

        Args:
            anchor: Rectangle in global coordinates, below which it opens.
        """
        if clips:
            self._tasks.restart(
                "choose a playlist",
                self._list_playlists(),
                on_result=lambda choices: self._open_popup(clips, anchor, choices),
            )

    def fill_menu(
        self,
        menu: Menu,
        one: UserList,
        *,
        is_changed: bool = False,
        store: Callable[[], object] | None = None,
    ) -> Menu:
        """Adds what can be done with a list to a menu, and returns it.

        Args:
            is_changed: Whether another search than the saved one is shown.
            store: Stores the search that is shown; None for a playlist.
        """
        menu.add_item(tr("Rename…"), partial(self.rename, one), icon="pencil", shortcut="F2")
        if store is not None:
            menu.add_item(
                tr("Store the current search in it"),
                store,
                icon="search",
                enabled=is_changed,
                reason="" if is_changed else tr("Change its search or order first."),
            )
        place = self._order.index(one.id) if one.id in self._order else 0
        for text, steps, keys in (
            (tr("Move to the left"), -1, "Alt+Left"),
            (tr("Move to the right"), 1, "Alt+Right"),
        ):
            possible = 0 <= place + steps < len(self._order)
            move = partial(self.move, one, steps)
            menu.add_item(text, move, shortcut=native_keys(keys), enabled=possible)
        menu.addSeparator()
        menu.add_item(
            tr("Delete"), partial(self.delete, one), icon="trash-2", shortcut=native_keys("Del")
        )
        return menu

    def _ask_name(
        self, title: str, name: str, action: str, use: Callable[[str], object], note: str = ""
    ) -> None:
        dialog = NameDialog(self._style, title, name, action, self._panel.window(), note)
        dialog.named.connect(use)
        dialog.open()

    async def _list_playlists(self) -> list[PopupChoice]:
        totals = await self._studio.playlists.read_totals()
        return [
            PopupChoice(
                one,
                one.name,
                "list-music",
                count_text(totals[one.id].count) if one.id in totals else "",
            )
            for one in await self._studio.playlists.list_all()
        ]

    def _open_popup(
        self, clips: Sequence[ClipId], anchor: QRect, choices: Sequence[PopupChoice]
    ) -> None:
        popup = ChoicePopup(
            self._style,
            ntr("Add {count} clip to a playlist", "Add {count} clips to a playlist", len(clips)),
            self._panel,
            creation=tr("New playlist “{name}”", name="{}"),
            empty=tr("Type a name for a new playlist."),
        )
        popup.show_choices(choices)
        popup.chosen.connect(lambda playlist: self.add_clips(playlist, clips))
        popup.created.connect(lambda name: self._change(self._studio.playlists.create(name, clips)))
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        popup.open_at(anchor)

    def _change(
        self,
        work: Coroutine[Any, Any, UndoStep | None],
        *,
        is_new: bool = False,
        is_quiet: bool = False,
    ) -> None:
        """Starts a change, and offers to undo it, except where its result is seen at once."""

        def on_changed(step: UndoStep | None) -> None:
            if step is None:
                self.unchanged.emit()
                return
            if is_new:
                self.created.emit()
            if not is_quiet:
                self.undo_available.emit(tr(change_message(step)), step)

        self._serial += 1
        name = f"change lists {self._serial}"
        self._tasks.start(name, work, on_result=on_changed, on_error=self._on_error, is_change=True)

    def _on_error(self, error: Exception) -> None:
        self.unchanged.emit()
        self._tasks.report_error(error)
