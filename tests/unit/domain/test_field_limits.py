"""How much of a field is taken from a file that somebody else may have written."""

import pytest

from producer_studio.domain.field_reader import (
    MAX_INTEGER,
    MAX_LENGTH_S,
    MAX_NAME_LENGTH,
    MAX_TEXT_LENGTH,
    MAX_TITLE_LENGTH,
    FieldReader,
    believable_length_s,
)
from producer_studio.domain.recipe_parser import MAX_FIELD_LENGTH, parse_recipe


def test_a_long_text_is_cut_and_named() -> None:
    reader = FieldReader({"lyrics": "la" * MAX_TEXT_LENGTH, "seed": "7" * 300})
    assert len(reader.text("lyrics")) == MAX_TEXT_LENGTH
    assert reader.text("seed", limit=MAX_NAME_LENGTH) == "7" * MAX_NAME_LENGTH
    assert reader.invalid_fields == ["lyrics", "seed"]


def test_a_long_name_is_left_out() -> None:
    reader = FieldReader({"id": "a" * 201, "job": "b" * 200})
    assert reader.identifier("id") == ""
    assert reader.optional_identifier("job") == "b" * 200
    assert reader.invalid_fields == ["id"]


def test_a_number_out_of_bounds_is_none() -> None:
    reader = FieldReader({"low": -1, "high": 1e300, "good": 5})
    assert [reader.bounded_number(name, 0, 10) for name in ("low", "high", "good")] == [
        None,
        None,
        5.0,
    ]
    assert reader.invalid_fields == ["low", "high"]


@pytest.mark.parametrize("name", ["title", "model", "seed", "preset", "export_format"])
def test_names_in_a_recipe_are_short(name: str) -> None:
    recipe, unread = parse_recipe({name: "x" * 5000})
    assert 0 < len(getattr(recipe, name)) <= MAX_TITLE_LENGTH
    assert unread == [name]


@pytest.mark.parametrize("name", ["sound", "lyrics", "prompt", "instruction"])
def test_words_in_a_recipe_are_long(name: str) -> None:
    recipe, unread = parse_recipe({name: "x" * (MAX_FIELD_LENGTH + 1)})
    assert len(getattr(recipe, name)) == MAX_FIELD_LENGTH
    assert unread == [name]
    assert parse_recipe({name: "x" * MAX_FIELD_LENGTH})[1] == []


@pytest.mark.parametrize("name", ["audio_url", "cover_url", "source", "source_remote"])
def test_half_an_address_or_id_is_none(name: str) -> None:
    recipe, unread = parse_recipe({name: "x" * 9000})
    assert not getattr(recipe, name)
    assert unread == [name]


@pytest.mark.parametrize("name", ["starts_at_s", "ends_at_s", "length_s", "weirdness"])
@pytest.mark.parametrize("value", [1e300, -1e300, MAX_LENGTH_S + 1])
def test_an_absurd_number_in_a_recipe_is_left_out(name: str, value: float) -> None:
    recipe, unread = parse_recipe({name: value})
    assert getattr(recipe, name) is None
    assert unread == [name]


@pytest.mark.parametrize(
    ("stated", "length_s"),
    [(1e300, 0), (-1, 0), (0, 0), (MAX_LENGTH_S, MAX_LENGTH_S), (1e7, 0), (180.5, 180.5)],
)
def test_a_length_that_can_be_believed(stated: float, length_s: float) -> None:
    assert believable_length_s(stated) == length_s


@pytest.mark.parametrize("value", [True, 1.0, "1", None, -1, MAX_INTEGER + 1])
def test_what_is_not_a_whole_number_within_the_limits_is_the_default(value: object) -> None:
    assert FieldReader({"position": value}).integer("position", 7) == 7


@pytest.mark.parametrize("value", [0, 1, MAX_INTEGER])
def test_a_whole_number_within_the_limits_is_read(value: int) -> None:
    assert FieldReader({"position": value}).integer("position", 7) == value
