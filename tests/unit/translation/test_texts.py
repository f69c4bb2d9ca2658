"""Texts are English until they are shown, in the language of the process."""

import copy
import json
import math
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from producer_studio.translation import Message, mark, nmark, ntr, pmark, ptr, sentences, tr
from producer_studio.translation.active import set_messages
from producer_studio.translation.languages import ENGLISH, LANGUAGES
from producer_studio.translation.numbers import FixedDecimal
from producer_studio.translation.texts import map_text, placeholders, text_from_json

LOCAL_TIME = datetime(2026, 11, 3, 4, 5)  # noqa: DTZ001 - a local time
GERMAN = {
    ("", "Cancel"): ("Abbrechen",),
    ("", "{name} is missing."): ("{name} fehlt.",),
    ("", "{count} clip"): ("{count} Clip", "{count} Clips"),
    ("verb", "Export"): ("Exportieren",),
    ("", "Export"): ("Export",),
    ("", "The service is busy."): ("Der Dienst ist ausgelastet.",),
}
CHINESE = {
    ("", "{count} clip"): ("{count} 个片段",),
    ("", "First."): ("一。",),
    ("two sentences", "{first} {second}"): ("{first}{second}",),
}


@pytest.fixture(autouse=True)
def _english_afterwards() -> Iterator[None]:
    yield
    set_messages(ENGLISH, {})


def german() -> None:
    set_messages(LANGUAGES["de"], GERMAN)


def test_english_is_what_the_code_says() -> None:
    assert tr("Cancel") == "Cancel"
    assert tr("{name} is missing.", name="Song") == "Song is missing."
    assert ntr("{count} clip", "{count} clips", 1) == "1 clip"
    assert ntr("{count} clip", "{count} clips", 1482) == "1\u202f482 clips"
    assert ptr("verb", "Export") == "Export"


def test_texts_are_shown_in_the_language() -> None:
    german()
    assert tr("Cancel") == "Abbrechen"
    assert tr("{name} is missing.", name="Song") == "Song fehlt."
    assert ntr("{count} clip", "{count} clips", 1) == "1 Clip"
    assert ntr("{count} clip", "{count} clips", 1482) == "1.482 Clips"
    assert ptr("verb", "Export") == "Exportieren"
    assert tr("Export") == "Export"
    assert tr("Nobody translated this, {name}.", name="Anna") == "Nobody translated this, Anna."


def test_a_language_without_plural_has_one_form() -> None:
    set_messages(LANGUAGES["zh_CN"], CHINESE)
    assert ntr("{count} clip", "{count} clips", 1) == "1 个片段"
    assert ntr("{count} clip", "{count} clips", 1482) == "1,482 个片段"


def test_braces_stay_without_values() -> None:
    assert tr("Use {title} in a file name.") == "Use {title} in a file name."


def test_a_marked_text_is_english_until_it_is_shown() -> None:
    german()
    error = mark("{name} is missing.", name="Song")
    assert error == "Song is missing."
    assert tr(error) == "Song fehlt."
    assert tr(mark("{name} is missing."), name="Song") == "Song fehlt."
    assert nmark("{count} clip", "{count} clips", 2) == "2 clips"
    assert tr(nmark("{count} clip", "{count} clips", 2)) == "2 Clips"
    assert tr(pmark("verb", "Export")) == "Exportieren"


def test_values_are_written_as_the_language_does() -> None:
    values = {
        "whole": 1482, "number": -2.5, "level": FixedDecimal(-0.04, 1), "day": date(2026, 11, 3),
        "time": LOCAL_TIME, "path": Path("/a/1.5"), "truth": True,
    }  # fmt: skip
    text = mark("{whole} {number} {level} {day} {time} {path} {truth}", **values)
    english = "1\u202f482 \u22122.5 0.0 3 November 2026 3 November 2026, 04:05 /a/1.5 True"
    assert text == english
    stored = text_from_json(english, json.loads(json.dumps(text.to_json())))
    german()
    expected = "1.482 \u22122,5 0,0 3. November 2026 3. November 2026, 04:05 /a/1.5 True"
    assert tr(text) == tr(stored) == expected
    assert text == english


def test_a_value_may_be_a_text_itself() -> None:
    german()
    assert tr("{name} is missing.", name=mark("Export")) == "Export fehlt."
    assert tr(mark("{name} is missing.", name=pmark("verb", "Export"))) == "Exportieren fehlt."


def test_sentences_are_joined_as_the_language_does() -> None:
    joined = sentences(mark("First."), mark("Second."))
    assert joined == "First. Second."
    set_messages(LANGUAGES["zh_CN"], CHINESE)
    assert tr(joined) == "一。Second."
    assert sentences("", "Second.") == "Second."
    assert sentences("First.", "") == "First."


@pytest.mark.parametrize(
    "text",
    [
        mark("The service is busy."),
        mark("{name} is missing.", name="Song"),
        nmark("{count} clip", "{count} clips", 3),
        pmark("verb", "Export"),
        sentences(mark("{name} is missing.", name="{odd}"), mark("The service is busy.")),
    ],
)
def test_a_stored_text_can_be_translated_later(text: Message) -> None:
    again = text_from_json(str(text), text.to_json())
    assert again == text
    german()
    assert tr(again) == tr(text)


def _doubled(text: str, times: int) -> dict[str, Any]:
    """Describes a text inside a text, twice in each."""
    described: dict[str, Any] = {"template": text}
    for _ in range(times):
        described = {"template": "{a}{a}", "values": {"a": described}}
    return described


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {"template": 3},
        {"template": "{name.__class__}", "values": {"name": "x"}},
        {"template": "{name!r}", "values": {"name": "x"}},
        {"template": "{", "values": {}},
        {"template": "{name}", "values": {}},
        {"template": "{name}", "values": 3},
        {"template": "Another text."},
        {"template": "As stored.", "number": "many"},
        {"template": "As stored.", "context": []},
        {"template": "As stored.{a}", "values": {"a": []}},
        {"template": "{a}", "values": {"a": {"value": 1, "decimals": math.inf}}},
        {"template": "{a}", "values": {"a": {"value": 1, "decimals": 2_000_000_000}}},
        {"template": "{a}", "values": {"a": {"value": 10**400, "decimals": 1}}},
        _doubled("x" * 1000, 40),
    ],
)
def test_a_damaged_description_is_ignored(data: object) -> None:
    """Neither does it take gigabytes, which a few bytes can describe."""
    found = text_from_json("As stored.", data)
    assert found == "As stored."
    assert not isinstance(found, Message)


def test_values_are_changed_and_the_text_stays_translatable() -> None:
    german()
    secret = mark("{name} is missing.", name="key")
    assert tr(map_text(secret, lambda text: text.replace("key", "***"))) == "*** fehlt."
    assert map_text("plain key", str.upper) == "PLAIN KEY"


def test_a_copy_can_be_translated_too() -> None:
    german()
    assert tr(copy.deepcopy([mark("Cancel")])[0]) == "Abbrechen"


def test_placeholders_are_plain_names() -> None:
    assert placeholders("{name} of {count}, {{not}}") == {"name", "count"}
    with pytest.raises(ValueError, match="peak"):
        placeholders("{peak:.1f}")
