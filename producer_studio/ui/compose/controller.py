"""Compose controller: joins the form, the active account, the source clip and the job queue."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from producer_studio.domain.clip import Clip
from producer_studio.domain.form import Form
from producer_studio.domain.ids import ClipId, PresetId, PressId
from producer_studio.domain.operation import SERVICE_OPERATIONS, Operation
from producer_studio.domain.press import Press, mark_preset
from producer_studio.domain.prompt_advice import Issue
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.recipe_validation import NO_TEXT_ISSUE
from producer_studio.domain.takes import draw_seed
from producer_studio.studio.studio import Studio
from producer_studio.ui.compose.active_account import ActiveAccount
from producer_studio.ui.compose.draft_saver import DraftSaver
from producer_studio.ui.compose.form_filler import FormFiller
from producer_studio.ui.compose.form_issues import FormIssues
from producer_studio.ui.compose.form_set import FormSet
from producer_studio.ui.compose.form_view import FormView
from producer_studio.ui.compose.generate_bar import GenerateBar, GenerateBarPresenter
from producer_studio.ui.compose.lyrics_editor import LONG_LYRICS, LONG_LYRICS_DELAY_MS
from producer_studio.ui.compose.lyrics_generation import LyricsGeneration
from producer_studio.ui.compose.lyrics_offers import DraftLyrics
from producer_studio.ui.compose.lyrics_tools import LyricsTools
from producer_studio.ui.compose.operation_forms import OperationForms
from producer_studio.ui.compose.request_viewer import RequestViewer
from producer_studio.ui.compose.source_clip_reader import SourceClipReader
from producer_studio.ui.compose.source_planner import SourcePlanner
from producer_studio.ui.compose.submission import Submission
from producer_studio.ui.compose.sweep.launcher import SweepLauncher
from producer_studio.ui.compose.times_row import TIME_FIELDS
from producer_studio.ui.tasks import Tasks
from producer_studio.ui.widgets.debounce import Debounce

if TYPE_CHECKING:
    from producer_studio.ui.compose.operation_fields import OperationFields


class ComposeController(QObject):
    """Restores and saves the draft, prices, validates and submits the form.

    Signals:
        connect_requested: Generate was pressed without any account: show the welcome page.
        use_selected_requested: Use the clip that is selected in the library as the source.
        play_requested: Play this clip.
        form_filled: Something was put into the form that the user wants to see.
    """

    connect_requested = Signal()
    use_selected_requested = Signal()
    play_requested = Signal(str)
    form_filled = Signal()

    def __init__(
        self, studio: Studio, tasks: Tasks, view: FormView, bar: GenerateBar, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._studio = studio
        self._tasks = tasks
        self._view = view
        self._bar = bar
        self._draft_restored = asyncio.Event()
        self._delayed_validation = Debounce(
            lambda: self._validate(self.form()), LONG_LYRICS_DELAY_MS, self
        )
        self._configured_operation: Operation | None = None
        self._repeated: tuple[Form, PressId] | None = None
        self._draft_saver = DraftSaver(studio.drafts, tasks, self)
        self.active_account = ActiveAccount(studio, tasks, self)
        self._source_clip = SourceClipReader(studio, tasks, self)
        self._source_planner = SourcePlanner(studio, tasks, self)
        self._forms = OperationForms(view, bar, self.active_account, self._source_clip)
        self._filler = FormFiller(
            studio, tasks, view, self._forms, self.active_account, self._draft_restored
        )
        self._issues = FormIssues(self.active_account, self._source_clip, self._source_planner)
        self._presenter = GenerateBarPresenter(
            bar, self.active_account, self._source_clip, self._source_planner
        )
        forms = self._forms
        drafts = DraftLyrics(forms.lyrics_of, self._set_lyrics, forms.show_operation, forms.change)
        self._lyrics_tools = LyricsTools(studio, tasks, view, drafts, self)
        self._lyrics_generation = LyricsGeneration(
            studio, tasks, view, self.active_account, self._lyrics_tools.offers, self
        )
        self.request_viewer = RequestViewer(
            studio, tasks, self._forms, self.active_account, self._source_planner, self
        )
        self.sweep_launcher = SweepLauncher(
            studio, tasks, self._forms, self.active_account, self._source_planner, self
        )
        self._submission = Submission(studio, tasks, view.suggestion, self)
        self._connect()
        self._initial_form = self.form()
        self._on_active_account_changed()
        tasks.start("restore draft", self._restore())

    def form(self) -> Form:
        """Returns the form of the chosen operation."""
        return self._forms.current()

    def forms(self) -> FormSet:
        """Returns the forms of all operations."""
        return self._forms.all()

    def undo(self) -> bool:
        """Undoes the last change of the whole form; returns false when there is none."""
        self._forms.preset = None
        return self._forms.undo()

    def redo(self) -> bool:
        """Redoes the last undone change of the whole form; returns false when there is none."""
        return self._forms.redo()

    def generate(self) -> None:
        """Submits the takes; shows the reason when an issue prevents it."""
        account = self.active_account.account
        if account is None:
            self.connect_requested.emit()
            return
        form = self.form()
        self._validate(form)
        if not self._bar.accept_press() or self._first_issue(form) is not None:
            return
        if form.operation is Operation.LYRICS:
            if self._lyrics_generation.start(form.prompt.strip()):
                self._bar.acknowledge_press(1)
            return
        accepted_fields = self.active_account.accepted_fields(form.operation)
        recipes = form.to_recipes(draw_seed, accepted_fields)
        if "seed" in accepted_fields and not form.seed_locked:
            self._view.seed.show_seed(recipes[0].seed, locked=False)
            self._draft_saver.schedule_save(self.forms())
        self._bar.acknowledge_press(len(recipes))
        self._lyrics_tools.keep_sent()
        self._submission.send(
            recipes,
            account.name,
            form=mark_preset(form.to_json(), self._forms.preset),
            repeats=self._repeated_press(form),
            register=self._source_planner.must_register,
        )

    def show_request(self) -> None:
        """Has the request of the form built for `request_viewer.built`; sends nothing."""
        if self.active_account.account is None:
            self.connect_requested.emit()
        else:
            self.request_viewer.build()

    def use_recipe(self, recipe: Recipe) -> None:
        """Applies a clip's recipe to the form."""
        self._filler.use_recipe(recipe)
        self._forms.preset = None
        self.form_filled.emit()

    def restore_press(self, press: Press, *, new_seed: bool) -> None:
        """Shows the whole form of a press, as one undo step; sends nothing.

        Args:
            new_seed: Whether to draw new seeds at the next press, which then repeats this one.
        """
        self._filler.restore_press(press, new_seed=new_seed)
        self._repeated = (_without_seed(self.form()), press.id) if new_seed else None
        self._forms.preset = press.preset
        self.form_filled.emit()

    def use_form(self, form: Form, done: str, preset: PresetId | None = None) -> None:
        """Shows a whole form, as one undo step; sends nothing.

        Args:
            done: Sentence that says which form it is.
            preset: Preset that the form is of; kept with the presses that are made from it.
        """
        self._filler.use_form(form, done)
        self._repeated = None
        self._forms.preset = preset
        self.form_filled.emit()

    def set_operation(self, operation: Operation, clip: Clip | None = None) -> None:
        """Chooses an operation, optionally for a clip; shows the reason if it is unavailable."""
        if clip is not None and operation is Operation.LYRICS:
            self.use_clip(clip)
            return
        self._filler.set_operation(operation, clip)
        self.form_filled.emit()

    def use_clip(self, clip: Clip | None) -> None:
        """Uses a clip as the source of an operation, or offers its lyrics if it has no sound."""
        if clip is not None and clip.operation is Operation.LYRICS:
            self._lyrics_tools.offers.review(Operation.CREATE, clip)
        else:
            self._filler.use_clip(clip)
        self.form_filled.emit()

    def use_dropped_clip(self, clip: ClipId) -> None:
        """Uses a clip of the library as the source, as `use_clip` does."""
        self._tasks.restart(
            "take a dropped clip", self._studio.clips.get(clip), on_result=self.use_clip
        )

    def use_file(self, file: Path) -> None:
        """Applies the recipe of an exported file to the form; any other file is to be uploaded."""
        self._filler.use_file(file)
        self.form_filled.emit()

    async def flush(self) -> None:
        """Saves the draft and versions of the lyrics now; needed before the studio closes."""
        await self._lyrics_tools.versions.flush()
        await self._draft_saver.flush_before_close()

    def unsubscribe(self) -> None:
        """Unsubscribes from the studio's events."""
        self._lyrics_generation.close()
        self._lyrics_tools.close()
        self._source_clip.close()
        self.active_account.close()

    def _repeated_press(self, form: Form) -> PressId | None:
        """Returns the press that a form repeats with other seeds; None once it was edited."""
        if self._repeated is None or self._repeated[0] != _without_seed(form):
            return None
        return self._repeated[1]

    def _connect(self) -> None:
        # Nothing was queued, so the button must not claim it.
        self._submission.failed.connect(self._bar.end_cooldown)
        self._view.edited.connect(self._on_edited)
        self._view.grid.operation_chosen.connect(self.set_operation)
        self._bar.takes_changed.connect(self._on_edited)
        self._bar.pressed.connect(self.generate)
        self._bar.menu_button.preview_requested.connect(self.show_request)
        self.sweep_launcher.rejected.connect(self._view.suggestion.show_suggestion)
        self.request_viewer.rejected.connect(self._view.suggestion.show_suggestion)
        self._bar.retry_requested.connect(self.active_account.forget_refusals)
        self.active_account.changed.connect(self._on_active_account_changed)
        self.active_account.cost_changed.connect(lambda: self._presenter.show_cost(self.form()))
        self.active_account.records_changed.connect(self._show_records)
        self.active_account.upload_host_changed.connect(lambda: self._validate(self.form()))
        self._view.part_created.connect(self._on_part_created)
        self._source_clip.clip_read.connect(self._on_source_read)
        self._source_clip.cover_read.connect(self._on_source_cover_read)
        self._source_clip.clip_missing.connect(self._on_source_missing)
        self._source_planner.changed.connect(self._on_plan_changed)

    async def _restore(self) -> None:
        capabilities = self.active_account.capabilities
        try:
            forms = await self._draft_saver.load(capabilities.strengths if capabilities else {})
        finally:
            self._draft_restored.set()
        # Text that was typed before the draft was loaded is preserved.
        if forms is None:
            return
        if self.form() == self._initial_form:
            self._forms.restore(forms)
            self._configure_fields()
        else:
            self._forms.restore_others(forms)
            self._lyrics_tools.keep_replaced(forms.current)

    def _on_edited(self) -> None:
        if self._view.operation is not self._configured_operation:
            self._configure_fields()
        form = self.form()
        self._view.suggestion.dismiss_question()
        self._forms.forget_redo()
        self._source_clip.set_clip_id(form.source)
        if len(form.lyrics) < LONG_LYRICS:
            self._validate(form)
        else:
            self._delayed_validation.trigger()
        self._draft_saver.schedule_save(self.forms())
        self._presenter.update_after_edit(form)
        self._lyrics_generation.update_button()

    def _validate(self, form: Form) -> None:
        self._presenter.show_issue(form, self._first_issue(form))

    def _first_issue(self, form: Form) -> Issue | None:
        found = [*self._view.unreadable_times(), *self._issues.find(form)]
        webhook = next((note for note in found if note.field == "webhook_url"), None)
        self._view.advanced.set_webhook_invalid(invalid=webhook is not None)
        not_offered = bool(found) and found[0].field == "operation"
        is_create = form.operation is Operation.CREATE and not not_offered
        if is_create and form.sound == form.lyrics == form.title == "":
            # An empty form is not an error.
            return NO_TEXT_ISSUE
        if self._view.fields is not None:
            self._view.fields.show_time_issue(
                next((one for one in found if one.field in TIME_FIELDS), None)
            )
        return found[0] if found else None

    def _on_active_account_changed(self) -> None:
        before = self.form()
        untouched = before == self._initial_form
        self._view.suggestion.dismiss_question()
        capabilities = self.active_account.capabilities
        self._view.grid.set_unavailable_reasons(
            {one: self.active_account.unavailable_reason(one) for one in SERVICE_OPERATIONS}
        )
        if capabilities is not None and capabilities.models:
            self._view.model.set_models(
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
        self._presenter.show_cost(self.form())
        self._lyrics_generation.update_button()

    def _configure_fields(self) -> None:
        """Shows the fields of the chosen operation that the account accepts."""
        operation = self._view.operation
        operation_changed = operation is not self._configured_operation
        self._configured_operation = operation
        self._view.grid.show_operation(operation)
        with self._view.preserve_focus(operation_changed=operation_changed):
            self._view.configure(self.active_account.capabilities, operation)
        self._presenter.show_action(self.form())
        self._show_records()
        self._plan_source()

    def _show_records(self) -> None:
        self._view.model.set_records(self.active_account.records(self._view.operation))

    def _plan_source(self) -> None:
        """Queries how the account can access the source, and shows the known result."""
        account = self.active_account.account
        operation = self._view.operation
        name = account.name if account is not None else None
        available = not self.active_account.unavailable_reason(operation)
        self._source_planner.request_plan(
            self._source_clip.clip if available else None, name, operation
        )
        self._show_plan()

    def _show_plan(self) -> None:
        if self._view.fields is not None:
            self._view.fields.show_registration(self._source_planner.plan_issue())

    def _on_plan_changed(self) -> None:
        self._show_plan()
        self._validate(self.form())
        self._presenter.show_cost(self.form())

    def _set_lyrics(self, operation: Operation, lyrics: str) -> None:
        """Writes lyrics into an operation's form, shown or not."""
        if operation is self._view.operation:
            self._view.lyrics.edit.replace_text(lyrics, 0)
            return
        self._forms.set_hidden_lyrics(operation, lyrics)
        self._draft_saver.schedule_save(self.forms())

    def _on_part_created(self, part: QObject) -> None:
        if part is self._view.fields:
            self._connect_fields(self._view.fields)

    def _connect_fields(self, fields: "OperationFields") -> None:
        fields.source_cleared.connect(self._on_source_cleared)
        fields.use_selected_requested.connect(self.use_selected_requested)
        fields.play_requested.connect(self._on_play_requested)

    def _on_source_read(self, clip: Clip | None, peaks: bytes) -> None:
        if clip is not None or self._view.fields is not None:
            self._view.ensure_fields().show_source(clip, peaks)
        self._plan_source()
        self._presenter.show_cost(self.form())
        self._validate(self.form())
        self._presenter.show_action(self.form())

    def _on_source_cover_read(self, clip_id: str, picture: QImage) -> None:
        self._view.ensure_fields().show_source_cover(clip_id, picture)

    def _on_source_missing(self) -> None:
        self._view.show_operation(self.form().with_changes(source=""))
        self._on_edited()

    def _on_source_cleared(self) -> None:
        self._forms.swap(self.form().with_changes(source=""))

    def _on_play_requested(self) -> None:
        if self._source_clip.clip is not None:
            self.play_requested.emit(self._source_clip.clip.id)


def _without_seed(form: Form) -> Form:
    return form if form.seed_locked else form.with_changes(seed="")
