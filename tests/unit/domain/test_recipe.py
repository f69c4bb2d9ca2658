"""A recipe can be kept, read by eye, and asked for again."""

import json
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer_studio.domain.capabilities import DEFAULT_MODEL
from producer_studio.domain.field_reader import MAX_LINK_LENGTH, MAX_NAME_LENGTH, MAX_TITLE_LENGTH
from producer_studio.domain.operation import SERVICE_OPERATIONS, Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.recipe_parser import parse_recipe
from producer_studio.domain.takes import expand_takes

shares = st.none() | st.floats(0, 1)
seconds = st.none() | st.floats(0, 10_000)
ids = st.none() | st.text(min_size=1, max_size=MAX_NAME_LENGTH)
names = st.text(max_size=MAX_NAME_LENGTH)
links = st.text(max_size=MAX_LINK_LENGTH)
recipes = st.builds(
    Recipe,
    operation=st.sampled_from(SERVICE_OPERATIONS),
    sound=st.text(),
    lyrics=st.text(),
    title=st.text(max_size=MAX_TITLE_LENGTH),
    model=names,
    instrumental=st.booleans(),
    seed=names,
    lyrics_strength=shares,
    sound_strength=shares,
    weirdness=shares,
    cover_strength=shares,
    source=ids,
    source_remote=ids,
    starts_at_s=seconds,
    ends_at_s=seconds,
    cover_url=links,
    audio_url=links,
    prompt=st.text(),
    preset=names,
    export_format=names,
    webhook_url=links,
)


@given(recipes)
def test_it_comes_back_from_json_as_it_was(recipe: Recipe) -> None:
    assert parse_recipe(json.loads(json.dumps(recipe.to_json()))) == (recipe, [])


def test_every_field_is_tried_above() -> None:
    tried = Recipe(**{item.name: "x" for item in fields(Recipe)}).to_json()  # type: ignore[arg-type]
    assert set(tried) == {item.name for item in fields(Recipe)}


def test_only_what_was_asked_for_is_written() -> None:
    assert Recipe().to_json() == {"operation": "create", "model": DEFAULT_MODEL}
    assert Recipe(sound="pads", weirdness=0.0).to_json() == {
        "operation": "create",
        "model": DEFAULT_MODEL,
        "sound": "pads",
        "weirdness": 0.0,
    }


def test_a_later_versions_recipe_can_be_read_but_not_an_unknown_operation() -> None:
    later = {"operation": "cover", "sound": "pads", "moon_phase": 3}
    assert parse_recipe(later) == (Recipe(operation=Operation.COVER, sound="pads"), [])
    assert parse_recipe({}) == (Recipe(), [])
    assert parse_recipe({"operation": "dance"}) == (Recipe(), ["operation"])


@pytest.mark.parametrize(
    ("seed", "seeds"),
    [
        ("", ["", "", ""]),
        ("7", ["7", "8", "9"]),
        ("3966900172", ["3966900172", "3966900173", "3966900174"]),
        ("tide", ["tide", "tide-2", "tide-3"]),
        ("٣", ["٣", "٣-2", "٣-3"]),
        ("-1", ["-1", "-1-2", "-1-3"]),
    ],
)
def test_takes_differ_in_their_seed_alone(seed: str, seeds: list[str]) -> None:
    recipe = Recipe(sound="pads", seed=seed)
    takes = expand_takes(recipe, 3)
    assert [take.seed for take in takes] == seeds
    assert {take.with_changes(seed="") for take in takes} == {recipe.with_changes(seed="")}


def test_seeds_are_drawn_until_each_take_has_its_own() -> None:
    drawn = iter(["7", "7", "8", "7", "9"])
    takes = expand_takes(Recipe(), 3, lambda: next(drawn))
    assert [take.seed for take in takes] == ["7", "8", "9"]
    (given,) = expand_takes(Recipe(seed="5"), 1, lambda: "6")
    assert given.seed == "5", "a given seed is not drawn"


def test_no_takes_are_no_recipes() -> None:
    assert expand_takes(Recipe(), 0) == []


@given(recipes, st.integers(1, 16))
def test_given_seeds_are_all_different(recipe: Recipe, takes: int) -> None:
    made = [take.seed for take in expand_takes(recipe, takes)]
    assert made[0] == recipe.seed
    assert len(set(made)) == (takes if recipe.seed else 1)
