"""Bar with the price, the number of takes and the Generate button."""

from functools import partial

from PySide6.QtCore import QElapsedTimer, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from producer_studio.domain.form import MAX_TAKES, Form
from producer_studio.domain.operation import OPERATIONS_WITHOUT_TAKES, Operation
from producer_studio.domain.price import Price, sum_of_prices
from producer_studio.domain.prompt_advice import Issue, Severity
from producer_studio.translation import mark, ntr, tr
from producer_studio.ui.compose.active_account import ActiveAccount
from producer_studio.ui.compose.field_parts import AdviceLine, AdviceSpace
from producer_studio.ui.compose.generate_menu import GenerateMenuButton
from producer_studio.ui.compose.source_clip_reader import SourceClipReader
from producer_studio.ui.compose.source_planner import SourcePlanner
from producer_studio.ui.operations import (
    ASK_AGAIN_TOOLTIP,
    OPERATION_ICONS,
    accessible_action_label,
    action_label,
)
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.combo_box import ComboBox
from producer_studio.ui.widgets.keyboard import native_keys, set_guarded
from producer_studio.ui.widgets.label import label

_MIN_COOLDOWN_MS = 1000
"""Longer than the usual delay before a held key repeats, in milliseconds."""
_STALL_MS = 200
_LARGE_TEXT_SCALE = 1.15
_NO_REGISTRATION = Price.stated(0)
_NOT_CONNECTED = Issue(Severity.EMPTY, mark("Connect a service or open the demo"))


class GenerateBar(QWidget):
    """Bar that stays at the bottom while the form scrolls.

    After a press the button confirms it and ignores input for the duration of a double click, so
    that a double click never buys twice. It preserves the focus during this cooldown.

    Signals:
        pressed: The button was pressed, whichever action it has.
        takes_changed: The user chose another number.
        retry_requested: Make operations available again that the service retired or rejected; free.
        focus_released: The button had the focus and is about to be disabled.
    """

    pressed = Signal()
    takes_changed = Signal(int)
    retry_requested = Signal()
    focus_released = Signal()

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._issue: Issue | None = None
        self._hint: Issue | None = None
        self._is_connected = True
        self._acknowledgement = ""
        self._verb = tr("Generate")
        self._icon = "sparkles"
        self._registration_text = ""
        self._source_text = ""
        self._takes_and_time = (1, 0.0)
        self._price = label("", "strong")
        self._time = label("", "secondary")
        self.takes_combo = ComboBox(tr("Takes"), small=True)
        self.takes_combo.setToolTip(
            tr(
                "Number of takes per press, each with its own seed ({keys} to {most})",
                keys=native_keys("Ctrl+1"),
                most=MAX_TAKES,
            )
        )
        for number in range(1, MAX_TAKES + 1):
            self.takes_combo.addItem(ntr("{count} take", "{count} takes", number), number)
            shortcut = QShortcut(QKeySequence(f"Ctrl+{number}"), self.takes_combo)
            shortcut.activated.connect(partial(self._choose_takes, number))
        self.takes_combo.activated.connect(self._on_takes_chosen)
        self.button = QPushButton(tr("Generate"))
        self.button.setProperty("role", "primary")
        self.button.setAccessibleName(tr("Generate"))
        self.button.clicked.connect(lambda: self.pressed.emit())
        set_guarded(self.button)
        self.advice = AdviceLine(style)
        self.retry_button = QPushButton(tr("Allow again"))
        self.retry_button.setProperty("role", "chip")
        self.retry_button.setToolTip(tr(ASK_AGAIN_TOOLTIP))
        self.retry_button.clicked.connect(self.retry_requested)
        self.retry_button.hide()
        self.menu_button = GenerateMenuButton(style)
        self._cooldown_timer = QTimer(self)
        self._cooldown_clock = QElapsedTimer()
        self._cooldown_timer.setSingleShot(True)
        self._cooldown_timer.timeout.connect(self._on_cooldown_timeout)
        self._build()
        self._show_button()
        style.changed.connect(self._on_style_changed)

    @property
    def is_cooling_down(self) -> bool:
        """Whether the last press is within the cooldown."""
        return self._cooldown_timer.isActive()

    def take_count(self) -> int:
        return int(self.takes_combo.currentData())

    def show_takes(self, takes: int) -> None:
        self.takes_combo.setCurrentIndex(min(max(takes, 1), MAX_TAKES) - 1)

    def cost_text(self) -> tuple[str, str]:
        """Returns price and duration as displayed."""
        return self._price.text(), self._time.text()

    def show_cost(
        self,
        price: Price,
        takes: int,
        typical_s: float,
        *,
        is_demo: bool,
        registration_price: Price = _NO_REGISTRATION,
    ) -> None:
        """Shows the total price of the takes and the usual duration of each.

        Args:
            price: Price of one take.
            typical_s: Usual duration in seconds.
            is_demo: Whether the credits belong to Demo Studio.
            registration_price: Price of registering the source first, once for all takes.
        """
        total = sum_of_prices([price.times(takes), registration_price])
        cost = tr("free on Demo Studio") if is_demo and total.is_free else tr(total.amount_text())
        self._registration_text = _registration_text(registration_price) if total.is_known else ""
        self._source_text = tr(total.source_text())
        self._price.setText(cost[0].upper() + cost[1:])
        self._price.setToolTip(
            tr("Demo credits: they cost nothing") if is_demo else tr(total.explanation)
        )
        self._takes_and_time = (takes, typical_s)
        self._show_time()

    def show_operation(self, text: str, icon: str, *, allows_takes: bool) -> None:
        """Sets the button's text and icon, and whether several takes are possible."""
        self._verb, self._icon = text, icon
        self.takes_combo.setVisible(allows_takes)
        self._show_button()

    def show_no_account(self) -> None:
        """Makes the button open the welcome page."""
        self._price.setText(tr("No service yet"))
        self._price.setToolTip("")
        self._time.setText(tr("the demo is free"))
        self._update_description()

    def set_state(self, *, connected: bool, issue: Issue | None, can_retry: bool = False) -> None:
        """Enables the button, or shows the issue that prevents it.

        Args:
            connected: Whether there is an account.
            issue: The first issue to fix.
            can_retry: Whether only an earlier rejection of the service prevents it.
        """
        if self.retry_button.hasFocus() and not can_retry:
            self.focus_released.emit()
        self.retry_button.setVisible(connected and can_retry)
        self._is_connected = connected
        set_guarded(self.button, connected)
        self._issue = issue
        self._show_advice()
        self._show_button()

    def show_hint(self, text: str) -> None:
        """Shows what to know before a press, where no issue prevents it; empty for nothing."""
        self._hint = Issue(Severity.WEAK, text) if text else None
        self._show_advice()

    def acknowledge_press(self, takes: int) -> None:
        """Confirms a press immediately."""
        self._acknowledgement = tr("{takes} queued", takes=takes) if takes > 1 else tr("Queued")
        self._start_cooldown()
        self._show_button()

    def ignore_presses(self) -> None:
        """Starts a cooldown: the key that has shown the form may be held."""
        self._acknowledgement = self._verb
        self._start_cooldown()
        self._show_button()

    def accept_press(self) -> bool:
        """Returns whether a press counts; a press during the cooldown only prolongs it.

        A held or repeatedly hit key therefore submits once. X11 does not always mark key repeats.
        """
        if self.is_cooling_down:
            self._start_cooldown()
            return False
        return True

    def end_cooldown(self) -> None:
        """Ends the confirmation of a press for which nothing was queued."""
        self._cooldown_timer.stop()
        self._show_button()

    def _start_cooldown(self) -> None:
        self._cooldown_clock.start()
        self._cooldown_timer.start(max(_MIN_COOLDOWN_MS, QApplication.doubleClickInterval()))

    def _on_cooldown_timeout(self) -> None:
        if self._cooldown_clock.elapsed() > self._cooldown_timer.interval() + _STALL_MS:
            # The window was blocked: presses from that time are handled after this.
            self._start_cooldown()
        self._show_button()

    def _build(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self._price)
        words.addWidget(self._time)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addLayout(words, 1)
        row.addWidget(self.takes_combo, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 4, 16, 9)
        column.setSpacing(0)
        beside = QHBoxLayout()
        beside.setSpacing(10)
        beside.addWidget(AdviceSpace(self._style, self.advice, 1), 1)
        beside.addWidget(self.retry_button, 0, Qt.AlignmentFlag.AlignTop)
        # Not beside the button: large text leaves no space there.
        beside.addWidget(self.menu_button, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(beside)
        column.addLayout(row)

    def _show_advice(self) -> None:
        self.advice.show_issue(self._issue or self._hint if self._is_connected else _NOT_CONNECTED)

    def _on_style_changed(self) -> None:
        if self._is_connected:
            self._show_time()
        self._show_button()

    def _choose_takes(self, takes: int) -> None:
        if self.takes_combo.isEnabled():
            self.show_takes(takes)
            self.takes_changed.emit(takes)

    def _on_takes_chosen(self, _index: int) -> None:
        self.takes_changed.emit(self.take_count())

    def _show_time(self) -> None:
        takes, typical_s = self._takes_and_time
        time = _time_text(typical_s)
        if self._style.text_scale >= _LARGE_TEXT_SCALE:
            words = tr("~{time} each", time=time) if takes > 1 else f"~{time}"
        elif takes > 1:
            words = tr("about {time} each", time=time)
        else:
            words = tr("about {time}", time=time)
        # Where a price is from stands beside it; there is no space for all three.
        parts = [part for part in (self._source_text, self._registration_text) if part]
        self._time.setText(" · ".join(parts) or words)
        self._time.setToolTip(words if parts else "")
        self._update_description()

    def _show_button(self) -> None:
        if self.is_cooling_down:
            self.button.setText(self._acknowledgement)
            self._style.set_icon(self.button, "check", "accent_ink", 16)
        elif not self._is_connected:
            self.button.setText(tr("Connect"))
            self._style.set_icon(self.button, "link", "accent_ink", 16)
            self.button.setEnabled(True)
        else:
            self.button.setText(self._verb)
            filled = self._icon == "sparkles"
            self._style.set_icon(self.button, self._icon, "accent_ink", 16, filled=filled)
            if self._issue is not None and self.button.hasFocus():
                # Otherwise Qt passes the focus to the widget after the compose panel.
                self.focus_released.emit()
            self.button.setEnabled(self._issue is None)
        if self._style.text_scale >= _LARGE_TEXT_SCALE:
            # Large text needs the space of the icon.
            self.button.setIconSize(QSize(0, 16))
        self._update_description()

    def _update_description(self) -> None:
        if not self._is_connected:
            words = tr(_NOT_CONNECTED.text)
        elif self._issue is not None:
            words = tr(self._issue.text)
        else:
            words = tr(
                "{price}, {time}. {keys}",
                price=self._price.text(),
                time=self._time.text(),
                keys="Ctrl+Enter",
            )
        self.button.setAccessibleName(
            accessible_action_label(self._verb) if self._is_connected else tr("Connect")
        )
        self.button.setAccessibleDescription(words)
        self.button.setToolTip(words)


def _time_text(seconds: float) -> str:
    if seconds < 90:
        return tr("{seconds} s", seconds=max(1, round(seconds)))
    return tr("{minutes} min", minutes=round(seconds / 60))


def _registration_text(price: Price) -> str:
    """Formats the price of the registration as "10 to register"; empty for a free one."""
    if price.is_free or price.low is None or price.high is None:
        return ""
    low, high = round(price.low, 2), round(price.high, 2)
    if not price.is_learnt:
        return tr("{amount} to register", amount=float(high))
    if low == high:
        return tr("about {amount} to register", amount=float(high))
    return tr("about {low} to {high} to register", low=float(low), high=float(high))


class GenerateBarPresenter:
    """Shows on the Generate bar what a form would do and cost."""

    def __init__(
        self,
        bar: GenerateBar,
        active_account: ActiveAccount,
        source_clip: SourceClipReader,
        source_planner: SourcePlanner,
    ) -> None:
        self._bar = bar
        self._active_account = active_account
        self._source_clip = source_clip
        self._source_planner = source_planner
        self._shown_cost_key: tuple[Operation, str, int] | None = None

    def show_issue(self, form: Form, issue: Issue | None) -> None:
        """Enables the button, or shows the issue that prevents a press."""
        of_the_service = issue is not None and issue.field in {"operation", "model"}
        self._bar.set_state(
            connected=self._active_account.account is not None,
            issue=issue,
            can_retry=of_the_service and self._active_account.is_marked_unavailable(form),
        )

    def update_after_edit(self, form: Form) -> None:
        """Shows price and action again where this edit may have changed them."""
        if self._shown_cost_key != (form.operation, form.model, form.takes):
            self.show_cost(form)
        if form.operation is Operation.REPLACE:
            self.show_action(form)

    def show_cost(self, form: Form) -> None:
        """Shows the price of all takes and their usual duration."""
        self._shown_cost_key = (form.operation, form.model, form.takes)
        if self._active_account.account is None:
            self._bar.show_no_account()
            return
        price, typical_s = self._active_account.estimate_cost(form)
        takes = form.sent_takes
        before = (
            self._source_planner.registration_price
            if form.operation.needs_source
            else _NO_REGISTRATION
        )
        total = sum_of_prices([price.times(takes), before])
        self._bar.show_hint(self._active_account.budget_warning(total))
        demo = self._active_account.is_demo
        self._bar.show_cost(price, takes, typical_s, is_demo=demo, registration_price=before)

    def show_action(self, form: Form) -> None:
        """Shows the action of the button; for a replaced section with its length."""
        operation = form.operation
        length = None
        if operation is Operation.REPLACE and form.starts_at_s is not None:
            clip = self._source_clip.clip
            song_s = clip.duration_s if clip is not None else 0.0
            end = form.ends_at_s or song_s
            if song_s:
                end = min(end, song_s)
            length = end - form.starts_at_s if end > form.starts_at_s else None
        self._bar.show_operation(
            action_label(operation, length),
            OPERATION_ICONS[operation],
            allows_takes=operation not in OPERATIONS_WITHOUT_TAKES,
        )
