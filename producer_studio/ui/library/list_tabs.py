"""Row of tabs for all lists; those that do not fit are in a popup with a filter."""

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QWidget

from producer_studio.studio.clips import SmartList, SmartListCounts
from producer_studio.studio.user_lists import UserList
from producer_studio.translation import mark, pmark, tr
from producer_studio.ui.library.tab_drops import TabDrops
from producer_studio.ui.library.user_list_tab import UserListTab, list_icon
from producer_studio.ui.shortcuts.chosen_keys import key_changes, with_keys
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.buttons import IconButton
from producer_studio.ui.widgets.checked_state import connect_choice, set_checked
from producer_studio.ui.widgets.choice_model import PopupChoice
from producer_studio.ui.widgets.choice_popup import ChoicePopup
from producer_studio.ui.widgets.focus_order import ChoiceKeys, keep_focus_on_choice
from producer_studio.ui.widgets.pill_tab import TAB_GAP, PillTab
from producer_studio.ui.widgets.text_format import count_text

_LISTS = (
    (SmartList.ALL, mark("All"), ""),
    (SmartList.FAVOURITES, mark("Favourites"), "heart"),
    (SmartList.UNHEARD, mark("Unheard"), ""),
    (SmartList.UPLOADS, mark("Uploads"), ""),
    (SmartList.LYRICS, pmark("name of a list", "Lyrics"), "file-text"),
    (SmartList.VIDEOS, mark("Videos"), "video"),
    (SmartList.TRASH, mark("Trash"), "trash-2"),
)
_COUNTED = frozenset({SmartList.ALL, SmartList.UNHEARD})
_ONLY_WHEN_FILLED = frozenset({SmartList.LYRICS, SmartList.VIDEOS, SmartList.TRASH})
_MAX_USER_TABS = 40
"""More than fit; the other lists are in the popup alone."""


class SmartListTab(PillTab):
    """Tab of one predefined list."""

    def __init__(
        self, style: Style, smart_list: SmartList, name: str, icon: str, parent: QWidget
    ) -> None:
        super().__init__(style, name, icon, parent, is_counted=smart_list in _COUNTED)
        self.smart_list = smart_list


class ListTabs(QWidget):
    """Row of tabs: predefined lists, and saved searches and playlists in the user's order.

    Signals:
        smart_list_chosen: The user chose a predefined list.
        user_list_chosen: The user chose a saved search or a playlist.
        addition_requested: Open the menu of the plus button.
        menu_requested: Open the menu of a `UserList`, at a global position.
        rename_requested: Rename a `UserList`.
        deletion_requested: Delete a `UserList`.
        move_requested: Move a `UserList` by a number of places.
        key_move_requested: The same, by a key.
        clips_dropped: Clips were dropped on the tab of a `Playlist`.
        files_dropped: Paths of playlist files that were dropped on the tabs.
    """

    smart_list_chosen = Signal(SmartList)
    user_list_chosen = Signal(object)
    addition_requested = Signal()
    menu_requested = Signal(object, QPoint)
    rename_requested = Signal(object)
    deletion_requested = Signal(object)
    move_requested = Signal(object, int)
    key_move_requested = Signal(object, int)
    clips_dropped = Signal(object, object)
    files_dropped = Signal(object)

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style
        self._counts = SmartListCounts()
        self._user_lists: Sequence[UserList] = ()
        self._user_counts: Mapping[str, int] = {}
        self._group = QButtonGroup(self)
        self._keys = ChoiceKeys(self._group)
        self._tabs = [
            SmartListTab(style, smart, tr(name), icon, self) for smart, name, icon in _LISTS
        ]
        self._user_tabs: list[UserListTab] = []
        for tab in self._tabs:
            self._add_tab(tab)
            connect_choice(tab, partial(self.smart_list_chosen.emit, tab.smart_list))
        self._tabs[0].setChecked(True)
        keep_focus_on_choice(self._group)
        self._more_button = IconButton(style, "ellipsis", tr("More lists"), self)
        self._show_keys()
        key_changes().changed.connect(self._show_keys)
        self._more_button.setAccessibleName(tr("More lists"))
        self._more_button.clicked.connect(self.open_chooser)
        self.add_button = IconButton(style, "plus", tr("New list"), self)
        self.add_button.clicked.connect(self.addition_requested)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._drops = TabDrops(style, self, self.visible_user_tabs)
        self._drops.moved.connect(self._on_tab_moved)
        self._drops.files_dropped.connect(self.files_dropped)
        style.changed.connect(self._position_tabs)

    @property
    def current(self) -> SmartList | UserList:
        """The list whose tab is checked."""
        tab = self._current_tab()
        return tab.user_list if isinstance(tab, UserListTab) else tab.smart_list

    def set_current(self, chosen: SmartList | UserList) -> None:
        """Marks a list without emitting a signal."""
        if isinstance(chosen, SmartList):
            set_checked(next(tab for tab in self._tabs if tab.smart_list is chosen), True)
        else:
            tab = next((one for one in self._user_tabs if one.user_list.id == chosen.id), None)
            set_checked(tab or self._add_user_tab(chosen), True)
        self._position_tabs()

    def set_counts(self, counts: SmartListCounts) -> None:
        self._counts = counts
        for tab in self._tabs:
            number = self._clip_count(tab.smart_list)
            tab.set_count(number if tab.smart_list in _COUNTED and number else None)
        self._position_tabs()

    def set_user_lists(self, lists: Sequence[UserList]) -> None:
        """Shows the lists of the user; the checked one stays checked while it exists.

        A tab that had the focus keeps it, also where its list has another place.
        """
        current, focused = self.current, next((t for t in self._user_tabs if t.hasFocus()), None)
        self._user_lists = lists
        known = {tab.user_list.id: tab for tab in self._user_tabs}
        kept: list[UserListTab] = []
        for one in lists[:_MAX_USER_TABS]:
            tab = known.get(one.id)
            if tab is not None and tab.user_list == one:
                kept.append(known.pop(one.id))
            else:
                kept.append(self._create_user_tab(one))
        self._user_tabs = kept
        if not isinstance(current, SmartList):
            same = next((one for one in lists if one.id == current.id), None)
            self.set_current(SmartList.ALL if same is None else same)
        for old in known.values():
            self._group.removeButton(old)
            old.hide()
            old.deleteLater()
        self.set_user_counts(self._user_counts)
        if focused is not None and focused not in self._user_tabs:
            ids = [tab.user_list.id for tab in self._user_tabs]
            at = ids.index(focused.user_list.id) if focused.user_list.id in ids else -1
            target = self._user_tabs[at] if at >= 0 else self._current_tab()
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_user_counts(self, counts: Mapping[str, int]) -> None:
        """Shows the numbers of clips of lists, by their ids."""
        self._user_counts = counts
        for tab in self._user_tabs:
            tab.set_count(counts.get(tab.user_list.id))
        self._position_tabs()

    def set_changed(self, one: UserList | None) -> None:
        """Marks the saved search that is no longer as it is shown; None for none."""
        for tab in self._user_tabs:
            tab.set_changed(is_changed=one is not None and tab.user_list.id == one.id)

    def open_chooser(self) -> None:
        """Opens the popup with all lists."""
        self._create_chooser().open_below(
            self._more_button if self._more_button.isVisible() else self.add_button
        )

    def _create_chooser(self) -> ChoicePopup:
        popup = ChoicePopup(self._style, tr("Go to a list"), self)
        choices = [
            PopupChoice(
                tab.smart_list,
                tab.name,
                tab.icon_name or "list",
                _note(self._clip_count(tab.smart_list)),
            )
            for tab in self._tabs
        ]
        choices += [
            PopupChoice(one, one.name, list_icon(one), _note(self._user_counts.get(one.id)))
            for one in self._user_lists
        ]
        popup.show_choices(choices)
        popup.chosen.connect(self._choose)
        return popup

    def _choose(self, chosen: SmartList | UserList) -> None:
        if isinstance(chosen, SmartList):
            next(tab for tab in self._tabs if tab.smart_list is chosen).click()
            self._position_tabs()
            return
        self.set_current(chosen)
        self.user_list_chosen.emit(chosen)

    def sizeHint(self) -> QSize:
        return QSize(300, self._style.px(28))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._drops.handle_move(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._drops.handle_move(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        super().dragLeaveEvent(event)
        self._drops.hide_line()

    def dropEvent(self, event: QDropEvent) -> None:
        self._drops.handle_drop(event)

    def visible_user_tabs(self) -> list[UserListTab]:
        """Returns the shown tabs of the user's lists, from left to right."""
        return [tab for tab in self._user_tabs if not tab.isHidden()]

    def _show_keys(self) -> None:
        self._more_button.setToolTip(with_keys(tr("More lists"), "lists"))

    def _on_tab_moved(self, moved: UserListTab, place: int) -> None:
        """Moves a list to a place among the shown tabs."""
        shown = [tab.user_list for tab in self.visible_user_tabs()]
        # The tab may be another one by now: the list was changed or removed during the drag.
        dragged = next((one for one in shown if one.id == moved.user_list.id), None)
        if dragged is None:
            return
        steps = place - shown.index(dragged)
        if steps > 0:
            steps -= 1
        if steps:
            # Tabs that are not shown stand behind those that are, or between them.
            ids = [one.id for one in self._user_lists]
            target = shown[place - 1 if steps > 0 else place].id
            self.move_requested.emit(dragged, ids.index(target) - ids.index(dragged.id))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._position_tabs()

    def _current_tab(self) -> "SmartListTab | UserListTab":
        tabs: list[SmartListTab | UserListTab] = [*self._tabs, *self._user_tabs]
        return next(tab for tab in tabs if tab.isChecked())

    def _add_tab(self, tab: PillTab) -> None:
        self._group.addButton(tab)
        self._keys.add_button(tab)

    def _create_user_tab(self, one: UserList) -> UserListTab:
        tab = UserListTab(self._style, one, self)
        self._add_tab(tab)
        connect_choice(tab, partial(self.user_list_chosen.emit, one))
        connect_choice(tab, self._position_tabs)
        tab.menu_requested.connect(partial(self.menu_requested.emit, one))
        tab.rename_requested.connect(partial(self.rename_requested.emit, one))
        tab.deletion_requested.connect(partial(self.deletion_requested.emit, one))
        tab.move_requested.connect(partial(self.key_move_requested.emit, one))
        tab.clips_dropped.connect(partial(self.clips_dropped.emit, one))
        tab.drag_started.connect(partial(self._drops.start_drag, tab))
        return tab

    def _add_user_tab(self, one: UserList) -> UserListTab:
        """Adds the tab of a list behind those that have one."""
        tab = self._create_user_tab(one)
        self._user_tabs.append(tab)
        tab.set_count(self._user_counts.get(one.id))
        return tab

    def _clip_count(self, smart_list: SmartList) -> int:
        name = "trashed" if smart_list is SmartList.TRASH else smart_list.value
        number: int = getattr(self._counts, name)
        return number

    def _in_order(self) -> list[SmartListTab | UserListTab]:
        """Returns all tabs from left to right: the user's are more at hand than rare ones."""
        first = [tab for tab in self._tabs if tab.smart_list not in _ONLY_WHEN_FILLED]
        last = [tab for tab in self._tabs if tab.smart_list in _ONLY_WHEN_FILLED]
        return [*first, *self._user_tabs, *last]

    def _position_tabs(self) -> None:
        tabs = self._in_order()
        wanted = [tab for tab in tabs if tab.isChecked() or self._is_shown(tab)]
        buttons = self._more_button.width() + self.add_button.width() + 2 * TAB_GAP
        current = self._current_tab()
        room = self.width() - buttons - current.sizeHint().width() - TAB_GAP
        shown: set[PillTab] = {current}
        for tab in wanted:
            if tab is current:
                continue
            width = tab.sizeHint().width() + TAB_GAP
            if width > room:
                break
            room -= width
            shown.add(tab)
        left = 0
        for tab in tabs:
            tab.setVisible(tab in shown)
            if tab in shown:
                size = tab.sizeHint()
                tab.setGeometry(left, (self.height() - size.height()) // 2, *size.toTuple())
                left += size.width() + TAB_GAP
        hidden = len(self._tabs) + len(self._user_lists) > len(shown)
        for button, is_visible in ((self._more_button, hidden), (self.add_button, True)):
            button.setVisible(is_visible)
            button.move(left, (self.height() - button.height()) // 2)
            left += button.width() + 2 if is_visible else 0

    def _is_shown(self, tab: SmartListTab | UserListTab) -> bool:
        if isinstance(tab, UserListTab) or tab.smart_list not in _ONLY_WHEN_FILLED:
            return True
        return self._clip_count(tab.smart_list) > 0


def _note(count: int | None) -> str:
    return count_text(count) if count else ""
