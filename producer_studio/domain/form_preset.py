"""Preset of the compose form, under a name of the user's, and its file."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from producer_studio.domain.field_reader import parse_json_object
from producer_studio.domain.form import Form
from producer_studio.domain.ids import PresetId
from producer_studio.domain.names import clean_name
from producer_studio.domain.recipe_parser import parse_recipe
from producer_studio.domain.signed_url import drop_signed_url, strip_url_signatures
from producer_studio.domain.text import (
    CONTROL_CHARACTERS,
    decode_text,
    to_single_line,
)
from producer_studio.translation import mark

MAX_PRESET_NAME_LENGTH = 80
"""Characters; a longer name is cut."""

PRESET_SUFFIX = ".preset.json"
"""End of the names of preset files."""

_FORMAT = "producer-studio preset"
_LOCAL_FIELDS = frozenset({"source", "audio_file", "webhook_url"})
"""Fields of this library and computer alone: a file has none, and none is read from one.

A file from elsewhere must not choose which file is uploaded, or who is called with the result.
"""
_URL_FIELDS = frozenset({"cover_url", "audio_url"})
_MULTILINE_FIELDS = frozenset({"sound", "lyrics", "instruction", "prompt"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPreset:
    """A whole compose form, with what is not sent (locks, number of takes).

    Attributes:
        name: On one line.
        shortcut: Key that shows it in the form, such as "Ctrl+Alt+1"; empty for none.
        position: Place among the presets, ascending.
        form: The form as JSON.
    """

    id: PresetId
    name: str
    form: Mapping[str, Any]
    shortcut: str = ""
    position: float = 0.0
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def with_changes(self, **changes: Any) -> Self:  # noqa: ANN401 - fields have many types
        """Returns a copy with some fields changed."""
        return replace(self, **changes)


@dataclass(frozen=True, slots=True)
class PresetFile:
    """Content of a preset file.

    Attributes:
        name: May be empty.
        ignored_fields: Names of the fields that were not used, or not as they are in the file.
    """

    name: str
    form: Form
    ignored_fields: tuple[str, ...] = ()


def is_preset_file(path: Path) -> bool:
    """Whether a file is a preset file, by its name alone; nothing is read during a drag."""
    return path.name.lower().endswith(PRESET_SUFFIX)


def clean_preset_name(name: str) -> str:
    """Returns a name on one line, without what no name has; "Preset" for an empty one."""
    return clean_name(name, MAX_PRESET_NAME_LENGTH) or mark("Preset")


def shared_form(form: Form) -> Form:
    """Returns a form for files and terminals: without local fields and URLs that grant access."""
    values: dict[str, Any] = dict.fromkeys(_LOCAL_FIELDS, "")
    for name, value in form.to_json().items():
        if name in _URL_FIELDS:
            values[name] = drop_signed_url(value)
        elif isinstance(value, str) and name not in {*_LOCAL_FIELDS, "operation"}:
            values[name] = strip_url_signatures(value)
    return form.with_changes(**values)


def fields_left_out(form: Form) -> list[str]:
    """Returns the fields of a form that a file does not have, or not as they are."""
    shared = shared_form(form).to_json()
    return [name for name, value in form.to_json().items() if value != shared[name]]


def encode_preset_file(preset: FormPreset) -> bytes:
    """Encodes a preset without what belongs to this library or may grant access."""
    form = shared_form(Form.from_json(dict(preset.form))).to_json()
    kept = {name: value for name, value in form.items() if name not in _LOCAL_FIELDS}
    content = {"format": _FORMAT, "name": strip_url_signatures(preset.name), "form": kept}
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    return text.encode("utf-8", "replace")


def parse_preset_file(raw: bytes) -> PresetFile:
    """Parses a preset file from outside; each field falls back to its default separately.

    Raises:
        ValueError: It is not a preset file.
    """
    content = parse_json_object(decode_text(raw))
    data, name = content.get("form"), content.get("name")
    if content.get("format") != _FORMAT or not isinstance(data, dict):
        raise ValueError("not a preset")
    form = _parse_form(data)
    kept = form.to_json()
    ignored = tuple(
        field
        for field, value in data.items()
        if value is not None and value != "" and not _is_same(value, kept.get(field))
    )
    clean = clean_name(name, MAX_PRESET_NAME_LENGTH) if isinstance(name, str) else ""
    return PresetFile(clean, form, ignored)


def _is_same(value: object, kept: object) -> bool:
    return value == kept and isinstance(value, bool) == isinstance(kept, bool)


def _parse_form(data: Mapping[str, Any]) -> Form:
    recipe, _ = parse_recipe({name: one for name, one in data.items() if name not in _LOCAL_FIELDS})
    values = Form().to_json()
    for name, default in values.items():
        if name in _LOCAL_FIELDS or data.get(name) is None:
            continue
        value = getattr(recipe, name) if hasattr(recipe, name) else data[name]
        if isinstance(value, str) and name != "operation":
            value = _clean_text(name, value)
        values[name] = default if value is None else value
    return Form.from_json(values)


def _clean_text(name: str, text: str) -> str:
    if name not in _MULTILINE_FIELDS:
        return to_single_line(CONTROL_CHARACTERS.sub("", text))
    return CONTROL_CHARACTERS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
