"""The forms of all operations, each with its own text and settings."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Self

from producer_studio.domain.capabilities import Capabilities
from producer_studio.domain.clip import Clip
from producer_studio.domain.form import Form
from producer_studio.domain.operation import SERVICE_OPERATIONS, Operation
from producer_studio.domain.recipe_parser import MAX_FIELD_LENGTH
from producer_studio.domain.strength import Strength
from producer_studio.ui.compose.lyrics_generation import lyrics_prompt

_OTHERS_KEY = "others"
_DEFAULT_SECTION_S = 30.0
"""Initial length of a section to replace, in seconds."""

_PART_OPERATIONS = frozenset({Operation.EXTEND, Operation.REPLACE})
"""Operations whose lyrics belong to a new part, not to the whole song."""


@dataclass(frozen=True, slots=True)
class FormSet:
    """One form per operation, of which one is shown.

    Attributes:
        current: The form of the chosen operation.
        others: The forms of operations that were chosen before, by operation.
    """

    current: Form = field(default_factory=Form)
    others: Mapping[Operation, Form] = field(default_factory=lambda: MappingProxyType({}))

    def form_for(self, operation: Operation) -> Form | None:
        """Returns the form of an operation; None where it was never chosen."""
        return self.current if operation is self.current.operation else self.others.get(operation)

    def with_current(self, form: Form) -> Self:
        """Returns a copy in which this form is shown, in place of its operation's own."""
        others = {**self.others, self.current.operation: self.current}
        others.pop(form.operation, None)
        return type(self)(form, MappingProxyType(others))

    def with_form(self, form: Form) -> Self:
        """Returns a copy with this form replaced, shown or not."""
        if form.operation is self.current.operation:
            return type(self)(form, self.others)
        return type(self)(self.current, MappingProxyType({**self.others, form.operation: form}))

    def with_step(self, start: Self, end: Self) -> Self:
        """Returns a copy to which the change from `start` to `end` is applied.

        Only the forms that the step changes are replaced: edits made in another operation in the
        meantime are preserved, and so is an edited form that the step would remove.
        """
        forms: dict[Operation, Form] = {}
        for operation in SERVICE_OPERATIONS:
            own, form = self.form_for(operation), end.form_for(operation)
            unchanged = start.form_for(operation) == form
            written = form is None and own is not None and own != start.form_for(operation)
            kept = own if own is not None and (unchanged or written) else form
            if kept is not None:
                forms[operation] = kept
        shown = forms.pop(end.current.operation)
        return type(self)(shown, MappingProxyType(forms))

    def to_json(self) -> dict[str, Any]:
        """Serialises all forms for the draft; the current one in the format of earlier versions."""
        others = {str(operation): form.to_json() for operation, form in self.others.items()}
        return self.current.to_json() | {_OTHERS_KEY: others}

    @classmethod
    def from_json(
        cls, data: dict[str, Any], ranges: Mapping[str, Strength] = MappingProxyType({})
    ) -> Self:
        """Parses a draft; each form falls back to defaults separately.

        Args:
            ranges: The account's own strengths by field; the usual ones where it has none.
        """
        shown = Form.from_json(data, ranges)
        found = data.get(_OTHERS_KEY)
        others = {
            Operation(name): Form.from_json(values | {"operation": name}, ranges)
            for name, values in (found.items() if isinstance(found, dict) else ())
            if isinstance(values, dict) and name in SERVICE_OPERATIONS and name != shown.operation
        }
        return cls(shown, MappingProxyType(others))


def create_initial_form(operation: Operation, current: Form, capabilities: Capabilities) -> Form:
    """Creates the form of an operation that was never chosen before.

    Model, webhook and source are copied; texts, strengths, seed and takes are not.

    Args:
        current: The form that is shown.
        capabilities: Of the active account.
    """
    initial = Form(operation=operation, model=current.model, webhook_url=current.webhook_url)
    usual = {strength.name: strength.default for strength in capabilities.strengths.values()}
    initial = initial.with_changes(**usual)
    if operation is Operation.LYRICS:
        return initial.with_changes(prompt=lyrics_prompt(current.title, current.sound))
    return initial.with_changes(source=current.source if operation.needs_source else "")


def apply_source(form: Form, clip: Clip) -> Form:
    """Applies a source clip to the form of an operation, with the clip's sound and lyrics.

    A new part of the song begins without lyrics, and a section to replace with one take. Text that
    was written before a source was chosen is preserved.
    """
    had_no_source = not form.source
    # A library from elsewhere may have texts of any length, and fields lay out all of them.
    sound, lyrics = clip.sound[:MAX_FIELD_LENGTH], clip.lyrics[:MAX_FIELD_LENGTH]
    if form.operation in _PART_OPERATIONS:
        lyrics = ""
    after = form.with_changes(
        **_default_times(form.operation, clip.duration_s),
        source=clip.id,
        sound=form.sound if had_no_source and form.sound.strip() else sound,
        lyrics=form.lyrics if had_no_source and form.lyrics.strip() else lyrics,
        instrumental=clip.recipe.instrumental and not (had_no_source and form.lyrics.strip()),
    )
    return after.with_changes(takes=1) if form.operation is Operation.REPLACE else after


def _default_times(operation: Operation, song_s: float) -> dict[str, float | None]:
    """Returns the initial times: extend at the end of the song, replace in its middle."""
    if operation is Operation.EXTEND and song_s:
        return {"starts_at_s": float(math.floor(song_s)), "ends_at_s": None}
    if operation is Operation.REPLACE and song_s:
        start = float(math.floor(song_s / 3))
        section = min(_DEFAULT_SECTION_S, max(1, math.floor(song_s / 4)))
        return {"starts_at_s": start, "ends_at_s": start + section}
    return {"starts_at_s": None, "ends_at_s": None}
