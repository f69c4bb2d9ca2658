"""Undo history of the library: steps of typed edits, and sentences about them."""

from collections import deque
from dataclasses import dataclass, replace

from producer_studio.domain.ids import ClipId
from producer_studio.domain.library_change import ClipField, FieldEdit

MAX_STEPS = 100
"""Steps that can be undone; older ones are forgotten."""

MAX_VALUES = 3_000_000
"""Values that all steps may hold together (some 70 MB): very large ones push older ones out."""

_FIELD_NAMES = {
    ClipField.TITLE: "title",
    ClipField.TAGS: "tags",
    ClipField.NOTES: "notes",
    ClipField.STARS: "rating",
    ClipField.FAVOURITE: "favourite mark",
    ClipField.BPM: "tempo",
    ClipField.KEY: "key",
}
_MAX_TITLE_LENGTH = 60


@dataclass(frozen=True, slots=True, eq=False)
class UndoStep:
    """Edits that were made together; compared by identity."""

    edits: tuple[FieldEdit, ...]
    session: object | None = None

    @property
    def value_count(self) -> int:
        return sum(len(edit.clips) for edit in self.edits)

    @property
    def clip_count(self) -> int:
        return len(frozenset[str]().union(*(edit.clips for edit in self.edits)))


@dataclass(frozen=True, slots=True)
class AppliedStep:
    """Result of an undo or redo.

    Attributes:
        step: The step that was undone or made again.
        sentence: What became of it, for the user.
    """

    step: UndoStep
    message: str


class UndoHistory:
    """The last steps that can be undone, and those undone that can be made again."""

    def __init__(self) -> None:
        self._done: deque[UndoStep] = deque(maxlen=MAX_STEPS)
        self._undone: list[UndoStep] = []

    def record(self, edits: tuple[FieldEdit, ...], session: object | None = None) -> UndoStep:
        """Adds a step; edits of the same fields in the same session become one with the last."""
        self._undone.clear()
        last = self._done[-1] if self._done else None
        if last is not None and session is not None and last.session is session:
            merged = _merge_edits(last.edits, edits)
            if merged is not None:
                self._done[-1] = replace(last, edits=merged)
                return self._done[-1]
        self._done.append(UndoStep(edits, session))
        while len(self._done) > 1 and sum(step.value_count for step in self._done) > MAX_VALUES:
            self._done.popleft()
        return self._done[-1]

    def next_undo(self, step: UndoStep | None = None) -> UndoStep | None:
        """The step to undo: the last one, or the named one if it was not undone yet."""
        if step is not None:
            return step if step in self._done else None
        return self._done[-1] if self._done else None

    def next_redo(self) -> UndoStep | None:
        return self._undone[-1] if self._undone else None

    def remove_clips(self, clips: frozenset[ClipId]) -> None:
        """Takes clips that were deleted for good out of all steps."""
        remaining = [_without_clips(step, clips) for step in self._done]
        self._done = deque((step for step in remaining if step is not None), maxlen=MAX_STEPS)
        remaining = [_without_clips(step, clips) for step in self._undone]
        self._undone = [step for step in remaining if step is not None]

    def record_undo(self, step: UndoStep, applied: UndoStep | None) -> None:
        """Moves a step to those that can be made again, with the edits that were taken back."""
        self._done.remove(step)
        if applied is not None:
            self._undone.append(applied)

    def record_redo(self, step: UndoStep, applied: UndoStep | None) -> None:
        """Moves a step back to those that can be undone, with the edits that were made."""
        self._undone.remove(step)
        if applied is not None:
            self._done.append(applied)


def _without_clips(step: UndoStep, clips: frozenset[ClipId]) -> UndoStep | None:
    if all(clips.isdisjoint(edit.clips) for edit in step.edits):
        return step
    edits = tuple(edit.exclude_clips(clips) for edit in step.edits)
    lasting = tuple(edit for edit in edits if edit.clips)
    return replace(step, edits=lasting) if lasting else None


def _merge_edits(
    earlier: tuple[FieldEdit, ...], later: tuple[FieldEdit, ...]
) -> tuple[FieldEdit, ...] | None:
    """Both edits as one, from the first values to the last; None for other clips."""
    if {edit.clips for edit in earlier} != {edit.clips for edit in later}:
        return None
    merged = {edit.field: edit for edit in earlier}
    for edit in later:
        before = merged.get(edit.field, edit)
        merged[edit.field] = replace(edit, before=before.before)
    return tuple(merged.values())


def change_message(step: UndoStep) -> str:
    """Sentence about a change that was just made, such as "Rating of 417 clips changed."."""
    (first, *_), count = step.edits, _clip_count_text(step.clip_count)
    if first.field is ClipField.TRASHED:
        return f"{count} moved to the trash." if any(first.after) else f"{count} restored."
    return f"{_field_names_text(step.edits)} of {count} changed."


def undo_message(edits: tuple[FieldEdit, ...], skipped: int, *, is_undo: bool) -> str:
    """Sentence about an undo or redo.

    Args:
        edits: What was changed by it; empty when every clip was skipped.
        skipped: How many clips were left alone, because somebody else changed them meanwhile.
        back: Whether it was an undo.
    """
    if not edits:
        return f"Nothing was {'undone' if is_undo else 'done again'}: {_skipped_message(skipped)}"
    message = _result_message(edits, is_undo=is_undo)
    return f"{message} {_skipped_message(skipped)}" if skipped else message


def _result_message(edits: tuple[FieldEdit, ...], *, is_undo: bool) -> str:
    step = UndoStep(edits)
    first, count = edits[0], _clip_count_text(step.clip_count)
    if first.field is ClipField.TRASHED:
        if any(first.after):
            return f"{count} moved {'back ' if is_undo else ''}to the trash."
        return f"{count} restored from the trash."
    title = next((edit for edit in edits if edit.field is ClipField.TITLE), None)
    if title is not None and len(edits) == len(title.clips) == 1:
        text = str(title.after[0])
        shown = f"{text[:_MAX_TITLE_LENGTH]}…" if len(text) > _MAX_TITLE_LENGTH else text
        return f"Title “{shown}” {'restored' if is_undo else 'set again'}."
    return f"{_field_names_text(edits)} of {count} {'restored' if is_undo else 'changed again'}."


def _skipped_message(count: int) -> str:
    if count == 1:
        return "1 clip was changed elsewhere meanwhile and stays as it is."
    return f"{count} clips were changed elsewhere meanwhile and stay as they are."


def _field_names_text(edits: tuple[FieldEdit, ...]) -> str:
    names = [_FIELD_NAMES[edit.field] for edit in edits]
    return " and ".join(names).capitalize()


def _clip_count_text(count: int) -> str:
    return "1 clip" if count == 1 else f"{count} clips"
