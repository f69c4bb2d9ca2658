"""Templates: one for each worked example of "MusicAPI, Producer examples", in our own words.

One more shows what the documents recommend without an example.
"""

import json
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from producer_studio.domain.capabilities import Capabilities, Capability
from producer_studio.domain.form import Form, fields_for
from producer_studio.domain.operation import Operation
from producer_studio.domain.prompt_advice import Severity, check_lyrics, check_sound
from producer_studio.domain.prompt_hints import find_hints
from producer_studio.domain.recipe_validation import validate
from producer_studio.domain.template import Template, TemplateGroup, parse_templates

ROOT = Path(__file__).parents[3]
DATA: dict[str, Any] = tomllib.loads((ROOT / "resources" / "templates.toml").read_text("utf-8"))
GROUPS = parse_templates(DATA)
TEMPLATES = [template for group in GROUPS for template in group.templates]
EXAMPLES: list[dict[str, Any]] = [
    one["body"]
    for one in json.loads((ROOT / "tests/ui/compose/worked_examples.json").read_text("utf-8"))
    # The same operations once more, one after the other.
    if not one["section"].startswith("steps")
]
OPERATIONS = {
    "create_music": Operation.CREATE,
    "extend_music": Operation.EXTEND,
    "cover_music": Operation.COVER,
    "replace_music": Operation.REPLACE,
    "music_variation": Operation.VARIATION,
    "swap_music_vocals": Operation.SWAP_VOCALS,
    "swap_music_sound": Operation.SWAP_SOUND,
}
NAMES = {
    "mv": "model",
    "make_instrumental": "instrumental",
    "starts_at": "starts_at_s",
    "ends_at": "ends_at_s",
    "format": "export_format",
}
ANYTHING = Capabilities(operations={one: Capability(operation=one) for one in Operation})
BY_ADVICE_ALONE = {"for-the-radio"}
"""What "MusicAPI, Producer examples", §10, recommends without an example: commercial music."""

WHERE_IT_STANDS = {"task_type", "clip_id"}
"""Keys that are the operation and the source, which every operation has or has not."""


def example_kind(body: dict[str, Any]) -> tuple[Operation, frozenset[str]]:
    other = Operation.EXPORT if "format" in body else Operation.UPLOAD
    operation = OPERATIONS.get(body.get("task_type", ""), other)
    assert operation.needs_source == ("clip_id" in body)
    return operation, frozenset(NAMES.get(key, key) for key in body if key not in WHERE_IT_STANDS)


def template_kind(template: Template) -> tuple[Operation, frozenset[str]]:
    secret = {"webhook_secret"} if template.is_signed else set()
    return template.operation, template.fields | secret


def test_each_example_has_a_template_with_its_operation_and_fields() -> None:
    assert len(EXAMPLES) == 38
    with_example = [one for one in TEMPLATES if one.id not in BY_ADVICE_ALONE]
    assert len(TEMPLATES) - len(with_example) == len(BY_ADVICE_ALONE)
    assert Counter(map(template_kind, with_example)) == Counter(map(example_kind, EXAMPLES))


def test_they_are_in_six_groups_with_titles_of_their_own() -> None:
    assert len(GROUPS) == 6
    for texts in (
        [template.id for template in TEMPLATES],
        [template.title for template in TEMPLATES],
        [template.shows for template in TEMPLATES],
        [group.name for group in GROUPS],
        [group.about for group in GROUPS],
    ):
        assert all(texts)
        assert len(set(texts)) == len(texts)


def test_every_value_of_the_file_is_in_its_form() -> None:
    written = {one["id"]: one["form"] for group in DATA["groups"] for one in group["templates"]}
    for template in TEMPLATES:
        for name, value in written[template.id].items():
            if name != "export_format":
                shown = getattr(template.form, name)
                assert shown == (value.strip() if isinstance(value, str) else value)
        assert template.form.seed_locked == ("seed" in template.fields)
        untouched = Form().to_json().keys() - template.fields - {"operation", "seed_locked"}
        assert all(getattr(template.form, name) == getattr(Form(), name) for name in untouched)


def test_commercial_music_has_no_hint_against_it() -> None:
    (template,) = [one for one in TEMPLATES if one.id == "for-the-radio"]
    assert 0.2 <= template.form.weirdness <= 0.4
    assert check_sound(template.form.sound).severity is Severity.GOOD
    assert find_hints(template.form, fields_for(Operation.CREATE)) == {}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.id)
def test_no_template_would_be_wasted(template: Template) -> None:
    form = template.form
    if template.fields & {"sound"}:
        assert check_sound(form.sound, form.operation).severity is not Severity.BLOCKING
    if form.lyrics:
        advice = check_lyrics(form.lyrics, form.operation)
        assert advice is None or advice.severity is not Severity.BLOCKING
        assert form.lyrics.startswith("[")
    issues = validate(form.to_recipe(template.fields), ANYTHING, "it")
    addresses = {name for name in template.fields if name.endswith("_url")}
    assert {issue.field for issue in issues} - {"source"} == addresses


def test_a_damaged_file_is_an_error() -> None:
    group = TemplateGroup("a", "b", ())
    assert parse_templates({"groups": [{"name": "a", "about": "b", "templates": []}]}) == (group,)
    with pytest.raises(KeyError):
        parse_templates({"groups": [{"name": "a"}]})
