"""Fills the compose form from a recipe, a clip or a file."""

import asyncio
from functools import reduce
from pathlib import Path

from producer_studio.domain.clip import Clip
from producer_studio.domain.form import Form
from producer_studio.domain.operation import SERVICE_OPERATIONS, Operation
from producer_studio.domain.press import Press
from producer_studio.domain.recipe import Recipe
from producer_studio.studio.embedded_recipe import read_embedded_recipe
from producer_studio.studio.studio import Studio
from producer_studio.translation import mark, sentences, tr, tr_message
from producer_studio.ui.compose.active_account import ActiveAccount, clamp_to_account
from producer_studio.ui.compose.form_set import apply_source
from producer_studio.ui.compose.form_view import FormView
from producer_studio.ui.compose.operation_forms import OperationForms
from producer_studio.ui.tasks import Tasks
from producer_studio.ui.widgets.early_keys import EarlyKeyFilter


def _missing_text(missing: str, kept: str) -> str:
    """Returns that a model is not offered, and which is kept; empty if none is missing."""
    if not missing:
        return ""
    return mark(
        "This account does not offer {missing}: {model} is kept.", missing=missing, model=kept
    )


class FormFiller:
    """Each change is one undo step, and a sentence below the form says what was done.

    Args:
        draft_restored: Set when the draft of the earlier run is in the form.
    """

    def __init__(
        self,
        studio: Studio,
        tasks: Tasks,
        view: FormView,
        forms: OperationForms,
        active_account: ActiveAccount,
        draft_restored: asyncio.Event,
    ) -> None:
        self._studio = studio
        self._tasks = tasks
        self._view = view
        self._forms = forms
        self._active_account = active_account
        self._draft_restored = draft_restored

    def use_recipe(self, recipe: Recipe) -> None:
        """Applies a clip's recipe to the form, as one undo step."""
        before = self._forms.current()
        reason = self._active_account.unavailable_reason(recipe.operation)
        after = (before if reason else self._forms.form_for(recipe.operation)).with_recipe(recipe)
        missing = "" if self._view.model.has_model(after.model) else after.model
        if missing:
            after = after.with_changes(model=before.model)
        if reason:
            after = after.with_changes(operation=before.operation, source=before.source)
        accepted_fields = self._active_account.accepted_fields(after.operation)
        after, lost = clamp_to_account(
            after, recipe, self._active_account.capabilities, accepted_fields
        )
        if after == before:
            self._view.suggestion.show_suggestion(tr("The form already has these settings."))
            return
        self._forms.swap(after)
        if not missing:
            self._view.model.keep_model()
        words: str = mark("The settings are in the form.")
        if recipe.title:
            words = mark("“{title}” is in the form.", title=recipe.title)
        self._show_undo(words, _missing_text(missing, after.model), lost, reason)

    def restore_press(self, press: Press, *, new_seed: bool) -> None:
        """Shows the whole form of a press, as one undo step.

        Args:
            new_seed: Whether new seeds are drawn when it is sent.
        """
        after = self._active_account.form_of(press)
        if new_seed:
            after = after.with_changes(seed="", seed_locked=False)
        account = self._active_account.account
        sent_elsewhere = account is not None and account.name != press.account
        self._show_form(
            after,
            press.recipes[0],
            mark("The form is as it was, with new seeds.")
            if new_seed
            else mark("The form is as it was."),
            mark("It was sent to “{account}”.", account=press.account) if sent_elsewhere else "",
        )

    def use_form(self, form: Form, done: str) -> None:
        """Shows a whole form, as one undo step.

        Args:
            done: Sentence that says which form it is.
        """
        accepted_fields = self._active_account.accepted_fields(form.operation)
        lost = self._active_account.unsupported_text(form)
        # Without the strengths that the account does not accept: `lost` has them.
        self._show_form(form, form.to_recipe(accepted_fields), done, lost)

    def _show_form(self, after: Form, recipe: Recipe, done: str, more: str) -> None:
        """Shows a form with the account's models and strengths, as one undo step.

        Args:
            recipe: Has the strengths to be clamped to the account's.
            done: First sentence of the message.
            more: Further sentences; may be empty.
        """
        before = self._forms.current()
        missing = "" if self._view.model.has_model(after.model) else after.model
        if missing:
            after = after.with_changes(model=before.model)
        after, lost = clamp_to_account(
            after,
            recipe,
            self._active_account.capabilities,
            self._active_account.accepted_fields(after.operation),
        )
        if after == before:
            self._view.suggestion.show_suggestion(tr("The form is already like this."))
            return
        self._forms.swap(after)
        if not missing:
            self._view.model.keep_model()
        reason = self._active_account.unavailable_reason(after.operation)
        self._show_undo(done, _missing_text(missing, after.model), more, lost, reason)

    def set_source(self, operation: Operation, clip: Clip) -> None:
        """Applies a clip and an operation to the form, as one undo step.

        Text that was written for this clip and operation before is restored; another clip applies
        its own sound and lyrics.
        """
        before = self._forms.current()
        after = self._forms.form_for(operation)
        if after.source != clip.id:
            after = apply_source(after, clip)
        if after == before:
            return
        self._forms.swap(after)
        title = " ".join(tr_message(clip.display_title).split()) or tr("Untitled")
        # Translators: the operation is that of a button, such as "Extend".
        words = mark(
            "{operation} “{title}”: the clip is in the form.",
            operation=operation.label,
            title=title,
        )
        self._show_undo(words)

    def _show_undo(self, *done: str) -> None:
        """Shows sentences about what was done, with a button that undoes it."""
        words = reduce(sentences, done)
        self._view.suggestion.show_suggestion(words, tr("Undo"), self._undo)

    def set_operation(self, operation: Operation, clip: Clip | None = None) -> None:
        """Chooses an operation, optionally for a clip; shows the reason if it is unavailable."""
        reason = self._active_account.unavailable_reason(operation)
        if reason:
            marked = self._active_account.is_marked_unavailable(
                self._forms.current().with_changes(operation=operation)
            )
            asks = (tr("Allow again"), self._active_account.forget_refusals) if marked else ()
            self._view.suggestion.show_suggestion(reason, *asks)
            self._view.grid.show_operation(self._view.operation)
        elif clip is not None:
            self.set_source(operation, clip)
        else:
            self._forms.show_operation(operation)

    def use_clip(self, clip: Clip | None) -> None:
        """Uses a clip as the source of the chosen operation, or of Extend if that needs none."""
        if clip is None:
            return
        chosen = self._view.operation
        wanted = [chosen] if chosen.needs_source else [Operation.EXTEND, Operation.COVER]
        wanted += [
            one for one in SERVICE_OPERATIONS if one.needs_source and one is not Operation.EXPORT
        ]
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
        # Another program may have opened it: keys that were typed for the form before press no
        # button of this one, nor send it.
        EarlyKeyFilter(self._view)
        if recipe is not None and recipe.operation is not Operation.UPLOAD:
            self.use_recipe(recipe)
            return
        reason = self._active_account.unavailable_reason(Operation.UPLOAD)
        if reason:
            self._view.suggestion.show_suggestion(reason)
            return
        self._forms.swap(self._forms.form_for(Operation.UPLOAD).with_changes(audio_file=str(file)))

    def _undo(self) -> None:
        self._forms.undo()
