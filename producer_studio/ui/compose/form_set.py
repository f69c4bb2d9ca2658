"""The forms of all operations: each keeps its own words and settings."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Self

from producer_studio.domain.capabilities import Capabilities
from producer_studio.domain.clip import Clip
from producer_studio.domain.operation import Operation
from producer_studio.domain.strength import Strength
from producer_studio.ui.compose.form import Form
from producer_studio.ui.compose.lyrics_request import lyrics_prompt

_OTHERS_KEY = "others"
_DEFAULT_SECTION_S = 30.0
"""How long a section to replace is at first."""

_PART_OPERATIONS = frozenset({Operation.EXTEND, Operation.REPLACE})
"""Operations whose lyrics are those of a new part, and not of the whole song."""


@dataclass(frozen=True, slots=True)
class FormSet:
    """One form a operation, of which one is shown.

    Attributes:
        shown: The form of the chosen operation.
        others: Those of the operations that were chosen before, by operation.
    """

    current: Form = field(default_factory=Form)
    others: Mapping[Operation, Form] = field(default_factory=lambda: MappingProxyType({}))

    def form_for(self, operation: Operation) -> Form | None:
        """The form of an operation; None where it was never chosen."""
        return self.current if operation is self.current.operation else self.others.get(operation)

    def with_current(self, form: Form) -> Self:
        """The same forms with this one shown, in place of the operation's own."""
        others = {**self.others, self.current.operation: self.current}
        others.pop(form.operation, None)
        return type(self)(form, MappingProxyType(others))

    def with_form(self, form: Form) -> Self:
        """The same forms with this one in its place, shown or not."""
        if form.operation is self.current.operation:
            return type(self)(form, self.others)
        return type(self)(self.current, MappingProxyType({**self.others, form.operation: form}))

    def with_step(self, start: Self, end: Self) -> Self:
        """The same forms after a step from `start` to `end`.

        Only the forms that the step changes are replaced: what was written meanwhile in another
        operation stays, and so does a form that the step would remove, if anything was written.
        """
        forms: dict[Operation, Form] = {}
        for operation in Operation:
            own, form = self.form_for(operation), end.form_for(operation)
            unchanged = start.form_for(operation) == form
            written = form is None and own is not None and own != start.form_for(operation)
            kept = own if own is not None and (unchanged or written) else form
            if kept is not None:
                forms[operation] = kept
        shown = forms.pop(end.current.operation)
        return type(self)(shown, MappingProxyType(forms))

    def to_json(self) -> dict[str, Any]:
        """All of it for the draft; the form that is shown as earlier versions had it alone."""
        others = {str(operation): form.to_json() for operation, form in self.others.items()}
        return self.current.to_json() | {_OTHERS_KEY: others}

    @classmethod
    def from_json(
        cls, data: dict[str, Any], ranges: Mapping[str, Strength] = MappingProxyType({})
    ) -> Self:
        """Reads a draft; what cannot be read falls back, each form by itself.

        Args:
            ranges: The account's own strengths by field; the usual ones where it has none.
        """
        shown = Form.from_json(data, ranges)
        found = data.get(_OTHERS_KEY)
        others = {
            Operation(name): Form.from_json(values | {"operation": name}, ranges)
            for name, values in (found.items() if isinstance(found, dict) else ())
            if isinstance(values, dict) and name in set(Operation) and name != shown.operation
        }
        return cls(shown, MappingProxyType(others))


def create_initial_form(operation: Operation, current: Form, capabilities: Capabilities) -> Form:
    """The form of an operation that was never chosen before.

    Model, webhook and source are carried over; words, strengths, seed and takes are not.

    Args:
        present: The form that is shown.
        capabilities: What the active account offers.
    """
    initial = Form(operation=operation, model=current.model, webhook_url=current.webhook_url)
    usual = {strength.name: strength.default for strength in capabilities.strengths.values()}
    initial = initial.with_changes(**usual)
    if operation is Operation.LYRICS:
        return initial.with_changes(prompt=lyrics_prompt(current.title, current.sound))
    return initial.with_changes(source=current.source if operation.needs_source else "")


def apply_source(form: Form, clip: Clip) -> Form:
    """The form of an operation with a clip as its source, which brings its own sound and words.

    A new part of the song begins without lyrics, and a section to replace with one take. What was
    written before there was any source stays.
    """
    had_no_source = not form.source
    lyrics = "" if form.operation in _PART_OPERATIONS else clip.lyrics
    after = form.with_changes(
        **_default_times(form.operation, clip.duration_s),
        source=clip.id,
        sound=form.sound if had_no_source and form.sound.strip() else clip.sound,
        lyrics=form.lyrics if had_no_source and form.lyrics.strip() else lyrics,
        instrumental=clip.recipe.instrumental and not (had_no_source and form.lyrics.strip()),
    )
    return after.with_changes(takes=1) if form.operation is Operation.REPLACE else after


def _default_times(operation: Operation, song_s: float) -> dict[str, float | None]:
    """Where to begin with: extend at the end of the song, replace something in its middle."""
    if operation is Operation.EXTEND and song_s:
        return {"starts_at_s": float(math.floor(song_s)), "ends_at_s": None}
    if operation is Operation.REPLACE and song_s:
        start = float(math.floor(song_s / 3))
        section = min(_DEFAULT_SECTION_S, max(1, math.floor(song_s / 4)))
        return {"starts_at_s": start, "ends_at_s": start + section}
    return {"starts_at_s": None, "ends_at_s": None}
