"""What an account says against a recipe, beside what holds everywhere."""

import pytest

from producer_studio.domain.capabilities import Capabilities, Capability
from producer_studio.domain.ids import ClipId
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.recipe_validation import validate
from producer_studio.domain.strength import Strength

SOUND = "gentle lofi beat with soft piano and brushed drums, mellow late night mood, 90 bpm"
COVER = Recipe(operation=Operation.COVER, sound=SOUND, source=ClipId("a"))
WIDE = Capabilities(
    strengths={
        "cover_strength": Strength("cover_strength", "Strength", 0.0, 1.0, 0.5, ()),
        "weirdness": Strength("weirdness", "Weirdness", 0.2, 0.8, 0.5, ()),
    },
    limits={"sound": 90, "title": 100},
)


@pytest.mark.parametrize(
    ("recipe", "required", "about"),
    [
        (COVER, (), []),
        (COVER.with_changes(cover_strength=0.1), (), []),
        (COVER.with_changes(cover_strength=1.1), (), ["cover_strength"]),
        (COVER.with_changes(weirdness=0.9), (), ["weirdness"]),
        (COVER.with_changes(weirdness=0.8), (), []),
        (COVER.with_changes(title="x" * 90), (), []),
        (COVER.with_changes(title="x" * 101), (), ["title"]),
        (COVER.with_changes(sound=SOUND + " and a long night"), (), ["sound"]),
        (COVER.with_changes(source=None), ("source",), ["source"]),
        (COVER, ("instruction", "starts_at_s"), ["starts_at_s", "instruction"]),
        (
            COVER.with_changes(instruction="slower", starts_at_s=0.0),
            ("instruction", "starts_at_s"),
            [],
        ),
    ],
)
def test_an_accounts_own_ranges_limits_and_needs_hold(
    recipe: Recipe, required: tuple[str, ...], about: list[str]
) -> None:
    capability = Capability(operation=Operation.COVER, required=frozenset(required))
    notes = validate(recipe, capability, WIDE, "MusicAPI")
    assert [note.field for note in notes] == about


def test_a_refused_model_is_not_asked_for_where_a_model_is_chosen() -> None:
    refusing = Capabilities(refused_models={"FUZZ-0.8": "2026-11-21"})
    chosen = Capability(operation=Operation.CREATE, fields=frozenset({"sound", "model"}))
    recipe = Recipe(sound=SOUND, model="FUZZ-0.8")
    (note,) = validate(recipe, chosen, refusing, "MusicAPI")
    assert note.text == (
        "MusicAPI has refused FUZZ-0.8: choose another model, or have it asked again in Settings"
    )
    assert validate(recipe.with_changes(model="FUZZ-2.0"), chosen, refusing, "MusicAPI") == []
    without = Capability(operation=Operation.EXPORT, fields=frozenset({"export_format"}))
    assert validate(recipe, without, refusing, "MusicAPI") == []


def test_a_limit_is_told_with_the_services_name() -> None:
    capability = Capability(operation=Operation.CREATE)
    (note,) = validate(Recipe(sound=SOUND, title="x" * 101), capability, WIDE, "Apiframe")
    assert note.text == "The title is 1 character too long for Apiframe: 100 is the limit"
