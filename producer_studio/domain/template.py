"""Template: a form to begin with, of those that come with the program."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from producer_studio.domain.form import Form
from producer_studio.domain.operation import Operation
from producer_studio.domain.strength import Strength
from producer_studio.translation import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A form that shows one thing.

    Attributes:
        shows: What it shows, on one line.
        fields: Names of the fields that it fills, without the operation.
        export_format: Export: mp3 or wav.
        is_signed: Whether its webhook is signed with the account's secret.
    """

    id: str
    title: str
    shows: str
    form: Form
    fields: frozenset[str]
    export_format: str = ""
    is_signed: bool = False

    @property
    def operation(self) -> Operation:
        return self.form.operation

    def form_for(self, ranges: Mapping[str, Strength]) -> Form:
        """Returns the form, with an account's defaults for the strengths that it does not fill.

        Args:
            ranges: The account's own strengths by field.
        """
        usual = {one.name: one.default for one in ranges.values() if one.name not in self.fields}
        return self.form.with_changes(**usual)

    @property
    def has_preview(self) -> bool:
        """Whether it makes sound by itself: a file of the user's, or an export of one, does not."""
        return self.operation.makes_audio and self.operation is not Operation.UPLOAD


@dataclass(frozen=True, slots=True)
class TemplateGroup:
    """Templates of one kind.

    Attributes:
        about: What they have in common, on one line.
    """

    name: str
    about: str
    templates: tuple[Template, ...]


def parse_templates(data: Mapping[str, Any]) -> tuple[TemplateGroup, ...]:
    """Parses the program's own file of templates.

    Raises:
        LookupError, TypeError, ValueError: It is damaged.
    """
    return tuple(
        TemplateGroup(
            _text(group["name"]),
            _text(group["about"]),
            tuple(map(_parse_template, group["templates"])),
        )
        for group in data["groups"]
    )


def _text(text: str) -> Message:
    """Returns a text that is translated; what the form has is a user's as soon as it is there."""
    return Message(text, context="template")


def _parse_template(data: Mapping[str, Any]) -> Template:
    values = {
        name: value.strip() if isinstance(value, str) else value
        for name, value in data["form"].items()
    }
    return Template(
        id=data["id"],
        title=_text(data["title"]),
        shows=_text(data["shows"]),
        form=Form.from_json(values | {"seed_locked": "seed" in values}),
        fields=frozenset(values) - {"operation"},
        export_format=values.get("export_format", ""),
        is_signed=data.get("secret", False),
    )
