"""Sections as parts of the text: moved, copied, renamed, removed."""

from hypothesis import given
from hypothesis import strategies as st

from producer_studio.domain.lyrics.outline import (
    duplicate_part,
    move_part,
    parse_outline,
    part_at,
    remove_part,
    rename_part,
)

SONG = "before\n\n[Verse 1]\none\ntwo\n\n\n[Chorus]\nsung\n\n[Outro]\nlast"


def names(text: str) -> list[str]:
    return [part.name for part in parse_outline(text)]


def test_the_outline_of_a_text() -> None:
    parts = parse_outline(SONG)
    assert [(part.name, part.first_row, part.sung_lines, part.gap) for part in parts] == [
        ("", 0, 1, 1),
        ("Verse 1", 2, 2, 2),
        ("Chorus", 7, 1, 1),
        ("Outro", 10, 1, 0),
    ]
    assert [part_at(parts, row) for row in (0, 1, 2, 6, 7, 11)] == [0, 0, 1, 1, 2, 3]
    assert parse_outline("") == parse_outline("\n \n") == []
    assert names("\n\n[Verse]\na") == ["Verse"]


def test_a_moved_section_leaves_the_gaps_where_they_are() -> None:
    moved = move_part(SONG, 3, 1)
    assert moved.text == ("before\n\n[Outro]\nlast\n\n\n[Verse 1]\none\ntwo\n\n[Chorus]\nsung")
    assert moved.text[moved.cursor :].startswith("[Outro]")
    assert move_part(moved.text, 1, 3).text == SONG


def test_a_last_section_without_a_gap_gets_one() -> None:
    assert move_part("[A]\na\n[B]\nb", 1, 0).text == "[B]\nb\n\n[A]\na"


def test_copies_get_the_next_number_if_they_have_one() -> None:
    copied = duplicate_part(SONG, 1)
    assert names(copied.text) == ["", "Verse 1", "Verse 2", "Chorus", "Outro"]
    assert copied.text[copied.cursor :].startswith("[Verse 2]\none\ntwo\n\n\n[Chorus]")
    assert names(duplicate_part(SONG, 3).text)[-2:] == ["Outro", "Outro"]


def test_a_section_is_renamed_and_removed() -> None:
    assert names(rename_part(SONG, 2, " My [own]  part ").text)[2] == "My own part"
    assert rename_part(SONG, 0, "Intro").text.startswith("[Intro]\nbefore\n\n[Verse 1]")
    assert remove_part(SONG, 2).text == "before\n\n[Verse 1]\none\ntwo\n\n\n[Outro]\nlast"
    assert remove_part("[A]\na", 0).text == ""


@given(st.lists(st.sampled_from(["[A]", "[B 2]", "a", "", " "]), max_size=12), st.data())
def test_no_line_is_lost_by_a_move(rows: list[str], data: st.DataObject) -> None:
    text = "\n".join(rows)
    parts = parse_outline(text)
    if not parts:
        return
    places = st.integers(0, len(parts) - 1)
    edited = move_part(text, data.draw(places), data.draw(places))
    assert 0 <= edited.cursor <= len(edited.text)
    assert sorted(filter(str.strip, edited.text.split("\n"))) == sorted(filter(str.strip, rows))
