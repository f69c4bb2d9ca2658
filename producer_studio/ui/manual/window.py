"""Window of the manual: the list of its pages, a search, and the page."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QImage,
    QKeyEvent,
    QKeySequence,
    QShortcut,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from producer_studio.studio.manual import Manual, ManualPage
from producer_studio.translation import ntr, tr
from producer_studio.translation.active import language
from producer_studio.ui.manual.page_view import PageView
from producer_studio.ui.shortcuts.table import qt_keys
from producer_studio.ui.style.style import Style
from producer_studio.ui.tasks import Tasks
from producer_studio.ui.widgets.buttons import IconButton
from producer_studio.ui.widgets.card import Hairline
from producer_studio.ui.widgets.focus_order import move_focus
from producer_studio.ui.widgets.icon_edit import IconEdit
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.screen_geometry import available_size, keep_on_screen

_SIZE = (900, 660)
_MIN_SIZE = (560, 360)
_LIST_WIDTH = 264
ITEM_PADDING = 8
"""Of the titles at both sides, as the style sheet has it, in pixels."""

_RING_WIDTH = 4
"""Room for the focus ring of the page, which the edges of the window would cut off."""

_NAME = Qt.ItemDataRole.UserRole


class _TitleDelegate(QStyledItemDelegate):
    """Gives a title the lines that it needs between the padding of the style sheet."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        # Qt wraps it here as if there were none, and so has a line too few for some titles.
        narrower = QStyleOptionViewItem(option)
        narrower.rect.setWidth(option.rect.width() - 2 * ITEM_PADDING)
        return super().sizeHint(narrower, index)


class ManualWindow(QWidget):
    """Shows the manual beside the studio's window, which stays usable; also beside its dialogs.

    It is no child of that window: a dialog of the studio would block it.

    Signals:
        settings_requested: Open a page of the settings (its English title).
        keys_requested: Open the list of all keys.
    """

    settings_requested = Signal(str)
    keys_requested = Signal()

    def __init__(self, style: Style, tasks: Tasks, manual: Manual) -> None:
        """Creates the window without a page; see `open_page`."""
        super().__init__(None, Qt.WindowType.Window)
        self._style = style
        self._tasks = tasks
        self._manual = manual
        self._pages: Sequence[ManualPage] = ()
        self._wanted = ""
        self._back: list[str] = []
        self._theme = ""
        self.setWindowTitle(tr("Manual – Producer Studio"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("surface", "panel")
        self.search = IconEdit(style, "search", tr("Search the manual"), self)
        self.search.edit.setPlaceholderText(tr("Search the manual"))
        self.search.edit.setClearButtonEnabled(True)
        self.back_button = IconButton(style, "undo-2", tr("Back"), self)
        self.back_button.setEnabled(False)
        self.list = QListWidget(self)
        self.list.setAccessibleName(tr("Pages of the manual"))
        self.list.setWordWrap(True)
        self.list.setItemDelegate(_TitleDelegate(self.list))
        # Else a title that wraps ends with an ellipsis where its second line would be.
        self.list.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.count_label = label("", "caption", self, wrap=True)
        self.view = PageView(style, self)
        self._arrange()
        self._connect()
        self._apply_style()
        self.resize(QSize(style.px(_SIZE[0]), style.px(_SIZE[1])).boundedTo(available_size(self)))
        # There the arrow keys scroll, and a screen reader reads.
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def open_page(self, name: str = "") -> None:
        """Shows a page once the manual was read; the first, or the one shown, if empty."""
        self._wanted = name or self._wanted
        if self._pages:
            self._choose(self._wanted)
            return
        self._tasks.restart(
            "read the manual", self._manual.pages(language().code), on_result=self._on_pages_read
        )

    def focusNextPrevChild(self, forward: bool) -> bool:
        return move_focus(self, forward)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.search.edit and isinstance(event, QKeyEvent):
            is_press = event.type() is QEvent.Type.KeyPress
            if is_press and event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self._focus_results(to_page=event.key() != Qt.Key.Key_Down)
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self.search.edit.text():
            self.search.edit.clear()
        else:
            self.close()

    def _arrange(self) -> None:
        self.setMinimumSize(*_MIN_SIZE)
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, 0, 0)
        top.setSpacing(6)
        top.addWidget(self.search, 1)
        top.addWidget(self.back_button)
        self._side = QWidget(self)
        self._side.setProperty("surface", "ground")
        self._side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(self._side)
        column.setContentsMargins(12, 14, 12, 12)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self.list, 1)
        column.addWidget(self.count_label)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._side)
        row.addWidget(Hairline(self, vertical=True))
        page = QVBoxLayout()
        page.setContentsMargins(_RING_WIDTH, _RING_WIDTH, _RING_WIDTH, _RING_WIDTH)
        page.addWidget(self.view)
        row.addLayout(page, 1)
        self.count_label.hide()

    def _connect(self) -> None:
        self.search.edit.textChanged.connect(self._on_search_changed)
        self.search.edit.installEventFilter(self)
        self.back_button.clicked.connect(self._go_back)
        self.list.currentItemChanged.connect(lambda item, _old: self._on_item_changed(item))
        self.list.itemActivated.connect(lambda _item: self.view.setFocus())
        self.view.link_activated.connect(self._on_link)
        self._style.changed.connect(self._apply_style)
        for keys, action in (
            ("Ctrl+F", self._focus_search),
            ("Ctrl+K", self._focus_search),
            ("Alt+Left", self._go_back),
            ("Ctrl+W", self.close),
        ):
            self._add_shortcut(keys, action)

    def _add_shortcut(self, keys: str, action: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(*qt_keys(keys)), self)
        shortcut.activated.connect(action)

    def _apply_style(self) -> None:
        # The studio's own window has a style sheet of its own; this one is not its child.
        self.setStyleSheet(self._style.style_sheet())
        self._side.setFixedWidth(self._style.px(_LIST_WIDTH))
        keep_on_screen(self)
        page = self.view.page
        if page is not None and self._theme != self._style.theme.name:
            self._load_picture(page, self.view.show_picture)

    def _on_pages_read(self, pages: Sequence[ManualPage]) -> None:
        self._pages = pages
        self._fill_list()
        self._choose(self._wanted or self._pages[0].name)

    def _fill_list(self) -> None:
        """Lists the pages that contain the words of the search."""
        words = self.search.edit.text()
        shown = self.view.page
        self.list.blockSignals(True)
        self.list.clear()
        found = [page for page in self._pages if page.matches(words)]
        for page in found:
            item = QListWidgetItem(page.title, self.list)
            item.setData(_NAME, page.name)
            if shown is not None and page.name == shown.name:
                self.list.setCurrentItem(item)
        self.list.blockSignals(False)
        text = ""
        if words.strip():
            text = ntr("{count} page", "{count} pages", len(found))
        if words.strip() and not found:
            text = tr("No page has these words.")
        self.count_label.setText(text)
        self.count_label.setVisible(bool(text))

    def _on_search_changed(self, words: str) -> None:
        self._fill_list()
        self.view.mark_words(words)
        if self.list.count() and self.list.currentItem() is None:
            self.list.setCurrentRow(0)
        QAccessible.updateAccessibility(
            QAccessibleAnnouncementEvent(self.list, self.count_label.text())
        )

    def _focus_results(self, *, to_page: bool) -> None:
        if self.list.count():
            (self.view if to_page else self.list).setFocus(Qt.FocusReason.TabFocusReason)

    def _focus_search(self) -> None:
        self.search.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.edit.selectAll()

    def _choose(self, name: str) -> None:
        """Shows a page, and selects it in the list; a search that hides it ends."""
        if not any(page.name == name for page in self._pages):
            return
        item = self._item_of(name)
        if item is None:
            self.search.edit.clear()
            item = self._item_of(name)
        if item is not None and item is self.list.currentItem():
            self._on_item_changed(item)
        if item is not None:
            self.list.setCurrentItem(item)

    def _item_of(self, name: str) -> QListWidgetItem | None:
        items = (self.list.item(row) for row in range(self.list.count()))
        return next((item for item in items if item.data(_NAME) == name), None)

    def _on_item_changed(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        name = str(item.data(_NAME))
        page = next(page for page in self._pages if page.name == name)
        self._wanted = name
        self._load_picture(page, partial(self._show, page))

    def _load_picture(self, page: ManualPage, show: Callable[[QImage], object]) -> None:
        self._theme = self._style.theme.name
        reading = self._manual.picture(page.name, language().code, self._theme)
        self._tasks.restart(
            "read a picture of the manual",
            reading,
            on_result=lambda data: show(QImage.fromData(data)),
        )

    def _show(self, page: ManualPage, picture: QImage) -> None:
        before = self.view.page
        if before is not None and before.name != page.name:
            self._back.append(before.name)
        self.view.show_page(page, picture)
        self.back_button.setEnabled(bool(self._back))

    def _go_back(self) -> None:
        if self._back:
            name = self._back.pop()
            # Going back is no step of its own.
            page = next(page for page in self._pages if page.name == name)
            self._load_picture(page, partial(self._show_earlier, page))

    def _show_earlier(self, page: ManualPage, picture: QImage) -> None:
        self.view.show_page(page, picture)
        self.back_button.setEnabled(bool(self._back))
        self._wanted = page.name
        item = self._item_of(page.name)
        self.list.blockSignals(True)
        if item is None:
            # The search hides it.
            self.list.setCurrentRow(-1)
        else:
            self.list.setCurrentItem(item)
        self.list.blockSignals(False)

    def _on_link(self, address: str) -> None:
        kind, _, name = address.partition(":")
        if kind == "manual":
            self._choose(name)
        elif kind == "settings":
            self.settings_requested.emit(name)
        elif kind == "keys":
            self.keys_requested.emit()
