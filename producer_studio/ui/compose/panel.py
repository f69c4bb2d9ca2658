"""The compose desk: from words to jobs."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QVBoxLayout, QWidget

from producer_studio.domain.capabilities import Capabilities, Capability
from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.domain.operation import Operation
from producer_studio.domain.prompt_advice import Advice, Note
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.recipe_validation import notes_against
from producer_studio.studio.embedded_recipe import recipe_in
from producer_studio.studio.studio import Studio
from producer_studio.ui.compose.account_limits import fitted
from producer_studio.ui.compose.active_account import Offering
from producer_studio.ui.compose.compose_keys import DeskKeys
from producer_studio.ui.compose.draft_saver import DraftKeeper
from producer_studio.ui.compose.drop_target import DeskDrops
from producer_studio.ui.compose.form import Form
from producer_studio.ui.compose.form_history import FormHistory
from producer_studio.ui.compose.form_set import FormSet, form_for_source, fresh_form
from producer_studio.ui.compose.form_view import FormView
from producer_studio.ui.compose.generate_bar import GenerateBar
from producer_studio.ui.compose.long_lyrics_delay import LONG_LYRICS, pause
from producer_studio.ui.compose.lyrics_generation import DraftLyrics, LyricsWish
from producer_studio.ui.compose.seeds import draw_seed
from producer_studio.ui.compose.source_clip import SourceKeeper
from producer_studio.ui.compose.source_plan import SourcePlanning
from producer_studio.ui.compose.submission import Submission
from producer_studio.ui.compose.times_row import TIMES
from producer_studio.ui.operation_labels import ONE_AT_A_TIME, OPERATION_ICONS, verb
from producer_studio.ui.style.style import Look
from producer_studio.ui.tasks import Tasks
from producer_studio.ui.widgets.hairline import Hairline

_LEAST_WIDTH_PX = 340


class ComposePanel(QWidget):
    """Where a recipe is written, priced and sent.

    Signals:
        connect_requested: Generate was pressed without any account: show the welcome page.
        chosen_requested: Put the clip that is selected in the library on the desk.
        play_requested: Play this clip.
    """

    connect_requested = Signal()
    chosen_requested = Signal()
    play_requested = Signal(str)

    def __init__(
        self, studio: Studio, look: Look, tasks: Tasks, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._studio = studio
        self._tasks = tasks
        self._history = FormHistory()
        self._others: Mapping[Operation, Form] = MappingProxyType({})
        self._swapping = False
        self._restored = asyncio.Event()
        self._pause = pause(self, lambda: self._judge(self.form()))
        self._costed: tuple[Operation, str, int] | None = None
        self._suited: Operation | None = None
        self.view = FormView(look)
        self.bar = GenerateBar(look)
        self._build()
        self._draft = DraftKeeper(studio.drafts, tasks, self)
        self._offering = Offering(studio, tasks, self)
        self._wish = LyricsWish(
            studio,
            tasks,
            self.view,
            self._offering,
            DraftLyrics(self._lyrics_of, self._put_lyrics, self._go_to),
            self,
        )
        self._source = SourceKeeper(studio, tasks, self)
        self._plan = SourcePlanning(studio, tasks, self)
        self._submission = Submission(studio, tasks, self.view.offer, self)
        # Nothing was queued, so the button must not say so.
        self._submission.failed.connect(self.bar.end_rest)
        # The question stands on top of the fields.
        self._submission.asked.connect(lambda: self._scroll.verticalScrollBar().setValue(0))
        self._keys = DeskKeys(self, self.generate, self.undo, self.redo)
        self._drops = DeskDrops(self, self._on_clip_dropped, self.take_file)
        self.view.edited.connect(self._on_edited)
        self.view.grid.chosen.connect(self.set_operation)
        self.bar.takes_changed.connect(self._on_edited)
        self.bar.pressed.connect(self.generate)
        self.bar.asked_again.connect(self._offering.ask_again)
        self.bar.keyboard_freed.connect(
            lambda: self.view.grid.marked().setFocus(Qt.FocusReason.OtherFocusReason)
        )
        self._offering.changed.connect(self._on_offering_changed)
        self._offering.cost_changed.connect(self._show_cost)
        self._offering.lending_changed.connect(lambda: self._judge(self.form()))
        self.view.made.connect(self._on_fields_made)
        self._source.read.connect(self._on_source_read)
        self._source.gone.connect(self._on_source_gone)
        self._plan.changed.connect(self._on_plan_changed)
        self._untouched = self.form()
        self._on_offering_changed()
        tasks.start("restore draft", self._restore())

    def form(self) -> Form:
        """The form of the chosen operation."""
        return self.view.form(self.bar.take_count())

    def forms(self) -> FormSet:
        """The forms of all operations."""
        return FormSet(self.form(), self._others)

    def generate(self) -> None:
        """Sends the takes; says why not when something stands in the way."""
        account = self._offering.account
        if account is None:
            self.connect_requested.emit()
            return
        form = self.form()
        self._judge(form)
        if not self.bar.accept_press() or self._first_obstacle(form) is not None:
            return
        if form.operation is Operation.LYRICS:
            self._wish.ask(form.prompt.strip())
            self.bar.acknowledge(1)
            return
        taken = self._offering.taken(form.operation)
        recipes = form.recipes(draw_seed, taken)
        if "seed" in taken and not form.seed_locked:
            self.view.seed.show_seed(recipes[0].seed, locked=False)
            self._draft.note(self.forms())
        self.bar.acknowledge(len(recipes))
        self._submission.send(recipes, account.name, register=self._plan.must_register)

    def use_recipe(self, recipe: Recipe) -> None:
        """Puts a clip's settings on the desk, as one step that Undo takes back."""
        before = self.form()
        reason = self._offering.reason_against(recipe.operation)
        after = (before if reason else self._form_of(recipe.operation)).with_recipe(recipe)
        missing = "" if self.view.model.offers(after.model) else after.model
        if missing:
            after = after.with_(model=before.model)
        if reason:
            after = after.with_(operation=before.operation, source=before.source)
        taken = self._offering.taken(after.operation)
        after, lost = fitted(after, recipe, self._offering.capabilities, taken)
        if after == before:
            self.view.offer.offer("These settings are in the form already.")
            return
        self._exchange(after)
        words = (
            f"“{recipe.title}” is in the form." if recipe.title else "The settings are in the form."
        )
        if missing:
            words += f" {missing} is not offered by this account: {after.model} stays."
        words = " ".join(part for part in (words, lost, reason) if part)
        self.view.offer.offer(words, "Undo", self._on_undo_pressed)

    def put_source(self, operation: Operation, clip: Clip) -> None:
        """Puts a clip and an operation on the desk, as one step that Undo takes back.

        What was written for this clip and operation before is there again; another clip brings
        its own sound and words.
        """
        before = self.form()
        after = self._form_of(operation)
        if after.source != clip.id:
            after = form_for_source(after, clip)
        if after == before:
            return
        self._exchange(after)
        title = " ".join(clip.title.split()) or "Untitled"
        words = f"{operation.label} “{title}”: the clip is in the form."
        self.view.offer.offer(words, "Undo", self._on_undo_pressed)

    def undo(self) -> bool:
        """Takes back the last change of the whole desk; false when there is none."""
        if not self._history.can_undo:
            return False
        self.view.offer.withdraw()
        forms = self._history.undo(self.forms())
        self._swapping = True
        self._others = forms.others
        self.bar.show_takes(forms.shown.takes)
        self.view.take_back(forms.shown)
        self._swapping = False
        return True

    def redo(self) -> bool:
        """The reverse of `undo`."""
        if not self._history.can_redo:
            return False
        self._swapping = True
        self._show(self._history.redo(self.forms()))
        self._swapping = False
        return True

    def set_operation(self, operation: Operation, clip: Clip | None = None) -> None:
        """Chooses an operation, perhaps for a clip; one that cannot be had says why."""
        reason = self._offering.reason_against(operation)
        if reason:
            marked = self._offering.is_marked(self.form().with_(operation=operation))
            asks = ("Ask again", self._offering.ask_again) if marked else ()
            self.view.offer.offer(reason, *asks)
            self.view.grid.choose(self.view.operation)
        elif clip is not None:
            self.put_source(operation, clip)
        else:
            self._go_to(operation)

    async def flush(self) -> None:
        """Saves the draft now; needed before the studio closes."""
        await self._draft.flush()

    def close_down(self) -> None:
        """Stops listening to the studio."""
        self._wish.close()
        self._source.close()
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

    async def _restore(self) -> None:
        capabilities = self._offering.capabilities
        try:
            forms = await self._draft.load(capabilities.strengths if capabilities else {})
        finally:
            self._restored.set()
        # Who began to write before the draft was there keeps what was written.
        if forms is None:
            return
        if self.form() == self._untouched:
            self._others = forms.others
            self.bar.show_takes(forms.shown.takes)
            self.view.load(forms.shown)
            self._suit()
        else:
            self._others = forms.showing(self.form()).others

    def _on_edited(self) -> None:
        if self.view.operation is not self._suited:
            self._suit()
        form = self.form()
        self._submission.withdraw()
        if not self._swapping:
            self._history.forget_undone()
        self._source.want(form.source)
        if len(form.lyrics) < LONG_LYRICS:
            self._judge(form)
        else:
            self._pause.start()
        self._draft.note(self.forms())
        if self._costed != (form.operation, form.model, form.takes):
            self._show_cost()
        if form.operation is Operation.REPLACE:
            self._name_button(form)
        self._wish.refresh()

    def _judge(self, form: Form) -> None:
        obstacle = self._first_obstacle(form)
        of_the_service = obstacle is not None and obstacle.field in {"operation", "model"}
        self.bar.set_state(
            connected=self._offering.account is not None,
            obstacle=obstacle,
            asks_again=of_the_service and self._offering.is_marked(form),
        )

    def _first_obstacle(self, form: Form) -> Note | None:
        found = self._obstacles(form)
        webhook = next((note for note in found if note.field == "webhook_url"), None)
        self.view.more.mark_webhook(invalid=webhook is not None)
        not_offered = bool(found) and found[0].field == "operation"
        is_create = form.operation is Operation.CREATE and not not_offered
        if is_create and form.sound == form.lyrics == form.title == "":
            # An empty desk is not a mistake.
            return Note(Advice.EMPTY, "Write a sound or lyrics first")
        if "fields" in self.view.__dict__:
            self.view.fields.show_time_note(
                next((one for one in found if one.field in TIMES), None)
            )
        return found[0] if found else None

    def _obstacles(self, form: Form) -> list[Note]:
        operation = form.operation
        reason = self._offering.reason_against(operation)
        if reason:
            return [Note(Advice.BLOCKING, reason, "operation")]
        account, capabilities = self._offering.account, self._offering.capabilities
        capability = self._offering.capability(operation)
        recipe = form.recipe(self._offering.taken(operation))
        clip = self._source.clip
        unreachable = self._plan.obstacle() if operation.needs_source else None
        if operation.needs_source and self._source.is_reading:
            unreachable = Note(Advice.EMPTY, "Reading the clip…", "source")
        if form.operation is Operation.UPLOAD and form.audio_file:
            unreachable = self._offering.nowhere_to_lend()
        first = [unreachable] if unreachable is not None else []
        return first + notes_against(
            recipe,
            capability or Capability(operation=operation),
            capabilities or Capabilities(),
            account.service.label if account is not None else "this service",
            clip.duration_s if clip is not None and clip.id == form.source else 0.0,
        )

    def _show_cost(self) -> None:
        form = self.form()
        self._costed = (form.operation, form.model, form.takes)
        if self._offering.account is None:
            self.bar.show_no_account()
            return
        price, typical_s = self._offering.cost(form)
        takes = 1 if form.operation in ONE_AT_A_TIME else form.takes
        before = self._plan.price if form.operation.needs_source else 0.0
        demo = self._offering.is_demo
        self.bar.show_cost(price, takes, typical_s, demo=demo, before=before)

    def _name_button(self, form: Form) -> None:
        operation = form.operation
        length = None
        if operation is Operation.REPLACE and form.starts_at_s is not None:
            clip = self._source.clip
            song_s = clip.duration_s if clip is not None else 0.0
            end = form.ends_at_s or song_s
            if song_s:
                end = min(end, song_s)
            length = end - form.starts_at_s if end > form.starts_at_s else None
        self.bar.show_operation(
            verb(operation, length),
            OPERATION_ICONS[operation],
            takes=operation not in ONE_AT_A_TIME,
        )

    def _on_offering_changed(self) -> None:
        before = self.form()
        untouched = before == self._untouched
        capabilities = self._offering.capabilities
        self.view.grid.explain({one: self._offering.reason_against(one) for one in Operation})
        if capabilities is not None and capabilities.models:
            self.view.model.offer(
                [capabilities.model(name) for name in capabilities.models],
                capabilities.default_model,
                capabilities.refused_models,
            )
        self._suit()
        if untouched:
            self._untouched = self.form()
        elif self.form().model != before.model:
            self._draft.note(self.forms())
        self._judge(self.form())
        self._show_cost()
        self._wish.refresh()

    def _suit(self) -> None:
        """Shows the fields of the chosen operation, as the account takes them."""
        operation = self.view.operation
        moved = operation is not self._suited
        self._suited = operation
        self.view.grid.choose(operation)
        with self._focus_kept(moved=moved):
            self.view.suit(self._offering.capabilities, operation)
        self._name_button(self.form())
        self._plan_source()

    def _plan_source(self) -> None:
        """Asks how the account gets at the source, and says what is known of it."""
        account = self._offering.account
        operation = self.view.operation
        name = account.name if account is not None else None
        available = not self._offering.reason_against(operation)
        self._plan.ask(self._source.clip if available else None, name, operation)
        self._show_plan()

    def _show_plan(self) -> None:
        if "fields" in self.view.__dict__:
            self.view.fields.show_registration(self._plan.remark())

    def _on_plan_changed(self) -> None:
        self._show_plan()
        self._judge(self.form())
        self._show_cost()

    @contextmanager
    def _focus_kept(self, *, moved: bool) -> Iterator[None]:
        """A field that goes away leaves the keyboard with the operation, not with what is next.

        Args:
            moved: Whether another operation was chosen: then the keyboard goes along with it.
        """
        # The stub says that there always is one.
        focused: QWidget | None = QApplication.focusWidget()
        inside = focused is not None and self.view.isAncestorOf(focused) and focused.isVisible()
        yield
        grid = self.view.grid
        if not inside or focused is None:
            return
        if (moved and focused in grid.buttons()) or not focused.isVisible():
            grid.marked().setFocus(Qt.FocusReason.OtherFocusReason)

    def _go_to(self, operation: Operation) -> None:
        """Shows the form of another operation, as one step that Undo takes back."""
        if operation is self.view.operation:
            self.view.grid.choose(operation)
            return
        self._exchange(self._form_of(operation))

    def _form_of(self, operation: Operation) -> Form:
        """The operation's own form; where it was never chosen, one to begin with."""
        own = self.forms().of(operation)
        if own is not None:
            return own
        form, clip, capabilities = self.form(), self._source.clip, self._offering.capabilities
        fresh = fresh_form(operation, form, capabilities or Capabilities())
        if clip is not None and clip.id == fresh.source:
            return form_for_source(fresh.with_(source=""), clip)
        return fresh

    def _lyrics_of(self, operation: Operation) -> str:
        return self._form_of(operation).lyrics

    def _put_lyrics(self, operation: Operation, lyrics: str) -> None:
        """Puts lyrics into an operation's form, shown or not."""
        if operation is self.view.operation:
            self.view.lyrics.words.put(lyrics, 0)
            return
        form = self._form_of(operation).with_(lyrics=lyrics)
        self._others = self.forms().with_form(form).others
        self._draft.note(self.forms())

    def _exchange(self, after: Form) -> None:
        before = self.forms()
        forms = before.showing(after)
        # Its Undo would take back this step instead of its own.
        self.view.offer.withdraw()
        self._show(forms)
        self._history.record(before, forms)

    def _show(self, forms: FormSet) -> None:
        self._others = forms.others
        self.bar.show_takes(forms.shown.takes)
        self.view.exchange(forms.shown)

    def _join_fields(self) -> None:
        fields = self.view.fields
        fields.source_cleared.connect(self._on_source_cleared)
        fields.chosen_asked.connect(self.chosen_requested)
        fields.play_asked.connect(self._on_play_asked)

    def _on_fields_made(self, part: QWidget) -> None:
        if part is self.view.__dict__.get("fields"):
            self._join_fields()
        self._keys.watch(part)
        self._drops.watch(part)

    def _on_source_read(self, clip: Clip | None, peaks: bytes) -> None:
        if clip is not None or "fields" in self.view.__dict__:
            self.view.fields.show_source(clip, peaks)
        self._plan_source()
        self._show_cost()
        self._judge(self.form())
        self._name_button(self.form())

    def _on_source_gone(self) -> None:
        self.view.show_operation(self.form().with_(source=""))
        self._on_edited()

    def _on_source_cleared(self) -> None:
        self._exchange(self.form().with_(source=""))

    def _on_play_asked(self) -> None:
        if self._source.clip is not None:
            self.play_requested.emit(self._source.clip.id)

    def _on_clip_dropped(self, clip_id: ClipId) -> None:
        self._tasks.restart(
            "take a dropped clip", self._studio.clips.get(clip_id), done=self.take_clip
        )

    def take_clip(self, clip: Clip | None) -> None:
        """Takes a clip as the source of the chosen operation, or of Extend where none is needed."""
        if clip is None:
            return
        chosen = self.view.operation
        wanted = [chosen] if chosen.needs_source else [Operation.EXTEND, Operation.COVER]
        wanted += [one for one in Operation if one.needs_source and one is not Operation.EXPORT]
        operation = next((one for one in wanted if not self._offering.reason_against(one)), None)
        self.set_operation(operation or wanted[0], clip)

    def take_file(self, file: Path) -> None:
        """Puts the recipe of a file that was exported on the desk; any other is to be uploaded."""
        self._tasks.restart(
            "read a file", self._recipe_in(file), done=lambda found: self._on_file_read(file, found)
        )

    async def _recipe_in(self, file: Path) -> Recipe | None:
        # A file that came with the start waits for the draft, and is one step after it.
        await self._restored.wait()
        return await recipe_in(file)

    def _on_file_read(self, file: Path, recipe: Recipe | None) -> None:
        if recipe is not None and recipe.operation is not Operation.UPLOAD:
            self.use_recipe(recipe)
            return
        reason = self._offering.reason_against(Operation.UPLOAD)
        if reason:
            self.view.offer.offer(reason)
            return
        self._exchange(self._form_of(Operation.UPLOAD).with_(audio_file=str(file)))

    def _on_undo_pressed(self) -> None:
        self.undo()

    def _on_scroll_range(self, _least: int, most: int) -> None:
        bar = self._scroll.verticalScrollBar()
        self.view.make_room(bar.sizeHint().width() if most > 0 else 0)
