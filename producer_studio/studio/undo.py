"""Undo history of the library: steps of typed edits, and messages about them."""

from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from producer_studio.domain.ids import ClipId, JudgementId
from producer_studio.domain.judgement import Judgement
from producer_studio.domain.library_change import ClipField, FieldEdit
from producer_studio.domain.text import join_words
from producer_studio.library.fields import CLIP_FIELDS
from producer_studio.translation import mark, nmark, sentences

MAX_STEPS = 100
"""Maximum number of undo steps; older ones are removed."""

MAX_VALUES = 3_000_000
"""Maximum number of values in all steps (some 70 MB); older steps are removed for large ones."""

_FIELD_LABELS = {spec.edit: spec.label for spec in CLIP_FIELDS if spec.edit is not None}
_FIELD_NAMES = {spec.edit: spec.name_in_text for spec in CLIP_FIELDS if spec.edit is not None}
_MAX_TITLE_LENGTH = 60


@dataclass(frozen=True, slots=True, eq=False)
class LibraryAction:
    """A change of something other than a clip.

    Attributes:
        apply: Does it; returns whether that changed anything.
        revert: Undoes it; returns False if it has since changed.
        applied_message: Message after it was done.
        reverted_message: Message after it was undone.
    """

    apply: Callable[[], Awaitable[bool]]
    revert: Callable[[], Awaitable[bool]]
    applied_message: str
    reverted_message: str


@dataclass(frozen=True, slots=True, eq=False)
class UndoStep:
    """Edits of one undo step, or a judgement, or both, or an action.

    Attributes:
        replaced: Earlier judgement that was removed when `judgement` was added.
        identity: Shared by all versions of a step; versions of the same step are equal.
    """

    edits: tuple[FieldEdit, ...]
    session: object | None = None
    judgement: Judgement | None = None
    replaced: Judgement | None = None
    action: LibraryAction | None = None
    identity: object = field(default_factory=object, repr=False)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, UndoStep) and self.identity is other.identity

    def __hash__(self) -> int:
        return hash(self.identity)

    @property
    def value_count(self) -> int:
        return sum(len(edit.clips) for edit in self.edits)

    @property
    def clip_count(self) -> int:
        if self.judgement is not None:
            return len(self.judgement.clips)
        return len(frozenset[str]().union(*(edit.clips for edit in self.edits)))


ActionMerge = Callable[[UndoStep], LibraryAction | None]
"""Returns the action that does what the last step and a new action do; None for two steps."""


@dataclass(frozen=True, slots=True)
class AppliedStep:
    """Result of an undo or redo.

    Attributes:
        step: The step that was undone or redone.
        message: Description of the result, for the user.
    """

    step: UndoStep
    message: str


class UndoHistory:
    """The last steps that can be undone, and undone steps that can be redone."""

    def __init__(self) -> None:
        self._done: deque[UndoStep] = deque(maxlen=MAX_STEPS)
        self._undone: list[UndoStep] = []
        self._withdrawn: dict[JudgementId, Judgement | None] = {}

    def for_reopened_library(self) -> "UndoHistory":
        """Returns the steps that another `Studio` of the same library can undo and redo.

        Actions belong to the closed one, and what was done before an action cannot be undone
        without it.
        """
        history = UndoHistory()
        for step in reversed(self._done):
            if step.action is not None:
                break
            history._done.appendleft(step)
        for step in reversed(self._undone):
            if step.action is not None:
                break
            history._undone.insert(0, step)
        history._withdrawn = dict(self._withdrawn)
        return history

    def record(self, edits: tuple[FieldEdit, ...], session: object | None = None) -> UndoStep:
        """Adds a step; merges edits of the same fields in the same session with the last step."""
        self._undone.clear()
        last = self._done[-1] if self._done else None
        if last is not None and session is not None and last.session is session:
            merged = _merge_edits(last.edits, edits)
            if merged is not None:
                self._done[-1] = replace(last, edits=merged)
                return self._done[-1]
        return self._append(UndoStep(edits, session))

    def record_judgement(
        self,
        judgement: Judgement,
        edits: tuple[FieldEdit, ...] = (),
        replaced: Judgement | None = None,
    ) -> UndoStep:
        """Adds the step of a new judgement, with edits that belong to it."""
        self._undone.clear()
        return self._append(UndoStep(edits, judgement=judgement, replaced=replaced))

    def record_action(self, action: LibraryAction, merge: ActionMerge | None = None) -> UndoStep:
        """Adds the step of an action, or makes one of it and the last step."""
        self._undone.clear()
        merged = merge(self._done[-1]) if merge is not None and self._done else None
        if merged is not None:
            self._done[-1] = replace(self._done[-1], action=merged)
            return self._done[-1]
        return self._append(UndoStep((), action=action))

    def _append(self, step: UndoStep) -> UndoStep:
        self._done.append(step)
        while len(self._done) > 1 and sum(one.value_count for one in self._done) > MAX_VALUES:
            self._done.popleft()
        return step

    def next_undo(self, step: UndoStep | None = None) -> UndoStep | None:
        """Returns the step to undo: the last one, or the given one if it was not undone yet.

        Clips may have been added to the given one or removed from it since.
        """
        if step is not None:
            return next((one for one in self._done if one == step), None)
        return self._done[-1] if self._done else None

    def next_redo(self) -> UndoStep | None:
        return self._undone[-1] if self._undone else None

    def replaced_by(self, step: UndoStep) -> Judgement | None:
        """Returns the judgement that is there without that of a step: the one that it replaced, or
        the one before if that was itself undone since.
        """
        replaced = step.replaced
        while replaced is not None and replaced.id in self._withdrawn:
            replaced = self._withdrawn[replaced.id]
        return replaced

    def remove_clips(self, clips: frozenset[ClipId]) -> None:
        """Removes permanently deleted clips from all steps."""
        remaining = [_without_clips(step, clips) for step in self._done]
        self._done = deque((step for step in remaining if step is not None), maxlen=MAX_STEPS)
        remaining = [_without_clips(step, clips) for step in self._undone]
        self._undone = [step for step in remaining if step is not None]

    def record_undo(self, step: UndoStep, applied: UndoStep | None) -> None:
        """Moves a step to the steps that can be redone, with the edits that were undone."""
        self._done.remove(step)
        if step.judgement is not None:
            self._withdrawn[step.judgement.id] = step.replaced
        if applied is not None:
            self._undone.append(applied)

    def record_redo(self, step: UndoStep, applied: UndoStep | None) -> None:
        """Moves a step back to the steps that can be undone, with the edits that were redone."""
        self._undone.remove(step)
        if step.judgement is not None:
            self._withdrawn.pop(step.judgement.id, None)
        if applied is not None:
            self._done.append(applied)


def _without_clips(step: UndoStep, clips: frozenset[ClipId]) -> UndoStep | None:
    if all(clips.isdisjoint(edit.clips) for edit in step.edits):
        return step
    edits = tuple(edit.exclude_clips(clips) for edit in step.edits)
    lasting = tuple(edit for edit in edits if edit.clips)
    return replace(step, edits=lasting) if lasting or step.judgement is not None else None


def _merge_edits(
    earlier: tuple[FieldEdit, ...], later: tuple[FieldEdit, ...]
) -> tuple[FieldEdit, ...] | None:
    """Merges consecutive edits, from the first values to the last; None for other clips."""
    if {edit.clips for edit in earlier} != {edit.clips for edit in later}:
        return None
    merged = {edit.field: edit for edit in earlier}
    for edit in later:
        before = merged.get(edit.field, edit)
        merged[edit.field] = replace(edit, before=before.before)
    return tuple(merged.values())


def change_message(step: UndoStep) -> str:
    """Returns a message about a new change, such as "Rating of 417 clips changed."."""
    if step.action is not None:
        return step.action.applied_message
    count = step.clip_count
    if step.judgement is not None:
        return nmark(
            "Comparison of {count} clip recorded.", "Comparison of {count} clips recorded.", count
        )
    first = step.edits[0]
    if first.field is ClipField.TRASHED:
        if any(first.after):
            return nmark(
                "{count} clip moved to the trash.", "{count} clips moved to the trash.", count
            )
        return nmark("{count} clip restored.", "{count} clips restored.", count)
    return nmark(
        # Translators: fields are such as "Title" or "Tempo and key".
        "{fields} of {count} clip changed.",
        "{fields} of {count} clips changed.",
        count,
        fields=_field_names_text(step.edits),
    )


def judgement_message(step: UndoStep, *, is_undo: bool, is_changed: bool) -> str:
    """Returns a message about the undo or redo of a judgement.

    Args:
        is_changed: Whether it was still there, or still missing.
    """
    count = step.clip_count
    if not is_changed and is_undo:
        return mark("Nothing was undone: the comparison has since changed.")
    if not is_changed:
        return mark("Nothing was redone: the comparison has since changed.")
    if is_undo:
        return nmark(
            "Comparison of {count} clip removed.", "Comparison of {count} clips removed.", count
        )
    return nmark(
        "Comparison of {count} clip recorded again.",
        "Comparison of {count} clips recorded again.",
        count,
    )


def action_message(action: LibraryAction, *, is_undo: bool, is_changed: bool) -> str:
    """Returns a message about the undo or redo of an action.

    Args:
        is_changed: Whether it could be undone or redone.
    """
    if not is_changed and is_undo:
        return mark("Nothing was undone: it has since been changed.")
    if not is_changed:
        return mark("Nothing was redone: it has since been changed.")
    return action.reverted_message if is_undo else action.applied_message


def undo_message(edits: tuple[FieldEdit, ...], skipped: int, *, is_undo: bool) -> str:
    """Returns a message about an undo or redo.

    Args:
        edits: Applied edits; empty if every clip was skipped.
        skipped: Number of clips that were skipped because they were changed otherwise meanwhile.
        is_undo: Whether it was an undo.
    """
    if not edits and is_undo:
        return mark("Nothing was undone: {reason}", reason=_skipped_message(skipped))
    if not edits:
        return mark("Nothing was redone: {reason}", reason=_skipped_message(skipped))
    message = _result_message(edits, is_undo=is_undo)
    return sentences(message, _skipped_message(skipped)) if skipped else message


def _result_message(edits: tuple[FieldEdit, ...], *, is_undo: bool) -> str:
    step = UndoStep(edits)
    first, count = edits[0], step.clip_count
    if first.field is ClipField.TRASHED:
        return _trash_message(count, is_trashed=any(first.after), is_undo=is_undo)
    title = next((edit for edit in edits if edit.field is ClipField.TITLE), None)
    if title is not None and len(edits) == len(title.clips) == 1:
        text = str(title.after[0])
        shown = f"{text[:_MAX_TITLE_LENGTH]}…" if len(text) > _MAX_TITLE_LENGTH else text
        if is_undo:
            return mark("Title “{title}” restored.", title=shown)
        return mark("Title “{title}” set again.", title=shown)
    fields = _field_names_text(edits)
    if is_undo:
        return nmark(
            "{fields} of {count} clip restored.",
            "{fields} of {count} clips restored.",
            count,
            fields=fields,
        )
    return nmark(
        "{fields} of {count} clip changed again.",
        "{fields} of {count} clips changed again.",
        count,
        fields=fields,
    )


def _trash_message(count: int, *, is_trashed: bool, is_undo: bool) -> str:
    if not is_trashed:
        return nmark(
            "{count} clip restored from the trash.",
            "{count} clips restored from the trash.",
            count,
        )
    if is_undo:
        return nmark(
            "{count} clip moved back to the trash.",
            "{count} clips moved back to the trash.",
            count,
        )
    return nmark("{count} clip moved to the trash.", "{count} clips moved to the trash.", count)


def _skipped_message(count: int) -> str:
    return nmark(
        "{count} clip has since been changed elsewhere and stays as it is.",
        "{count} clips have since been changed elsewhere and stay as they are.",
        count,
    )


def _field_names_text(edits: tuple[FieldEdit, ...]) -> str:
    first, *others = (edit.field for edit in edits)
    return join_words([_FIELD_LABELS[first], *(_FIELD_NAMES[one] for one in others)])
