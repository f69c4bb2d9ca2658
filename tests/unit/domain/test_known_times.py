"""Times that are known, and only those."""

import pytest

from producer_studio.domain.clip import AudioMeasurements, Clip
from producer_studio.domain.ids import ClipId
from producer_studio.domain.known_times import (
    TimeMark,
    known_marks,
    lrc_text,
    parse_timed_lines,
    strip_time_tags,
)
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe

TIMED = "[Verse 1]\n[00:01.50]The water goes\n\n[00:04]and comes\n[01:02.250][Chorus]\nLow tide\n"


def a_clip(lyrics: str = "", **fields: object) -> Clip:
    clip = Clip(id=ClipId("c"), title="Low tide", lyrics=lyrics)
    return clip.with_changes(measured=AudioMeasurements(duration_s=100.0), **fields)


@pytest.mark.parametrize(
    ("line", "parsed"),
    [
        ("[01:23.40] and so", [(83.4, "and so")]),
        ("[00:10.00][00:50.5]la", [(10.0, "la"), (50.5, "la")]),
        ("[01:23:40]a", [(83.4, "a")]),
        ("[Chorus]", [(None, "[Chorus]")]),
        ("[1:75.00]no time", [(None, "[1:75.00]no time")]),
        ("so [00:10.00] inside", [(None, "so [00:10.00] inside")]),
    ],
)
def test_time_tags_are_parsed(line: str, parsed: list[tuple[float | None, str]]) -> None:
    assert parse_timed_lines(line) == parsed


def test_sections_begin_with_their_first_timed_line() -> None:
    assert known_marks(a_clip(TIMED)) == [TimeMark(1.5, "Verse 1"), TimeMark(62.25, "Chorus")]


def test_nothing_is_guessed() -> None:
    plain = a_clip("[Verse]\nThe water goes\n[Chorus]\n[00:09.00]Low tide\n[Bridge]\nover")
    assert known_marks(plain) == [TimeMark(9.0, "Chorus")]
    assert known_marks(a_clip("[Verse]\nno time here\n[00:09.00]second line")) == []
    assert lrc_text(a_clip("[Verse]\nThe water goes")) == ""


def test_a_replaced_part_is_where_it_was_asked_for() -> None:
    recipe = Recipe(starts_at_s=30.0, ends_at_s=45.5)
    replaced = a_clip(operation=Operation.REPLACE, recipe=recipe)
    assert known_marks(replaced) == [(30.0, "Replaced part"), (45.5, "End of the replaced part")]
    assert known_marks(a_clip(operation=Operation.COVER, recipe=recipe)) == []
    late = recipe.with_changes(ends_at_s=100.0)
    assert known_marks(replaced.with_changes(recipe=late)) == [(30.0, "Replaced part")]


def test_lrc_has_the_lines_whose_times_are_known() -> None:
    assert lrc_text(a_clip(TIMED), "Jo Sea") == (
        "[ti:Low tide]\n[ar:Jo Sea]\n[length:01:40.00]\n"
        "[00:01.50]The water goes\n[00:04.00]and comes\n"
    )


def test_lyrics_are_shown_without_time_tags() -> None:
    assert strip_time_tags(TIMED) == ("[Verse 1]\nThe water goes\n\nand comes\n[Chorus]\nLow tide")
    assert strip_time_tags("[Verse]\n  two \n") == "[Verse]\n  two \n"


def test_hostile_texts_add_no_lines_to_lrc() -> None:
    hostile = a_clip("[00:02.00]b\x07 one\x0b[00:02.00]a two\n[00:01.00]first").with_changes(
        title="Low\n[00:00.00]tide\u2028]"
    )
    assert lrc_text(hostile, "Jo\r\n[ti:x]") == (
        "[ti:Low [00:00.00]tide ]]\n[ar:Jo [ti:x]]\n[length:01:40.00]\n"
        "[00:01.00]first\n[00:02.00]b one\n[00:02.00]a two\n"
    )
