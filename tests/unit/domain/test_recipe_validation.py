"""What keeps a recipe from being sent, everywhere and at one account."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer_studio.domain.capabilities import Capabilities, Capability
from producer_studio.domain.ids import ClipId
from producer_studio.domain.operation import SERVICE_OPERATIONS, Operation
from producer_studio.domain.prompt_advice import Severity
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.recipe_validation import validate
from producer_studio.domain.strength import Strength

SOUND = "gentle lofi beat with soft piano and brushed drums, mellow late night mood, 90 bpm"
COVER = Recipe(operation=Operation.COVER, sound=SOUND, source=ClipId("a"))
GOOD_LYRICS = """[Verse 1]
Salt on the window and light on the stair
Somebody's humming a tune in the air
[Chorus]
Carry me over the water tonight
Carry me home by the harbour light
"""
EVERYTHING = Capabilities(
    operations={operation: Capability(operation=operation) for operation in SERVICE_OPERATIONS}
)
"""An account without limits of its own."""

WIDE = Capabilities(
    strengths={
        "cover_strength": Strength("cover_strength", "Strength", 0.0, 1.0, 0.5, ()),
        "weirdness": Strength("weirdness", "Weirdness", 0.2, 0.8, 0.5, ()),
    },
    limits={"sound": 90, "title": 100},
)


def offering(capability: Capability, **changes: Any) -> Capabilities:
    """An account with limits of its own that offers one operation."""
    return replace(WIDE, operations={capability.operation: capability}, **changes)


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
    assert [note.field for note in validate(recipe, offering(capability), "MusicAPI")] == about


def test_a_refused_model_is_not_asked_for_where_a_model_is_chosen() -> None:
    refused = {"FUZZ-0.8": "2026-11-21"}
    chosen = Capability(operation=Operation.CREATE, fields=frozenset({"sound", "model"}))
    refusing = offering(chosen, refused_models=refused)
    recipe = Recipe(sound=SOUND, model="FUZZ-0.8")
    (note,) = validate(recipe, refusing, "MusicAPI")
    assert note.text == (
        "MusicAPI has rejected FUZZ-0.8: choose another model, or allow it again in Settings"
    )
    assert validate(recipe.with_changes(model="FUZZ-2.0"), refusing, "MusicAPI") == []
    without = Capability(operation=Operation.CREATE, fields=frozenset({"sound"}))
    assert validate(recipe, offering(without, refused_models=refused), "MusicAPI") == []


def test_a_model_that_the_service_does_not_have_is_refused() -> None:
    chosen = Capability(operation=Operation.CREATE, fields=frozenset({"sound", "model"}))
    two = offering(chosen, models=("FUZZ-2.0", "FUZZ-1.0"))
    recipe = Recipe(sound=SOUND, model="Lyria 3 Pro")
    (note,) = validate(recipe, two, "MusicAPI")
    assert (note.field, note.severity) == ("model", Severity.BLOCKING)
    assert note.sentence == "MusicAPI has no model “Lyria 3 Pro”: FUZZ-2.0, FUZZ-1.0."
    assert validate(recipe.with_changes(model="FUZZ-1.0"), two, "MusicAPI") == []
    assert validate(recipe.with_changes(model=""), two, "MusicAPI") == []
    assert validate(recipe, offering(chosen), "MusicAPI") == [], "its models are not known"


def test_a_look_that_the_service_does_not_have_is_refused() -> None:
    video = Capability(operation=Operation.VIDEO, fields=frozenset({"preset"}))
    looks = offering(video, presets=("simple", "modern"))
    recipe = Recipe(operation=Operation.VIDEO, source=ClipId("a"), preset="nonsense")
    (note,) = validate(recipe, looks, "MusicAPI")
    assert (note.field, note.text) == (
        "preset", "MusicAPI has no preset “nonsense”: simple, modern"
    )  # fmt: skip
    assert validate(recipe.with_changes(preset="modern"), looks, "MusicAPI") == []


def test_an_operation_that_is_not_offered_is_all_that_is_said() -> None:
    retired = Capability(operation=Operation.COVER, available=False, reason="It was ended.")
    (note,) = validate(Recipe(operation=Operation.COVER), offering(retired), "MusicAPI")
    assert (note.field, note.sentence) == ("operation", "It was ended.")
    (lacking,) = validate(Recipe(operation=Operation.STEMS), offering(retired), "MusicAPI")
    assert lacking.sentence == "This service does not offer it."


def test_a_limit_is_told_with_the_services_name() -> None:
    recipe = Recipe(sound=SOUND, title="x" * 101)
    (note,) = validate(recipe, offering(Capability(operation=Operation.CREATE)), "Apiframe")
    assert note.text == "The title is 1 character too long for Apiframe: 100 is the limit"


@pytest.mark.parametrize(
    ("recipe", "about"),
    [
        (Recipe(sound=SOUND), []),
        (Recipe(lyrics=GOOD_LYRICS), []),
        (Recipe(sound="jazz"), []),
        (Recipe(), ["sound"]),
        (Recipe(lyrics=GOOD_LYRICS, instrumental=True), ["sound"]),
        (Recipe(sound="test"), ["sound"]),
        (Recipe(sound=SOUND, lyrics="la la la"), ["lyrics"]),
        (Recipe(sound=SOUND, lyrics="la la la", instrumental=True), []),
        (Recipe(sound=SOUND, title="x" * 80), []),
        (Recipe(sound=SOUND, title="x" * 81), ["title"]),
        (Recipe(sound=SOUND, weirdness=1.0), []),
        (Recipe(sound=SOUND, weirdness=1.01), ["weirdness"]),
        (Recipe(sound=SOUND, sound_strength=0.1), ["sound_strength"]),
        (Recipe(sound=SOUND, lyrics_strength=0.0), []),
        (Recipe(sound=SOUND, lyrics_strength=float("nan")), ["lyrics_strength"]),
        (Recipe(sound=SOUND, cover_strength=0.19), ["cover_strength"]),
        (Recipe(sound=SOUND, webhook_url="http://a.example"), ["webhook_url"]),
        (Recipe(sound=SOUND, webhook_url="https://a.example"), []),
        (Recipe(sound=SOUND, webhook_url="http://127.0.0.1:9/hook"), []),
        (Recipe(sound=SOUND, webhook_url="http://localhost/hook"), []),
        (Recipe(sound=SOUND, webhook_url="ftp://localhost/hook"), ["webhook_url"]),
        (Recipe(sound=SOUND, webhook_url="https://me:word@a.example"), ["webhook_url"]),
        (Recipe(sound=SOUND, webhook_url="https://a.example/@me"), []),
        (Recipe(sound=SOUND, webhook_url="http://[oops"), ["webhook_url"]),
        (Recipe(sound=SOUND, webhook_url="https://" + "a" * 1024), ["webhook_url"]),
        (Recipe(operation=Operation.COVER, sound=SOUND), ["source"]),
        (Recipe(operation=Operation.COVER, sound=SOUND, source=ClipId("1")), []),
        (Recipe(operation=Operation.COVER, instruction="slower", source=ClipId("1")), []),
        (Recipe(operation=Operation.COVER, instruction=" ", source=ClipId("1")), ["sound"]),
        (Recipe(instruction="slower"), ["sound"]),
        (Recipe(operation=Operation.VARIATION, source=ClipId("1")), []),
        (
            Recipe(
                operation=Operation.REPLACE,
                sound=SOUND,
                source=ClipId("1"),
                starts_at_s=30,
                ends_at_s=30,
            ),
            ["ends_at_s"],
        ),
        (Recipe(operation=Operation.UPLOAD), ["audio_url"]),
        (Recipe(operation=Operation.UPLOAD, audio_url="https://a.example/a.mp3"), []),
        (Recipe(operation=Operation.UPLOAD, audio_file="/music/a.wav"), []),
        (Recipe(operation=Operation.LYRICS, prompt="  "), ["prompt"]),
        (Recipe(operation=Operation.LYRICS, prompt="the sea"), []),
    ],
)
def test_what_keeps_a_recipe_from_being_sent(recipe: Recipe, about: list[str]) -> None:
    assert [note.field for note in validate(recipe, EVERYTHING, "MusicAPI")] == about


@pytest.mark.parametrize(
    ("operation", "starts", "ends", "about"),
    [
        (Operation.REPLACE, 10, 65, []),
        (Operation.REPLACE, 10, 65.1, []),
        (Operation.REPLACE, 10, 66, ["ends_at_s"]),
        (Operation.REPLACE, 65.1, None, ["starts_at_s"]),
        (Operation.REPLACE, 70, 80, ["starts_at_s"]),
        (Operation.REPLACE, 80, 70, ["ends_at_s"]),
        (Operation.EXTEND, 65, None, []),
        (Operation.EXTEND, 66, None, ["starts_at_s"]),
        (Operation.EXTEND, None, None, []),
    ],
)
def test_times_behind_the_end_of_the_clip(
    operation: Operation, starts: float | None, ends: float | None, about: list[str]
) -> None:
    recipe = Recipe(
        operation=operation, sound=SOUND, source=ClipId("1"), starts_at_s=starts,
        ends_at_s=ends,
    )  # fmt: skip
    assert [note.field for note in validate(recipe, EVERYTHING, "MusicAPI", 65.04)] == about
    if starts and ends and starts < ends:
        assert validate(recipe, EVERYTHING, "MusicAPI") == [], "the length is not known"


def test_the_length_of_the_clip_is_said_to_a_tenth() -> None:
    recipe = Recipe(operation=Operation.EXTEND, sound=SOUND, source=ClipId("1"), starts_at_s=99)
    (note,) = validate(recipe, EVERYTHING, "MusicAPI", 65.27)
    assert note.text.startswith("The clip is 1:05.2 long")


def test_one_character_too_many_is_one_character() -> None:
    (one,) = validate(Recipe(sound=SOUND, title="x" * 81), EVERYTHING, "MusicAPI")
    (more,) = validate(Recipe(sound=SOUND, title="x" * 90), EVERYTHING, "MusicAPI")
    assert "1 character too long" in one.text
    assert "10 characters too long" in more.text


def test_an_upload_can_be_a_file_of_this_computer() -> None:
    (issue,) = validate(Recipe(operation=Operation.UPLOAD), EVERYTHING, "MusicAPI")
    assert issue.text == "Choose a file, or enter its public address"


@given(st.text(), st.text(), st.sampled_from(SERVICE_OPERATIONS))
def test_any_text_can_be_validated(sound: str, lyrics: str, operation: Operation) -> None:
    validate(Recipe(sound=sound, lyrics=lyrics, operation=operation), EVERYTHING, "MusicAPI")
