"""Names that every system takes."""

import ntpath
import sys
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.recipe_parser import parse_recipe
from producer_studio.domain.text import to_single_line
from producer_studio.files.filenames import MAX_NAME_BYTES, safe_filename, truncate_utf8

any_text = st.text(st.characters(codec=None))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Night rain", "Night rain"),
        ("  Spaces \t\n around ", "Spaces around"),
        ("AC/DC: live?", "AC-DC- live-"),
        ("../../etc/passwd", "-..-etc-passwd"),
        ("...", "Untitled"),
        ("", "Untitled"),
        ("\x00\x1b", "Untitled"),
        ("evil\u202egpj.exe", "evilgpj.exe"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("COM¹ ", "_COM¹"),
        ("console", "console"),
        ("Con Te Partirò", "Con Te Partirò"),
        ("👨‍👩‍👧 song", "👨‍👩‍👧 song"),
        ("ends with dots. . .", "ends with dots"),
        ("Cafe\u0301", "Café"),
        ("東京の夜", "東京の夜"),
        ("می‌خواهم", "می‌خواهم"),
    ],
)
def test_names_stay_readable(text: str, name: str) -> None:
    assert safe_filename(text) == name


def _is_reserved(name: str) -> bool:
    """Whether Windows takes a name for a device, by the standard library of this Python."""
    if sys.version_info >= (3, 13):
        return ntpath.isreserved(name)
    return PureWindowsPath(name).is_reserved()


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("ab👨‍👩‍👧", 20, "ab👨‍👩‍👧"),
        ("ab👨‍👩‍👧", 19, "ab"),
        ("ab👍🏽", 8, "ab"),
        ("ab🇩🇪🇫🇷", 12, "ab🇩🇪"),
        ("abe\u0323\u0302", 5, "ab"),
        ("夜夜", 5, "夜"),
        ("abc", 3, "abc"),
    ],
)
def test_cut_keeps_visible_characters_whole(text: str, limit: int, expected: str) -> None:
    assert truncate_utf8(text, limit) == expected


@given(any_text)
@example("." * 300)
@example("夜" * 100)
@example("a" * 118 + " .b")
@example("CON" + "\u200d")
def test_any_text_becomes_one_safe_component(text: str) -> None:
    name = safe_filename(text)
    assert 0 < len(name.encode()) <= MAX_NAME_BYTES
    assert PurePosixPath(name).name == name
    assert PureWindowsPath(name).name == name
    assert not _is_reserved(name)
    assert name not in {".", ".."}
    assert name == name.strip(" .")
    assert not any(ord(sign) < 32 or sign in '\x7f/\\:*?"<>|\u202e\u2066' for sign in name)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Night rain", "Night rain"),
        ("Two words ", "Two words "),  # as one is typed
        ("one\ntwo", "one two"),
        ("one \r\n\t two\n", "one two"),
        ("one\u2028two\u2029three\x85four", "one two three four"),
        ("bell\x07 and \x00 nothing", "bell and nothing"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("\n", ""),
    ],
)
def test_a_title_has_one_line(text: str, title: str) -> None:
    assert to_single_line(text) == title


@given(any_text)
def test_any_title_has_one_line(text: str) -> None:
    title = to_single_line(text)
    assert len(f"{title}.".splitlines()) == 1
    assert not {chr(code) for code in (*range(32), *range(0x7F, 0xA0))} & set(title)
    assert to_single_line(title) == title


def test_clips_and_recipes_have_titles_of_one_line_wherever_they_come_from() -> None:
    assert Clip(id=ClipId("1"), title="one\r\ntwo").title == "one two"
    assert Clip(id=ClipId("1")).with_changes(title="one\u2028two").title == "one two"
    assert Recipe(title="one\ntwo").title == "one two"
    assert parse_recipe({"title": "one\ntwo"})[0].title == "one two"
