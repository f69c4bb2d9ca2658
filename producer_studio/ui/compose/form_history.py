"""Changes of the whole form at once: settings or a source put there, another operation chosen."""

from dataclasses import dataclass

from producer_studio.ui.compose.form_set import FormSet

_MAX_STEPS = 20


@dataclass(frozen=True, slots=True)
class HistoryStep:
    """One change of the whole desk at once.

    Attributes:
        before: The forms that Undo brings back.
        after: The forms as they were put there.
    """

    before: FormSet
    after: FormSet


class FormHistory:
    """Steps to undo and to do again, the last twenty."""

    def __init__(self) -> None:
        self._undo_stack: list[HistoryStep] = []
        self._redo_stack: list[HistoryStep] = []

    def record(self, before: FormSet, after: FormSet) -> None:
        self._undo_stack = [*self._undo_stack, HistoryStep(before, after)][-_MAX_STEPS:]
        self._redo_stack.clear()

    def clear_redo(self) -> None:
        """Something was written since: what was undone stays undone."""
        self._redo_stack.clear()

    @property
    def can_undo(self) -> bool:
        return bool(self._undo_stack)

    @property
    def can_redo(self) -> bool:
        return bool(self._redo_stack)

    def undo(self, current: FormSet) -> FormSet:
        """The forms to go back to.

        Args:
            present: The forms as they are, so that Redo brings back what was written since.
        """
        step = self._undo_stack.pop()
        forms = current.with_step(step.after, step.before)
        self._redo_stack.append(HistoryStep(forms, current))
        return forms

    def redo(self, current: FormSet) -> FormSet:
        """The forms to go forward to."""
        step = self._redo_stack.pop()
        forms = current.with_step(step.before, step.after)
        self._undo_stack.append(HistoryStep(current, forms))
        return forms
