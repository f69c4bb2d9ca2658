"""Queries as rows of field, comparison and value."""

from datetime import UTC, datetime

import pytest

from producer_studio.library.field_spec import SearchKind
from producer_studio.library.fields import SEARCH_FIELDS, SEARCHES
from producer_studio.library.search.conditions import (
    Comparator,
    Condition,
    Conditions,
    field_labels,
    fixed_values,
    list_comparisons,
    read_conditions,
)
from producer_studio.library.search.parser import parse_query

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
_VALUES = {
    SearchKind.WORDS: ("rain",),
    SearchKind.NUMBER: ("3", "0.5"),
    SearchKind.TEMPO: ("84",),
    SearchKind.LEVEL: ("-14", "-9.5"),
    SearchKind.LENGTH: ("2:30", "90s"),
    SearchKind.DATE: ("2026-02", "last-month"),
    SearchKind.KEY: ("Fm", "F minor"),
}


_AGES = frozenset({Comparator.WITHIN, Comparator.LONGER_AGO})


@pytest.mark.parametrize("field", ["", *SEARCH_FIELDS])
def test_every_field_is_read_as_it_was_written(field: str) -> None:
    kind = SEARCHES[field].kind if field else SearchKind.WORDS
    values = fixed_values(field) or _VALUES.get(kind, ("abc",))
    for comparison in list_comparisons(field):
        for value in ("7d",) if comparison in _AGES else values:
            high = values[-1] if comparison is Comparator.BETWEEN else ""
            row = Condition(field, comparison, value, high)
            assert parse_query(row.text, NOW).problem == ""
            assert read_conditions(row.text, NOW) == Conditions((row,))


@pytest.mark.parametrize(
    ("text", "rows", "rest"),
    [
        ("", [], ""),
        ("rain", [("", Comparator.HAS, "rain")], ""),
        ('-"late night"', [("", Comparator.HAS_NOT_PHRASE, "late night")], ""),
        (
            "tags:lofi Rating:>3",
            [("tag", Comparator.HAS, "lofi"), ("stars", Comparator.MORE, "3")],
            "",
        ),
        ("bpm:~84", [("bpm", Comparator.NEAR, "84")], ""),
        ("key:~Am", [("key", Comparator.RELATED, "Am")], ""),
        ("added:<7d", [("added", Comparator.WITHIN, "7d")], ""),
        ("added:<2026-02", [("added", Comparator.BEFORE, "2026-02")], ""),
        ("-fav:yes", [("fav", Comparator.IS_NOT, "yes")], ""),
        ("-bpm:84", [("bpm", Comparator.IS_NOT, "84")], ""),
        # What rows cannot show stays as it is.
        ("rain | snow", [], "rain | snow"),
        (
            "a tag:x | tag:y -bpm:>80 b",
            [("", Comparator.HAS, "a"), ("", Comparator.HAS, "b")],
            "tag:x | tag:y -bpm:>80",
        ),
        ("starz:>3 x", [("", Comparator.HAS, "x")], "starz:>3"),
        ("stars: x", [("", Comparator.HAS, "x")], "stars:"),
        ('tag:"late', [], 'tag:"late'),
        ("bpm:..95", [("bpm", Comparator.BETWEEN, "")], ""),
        # A text with a space is in quotes.
        ('account:"my own"', [("account", Comparator.IS_EXACTLY, "my own")], ""),
    ],
)
def test_a_query_is_read(text: str, rows: list[tuple[str, Comparator, str]], rest: str) -> None:
    found = read_conditions(text, NOW)
    assert [(row.field, row.comparison, row.value) for row in found.rows] == rows
    assert found.rest == rest


@pytest.mark.parametrize(
    "text",
    [
        "a b | c tag:x | -tag:y d stars:>3",
        'list:"Night drive" -has:video is:instrumental | op:cover',
        "bpm:80..95 length:<2:30 loudness:>-14 weirdness:>=0.7 seed:42 root:abc",
        "-length:>3:00 beat:yes lost:abc key:C price:..10",
    ],
)
def test_a_query_keeps_its_meaning(text: str) -> None:
    def meaning(query: str) -> list[list[tuple[object, bool]]]:
        groups = parse_query(query, NOW).groups
        return sorted(
            (sorted(((one.condition, one.negated) for one in group), key=repr) for group in groups),
            key=repr,
        )

    assert meaning(read_conditions(text, NOW).text) == meaning(text)


def test_a_row_without_a_value_is_no_term() -> None:
    rows = (Condition("tag", Comparator.HAS, " "), Condition("bpm", Comparator.BETWEEN, "", ""))
    assert Conditions(rows, "rest").text == "rest"


def test_every_field_has_a_label() -> None:
    labels = field_labels()
    assert set(labels) == {"", *SEARCH_FIELDS}
    assert all(labels.values())
    assert len(set(labels.values())) == len(labels)
