"""Hints for a form as the documents give them (seeds 000 and 002), with examples of our own."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer_studio.domain.form import Form, fields_for
from producer_studio.domain.operation import SERVICE_OPERATIONS, Operation
from producer_studio.domain.prompt_hints import Hint, find_hints

SUNG = "warm lofi groove at 78 bpm with felt piano, upright bass and a breathy female voice"
WORDS = "Salt on the window and light on the stair\n" * 3


def hints_for(form: Form) -> dict[str, Hint]:
    return find_hints(form, fields_for(form.operation))


def texts(**fields: object) -> dict[str, str]:
    return {name: hint.text for name, hint in hints_for(Form().with_changes(**fields)).items()}


def test_a_complete_sound_has_no_hint() -> None:
    assert texts(sound=SUNG) == {}
    assert texts() == {}


def test_the_genre_and_the_voice_are_asked_for() -> None:
    assert "how it is sung" in texts(sound="lofi groove with felt piano")["sound"]
    assert "genre" in texts(sound="a slow groove with a female voice")["sound"]
    assert texts(sound="lofi groove with felt piano", instrumental=True) == {}


@pytest.mark.parametrize("sound", ["instrumental lofi groove", "lofi, no vocals"])
def test_words_alone_do_not_silence_the_singer(sound: str) -> None:
    assert "makes sure that nobody sings" in texts(sound=sound)["sound"]
    assert texts(sound=sound, instrumental=True).get("sound", "") != texts(sound=sound)["sound"]
    assert "nobody sings" not in texts(sound=sound, lyrics=WORDS).get("sound", "")


def test_a_voice_in_an_instrumental_is_not_heard() -> None:
    assert "not heard" in texts(sound=SUNG, instrumental=True)["sound"]


@pytest.mark.parametrize(
    ("sound", "weirdness", "text", "value"),
    [
        ("indie pop", 0.5, "Commercial music: 0.2 to 0.4", 0.3),
        ("a jingle", 0.41, "Commercial music: 0.2 to 0.4", 0.3),
        ("indie pop", 0.4, "", None),
        ("popular tune", 0.5, "", None),
        ("experimental pop", 0.5, "Experimental music: 0.7 to 0.9", 0.8),
        ("experimental pop", 0.8, "", None),
        ("jazz", 0.5, "", None),
        ("jazz", 0.7, "More variation, and less predictable", None),
    ],
)
def test_weirdness_fits_the_music(
    sound: str, weirdness: float, text: str, value: float | None
) -> None:
    hint = hints_for(Form(sound=sound, weirdness=weirdness)).get("weirdness")
    assert (hint.text if hint else "") == text
    assert (hint.value if hint else None) == value


def test_words_that_carry_the_song_are_followed() -> None:
    hints = hints_for(Form(sound="singer-songwriter with a soft voice", lyrics=WORDS))
    assert hints["lyrics_strength"].value == 0.8
    for other in (
        {"lyrics": ""},
        {"sound": "techno"},
        {"lyrics_strength": 0.7},
        {"instrumental": True},
    ):
        form = Form(sound="singer-songwriter with a soft voice", lyrics=WORDS)
        assert "lyrics_strength" not in hints_for(form.with_changes(**other))


def test_an_instrumental_has_the_sound_alone() -> None:
    form = Form(sound=SUNG, instrumental=True)
    assert hints_for(form)["sound_strength"].value == 0.9
    assert "sound_strength" not in hints_for(form.with_changes(sound_strength=0.8))
    assert "sound_strength" not in hints_for(form.with_changes(sound="lofi"))


@pytest.mark.parametrize(
    ("operation", "sound", "text"),
    [
        (Operation.EXTEND, "a solo", "add its lyrics"),
        (Operation.REPLACE, "a solo", "fit the style"),
        (Operation.SWAP_VOCALS, "smooth and close", "who sings"),
        (Operation.SWAP_VOCALS, "smooth female voice", "More detail"),
        (Operation.SWAP_SOUND, "strings under a soft voice", "The voice stays"),
    ],
)
def test_operations_have_hints_of_their_own(operation: Operation, sound: str, text: str) -> None:
    assert text in texts(operation=operation, sound=sound)["sound"]
    assert "sound" not in texts(operation=operation)


def test_another_style_needs_a_strong_cover() -> None:
    form = Form(operation=Operation.COVER, sound="as a jazz ballad", cover_strength=0.5)
    assert hints_for(form)["cover_strength"].value == 0.8
    assert "cover_strength" not in hints_for(form.with_changes(cover_strength=0.6))


def test_fields_that_the_account_has_not_are_not_recommended() -> None:
    form = Form(sound="instrumental pop", weirdness=0.5, instrumental=False)
    everything = fields_for(Operation.CREATE)
    assert set(find_hints(form, everything)) == {"sound", "weirdness"}
    assert set(find_hints(form, everything - {"weirdness"})) == {"sound"}
    other = find_hints(form, everything - {"instrumental"})
    assert "how it is sung" in other["sound"].text
    assert find_hints(form, frozenset()) == {}


@given(st.text(), st.text(), st.sampled_from(SERVICE_OPERATIONS), st.booleans())
def test_a_recommended_value_ends_its_hint(
    sound: str, lyrics: str, operation: Operation, instrumental: bool
) -> None:
    form = Form(operation=operation, sound=sound, lyrics=lyrics, instrumental=instrumental)
    for name, hint in hints_for(form).items():
        assert hint.field == name
        assert name in {field.name for field in dataclasses.fields(Form)}
        if hint.value is not None:
            assert hints_for(form.with_changes(**{name: hint.value})).get(name) != hint
