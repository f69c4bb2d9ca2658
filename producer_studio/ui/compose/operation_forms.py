"""Forms of all operations: the shown one, the others, and undo of changes of a whole form."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from producer_studio.domain.capabilities import Capabilities
from producer_studio.domain.form import Form
from producer_studio.domain.ids import PresetId
from producer_studio.domain.operation import Operation
from producer_studio.domain.press import mark_preset
from producer_studio.translation import tr
from producer_studio.ui.compose.active_account import ActiveAccount
from producer_studio.ui.compose.form_history import FormHistory
from producer_studio.ui.compose.form_set import FormSet, apply_source, create_initial_form
from producer_studio.ui.compose.form_view import FormView
from producer_studio.ui.compose.generate_bar import GenerateBar
from producer_studio.ui.compose.source_clip_reader import SourceClipReader


class OperationForms:
    """The form of each operation, of which the view shows one, with undo of whole changes.

    Attributes:
        preset: Preset that the shown form was made from; None without one.
    """

    def __init__(
        self,
        view: FormView,
        bar: GenerateBar,
        active_account: ActiveAccount,
        source_clip: SourceClipReader,
    ) -> None:
        self._view = view
        self._bar = bar
        self._active_account = active_account
        self._source_clip = source_clip
        self.preset: PresetId | None = None
        self._history = FormHistory()
        self._other_forms: Mapping[Operation, Form] = MappingProxyType({})
        self._is_undoing = False

    def current(self) -> Form:
        """Returns the form of the chosen operation."""
        return self._view.form(self._bar.take_count())

    def submitted(self) -> Mapping[str, Any]:
        """Returns the form as JSON, with the preset that it was made from."""
        return mark_preset(self.current().to_json(), self.preset)

    def all(self) -> FormSet:
        """Returns the forms of all operations."""
        return FormSet(self.current(), self._other_forms)

    def form_for(self, operation: Operation) -> Form:
        """Returns the operation's own form; an initial one if it was never chosen."""
        own = self.all().form_for(operation)
        if own is not None:
            return own
        form, clip, capabilities = (
            self.current(),
            self._source_clip.clip,
            self._active_account.capabilities,
        )
        fresh = create_initial_form(operation, form, capabilities or Capabilities())
        if clip is not None and clip.id == fresh.source:
            return apply_source(fresh.with_changes(source=""), clip)
        return fresh

    def lyrics_of(self, operation: Operation) -> str:
        """Returns the lyrics in an operation's form."""
        return self.form_for(operation).lyrics

    def set_hidden_lyrics(self, operation: Operation, lyrics: str) -> None:
        """Writes lyrics into the form of an operation that is not shown."""
        form = self.form_for(operation).with_changes(lyrics=lyrics)
        self._other_forms = self.all().with_form(form).others

    def restore(self, forms: FormSet) -> None:
        """Shows the forms of an earlier run, without an undo step."""
        self._other_forms = forms.others
        self._bar.show_takes(forms.current.takes)
        self._view.load(forms.current)

    def restore_others(self, forms: FormSet) -> None:
        """Keeps the shown form, which is being written, and restores those of other operations.

        The earlier form of the same operation is what the last undo brings.
        """
        shown = forms.with_current(self.current())
        self._other_forms = shown.others
        if forms.current.operation is shown.current.operation:
            self._history.record_first(forms, shown)
            self._view.add_first_swap()
            self._view.suggestion.show_suggestion(
                tr("Your draft was read after you had begun to write."),
                tr("Show the draft"),
                self.undo,
            )

    def show_operation(self, operation: Operation) -> None:
        """Shows the form of another operation, as one undo step."""
        if operation is self._view.operation:
            self._view.grid.show_operation(operation)
            return
        self.swap(self.form_for(operation))

    def swap(self, after: Form) -> None:
        """Shows another form, as one undo step."""
        before = self.all()
        forms = before.with_current(after)
        # Its Undo button would undo this step instead of its own.
        self._view.suggestion.dismiss()
        self._show(forms)
        self._history.record(before, forms)

    def change(self, **changes: str) -> None:
        """Changes fields of the form that is shown, as one undo step."""
        self.swap(self.current().with_changes(**changes))

    def undo(self) -> bool:
        """Undoes the last change of the whole form; returns false when there is none."""
        if not self._history.can_undo:
            return False
        self._view.suggestion.dismiss()
        forms = self._history.undo(self.all())
        self._is_undoing = True
        self._other_forms = forms.others
        self._bar.show_takes(forms.current.takes)
        self._view.undo_swap(forms.current)
        self._is_undoing = False
        return True

    def redo(self) -> bool:
        """Redoes the last undone change of the whole form; returns false when there is none."""
        if not self._history.can_redo:
            return False
        self._is_undoing = True
        self._show(self._history.redo(self.all()))
        self._is_undoing = False
        return True

    def forget_redo(self) -> None:
        """Clears what could be redone, because the form was edited; not by undo or redo itself."""
        if not self._is_undoing:
            self._history.clear_redo()

    def _show(self, forms: FormSet) -> None:
        self._other_forms = forms.others
        self._bar.show_takes(forms.current.takes)
        self._view.swap_form(forms.current)
