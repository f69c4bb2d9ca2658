"""Undo history for changes of the whole form: a recipe, a source, or another operation."""

from dataclasses import dataclass

from producer_studio.ui.compose.form_set import FormSet

_MAX_STEPS = 20


@dataclass(frozen=True, slots=True)
class HistoryStep:
    """One change of the whole form.

    Attributes:
        before: The forms that Undo restores.
        after: The forms after the change.
    """

    before: FormSet
    after: FormSet


class FormHistory:
    """Undo and redo stacks of at most twenty steps."""

    def __init__(self) -> None:
        self._undo_stack: list[HistoryStep] = []
        self._redo_stack: list[HistoryStep] = []

    def record(self, before: FormSet, after: FormSet) -> None:
        self._undo_stack = [*self._undo_stack, HistoryStep(before, after)][-_MAX_STEPS:]
        self._redo_stack.clear()

    def record_first(self, before: FormSet, after: FormSet) -> None:
        """Records a change that came before all others."""
        self._undo_stack.insert(0, HistoryStep(before, after))

    def clear_redo(self) -> None:
        """Clears the redo stack after an edit."""
        self._redo_stack.clear()

    @property
    def can_undo(self) -> bool:
        return bool(self._undo_stack)

    @property
    def can_redo(self) -> bool:
        return bool(self._redo_stack)

    def undo(self, current: FormSet) -> FormSet:
        """Returns the forms to restore.

        Args:
            current: The forms as they are, so that Redo restores edits made since.
        """
        step = self._undo_stack.pop()
        forms = current.with_step(step.after, step.before)
        self._redo_stack.append(HistoryStep(forms, current))
        return forms

    def redo(self, current: FormSet) -> FormSet:
        """Returns the forms after the undone change."""
        step = self._redo_stack.pop()
        forms = current.with_step(step.before, step.after)
        self._undo_stack.append(HistoryStep(current, forms))
        return forms
