"""Top bar: name, search, credits, account, settings."""

from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from producer_studio.domain.account import Account, Service
from producer_studio.domain.ids import AccountName
from producer_studio.studio.events import AccountsChanged
from producer_studio.translation import tr
from producer_studio.ui.context import UiContext
from producer_studio.ui.widgets.buttons import IconButton, PillButton
from producer_studio.ui.widgets.checked_state import set_checked
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.logo import Logo
from producer_studio.ui.widgets.menu import Menu
from producer_studio.ui.widgets.text_format import version_text
from producer_studio.ui.window.balance_display import BalanceDisplay
from producer_studio.ui.window.search_completion import SearchCompletion
from producer_studio.ui.window.search_field import SearchField
from producer_studio.ui.window.search_recorder import SearchRecorder
from producer_studio.ui.window.view_stack import ViewButtons

HEIGHT = 47
"""48 px including the hairline below it."""
_SEARCH_LEFT = 404
_SEARCH_LEFT_NARROW = 348
_SEARCH_WIDTH = 326
_SEARCH_MIN_WIDTH = 150


class TopBar(QWidget):
    """Shows the active account and forwards the user's requests to the window.

    Signals:
        query_changed: The search query.
        list_focus_requested: Down was pressed in the search field.
        settings_requested: Open the settings.
        account_requested: Open the dialog that adds an account.
        ledger_requested: Show the credit ledger.
        demo_requested: Use Demo Studio.
        inspector_toggled: Show or hide the inspector; only in a narrow window.
    """

    query_changed = Signal(str)
    list_focus_requested = Signal()
    settings_requested = Signal()
    account_requested = Signal()
    ledger_requested = Signal()
    demo_requested = Signal()
    inspector_toggled = Signal(bool)

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._studio = context.studio
        self._style = context.style
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.search = SearchField(self._style, self)
        self.completion = SearchCompletion(context, self.search)
        SearchRecorder(context, self.search)
        self.view_buttons = ViewButtons(self._style, self)
        self.credits = PillButton(self._style, "coins", tr("Credits"), self)
        self.account = PillButton(self._style, "globe", tr("Account"), self, menu=True)
        self.inspector = IconButton(
            self._style, "panel-right", tr("Show inspector"), self, checkable=True
        )
        self.settings = IconButton(self._style, "settings", tr("Settings"), self)
        self.inspector.hide()
        self._balance = BalanceDisplay(context, self.credits)
        self._problem = QFrame(self)
        self._build_layout()
        self._connect()
        self.refresh()

    def show_problem(self, problem: str) -> None:
        """Shows below the field which part of the query was ignored; empty clears it."""
        self._problem_label.setText(tr(problem))
        self.search.set_invalid(bool(problem))
        self._update_problem()

    def focus_search(self) -> None:
        self.search.focus_edit()
        self.completion.show_past_searches_if_empty()

    def show_inspector_button(self, visible: bool, *, on: bool) -> None:
        """Shows the inspector button in a window too narrow for a permanent inspector."""
        self.inspector.setVisible(visible)
        set_checked(self.inspector, on)

    def refresh(self) -> None:
        """Updates the active account and its last known credits."""
        account = self._studio.accounts.active
        self._balance.refresh()
        if account is None:
            self.account.set_texts(tr("No account"), "")
            return
        name = "" if account.name == account.service.label else account.name
        self.account.set_texts(account.service.label, name or self._demo_profile_text(account))

    def _demo_profile_text(self, account: Account) -> str:
        """Returns the dialect that Demo Studio emulates; empty for the default one."""
        usual = next(one for one in self._studio.accounts.services() if one.service is Service.DEMO)
        is_other = account.service is Service.DEMO and account.profile != usual.name
        return tr("as {version}", version=version_text(account.profile)) if is_other else ""

    def request_active_balance(self) -> None:
        """Requests the credits of the active account; free, and errors are not shown."""
        self._balance.request()

    def load_stored_balances(self) -> None:
        """Shows the balances of the last run until they are requested again."""
        self._balance.load_stored()

    def unsubscribe(self) -> None:
        """Unsubscribes from the studio's events, and closes the popup of the search field."""
        self.completion.close_popup()
        self._balance.unsubscribe()
        self._unsubscribe_accounts()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < 1200
        # The margin before it and the gap after it are 28 px.
        self._brand.setFixedWidth((_SEARCH_LEFT_NARROW if narrow else _SEARCH_LEFT) - 28)
        self._resize_search()

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:
            # The account or the credits have a new width.
            self._resize_search()
        return super().event(event)

    def _resize_search(self) -> None:
        """Resizes the search field to the remaining width."""
        rest: list[QWidget] = [self.credits, self.account, self.settings]
        rest += [part for part in (self.view_buttons, self.inspector) if not part.isHidden()]
        taken = self._brand.width() + sum(part.sizeHint().width() + 12 for part in rest)
        room = self.width() - 32 - taken - 12
        wanted = max(_SEARCH_MIN_WIDTH, min(_SEARCH_WIDTH, room))
        if self.search.minimumWidth() != wanted:
            self.search.setMinimumWidth(wanted)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        moved = event.type() in {QEvent.Type.Move, QEvent.Type.Resize}
        if moved and watched is self.search and not self._problem.isHidden():
            self._position_problem()
        return super().eventFilter(watched, event)

    def _build_layout(self) -> None:
        self.setFixedHeight(HEIGHT)
        self._brand = QWidget(self)
        brand = QHBoxLayout(self._brand)
        brand.setContentsMargins(0, 0, 0, 0)
        brand.setSpacing(8)
        brand.addWidget(Logo(self._style, 22, self._brand))
        brand.addWidget(label("Producer Studio", "brand", self._brand))
        brand.addStretch(1)
        self.search.setFixedHeight(32)
        self.search.setMinimumWidth(_SEARCH_WIDTH)
        self.search.setMaximumWidth(520)
        self.search.installEventFilter(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(12)
        row.addWidget(self._brand)
        row.addWidget(self.search, 0)
        row.addStretch(1)
        row.addWidget(self.view_buttons)
        row.addWidget(self.credits)
        row.addWidget(self.account)
        row.addWidget(self.inspector)
        row.addWidget(self.settings)
        self._problem.setProperty("role", "notice")
        self._problem_label = label("", "warn", self._problem, wrap=True)
        inside = QHBoxLayout(self._problem)
        inside.setContentsMargins(12, 8, 12, 8)
        inside.addWidget(self._problem_label)
        self._problem.hide()

    def _connect(self) -> None:
        self.search.query_changed.connect(self.query_changed)
        self.search.down_pressed.connect(self.list_focus_requested)
        self.completion.open_changed.connect(self._update_problem)
        self.search.builder_requested.connect(self._open_builder)
        self.settings.clicked.connect(self.settings_requested)
        self.account.clicked.connect(self._on_account_clicked)
        self.inspector.toggled.connect(self.inspector_toggled)
        events = self._studio.events
        self._unsubscribe_accounts = events.subscribe(
            AccountsChanged, lambda _event: self.refresh()
        )

    def _open_builder(self) -> None:
        from producer_studio.ui.window.search_builder import SearchBuilder  # start-up cost

        builder = SearchBuilder(self._context, self.search, self.search.query())
        builder.query_changed.connect(self.search.set_query)
        builder.open_popup()

    def _on_account_clicked(self) -> None:
        menu = Menu(self._style, self, name=tr("Accounts"))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setMinimumWidth(max(220, self.account.width()))
        active = self._studio.accounts.active
        for account in self._studio.accounts.all():
            chosen = active is not None and account.name == active.name
            menu.add_item(
                _account_title(account),
                partial(self.set_active_account, account.name),
                checked=chosen,
            )
        if self._studio.accounts.all():
            menu.addSeparator()
        menu.add_item(tr("Add account…"), self.account_requested.emit, icon="plus")
        menu.add_item(tr("Credits by month…"), self.ledger_requested.emit, icon="coins")
        if not any(one.service is Service.DEMO for one in self._studio.accounts.all()):
            menu.add_item("Demo Studio", self.demo_requested.emit, icon="audio-lines")
        below = QPoint(self.account.width() - menu.sizeHint().width(), self.account.height() + 6)
        menu.popup(self.account.mapToGlobal(below))

    def set_active_account(self, name: AccountName) -> None:
        """Sets the account that Generate uses."""
        self._studio.accounts.set_active(name)
        self.request_active_balance()

    def _update_problem(self) -> None:
        # A term that is being completed is not finished.
        is_shown = bool(self._problem_label.text()) and not self.completion.is_open
        self._problem.setVisible(is_shown)
        if is_shown:
            self._position_problem()

    def _position_problem(self) -> None:
        window = self.window()
        self._problem.setParent(window)
        corner = self.search.mapTo(window, QPoint(0, self.search.height() + 4))
        width = self.search.width()
        inside = self._problem.layout()
        height = inside.heightForWidth(width) if inside is not None else 34
        self._problem.setGeometry(corner.x(), corner.y(), width, max(34, height))
        self._problem.show()
        self._problem.raise_()


def _account_title(account: Account) -> str:
    service = account.service.label
    return service if account.name == service else f"{service}  {account.name}"
