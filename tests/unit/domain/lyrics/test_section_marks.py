"""Where a section mark goes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer_studio.domain.lyrics.outline import insert_mark, next_mark


@pytest.mark.parametrize(
    ("text", "name", "mark"),
    [
        ("", "Verse", "[Verse 1]"),
        ("[Verse 1]\na", "Verse", "[Verse 2]"),
        ("[verse]\na", "Verse", "[Verse 2]"),
        ("[Verse 7]\n[Verse 3]", "Verse", "[Verse 8]"),
        ("[Verse 1]", "Chorus", "[Chorus]"),
        ("[Chorus]", "Chorus", "[Chorus 2]"),
        ("[Pre-Chorus]", "Chorus", "[Chorus]"),
    ],
)
def test_marks_are_numbered(text: str, name: str, mark: str) -> None:
    assert next_mark(text, name) == mark


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("|", "[Verse 1]\n|"),
        ("a line|", "a line\n\n[Verse 1]\n|"),
        ("a l|ine", "a line\n\n[Verse 1]\n|"),
        ("a line\n\n\n|", "a line\n\n[Verse 1]\n|"),
        ("|a line", "[Verse 1]\n|a line"),
        ("one|\ntwo", "one\n\n[Verse 1]\n|two"),
        ("one\n|two", "one\n\n[Verse 1]\n|two"),
        ("one|\n\ntwo", "one\n\n[Verse 1]\n|\n\ntwo"),
        ("one\n|\n\ntwo", "one\n\n[Verse 1]\n|\n\ntwo"),
    ],
)
def test_a_mark_never_splits_a_line(text: str, after: str) -> None:
    cursor = text.index("|")
    placed = insert_mark(text.replace("|", ""), cursor, "Verse")
    assert placed.text[: placed.cursor] + "|" + placed.text[placed.cursor :] == after


@given(st.text(alphabet="ab \n[]é😀", max_size=40), st.data())
def test_no_word_is_lost_wherever_the_cursor_is(text: str, data: st.DataObject) -> None:
    cursor = data.draw(st.integers(0, len(text)))
    placed = insert_mark(text, cursor, "Bridge")
    kept = [line for line in placed.text.split("\n") if line.strip() and line != "[Bridge]"]
    assert kept == [line for line in text.split("\n") if line.strip()]
    assert 0 <= placed.cursor <= len(placed.text)
    assert placed.text[: placed.cursor].endswith("[Bridge]\n")
