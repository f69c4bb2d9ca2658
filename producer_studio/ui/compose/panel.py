"""Compose panel: controller between the form, the account and the job queue."""

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
from producer_studio.domain.prompt_advice import Issue, Severity
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.recipe_validation import NO_TEXT_ISSUE, validate
from producer_studio.studio.embedded_recipe import read_embedded_recipe
from producer_studio.studio.studio import Studio
from producer_studio.ui.compose.account_limits import clamp_to_account
from producer_studio.ui.compose.active_account import ActiveAccount
from producer_studio.ui.compose.compose_keys import ComposeKeys
from producer_studio.ui.compose.draft_saver import DraftSaver
from producer_studio.ui.compose.drop_target import DropTarget
from producer_studio.ui.compose.form import Form
from producer_studio.ui.compose.form_history import FormHistory
from producer_studio.ui.compose.form_set import FormSet, apply_source, create_initial_form
from producer_studio.ui.compose.form_view import FormView
from producer_studio.ui.compose.generate_bar import GenerateBar
from producer_studio.ui.compose.long_lyrics_delay import LONG_LYRICS, debounced
from producer_studio.ui.compose.lyrics_generation import DraftLyrics, LyricsGeneration
from producer_studio.ui.compose.seeds import draw_seed
from producer_studio.ui.compose.source_clip import SourceClip
from producer_studio.ui.compose.source_plan import SourcePlanner
from producer_studio.ui.compose.submission import Submission
from producer_studio.ui.compose.times_row import TIME_FIELDS
from producer_studio.ui.operation_labels import (
    OPERATION_ICONS,
    OPERATIONS_WITHOUT_TAKES,
    action_label,
)
from producer_studio.ui.style.style import Style
from producer_studio.ui.tasks import Tasks
from producer_studio.ui.widgets.hairline import Hairline

_MIN_WIDTH_PX = 340


class ComposePanel(QWidget):
    """Form in which a recipe is written, priced and submitted.

    Signals:
        connect_requested: Generate was pressed without any account: show the welcome page.
        use_selected_requested: Use the clip that is selected in the library as the source.
        play_requested: Play this clip.
    """

    connect_requested = Signal()
    use_selected_requested = Signal()
    play_requested = Signal(str)

    def __init__(
        self, studio: Studio, style: Style, tasks: Tasks, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._studio = studio
        self._tasks = tasks
        self._history = FormHistory()
        self._other_forms: Mapping[Operation, Form] = MappingProxyType({})
        self._is_swapping = False
        self._draft_restored = asyncio.Event()
        self._validation_timer = debounced(self, lambda: self._validate(self.form()))
        self._shown_cost_key: tuple[Operation, str, int] | None = None
        self._configured_operation: Operation | None = None
        self.view = FormView(style)
        self.bar = GenerateBar(style)
        self._build()
        self._draft_saver = DraftSaver(studio.drafts, tasks, self)
        self._active_account = ActiveAccount(studio, tasks, self)
        self._lyrics_generation = LyricsGeneration(
            studio,
            tasks,
            self.view,
            self._active_account,
            DraftLyrics(self._lyrics_for, self._set_lyrics, self._show_operation),
            self,
        )
        self._source_clip = SourceClip(studio, tasks, self)
        self._source_planner = SourcePlanner(studio, tasks, self)
        self._submission = Submission(studio, tasks, self.view.suggestion, self)
        # Nothing was queued, so the button must not claim it.
        self._submission.failed.connect(self.bar.end_cooldown)
        self._keys = ComposeKeys(self, self.generate, self.undo, self.redo)
        self._drop_target = DropTarget(self, self._on_clip_dropped, self.use_file)
        self.view.edited.connect(self._on_edited)
        self.view.grid.operation_chosen.connect(self.set_operation)
        self.bar.takes_changed.connect(self._on_edited)
        self.bar.pressed.connect(self.generate)
        self.bar.retry_requested.connect(self._active_account.forget_refusals)
        self.bar.focus_released.connect(
            lambda: self.view.grid.chosen_button().setFocus(Qt.FocusReason.OtherFocusReason)
        )
        self._active_account.changed.connect(self._on_active_account_changed)
        self._active_account.cost_changed.connect(self._show_cost)
        self._active_account.upload_host_changed.connect(lambda: self._validate(self.form()))
        self.view.part_created.connect(self._on_part_created)
        self._source_clip.clip_read.connect(self._on_source_read)
        self._source_clip.clip_missing.connect(self._on_source_missing)
        self._source_planner.changed.connect(self._on_plan_changed)
        self._initial_form = self.form()
        self._on_active_account_changed()
        tasks.start("restore draft", self._restore())

    def form(self) -> Form:
        """Returns the form of the chosen operation."""
        return self.view.form(self.bar.take_count())

    def forms(self) -> FormSet:
        """Returns the forms of all operations."""
        return FormSet(self.form(), self._other_forms)

    def generate(self) -> None:
        """Submits the takes; shows the reason when an issue prevents it."""
        account = self._active_account.account
        if account is None:
            self.connect_requested.emit()
            return
        form = self.form()
        self._validate(form)
        if not self.bar.accept_press() or self._first_issue(form) is not None:
            return
        if form.operation is Operation.LYRICS:
            self._lyrics_generation.start(form.prompt.strip())
            self.bar.acknowledge_press(1)
            return
        accepted_fields = self._active_account.accepted_fields(form.operation)
        recipes = form.to_recipes(draw_seed, accepted_fields)
        if "seed" in accepted_fields and not form.seed_locked:
            self.view.seed.show_seed(recipes[0].seed, locked=False)
            self._draft_saver.schedule_save(self.forms())
        self.bar.acknowledge_press(len(recipes))
        self._submission.send(recipes, account.name, register=self._source_planner.must_register)

    def use_recipe(self, recipe: Recipe) -> None:
        """Applies a clip's recipe to the form, as one undo step."""
        before = self.form()
        reason = self._active_account.unavailable_reason(recipe.operation)
        after = (before if reason else self._form_for(recipe.operation)).with_recipe(recipe)
        missing = "" if self.view.model.has_model(after.model) else after.model
        if missing:
            after = after.with_changes(model=before.model)
        if reason:
            after = after.with_changes(operation=before.operation, source=before.source)
        accepted_fields = self._active_account.accepted_fields(after.operation)
        after, lost = clamp_to_account(
            after, recipe, self._active_account.capabilities, accepted_fields
        )
        if after == before:
            self.view.suggestion.show_suggestion("These settings are in the form already.")
            return
        self._swap_form(after)
        words = (
            f"“{recipe.title}” is in the form." if recipe.title else "The settings are in the form."
        )
        if missing:
            words += f" {missing} is not offered by this account: {after.model} stays."
        words = " ".join(part for part in (words, lost, reason) if part)
        self.view.suggestion.show_suggestion(words, "Undo", self._on_undo_pressed)

    def set_source(self, operation: Operation, clip: Clip) -> None:
        """Applies a clip and an operation to the form, as one undo step.

        Text that was written for this clip and operation before is restored; another clip applies
        its own sound and lyrics.
        """
        before = self.form()
        after = self._form_for(operation)
        if after.source != clip.id:
            after = apply_source(after, clip)
        if after == before:
            return
        self._swap_form(after)
        title = " ".join(clip.title.split()) or "Untitled"
        words = f"{operation.label} “{title}”: the clip is in the form."
        self.view.suggestion.show_suggestion(words, "Undo", self._on_undo_pressed)

    def undo(self) -> bool:
        """Undoes the last change of the whole form; returns false when there is none."""
        if not self._history.can_undo:
            return False
        self.view.suggestion.dismiss()
        forms = self._history.undo(self.forms())
        self._is_swapping = True
        self._other_forms = forms.others
        self.bar.show_takes(forms.current.takes)
        self.view.undo_swap(forms.current)
        self._is_swapping = False
        return True

    def redo(self) -> bool:
        """Redoes the last undone change of the whole form; returns false when there is none."""
        if not self._history.can_redo:
            return False
        self._is_swapping = True
        self._show_forms(self._history.redo(self.forms()))
        self._is_swapping = False
        return True

    def set_operation(self, operation: Operation, clip: Clip | None = None) -> None:
        """Chooses an operation, optionally for a clip; shows the reason if it is unavailable."""
        reason = self._active_account.unavailable_reason(operation)
        if reason:
            marked = self._active_account.is_marked_unavailable(
                self.form().with_changes(operation=operation)
            )
            asks = ("Ask again", self._active_account.forget_refusals) if marked else ()
            self.view.suggestion.show_suggestion(reason, *asks)
            self.view.grid.show_operation(self.view.operation)
        elif clip is not None:
            self.set_source(operation, clip)
        else:
            self._show_operation(operation)

    async def flush(self) -> None:
        """Saves the draft now; needed before the studio closes."""
        await self._draft_saver.flush_before_close()

    def unsubscribe(self) -> None:
        """Unsubscribes from the studio's events."""
        self._lyrics_generation.close()
        self._source_clip.close()
        self._active_account.close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Sets the width that the fields need at this text size: they only scroll vertically."""
        if watched in {self.view, self.bar} and event.type() == QEvent.Type.LayoutRequest:
            needed = (part.minimumSizeHint().width() for part in (self.view, self.bar))
            self.setMinimumWidth(max(_MIN_WIDTH_PX, *needed))
        return super().eventFilter(watched, event)

    def scroll_bar_width_px(self) -> int:
        """Returns the width that the scroll bar occupies at the moment, in pixels."""
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
        self._scroll.verticalScrollBar().rangeChanged.connect(self._on_scroll_range_changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._scroll, 1)
        column.addWidget(self.view.suggestion)
        column.addWidget(Hairline())
        column.addWidget(self.bar)
        self.view.installEventFilter(self)
        self.bar.installEventFilter(self)
        self.view.suggestion.visibility_changing.connect(self._on_suggestion_changing)

    async def _restore(self) -> None:
        capabilities = self._active_account.capabilities
        try:
            forms = await self._draft_saver.load(capabilities.strengths if capabilities else {})
        finally:
            self._draft_restored.set()
        # Text that was typed before the draft was loaded is preserved.
        if forms is None:
            return
        if self.form() == self._initial_form:
            self._other_forms = forms.others
            self.bar.show_takes(forms.current.takes)
            self.view.load(forms.current)
            self._configure_fields()
        else:
            self._other_forms = forms.with_current(self.form()).others

    def _on_edited(self) -> None:
        if self.view.operation is not self._configured_operation:
            self._configure_fields()
        form = self.form()
        self._submission.dismiss_question()
        if not self._is_swapping:
            self._history.clear_redo()
        self._source_clip.set_clip_id(form.source)
        if len(form.lyrics) < LONG_LYRICS:
            self._validate(form)
        else:
            self._validation_timer.start()
        self._draft_saver.schedule_save(self.forms())
        if self._shown_cost_key != (form.operation, form.model, form.takes):
            self._show_cost()
        if form.operation is Operation.REPLACE:
            self._update_button(form)
        self._lyrics_generation.update_button()

    def _validate(self, form: Form) -> None:
        issue = self._first_issue(form)
        of_the_service = issue is not None and issue.field in {"operation", "model"}
        self.bar.set_state(
            connected=self._active_account.account is not None,
            issue=issue,
            can_retry=of_the_service and self._active_account.is_marked_unavailable(form),
        )

    def _first_issue(self, form: Form) -> Issue | None:
        found = self._find_issues(form)
        webhook = next((note for note in found if note.field == "webhook_url"), None)
        self.view.advanced.set_webhook_invalid(invalid=webhook is not None)
        not_offered = bool(found) and found[0].field == "operation"
        is_create = form.operation is Operation.CREATE and not not_offered
        if is_create and form.sound == form.lyrics == form.title == "":
            # An empty form is not an error.
            return NO_TEXT_ISSUE
        if "fields" in self.view.__dict__:
            self.view.fields.show_time_issue(
                next((one for one in found if one.field in TIME_FIELDS), None)
            )
        return found[0] if found else None

    def _find_issues(self, form: Form) -> list[Issue]:
        operation = form.operation
        reason = self._active_account.unavailable_reason(operation)
        if reason:
            return [Issue(Severity.BLOCKING, reason, "operation")]
        account, capabilities = self._active_account.account, self._active_account.capabilities
        if capabilities is None:
            capabilities = Capabilities(operations={operation: Capability(operation=operation)})
        recipe = form.to_recipe(self._active_account.accepted_fields(operation))
        clip = self._source_clip.clip
        unreachable = self._source_planner.blocking_issue() if operation.needs_source else None
        if operation.needs_source and self._source_clip.is_reading:
            unreachable = Issue(Severity.EMPTY, "Reading the clip…", "source")
        if form.operation is Operation.UPLOAD and form.audio_file:
            unreachable = self._active_account.upload_issue()
        first = [unreachable] if unreachable is not None else []
        return first + validate(
            recipe,
            capabilities,
            account.service.label if account is not None else "this service",
            clip.duration_s if clip is not None and clip.id == form.source else 0.0,
        )

    def _show_cost(self) -> None:
        form = self.form()
        self._shown_cost_key = (form.operation, form.model, form.takes)
        if self._active_account.account is None:
            self.bar.show_no_account()
            return
        price, typical_s = self._active_account.estimate_cost(form)
        takes = 1 if form.operation in OPERATIONS_WITHOUT_TAKES else form.takes
        before = self._source_planner.registration_price if form.operation.needs_source else 0.0
        demo = self._active_account.is_demo
        self.bar.show_cost(price, takes, typical_s, is_demo=demo, registration_price=before)

    def _update_button(self, form: Form) -> None:
        operation = form.operation
        length = None
        if operation is Operation.REPLACE and form.starts_at_s is not None:
            clip = self._source_clip.clip
            song_s = clip.duration_s if clip is not None else 0.0
            end = form.ends_at_s or song_s
            if song_s:
                end = min(end, song_s)
            length = end - form.starts_at_s if end > form.starts_at_s else None
        self.bar.show_operation(
            action_label(operation, length),
            OPERATION_ICONS[operation],
            allows_takes=operation not in OPERATIONS_WITHOUT_TAKES,
        )

    def _on_active_account_changed(self) -> None:
        before = self.form()
        untouched = before == self._initial_form
        capabilities = self._active_account.capabilities
        self.view.grid.set_unavailable_reasons(
            {one: self._active_account.unavailable_reason(one) for one in Operation}
        )
        if capabilities is not None and capabilities.models:
            self.view.model.set_models(
                [capabilities.resolve_model(name) for name in capabilities.models],
                capabilities.default_model,
                capabilities.refused_models,
            )
        self._configure_fields()
        if untouched:
            self._initial_form = self.form()
        elif self.form().model != before.model:
            self._draft_saver.schedule_save(self.forms())
        self._validate(self.form())
        self._show_cost()
        self._lyrics_generation.update_button()

    def _configure_fields(self) -> None:
        """Shows the fields of the chosen operation that the account accepts."""
        operation = self.view.operation
        operation_changed = operation is not self._configured_operation
        self._configured_operation = operation
        self.view.grid.show_operation(operation)
        with self._preserve_focus(operation_changed=operation_changed):
            self.view.configure(self._active_account.capabilities, operation)
        self._update_button(self.form())
        self._plan_source()

    def _plan_source(self) -> None:
        """Queries how the account can access the source, and shows the known result."""
        account = self._active_account.account
        operation = self.view.operation
        name = account.name if account is not None else None
        available = not self._active_account.unavailable_reason(operation)
        self._source_planner.request_plan(
            self._source_clip.clip if available else None, name, operation
        )
        self._show_plan()

    def _show_plan(self) -> None:
        if "fields" in self.view.__dict__:
            self.view.fields.show_registration(self._source_planner.plan_issue())

    def _on_plan_changed(self) -> None:
        self._show_plan()
        self._validate(self.form())
        self._show_cost()

    @contextmanager
    def _preserve_focus(self, *, operation_changed: bool) -> Iterator[None]:
        """Moves the focus to the operation grid if its field is hidden, not to the next widget.

        Args:
            operation_changed: Whether another operation was chosen: then the focus follows it.
        """
        # The type stub claims that there is always one.
        focused: QWidget | None = QApplication.focusWidget()
        inside = focused is not None and self.view.isAncestorOf(focused) and focused.isVisible()
        yield
        grid = self.view.grid
        if not inside or focused is None:
            return
        if (operation_changed and focused in grid.buttons()) or not focused.isVisible():
            grid.chosen_button().setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_operation(self, operation: Operation) -> None:
        """Shows the form of another operation, as one undo step."""
        if operation is self.view.operation:
            self.view.grid.show_operation(operation)
            return
        self._swap_form(self._form_for(operation))

    def _form_for(self, operation: Operation) -> Form:
        """Returns the operation's own form; an initial one if it was never chosen."""
        own = self.forms().form_for(operation)
        if own is not None:
            return own
        form, clip, capabilities = (
            self.form(),
            self._source_clip.clip,
            self._active_account.capabilities,
        )
        fresh = create_initial_form(operation, form, capabilities or Capabilities())
        if clip is not None and clip.id == fresh.source:
            return apply_source(fresh.with_changes(source=""), clip)
        return fresh

    def _lyrics_for(self, operation: Operation) -> str:
        return self._form_for(operation).lyrics

    def _set_lyrics(self, operation: Operation, lyrics: str) -> None:
        """Writes lyrics into an operation's form, shown or not."""
        if operation is self.view.operation:
            self.view.lyrics.edit.replace_text(lyrics, 0)
            return
        form = self._form_for(operation).with_changes(lyrics=lyrics)
        self._other_forms = self.forms().with_form(form).others
        self._draft_saver.schedule_save(self.forms())

    def _swap_form(self, after: Form) -> None:
        before = self.forms()
        forms = before.with_current(after)
        # Its Undo button would undo this step instead of its own.
        self.view.suggestion.dismiss()
        self._show_forms(forms)
        self._history.record(before, forms)

    def _show_forms(self, forms: FormSet) -> None:
        self._other_forms = forms.others
        self.bar.show_takes(forms.current.takes)
        self.view.swap_form(forms.current)

    def _connect_fields(self) -> None:
        fields = self.view.fields
        fields.source_cleared.connect(self._on_source_cleared)
        fields.use_selected_requested.connect(self.use_selected_requested)
        fields.play_requested.connect(self._on_play_requested)

    def _on_part_created(self, part: QWidget) -> None:
        if part is self.view.__dict__.get("fields"):
            self._connect_fields()
        self._keys.install_on(part)
        self._drop_target.install_on(part)

    def _on_source_read(self, clip: Clip | None, peaks: bytes) -> None:
        if clip is not None or "fields" in self.view.__dict__:
            self.view.fields.show_source(clip, peaks)
        self._plan_source()
        self._show_cost()
        self._validate(self.form())
        self._update_button(self.form())

    def _on_source_missing(self) -> None:
        self.view.show_operation(self.form().with_changes(source=""))
        self._on_edited()

    def _on_source_cleared(self) -> None:
        self._swap_form(self.form().with_changes(source=""))

    def _on_play_requested(self) -> None:
        if self._source_clip.clip is not None:
            self.play_requested.emit(self._source_clip.clip.id)

    def _on_clip_dropped(self, clip_id: ClipId) -> None:
        self._tasks.restart(
            "take a dropped clip", self._studio.clips.get(clip_id), on_result=self.use_clip
        )

    def use_clip(self, clip: Clip | None) -> None:
        """Uses a clip as the source of the chosen operation, or of Extend if that needs none."""
        if clip is None:
            return
        chosen = self.view.operation
        wanted = [chosen] if chosen.needs_source else [Operation.EXTEND, Operation.COVER]
        wanted += [one for one in Operation if one.needs_source and one is not Operation.EXPORT]
        operation = next(
            (one for one in wanted if not self._active_account.unavailable_reason(one)), None
        )
        self.set_operation(operation or wanted[0], clip)

    def use_file(self, file: Path) -> None:
        """Applies the recipe of an exported file to the form; any other file is to be uploaded."""
        self._tasks.restart(
            "read a file",
            self._read_recipe(file),
            on_result=lambda found: self._on_file_read(file, found),
        )

    async def _read_recipe(self, file: Path) -> Recipe | None:
        # A file passed at start-up waits for the draft and is one undo step after it.
        await self._draft_restored.wait()
        return await read_embedded_recipe(file)

    def _on_file_read(self, file: Path, recipe: Recipe | None) -> None:
        if recipe is not None and recipe.operation is not Operation.UPLOAD:
            self.use_recipe(recipe)
            return
        reason = self._active_account.unavailable_reason(Operation.UPLOAD)
        if reason:
            self.view.suggestion.show_suggestion(reason)
            return
        self._swap_form(self._form_for(Operation.UPLOAD).with_changes(audio_file=str(file)))

    def _on_undo_pressed(self) -> None:
        self.undo()

    def _on_suggestion_changing(self, is_visible: bool) -> None:
        # Else the lyrics would shrink for the suggestion, and the fields below them would move.
        self.view.reserve_height(self._scroll.viewport().height() if is_visible else 0)

    def _on_scroll_range_changed(self, _minimum: int, maximum: int) -> None:
        bar = self._scroll.verticalScrollBar()
        self.view.reserve_scroll_bar(bar.sizeHint().width() if maximum > 0 else 0)
