"""The compose desk: from words to jobs."""

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from producer_studio.domain.clip import Clip
from producer_studio.domain.faults import Fault
from producer_studio.domain.guidance import Advice, Note, obstacles
from producer_studio.domain.ids import AccountName
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.studio.studio import Studio
from producer_studio.ui.compose.draft import DraftKeeper
from producer_studio.ui.compose.form import Form
from producer_studio.ui.compose.form_view import FormView
from producer_studio.ui.compose.generate_bar import GenerateBar
from producer_studio.ui.compose.history import FormHistory
from producer_studio.ui.compose.keys import DeskKeys
from producer_studio.ui.compose.lyrics_wish import LyricsWish
from producer_studio.ui.compose.offering import Offering
from producer_studio.ui.compose.pause import LONG_LYRICS, pause
from producer_studio.ui.compose.seeds import draw_seed
from producer_studio.ui.look import Look
from producer_studio.ui.tasks import Tasks
from producer_studio.ui.widgets.hairline import Hairline

_LEAST_WIDTH_PX = 340


class ComposePanel(QWidget):
    """Where a recipe is written, priced and sent.

    Signals:
        connect_requested: Generate was pressed without any account: show the welcome page.
    """

    connect_requested = Signal()

    def __init__(
        self, studio: Studio, look: Look, tasks: Tasks, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._studio = studio
        self._tasks = tasks
        self._history = FormHistory()
        self._presses = 0
        self._swapping = False
        self._pause = pause(self, lambda: self._judge(self.form()))
        self._costed: tuple[str, int] | None = None
        self.view = FormView(look)
        self.bar = GenerateBar(look)
        self._build()
        self._draft = DraftKeeper(studio.drafts, tasks, self)
        self._offering = Offering(studio, tasks, self)
        self._wish = LyricsWish(studio, tasks, self.view, self._offering, self)
        self._keys = DeskKeys(self, self.generate, self.undo, self.redo)
        self.view.edited.connect(self._on_edited)
        self.view.grid.chosen.connect(self.set_operation)
        self.bar.takes_changed.connect(self._on_edited)
        self.bar.pressed.connect(self.generate)
        self._offering.changed.connect(self._on_offering_changed)
        self._offering.cost_changed.connect(self._show_cost)
        self._untouched = self.form()
        self._on_offering_changed()
        tasks.start("restore draft", self._restore())

    def form(self) -> Form:
        """What is on the desk."""
        return self.view.form(self.bar.take_count())

    def generate(self) -> None:
        """Sends the takes; says why not when something stands in the way."""
        account = self._offering.account
        if account is None:
            self.connect_requested.emit()
            return
        form = self.form()
        self._judge(form)
        if self.bar.resting or self._first_obstacle(form) is not None:
            return
        recipes = form.recipes(draw_seed)
        if not form.seed_locked:
            self.view.seed.show_seed(recipes[0].seed, locked=False)
            self._draft.note(self.form())
        self.bar.acknowledge(form.takes)
        # Each press is an action of its own: the form stays usable while one is under way.
        self._presses += 1
        self._tasks.start(
            f"generate {self._presses}",
            self._submit(recipes, account.name),
            failed=self._on_submit_failed,
        )

    def use_recipe(self, recipe: Recipe) -> None:
        """Puts a clip's settings on the desk, as one step that Undo takes back."""
        before = self.form()
        after = before.with_recipe(recipe)
        missing = "" if self.view.model.offers(after.model) else after.model
        if missing:
            after = after.with_(model=before.model)
        if after == before:
            self.view.offer.offer("These settings are on the desk already.")
            return
        self.view.exchange(after)
        self._history.record(before, after)
        words = f"“{recipe.title}” is on the desk." if recipe.title else "The settings are here."
        if missing:
            words += f" {missing} is not offered by this account."
        self.view.offer.offer(words, "Undo", self._on_undo_pressed)

    def undo(self) -> bool:
        """Takes back the last change of the whole desk; false when there is none."""
        if not self._history.can_undo:
            return False
        self.view.offer.withdraw()
        form = self._history.undo(self.form())
        self._swapping = True
        self.view.take_back(form)
        self._swapping = False
        return True

    def redo(self) -> bool:
        """The reverse of `undo`."""
        if not self._history.can_redo:
            return False
        form = self._history.redo(self.form())
        self._swapping = True
        self.view.exchange(form)
        self._swapping = False
        return True

    def set_operation(self, operation: Operation, _clip: Clip | None = None) -> None:
        """Chooses an operation; one that the window does not offer yet says so."""
        reason = self._offering.reason_against(operation)
        if reason:
            self.view.offer.offer(reason)
        elif operation is Operation.LYRICS:
            self._wish.ask()
        else:
            self.view.grid.choose(operation)

    async def flush(self) -> None:
        """Saves the draft now; needed before the studio closes."""
        await self._draft.flush()

    def close_down(self) -> None:
        """Stops listening to the studio."""
        self._wish.close()
        self._offering.close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Asks for the width that the fields need at this text size: they only scroll down."""
        if watched in {self.view, self.bar} and event.type() == QEvent.Type.LayoutRequest:
            needed = (part.minimumSizeHint().width() for part in (self.view, self.bar))
            self.setMinimumWidth(max(_LEAST_WIDTH_PX, *needed))
        return super().eventFilter(watched, event)

    def scroll_bar_px(self) -> int:
        """How much of the width the scroll bar takes at the moment."""
        bar = self._scroll.verticalScrollBar()
        return bar.width() if bar.isVisible() else 0

    def _build(self) -> None:
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self.view)
        self.view.setProperty("surface", "none")
        self._scroll.verticalScrollBar().rangeChanged.connect(self._on_scroll_range)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._scroll, 1)
        column.addWidget(Hairline())
        column.addWidget(self.bar)
        self.view.installEventFilter(self)
        self.bar.installEventFilter(self)
        order = [*self.view.reading_order(), self.bar.takes, self.bar.button]
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    async def _restore(self) -> None:
        form = await self._draft.load()
        # Who began to write before the draft was there keeps what was written.
        if form is not None and self.form() == self._untouched:
            self.bar.show_takes(form.takes)
            self.view.load(form)

    async def _submit(self, recipes: Sequence[Recipe], account: AccountName) -> None:
        await self._studio.jobs.submit(recipes, account)

    def _on_submit_failed(self, fault: Fault) -> None:
        # Nothing was queued, so the button must not say so.
        self.bar.end_rest()
        self._tasks.report(fault)

    def _on_edited(self) -> None:
        form = self.form()
        if not self._swapping:
            self._history.forget_undone()
        if len(form.lyrics) < LONG_LYRICS:
            self._judge(form)
        else:
            self._pause.start()
        self._draft.note(form)
        if self._costed != (form.model, form.takes):
            self._show_cost()
        self._wish.refresh()

    def _judge(self, form: Form) -> None:
        self.bar.set_state(
            connected=self._offering.account is not None, obstacle=self._first_obstacle(form)
        )

    def _first_obstacle(self, form: Form) -> Note | None:
        found = obstacles(form.recipe())
        webhook = next((note for note in found if note.field == "webhook_url"), None)
        self.view.more.mark_webhook(invalid=webhook is not None)
        if form.sound == form.lyrics == form.title == "":
            # An empty desk is not a mistake.
            return Note(Advice.EMPTY, "Write a sound or lyrics first")
        return found[0] if found else None

    def _show_cost(self) -> None:
        form = self.form()
        self._costed = (form.model, form.takes)
        if self._offering.account is None:
            self.bar.show_no_account()
            return
        price, typical_s = self._offering.cost(form)
        self.bar.show_cost(price, form.takes, typical_s, demo=self._offering.is_demo)

    def _on_offering_changed(self) -> None:
        capabilities = self._offering.capabilities
        self.view.grid.set_capabilities(capabilities)
        if capabilities is not None and capabilities.models:
            self.view.model.offer(capabilities.models, capabilities.default_model)
        self._judge(self.form())
        self._show_cost()
        self._wish.refresh()

    def _on_undo_pressed(self) -> None:
        self.undo()

    def _on_scroll_range(self, _least: int, most: int) -> None:
        bar = self._scroll.verticalScrollBar()
        self.view.make_room(bar.sizeHint().width() if most > 0 else 0)
