"""A clip's settings at an account with other models, ranges and sliders."""

import pytest

from producer_studio.domain.capabilities import Capabilities
from producer_studio.domain.form import Form
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.strength import COVER_STRENGTH, SOUND_STRENGTH, Strength
from producer_studio.ui.compose.active_account import clamp_to_account
from tests.ui.compose.conftest import SOUND, ComposeBench

FREE = Strength("cover_strength", "Cover strength", 0.0, 1.0, 0.5, COVER_STRENGTH.value_labels)


def test_a_strength_keeps_to_the_range_of_the_account() -> None:
    recipe = Recipe(operation=Operation.COVER, cover_strength=0.1, sound_strength=0.05)
    taken = frozenset({"cover_strength", "sound_strength"})
    here = Capabilities(strengths={"cover_strength": FREE, "sound_strength": SOUND_STRENGTH})
    form, told = clamp_to_account(Form(), recipe, here, taken)
    assert (form.cover_strength, form.sound_strength) == (0.1, 0.2)
    assert told == "Sound strength 0.05 was set to 0.2, the nearest supported value."


@pytest.mark.parametrize(
    ("recipe", "words"),
    [
        (Recipe(weirdness=0.3), "weirdness"),
        (Recipe(weirdness=0.3, lyrics_strength=0.4), "lyrics strength or weirdness"),
        (
            Recipe(weirdness=0.3, lyrics_strength=0.4, sound_strength=0.5),
            "lyrics strength, sound strength or weirdness",
        ),
    ],
)
def test_what_the_account_has_no_slider_for_is_said_and_left(recipe: Recipe, words: str) -> None:
    form, told = clamp_to_account(Form(), recipe, Capabilities(), frozenset({"sound"}))
    assert form == Form()
    assert told == f"This account does not support {words}."


def test_settings_of_another_account_say_in_place_what_is_lost(bare: ComposeBench) -> None:
    bare.connect_offline("musicapi-2026-05")
    chosen = bare.panel.controller.form().model
    recipe = Recipe(sound=SOUND, title="Low tide", model="Nothing-9", weirdness=0.3)
    bare.press(lambda: bare.panel.controller.use_recipe(recipe))
    assert bare.panel.controller.form().model == chosen
    assert bare.panel.view.suggestion.message.text() == (
        "“Low tide” is in the form. This account does not offer Nothing-9: "
        f"{chosen} is kept. This account does not support weirdness."
    )


def test_a_draft_keeps_a_strength_that_only_this_account_takes() -> None:
    draft = Form(operation=Operation.COVER, cover_strength=0.05).to_json()
    assert Form.from_json(draft).cover_strength == COVER_STRENGTH.default
    assert Form.from_json(draft, {"cover_strength": FREE}).cover_strength == 0.05


def test_the_title_of_the_desk_outlives_the_settings_of_something_without_one() -> None:
    stems = Recipe(operation=Operation.STEMS, title="Low tide")
    assert Form(title="Mine").with_recipe(stems).title == "Mine"
