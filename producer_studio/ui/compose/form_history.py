"""Changes of the whole form at once: settings or a source put there, another operation chosen."""

from dataclasses import dataclass

from producer_studio.ui.compose.form_set import FormSet

_DEPTH = 20


@dataclass(frozen=True, slots=True)
class Step:
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
        self._done: list[Step] = []
        self._undone: list[Step] = []

    def record(self, before: FormSet, after: FormSet) -> None:
        self._done = [*self._done, Step(before, after)][-_DEPTH:]
        self._undone.clear()

    def forget_undone(self) -> None:
        """Something was written since: what was undone stays undone."""
        self._undone.clear()

    @property
    def can_undo(self) -> bool:
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        return bool(self._undone)

    def undo(self, present: FormSet) -> FormSet:
        """The forms to go back to.

        Args:
            present: The forms as they are, so that Redo brings back what was written since.
        """
        step = self._done.pop()
        forms = present.with_step(step.after, step.before)
        self._undone.append(Step(forms, present))
        return forms

    def redo(self, present: FormSet) -> FormSet:
        """The forms to go forward to."""
        step = self._undone.pop()
        forms = present.with_step(step.before, step.after)
        self._done.append(Step(present, forms))
        return forms
