"""Row of tabs for the smart lists; tabs that do not fit move to a menu."""

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QWidget

from producer_studio.studio.clips import SmartList, SmartListCounts
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.buttons import IconButton
from producer_studio.ui.widgets.checked_state import connect_choice, set_checked
from producer_studio.ui.widgets.focus_order import keep_focus_on_choice
from producer_studio.ui.widgets.menu import Menu
from producer_studio.ui.widgets.pill_tab import TAB_GAP, PillTab
from producer_studio.ui.widgets.text_format import count_text

_LISTS = (
    (SmartList.ALL, "All", ""),
    (SmartList.FAVOURITES, "Favourites", "heart"),
    (SmartList.UNHEARD, "Unheard", ""),
    (SmartList.UPLOADS, "Uploads", ""),
    (SmartList.LYRICS, "Lyrics", "file-text"),
    (SmartList.VIDEOS, "Videos", "video"),
    (SmartList.TRASH, "Trash", "trash-2"),
)
_COUNTED = frozenset({SmartList.ALL, SmartList.UNHEARD})
_ONLY_WHEN_FILLED = frozenset({SmartList.LYRICS, SmartList.VIDEOS, SmartList.TRASH})


class SmartListTab(PillTab):
    """Tab of one smart list."""

    def __init__(
        self, style: Style, smart_list: SmartList, name: str, icon: str, parent: QWidget
    ) -> None:
        super().__init__(style, name, icon, parent, is_counted=smart_list in _COUNTED)
        self.smart_list = smart_list


class ListTabs(QWidget):
    """Row of tabs for the smart lists.

    Signals:
        smart_list_chosen: The user chose another list.
    """

    smart_list_chosen = Signal(SmartList)

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style
        self._counts = SmartListCounts()
        self._group = QButtonGroup(self)
        self._tabs = [SmartListTab(style, smart, name, icon, self) for smart, name, icon in _LISTS]
        for tab in self._tabs:
            self._group.addButton(tab)
            connect_choice(tab, partial(self.smart_list_chosen.emit, tab.smart_list))
        self._tabs[0].setChecked(True)
        keep_focus_on_choice(self._group)
        self._more_button = IconButton(style, "ellipsis", "More lists", self)
        self._more_button.clicked.connect(self._on_more)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        style.changed.connect(self._position_tabs)

    @property
    def current(self) -> SmartList:
        return next(tab.smart_list for tab in self._tabs if tab.isChecked())

    def set_current(self, smart_list: SmartList) -> None:
        """Marks a list without emitting `smart_list_chosen`."""
        set_checked(next(tab for tab in self._tabs if tab.smart_list is smart_list), True)
        self._position_tabs()

    def set_counts(self, counts: SmartListCounts) -> None:
        self._counts = counts
        for tab in self._tabs:
            number = self._clip_count(tab.smart_list)
            tab.set_count(number if tab.smart_list in _COUNTED and number else None)
        self._position_tabs()

    def sizeHint(self) -> QSize:
        return QSize(300, self._style.px(28))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._position_tabs()

    def _clip_count(self, smart_list: SmartList) -> int:
        name = "trashed" if smart_list is SmartList.TRASH else smart_list.value
        number: int = getattr(self._counts, name)
        return number

    def _position_tabs(self) -> None:
        wanted = [tab for tab in self._tabs if tab.isChecked() or self._is_shown(tab)]
        room = self.width() - self._more_button.width() - TAB_GAP
        current = next(tab for tab in self._tabs if tab.isChecked())
        room -= current.sizeHint().width() + TAB_GAP
        shown = set()
        for tab in wanted:
            if tab is current:
                shown.add(tab)
                continue
            width = tab.sizeHint().width() + TAB_GAP
            if width > room:
                break
            room -= width
            shown.add(tab)
        shown.add(current)
        left = 0
        for tab in self._tabs:
            tab.setVisible(tab in shown)
            if tab in shown:
                size = tab.sizeHint()
                tab.setGeometry(left, (self.height() - size.height()) // 2, *size.toTuple())
                left += size.width() + TAB_GAP
        self._more_button.setVisible(len(shown) < len(self._tabs))
        self._more_button.move(left, (self.height() - self._more_button.height()) // 2)

    def _is_shown(self, tab: SmartListTab) -> bool:
        return tab.smart_list not in _ONLY_WHEN_FILLED or self._clip_count(tab.smart_list) > 0

    def _on_more(self) -> None:
        menu = Menu(self._style, self)
        for tab in self._tabs:
            if tab.isHidden():
                number = self._clip_count(tab.smart_list)
                text = f"{tab.name}  {count_text(number)}" if number else tab.name
                menu.add_item(text, tab.click, icon=tab.icon_name or "list-music")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._more_button.mapToGlobal(self._more_button.rect().bottomLeft()))
