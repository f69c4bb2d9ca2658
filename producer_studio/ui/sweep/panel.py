"""Sweep as a view: its grid by axis, with states while it runs and stars afterwards."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from producer_studio.domain.errors import ServiceError
from producer_studio.domain.ids import ClipId, PressId
from producer_studio.domain.job import Job
from producer_studio.domain.library_change import LibraryChange
from producer_studio.domain.sweep_limits import SweepLimits
from producer_studio.domain.sweep_status import SweepCell, SweepStatus, best_cells, best_clip
from producer_studio.studio.events import JobChanged, OtherJobChanged, PricesChanged
from producer_studio.translation import join_texts, mark, sentences, tr
from producer_studio.ui.clips.actions import ClipActions
from producer_studio.ui.clips.compare_limits import MAX_COMPARED, MIN_COMPARED
from producer_studio.ui.context import UiContext
from producer_studio.ui.sweep.continue_dialog import ContinueSweepDialog
from producer_studio.ui.sweep.grid import SweepGrid
from producer_studio.ui.widgets.debounce import Debounce
from producer_studio.ui.widgets.keyboard import native_keys
from producer_studio.ui.widgets.label import ElidedLabel, label
from producer_studio.ui.widgets.overlay_scroll_bar import set_up_scroll_area
from producer_studio.ui.widgets.star_rating import StarRating, rating_from_key
from producer_studio.ui.widgets.text_format import literal_text

_MARGIN = 16
_MIN_TITLE_WIDTH = 150
"""Width that the buttons leave to the title, in pixels at a text size of 100 %."""
_TASK = "read a sweep"
_CONTINUE_TASK = "continue a sweep"
_BUDGETS_TASK = "read the budgets of a sweep"
_UPDATE_DELAY_MS = 60


class SweepPanel(QWidget):
    """Shows one sweep; a click on a cell plays its clip.

    Signals:
        close_requested: Close or Esc was pressed, or there is no such sweep any more.
        play_requested: Play a clip, or pause it if it plays (id).
        open_requested: Show a clip in the library (id).
        compare_requested: Compare these clips (list of ids).
        undo_available: Message about a change, and its `UndoStep`.
        notice_requested: Level and text of a notice.
    """

    close_requested = Signal()
    play_requested = Signal(str)
    open_requested = Signal(str)
    compare_requested = Signal(object)
    undo_available = Signal(str, object)
    notice_requested = Signal(str, str)

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._studio = context.studio
        self._tasks = context.tasks
        self._style = context.style
        self._press: PressId | None = None
        self._status: SweepStatus | None = None
        self._is_focus_due = False
        self._clips: frozenset[ClipId] = frozenset()
        self._dialog: ContinueSweepDialog | None = None
        self._actions = ClipActions(self._studio, self._tasks, self)
        self._debounce = Debounce(self._read, _UPDATE_DELAY_MS, self, restarts=False)
        self.setProperty("surface", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(tr("Sweep"))
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        style = context.style
        self.close_button = QPushButton(tr("Close"), self)
        self.close_button.setProperty("role", "ghost")
        self.close_button.setToolTip(tr("Back to the library ({keys})", keys=native_keys("Esc")))
        style.set_icon(self.close_button, "x", "text2", 16)
        self.title_label = ElidedLabel("", "title", self)
        self.compare_button = QPushButton(tr("Open in Compare"), self)
        self.compare_button.setAccessibleName(tr("Open in Compare"))
        self.continue_button = QPushButton(tr("Continue…"), self)
        self.continue_button.setAccessibleName(tr("Continue…"))
        self.continue_button.setToolTip(tr("Send what was not sent. Asks before"))
        self.summary_label = label("", "muted", self, wrap=True)
        self._scroll = QScrollArea(self)
        self._inside = QWidget(self._scroll)
        self.grid = SweepGrid(style, self._inside)
        self.cell_label = ElidedLabel("", "strong", self)
        self.stars = StarRating(style, self)
        self.stars.setAccessibleName(tr("Rating of the current cell"))
        self.open_button = QPushButton(tr("Show in the library"), self)
        self.open_button.setAccessibleName(tr("Show in the library"))
        self.open_button.setToolTip(tr("Show in the library"))
        self._icons = {
            self.continue_button: "play", self.compare_button: "columns-2", self.open_button: "list"
        }  # fmt: skip
        self._build()
        self._connect()

    def show_sweep(self, press: PressId) -> None:
        """Shows the sweep of a press."""
        self._press = press
        self._status = None
        self._is_focus_due = True
        self._read()

    def close_sweep(self) -> None:
        """Forgets the sweep; called when another view is shown."""
        self._tasks.cancel(_TASK)
        self._press = None

    def set_playing(self, clip: ClipId | None) -> None:
        """Marks the cell of the clip in the player."""
        self.grid.set_playing(clip)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        stars = rating_from_key(event)
        if event.key() == Qt.Key.Key_Escape:
            self.close_requested.emit()
        elif stars is not None:
            # A clicked cell is the current one, but has no focus: Space must not play it anew.
            if not event.isAutoRepeat():
                self._rate_current(stars)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_buttons()

    def _fit_buttons(self) -> None:
        """Shows the buttons as icons alone where the title would have no room beside them."""
        for has_text in (True, False):
            for button, icon in self._icons.items():
                text = literal_text(button.accessibleName()) if has_text else ""
                if button.text() != text or button.icon().isNull():
                    button.setText(text)
                    # The gap between icon and text depends on whether there is a text.
                    self._style.set_icon(button, icon, "text1", 14)
            top = (self.close_button, self.continue_button, self.compare_button)
            needed = sum(button.sizeHint().width() for button in top)
            if needed + self._style.px(_MIN_TITLE_WIDTH) <= self.width():
                break

    def _build(self) -> None:
        set_up_scroll_area(self._inside, self._scroll)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        inside = QVBoxLayout(self._inside)
        inside.setContentsMargins(_MARGIN, 4, _MARGIN, _MARGIN)
        inside.addWidget(self.grid)
        inside.addStretch(1)
        top = QHBoxLayout()
        top.setContentsMargins(10, 0, _MARGIN, 0)
        top.setSpacing(6)
        top.addWidget(self.close_button)
        top.addWidget(self.title_label, 1)
        top.addWidget(self.continue_button)
        top.addWidget(self.compare_button)
        summary = QVBoxLayout()
        summary.setContentsMargins(_MARGIN + 6, 0, _MARGIN, 0)
        summary.addWidget(self.summary_label)
        bottom = QHBoxLayout()
        bottom.setContentsMargins(_MARGIN + 6, 0, _MARGIN, 12)
        bottom.setSpacing(12)
        bottom.addWidget(self.cell_label, 1)
        bottom.addWidget(self.stars)
        bottom.addWidget(self.open_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(8)
        column.addLayout(top)
        column.addLayout(summary)
        column.addWidget(self._scroll, 1)
        column.addLayout(bottom)

    def _connect(self) -> None:
        grid = self.grid
        self.close_button.clicked.connect(self.close_requested)
        self.compare_button.clicked.connect(lambda: self._compare(None))
        self.continue_button.clicked.connect(self._ask_to_continue)
        self.stars.rating_changed.connect(self._rate_current)
        self.open_button.clicked.connect(self._open_current)
        grid.play_requested.connect(self.play_requested)
        grid.open_requested.connect(self.open_requested)
        grid.rating_requested.connect(self._actions.rate)
        grid.compare_requested.connect(self._compare)
        grid.current_changed.connect(self._on_current_changed)
        self._actions.undo_available.connect(self.undo_available)
        events = self._studio.events
        self.destroyed.connect(events.subscribe(JobChanged, self._on_job_changed))
        self.destroyed.connect(events.subscribe(OtherJobChanged, self._on_job_changed))
        self.destroyed.connect(events.subscribe(LibraryChange, self._on_library_change))
        self.destroyed.connect(events.subscribe(PricesChanged, self._on_prices_changed))

    def _on_job_changed(self, event: JobChanged | OtherJobChanged) -> None:
        if self._press is not None and event.job.press == self._press:
            self._debounce.trigger()

    def _on_prices_changed(self, _change: PricesChanged) -> None:
        if self._dialog is not None:
            self._debounce.trigger()

    def _on_library_change(self, change: LibraryChange) -> None:
        # Added clips are not known yet; their job changes with them.
        if self._press is not None and (
            not change.clips or not change.clips.isdisjoint(self._clips) or change.edits
        ):
            self._debounce.trigger()

    def _read(self) -> None:
        if self._press is not None:
            self._tasks.restart(
                _TASK, self._studio.sweeps.status(self._press), on_result=self._on_read
            )

    def _on_read(self, status: SweepStatus | None) -> None:
        if status is None or status.press.id != self._press:
            if status is None:
                self.notice_requested.emit("info", tr("This sweep cannot be read any more."))
                self.close_requested.emit()
            return
        self._status = status
        self._clips = frozenset(clip.id for cell in status.cells for clip in cell.clips)
        recipe = status.press.recipes[0]
        axes = join_texts((axis.name for axis in status.sweep.axes), " × ")
        name = recipe.title or recipe.operation.label
        self.title_label.setText(tr("“{title}” by {axes}", title=name, axes=axes))
        texts: list[str] = [mark("{summary}.", summary=status.summary)]
        if status.use.credits:
            amount = status.use.credits_text
            texts.append(mark("Charged or possibly charged: {amount}.", amount=amount))
        limits = status.sweep.limits.texts()
        if limits and not status.stop_reason:
            texts.append(mark("Limits: {limits}.", limits=join_texts(limits)))
        self.summary_label.setText(tr(sentences(*texts)))
        self.grid.show_status(status)
        chosen = status.compared(MAX_COMPARED)
        is_all = len(chosen) == sum(bool(cell.clips) for cell in status.cells)
        self.compare_button.setEnabled(len(chosen) >= MIN_COMPARED)
        self.compare_button.setToolTip(
            tr("Compares all takes")
            if is_all
            else tr(
                "Compares the {number} best rated takes. The headers of the grid compare a row "
                "or a column",
                number=MAX_COMPARED,
            )
        )
        prices = self._studio.sweeps.remaining_prices(status)
        self.continue_button.setVisible(bool(prices))
        if self._dialog is not None:
            self._dialog.show_status(status, prices)
        self._show_current()
        if self._is_focus_due:
            self._is_focus_due = False
            self.grid.focus_current()

    def _on_current_changed(self) -> None:
        self._show_current()
        self._scroll.ensureWidgetVisible(self.grid.cells[self.grid.current_take - 1])

    def _show_current(self) -> None:
        cell, status = self.grid.current_cell, self._status
        if cell is None or status is None:
            return
        values = status.sweep.take_text(cell.take)
        self.cell_label.setText(tr(join_texts((values, cell.state.label), " · ")))
        for control in (self.stars, self.open_button):
            control.setEnabled(bool(cell.clips))
        self.stars.set_stars(cell.stars)

    def _rate_current(self, stars: int) -> None:
        cell = self.grid.current_cell
        if cell is not None and cell.clips:
            self._actions.rate([best_clip(cell).id], stars)

    def _open_current(self) -> None:
        cell = self.grid.current_cell
        if cell is not None and cell.clips:
            self.open_requested.emit(best_clip(cell).id)

    def _compare(self, cells: Sequence[SweepCell] | None) -> None:
        if self._status is not None:
            chosen = self._status.cells if cells is None else cells
            self.compare_requested.emit(best_cells(chosen, MAX_COMPARED))

    def _ask_to_continue(self) -> None:
        status = self._status
        if status is None:
            return
        account = status.press.account
        dialog = ContinueSweepDialog(
            self._context.style,
            status,
            self._studio.sweeps.remaining_prices(status),
            self._studio.balances.get(account),
            parent=self.window(),
        )
        dialog.continue_requested.connect(partial(self._continue, dialog, status.press.id))
        # Cancelled while the limits are still being checked: nothing more is sent.
        dialog.rejected.connect(self._cancel_continuation)
        dialog.finished.connect(self._on_dialog_closed)
        self._dialog = dialog
        self._tasks.restart(
            _BUDGETS_TASK, self._studio.budget.statuses(account), on_result=dialog.show_budgets
        )
        dialog.open()

    def _cancel_continuation(self) -> None:
        self._tasks.cancel(_CONTINUE_TASK)

    def _on_dialog_closed(self) -> None:
        self._tasks.cancel(_BUDGETS_TASK)
        self._dialog = None

    def _continue(self, dialog: ContinueSweepDialog, press: PressId, limits: SweepLimits) -> None:
        def on_sent(_jobs: Sequence[Job]) -> None:
            dialog.accept()
            # The button that had the keyboard may be hidden now.
            self._is_focus_due = True
            self._read()

        def on_failed(fault: ServiceError) -> None:
            dialog.show_error(fault.message)

        self._tasks.start(
            _CONTINUE_TASK,
            self._studio.sweeps.resume(press, limits),
            on_result=on_sent,
            on_error=on_failed,
        )
