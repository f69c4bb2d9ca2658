"""The desk as a plain value."""

from collections.abc import Iterator

import pytest

from producer_studio.domain.form import MAX_TAKES, Form
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.recipe_parser import MAX_FIELD_LENGTH
from producer_studio.domain.takes import derive_take_seed

FULL = Form(
    sound=" warm lofi ",
    lyrics="[Verse]\nwords\n",
    title="Late Night",
    model="FUZZ-1.0",
    lyrics_strength=0.7,
    sound_strength=0.6,
    weirdness=0.3,
    seed="41",
    seed_locked=True,
    takes=3,
    cover_url="https://example.org/cover.png",
    webhook_url="https://example.org/hook",
)


def counting() -> Iterator[str]:
    yield from ("5", "5", "6", "7")


def test_a_recipe_holds_what_is_seen() -> None:
    assert FULL.to_recipe() == Recipe(
        operation=Operation.CREATE,
        sound="warm lofi",
        lyrics="[Verse]\nwords",
        title="Late Night",
        model="FUZZ-1.0",
        lyrics_strength=0.7,
        sound_strength=0.6,
        weirdness=0.3,
        seed="41",
        cover_url="https://example.org/cover.png",
        webhook_url="https://example.org/hook",
    )


def test_takes_of_a_locked_seed_count_up() -> None:
    assert [recipe.seed for recipe in FULL.to_recipes(str)] == ["41", "42", "43"]


def test_takes_of_an_open_seed_are_drawn_and_differ() -> None:
    drawn = counting()
    recipes = FULL.with_changes(seed_locked=False).to_recipes(lambda: next(drawn))
    assert [recipe.seed for recipe in recipes] == ["5", "6", "7"]


def test_an_instrumental_is_sent_without_its_lyrics() -> None:
    form = FULL.with_changes(instrumental=True)
    assert form.to_recipe().lyrics == ""
    assert Form.from_json(form.to_json()).lyrics == FULL.lyrics


def test_a_draft_comes_back_whole() -> None:
    form = FULL.with_changes(seed_locked=False)
    assert Form.from_json(form.to_json()) == form


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({}, Form()),
        ({"sound": 5, "title": "kept", "takes": "many"}, Form(title="kept")),
        ({"takes": 99}, Form(takes=MAX_TAKES)),
        ({"takes": True}, Form()),
        ({"sound_strength": 0.1, "weirdness": 1}, Form(weirdness=1.0)),
        ({"of_a_later_version": 1}, Form()),
        ({"sound": "kept", "weirdness": 10**400, "starts_at_s": -(10**400)}, Form(sound="kept")),
        (
            {"sound": "kept", "length_s": float("nan"), "ends_at_s": float("inf")},
            Form(sound="kept"),
        ),
    ],
)
def test_a_spoilt_draft_falls_back(data: dict[str, object], expected: Form) -> None:
    assert Form.from_json(data) == expected


def test_settings_of_a_clip_leave_takes_and_missing_strengths_alone() -> None:
    form = FULL.with_recipe(Recipe(sound="new", lyrics="other", seed="9", weirdness=0.9))
    assert (form.sound, form.lyrics, form.seed, form.seed_locked) == ("new", "other", "9", True)
    assert (form.weirdness, form.lyrics_strength, form.takes) == (0.9, 0.7, 3)


def test_settings_of_an_instrumental_keep_the_lyrics() -> None:
    form = FULL.with_recipe(Recipe(sound="new", instrumental=True))
    assert (form.instrumental, form.lyrics) == (True, FULL.lyrics)


@pytest.mark.parametrize(
    ("seed", "take", "expected"),
    [
        ("7", 0, "7"),
        ("7", 1, "8"),
        ("007", 3, "010"),
        ("blue", 0, "blue"),
        ("blue", 2, "blue-3"),
    ],
)
def test_seed_of_a_take(seed: str, take: int, expected: str) -> None:
    assert derive_take_seed(seed, take) == expected


def test_texts_of_any_length_do_not_come_to_the_form() -> None:
    endless = "la la\n" * 1_000_000
    form = Form.from_json(
        dict.fromkeys(("sound", "lyrics", "title", "source", "audio_url"), endless)
    )
    assert (form.sound, form.lyrics) == (endless[:MAX_FIELD_LENGTH],) * 2
    assert (form.title, form.source, form.audio_url) == ("", "", "")
