"""Any text is understood as far as it goes."""

import sqlite3
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from producer_studio.library.clip_listing import PageCursor, SmartList, SortOrder
from producer_studio.library.fields import SEARCH_FIELDS
from producer_studio.library.search import clip_search
from producer_studio.library.search.filters import (
    FlagFilter,
    NearFilter,
    OneOfFilter,
    RangeFilter,
    SubstringFilter,
    WordFilter,
)
from producer_studio.library.search.parser import MAX_TERMS, parse_query

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("rain", WordFilter("rain")),
        ('"night rain"', WordFilter("night rain", exact=True)),
        ("TITLE:rain", WordFilter("rain", "title")),
        ("tags:keeper", WordFilter("keeper", "tags")),
        ('note:"second verse"', WordFilter("second verse", "notes", exact=True)),
        ("stars:>3", RangeFilter("stars", low=3, with_low=False)),
        ("stars:<=3", RangeFilter("stars", high=3)),
        ("bpm:80..95", RangeFilter("bpm", 80, 95)),
        ("bpm:~100", NearFilter("bpm", ((48.5, 51.5), (97, 103), (194, 206)))),
        ("bpm:95..80", RangeFilter("bpm", 80, 95)),
        ("bpm:80..", RangeFilter("bpm", low=80)),
        ("bpm:..80", RangeFilter("bpm", high=80)),
        ("bpm:120", RangeFilter("bpm", 119.5, 120.5, with_high=False)),
        ("length:<2:30", RangeFilter("duration_s", high=150, with_high=False)),
        ("length:>=1:02:03", RangeFilter("duration_s", low=3723)),
        ("length:>2m30s", RangeFilter("duration_s", low=150, with_low=False)),
        ("length:90s..2m", RangeFilter("duration_s", 90, 120)),
        ("weirdness:>=0.7", RangeFilter("weirdness", low=0.7)),
        ("weirdness:>=70%", RangeFilter("weirdness", low=0.7)),
        ("model:2.0", SubstringFilter("model", "2.0")),
        ('model:"FUZZ-2.0"', OneOfFilter("model", ("FUZZ-2.0",))),
        ("op:swap", OneOfFilter("operation", ("swap-vocals", "swap-sound"))),
        ("op:Swap_Vocals", OneOfFilter("operation", ("swap-vocals",))),
        ("seed:42", OneOfFilter("seed", ("42",))),
        ("parent:01ab", SubstringFilter("parent", "01ab", from_start=True)),
        ("has:video", FlagFilter("video")),
        ("is:trashed", FlagFilter("trashed")),
        ("fav:yes", FlagFilter("favourite")),
        ("unheard:no", FlagFilter("not-unheard")),
    ],
)
def test_one_term(text: str, condition: object) -> None:
    query = parse_query(text, NOW)
    assert query.problem == ""
    [term] = query.terms
    assert term.condition == condition
    assert term.text == text


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("colour:red", "There is no field “colour”"),
        ("stars:", "Enter a value after “stars:”"),
        ("stars:many", "stars:>3"),
        ("length:>x", "length:<2:30"),
        ("bpm:..", "bpm:80..95"),
        ("bpm:~", "bpm:~84"),
        ("bpm:~0", "bpm:~84"),
        ("stars:~3", "stars:>3"),
        ("key:~H", "key:~Fm"),
        ("added:someday", "added:<7d"),
        ("added:2026-13", "added:<7d"),
        ("added:<99999y", "added:<7d"),
        ("op:sing", "is not an operation; there are create, extend"),
        ("has:wings", "“has:” can be video, stems, lyrics or cover."),
        ("is:good", "“is:” can be instrumental"),
        ("fav:maybe", "fav:yes or fav:no"),
        ("key:H", "is not a key"),
        ("!!!", "has no letters or digits"),
        ("title:♪", "has no letters or digits"),
    ],
)
def test_a_mistake_is_explained_and_left_out(text: str, part: str) -> None:
    query = parse_query(f"rain {text}", NOW)
    assert part in query.problem
    assert [term.condition for term in query.terms] == [WordFilter("rain"), None]
    assert query.groups == [[query.terms[0]]]


def test_an_open_quotation_is_guessed_and_mentioned() -> None:
    query = parse_query('"night ra')
    assert query.terms[0].condition == WordFilter("night ra", exact=True)
    assert query.problem == "The closing quotation mark is missing."


def test_either_binds_two_neighbours() -> None:
    texts = [
        [term.text for term in group]
        for group in parse_query("piano rain | -snow|op:cover x").groups
    ]
    assert texts == [["piano"], ["rain", "-snow", "op:cover"], ["x"]]


def test_a_faulty_alternative_leaves_the_others() -> None:
    texts = [[term.text for term in group] for group in parse_query("a | foo:1 | b c").groups]
    assert texts == [["a", "b"], ["c"]]
    assert [[t.text for t in g] for g in parse_query("a foo:1 | b").groups] == [["a"], ["b"]]


@pytest.mark.parametrize(
    ("text", "index", "left"),
    [
        ("piano rain", 0, "rain"),
        ("piano rain", 1, "piano"),
        ("a | b c", 0, "b c"),
        ("a | b c", 1, "a c"),
        ("a | b | c", 1, "a | c"),
        ('x "a b" -y', 1, "x -y"),
        ("only", 0, ""),
    ],
)
def test_a_chip_is_taken_out(text: str, index: int, left: str) -> None:
    assert parse_query(text).remove_term(index) == left


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("added:<7d", "2026-03-10", "2026-03-07"),
        ("added:>7d", "2026-03-07", "2026-03-10"),
        ("added:7d", "2026-03-10", "2026-03-07"),
        ("added:2w..1w", "2026-03-05", "2026-03-10"),
        ("added:2026-02", "2026-02-28", "2026-03-02"),
        ("added:2026-02-10", "2026-02-10", "2026-02-11"),
        ("added:2026", "2026-05-01", "2025-12-30"),
        ("added:2026-01..2026-02", "2026-02-28", "2026-03-02"),
        ("added:>2026-02", "2026-03-02", "2026-02-27"),
        ("added:>=2026-02", "2026-02-02", "2026-01-30"),
        ("added:<2026-02", "2026-01-30", "2026-02-02"),
        ("added:<=2026-02", "2026-02-27", "2026-03-02"),
        ("added:..2026-02", "2026-02-27", "2026-03-02"),
        ("added:today", "2026-03-15", "2026-03-14"),
        ("added:yesterday", "2026-03-14", "2026-03-15"),
        ("added:this-week", "2026-03-09", "2026-03-08"),
        ("added:last-week", "2026-03-08", "2026-03-09"),
        ("added:last-week", "2026-03-02", "2026-03-01"),
        ('added:"this month"', "2026-03-01", "2026-02-28"),
        ("added:last-month", "2026-02-01", "2026-01-31"),
        ("added:last_month", "2026-02-28", "2026-03-01"),
        ("added:this-year", "2026-12-31", "2025-12-31"),
        ("added:last-year", "2025-01-01", "2026-01-01"),
        ("added:<last-month", "2026-01-31", "2026-02-01"),
        ("added:last-month..this-week", "2026-03-15", "2026-01-31"),
    ],
)
def test_dates_and_ages(text: str, inside: str, outside: str) -> None:
    condition = parse_query(text, NOW).terms[0].condition
    assert isinstance(condition, RangeFilter)

    def holds(day: str) -> bool:
        noon = datetime.fromisoformat(f"{day}T12:00").astimezone().timestamp() * 1e6
        return (condition.low is None or noon >= condition.low) and (
            condition.high is None or noon < condition.high
        )

    assert holds(inside)
    assert not holds(outside)


def test_a_flood_of_terms_is_cut_and_said() -> None:
    query = parse_query("a " * 500)
    assert len(query.terms) == MAX_TERMS
    assert query.problem == "The search is too long; its end was ignored."
    assert parse_query("a " * MAX_TERMS).problem == ""


pieces = st.one_of(
    st.sampled_from(
        [*(f"{name}:" for name in SEARCH_FIELDS), '"', "-", "|", " ", "..", ">", "<=", "*"]
    ),
    st.sampled_from(["NOT", "AND", "NEAR(", "(", ")", "^", "{title}", "7d", "2:30", "yes", "夜"]),
    st.text(st.characters(codec=None), max_size=4),
)


@settings(
    max_examples=500,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(text=st.lists(pieces, max_size=12).map("".join), smart=st.sampled_from(SmartList))
@example(text='a" OR "b', smart=SmartList.ALL)
@example(text="\ud800", smart=SmartList.ALL)
@example(text="0\ud800 seed:\udfff model:\ud800\udc00", smart=SmartList.ALL)
@example(text="a\0b", smart=SmartList.ALL)
@example(text="-a | -b | c:d", smart=SmartList.TRASH)
@example(text="͏ ᳀ ́", smart=SmartList.ALL)
def test_any_text_runs(database: sqlite3.Connection, text: str, smart: SmartList) -> None:
    query = parse_query(text)
    for index, term in enumerate(query.terms):
        assert text[term.start : term.end] == term.text
        assert len(parse_query(query.remove_term(index)).terms) <= len(query.terms)
    assert clip_search.list_ids(database, text, SortOrder(), smart) == []
    page = clip_search.read_page(database, text, SortOrder("title"), smart, 5, PageCursor("a", 1))
    assert page.ids == []
    # Whether a clip can be compared is known in the library alone.
    if not any(name in text.lower() for name in ("similar:", "like:")):
        assert page.problem == query.problem
    assert clip_search.count_clips(database, text, smart) == 0


def test_every_field_of_the_language_is_known() -> None:
    named = "title sound lyrics tag note model op account service seed key bpm length stars fav "
    named += "unheard added lyrics_strength sound_strength weirdness parent root has is press take "
    named += "price exported list cover_strength from to loudness truepeak plays judged beat lost "
    named += "blind similar artist album genre preset"
    assert set(SEARCH_FIELDS) == set(named.split())
    values = {"op": "create", "key": "Fm", "has": "cover", "is": "upload", "added": "today"}
    for name in SEARCH_FIELDS:
        number = "1" if name not in {"fav", "unheard", "judged", "blind"} else "yes"
        assert parse_query(f"{name}:{values.get(name, number)}").problem == "", name
