"""Advice on prompts as the documents give it (seeds 000 and 002), with examples of our own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer_studio.domain.operation import SERVICE_OPERATIONS, Operation
from producer_studio.domain.prompt_advice import (
    Severity,
    check_lyrics,
    check_sound,
    count_sound_words,
    is_placeholder,
)

GOOD_SOUND = "warm lofi groove at 78 bpm with felt piano, upright bass and dusty vinyl crackle"
GOOD_LYRICS = """[Verse 1]
Salt on the window and light on the stair
Somebody's humming a tune in the air
[Chorus]
Carry me over the water tonight
Carry me home by the harbour light
"""


@pytest.mark.parametrize(
    ("sound", "advice"),
    [
        ("", Severity.EMPTY),
        ("   \n", Severity.EMPTY),
        ("...!?", Severity.EMPTY),
        ("test", Severity.BLOCKING),
        ("Test", Severity.BLOCKING),
        ("music", Severity.BLOCKING),
        ("my test song", Severity.BLOCKING),
        ("la la la la la la la la la la la la", Severity.BLOCKING),
        ("lorem ipsum", Severity.BLOCKING),
        ("jazz", Severity.WEAK),
        ("sad piano ballad", Severity.WEAK),
        ("a test of a church organ", Severity.WEAK),
        (GOOD_SOUND, Severity.GOOD),
        (
            "brisk bluegrass with banjo, mandolin and upright bass, playful and fast, no drums",
            Severity.GOOD,
        ),
        (
            "haunting choir over slow pulsing synth pads, dark and wide, with a distant bell",
            Severity.GOOD,
        ),
        ("one two three four five six seven eight nine ten eleven", Severity.WEAK),
    ],
)
def test_sounds(sound: str, advice: Severity) -> None:
    note = check_sound(sound)
    assert note.severity is advice
    assert note.text
    assert note.field == "sound"


@pytest.mark.parametrize(
    ("sound", "names"),
    [
        ("a happy and slow tune about the long way home with nobody there", ["instruments"]),
        ("felt piano and a cello in a large stone room, slow, at the back", ["a mood"]),
        ("warm piano and a gentle cello in a large stone room at night here", ["a tempo"]),
        ("one two three four five six seven eight nine ten", ["instruments", "a mood", "a tempo"]),
    ],
)
def test_what_a_long_sound_lacks_is_named(sound: str, names: list[str]) -> None:
    text = check_sound(sound).text
    assert text.startswith("Consider naming")
    assert [name for name in ("instruments", "a mood", "a tempo") if name in text] == names


@pytest.mark.parametrize(
    ("lyrics", "advice"),
    [
        ("", None),
        ("[Verse]\n[Chorus]", None),
        (GOOD_LYRICS, None),
        ("la la la", Severity.BLOCKING),
        ("[Verse]\nla la la\n[Chorus]\nna na na", Severity.BLOCKING),
        ("test lyrics here", Severity.BLOCKING),
        ("Salt on the window", Severity.WEAK),
        ("word of mine " * 10, Severity.WEAK),
        ("潮が満ちる夜に灯りをともして君を待つ港の風が歌う声を聞く", Severity.WEAK),
    ],
)
def test_lyrics(lyrics: str, advice: Severity | None) -> None:
    note = check_lyrics(lyrics)
    assert (note.severity if note else None) is advice


@pytest.mark.parametrize("operation", [Operation.EXTEND, Operation.REPLACE])
def test_a_part_is_not_judged_as_a_song(operation: Operation) -> None:
    assert check_sound("only a guitar", operation).severity is Severity.EMPTY
    assert check_sound("test", operation).severity is Severity.BLOCKING
    assert check_lyrics("Salt on the window", operation) is None
    blocked = check_lyrics("la la la", operation)
    assert blocked is not None
    assert blocked.severity is Severity.BLOCKING


def test_a_voice_is_not_judged_as_a_song() -> None:
    assert check_sound("low and rough", Operation.SWAP_VOCALS).severity is Severity.EMPTY
    weak = check_lyrics("Salt on the window", Operation.SWAP_VOCALS)
    assert weak is not None
    assert weak.severity is Severity.WEAK


def test_words_are_counted_as_a_musician_does() -> None:
    assert count_sound_words("90s hip-hop, don't stop; lo-fi") == 5
    assert count_sound_words("") == 0


def test_a_placeholder_is_nothing_but_filler() -> None:
    assert is_placeholder("TEST test")
    assert not is_placeholder("")
    assert not is_placeholder("hello darkness")


@given(st.text(), st.text(), st.sampled_from(SERVICE_OPERATIONS))
def test_advice_is_given_on_anything(sound: str, lyrics: str, operation: Operation) -> None:
    assert check_sound(sound).text
    check_lyrics(lyrics)


def test_a_text_is_judged_by_its_beginning() -> None:
    """Else each key in a text of 100,000 characters would cost a tenth of a second."""
    filler = "one two three four " * 6_000
    assert check_sound(f"{filler} piano, warm, 90 bpm").severity is Severity.WEAK
    assert check_sound(f"piano, warm, 90 bpm {filler}").severity is Severity.GOOD
    late, early = check_lyrics(f"{filler}\n[Verse]"), check_lyrics(f"[Verse]\n{filler}")
    assert late is not None
    assert early is None
