"""Completion of queries: fields, and the values that clips have, with their counts."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from producer_studio.domain.clip import AudioMeasurements, Clip
from producer_studio.domain.ids import (
    AccountName,
    ClipId,
    new_playlist_id,
    new_playlist_item_id,
    new_saved_search_id,
)
from producer_studio.domain.operation import Operation
from producer_studio.domain.playlist import Playlist, PlaylistItem
from producer_studio.library.library import Library
from producer_studio.library.list_repository import ListChanges
from producer_studio.library.saved_search import SavedSearch
from producer_studio.library.search.parser import parse_query, term_at
from producer_studio.library.search.suggestions import suggest_terms

pytestmark = [pytest.mark.anyio, pytest.mark.keeps_threads("library-")]


ADDED = datetime(2026, 3, 15, 12, tzinfo=UTC)


def clip(name: str, **values: object) -> Clip:
    known = {"account": AccountName("studio"), "title": name, "added_at": ADDED} | values
    return Clip(id=ClipId(name), **known)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
async def library(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Library]:
    """One for the whole table: nothing here changes it."""
    library = await Library.open(tmp_path_factory.mktemp("suggestions"))
    old = ADDED - timedelta(days=900)
    key = AudioMeasurements(key="F minor")
    await library.clips.add(
        [
            clip("a", tags=("late night", "Keeper"), model="FUZZ-2.0", seed="42", measured=key),
            clip("b", tags=("late night",), model="FUZZ-2.0 Pro", seed="42", added_at=old),
            clip("c", tags=("latin",), model="FUZZ-2.0", seed="421", operation=Operation.COVER),
            clip("d", tags=("gone",), model="OLD", trashed_at=old, favourite=True),
            clip("e", tags=("Éclair",), stars=4, favourite=True, key_override="Ab major"),
        ]
    )
    yield library
    await library.close()


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("tag:", ["late night 2", "Keeper 1", "latin 1", "Éclair 1"]),
        ("tag:la", ["late night 2", "latin 1"]),
        ("tag:NIGHT", ["late night 2"]),
        ("tag:ecl", ["Éclair 1"]),
        ("tag:gone", []),
        ("model:", ["FUZZ-2.0 2", "FUZZ-2.0 Pro 1"]),
        ("model:pro", ["FUZZ-2.0 Pro 1"]),
        ("key:", ["Ab major 1", "F minor 1"]),
        ("op:", ["create 3", "cover 1"]),
        ("seed:4", ["42 2"]),
        ("stars:", ["0 3", "4 1"]),
        ("is:fav", ["favourite 1"]),
        ("is:tr", ["trashed 1"]),
        ("fav:", ["yes 1", "no 3"]),
        ("added:last", []),
        ("added:tod", ["today 3"]),
        ("bpm:", []),
        ("title:a", []),
        ("nonsense:", []),
    ],
)
async def test_values_are_counted(library: Library, typed: str, terms: list[str]) -> None:
    now = ADDED.astimezone()  # else the clips would be of yesterday after midnight
    found = await library.context.database.read(suggest_terms, typed, len(typed), now)
    shown = [f"{item.term.split(':', 1)[1]} {item.count}".replace('"', "") for item in found.items]
    assert shown == terms
    assert (found.start, found.end) == (0, len(typed))


@pytest.mark.parametrize(
    "typed",
    ["tag:", "-tag:la", "model:", "key:", "op:", "seed:4", "stars:", "fav:", "account:", "la"],
)
async def test_a_suggestion_finds_as_many_clips_as_it_says(library: Library, typed: str) -> None:
    found = await library.clips.suggest_terms(typed, len(typed))
    values = [item for item in found.items if item.count is not None]
    assert values
    for item in values:
        positive = item.term.removeprefix("-")
        assert parse_query(item.term).problem == ""
        # A text matches every longer one; a value in quotes only itself.
        assert await library.clips.count(positive) >= (item.count or 0)


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("st", ["stars:", "sound:"]),
        ("-st", ["-stars:", "-sound:"]),
        ("tru", ["truepeak:"]),
        ("cred", ["price:"]),
        ("lati", ["tag:latin"]),
        ("fuzz", ["model:FUZZ-2.0", 'model:"FUZZ-2.0 Pro"']),
        ("zzz", []),
    ],
)
async def test_a_word_suggests_fields_tags_and_models(
    library: Library, typed: str, terms: list[str]
) -> None:
    found = await library.clips.suggest_terms(typed, len(typed))
    assert sorted(item.term for item in found.items) == sorted(terms)


async def test_a_short_name_comes_first_and_an_alias_last(library: Library) -> None:
    fields = (await library.clips.suggest_terms("ta", 2)).items
    assert [item.term for item in fields] == ["tag:", "take:"]
    fields = (await library.clips.suggest_terms("st", 2)).items
    assert [item.term for item in fields] == ["stars:", "sound:"]


async def test_lists_are_suggested_by_their_names(tmp_path: Path) -> None:
    library = await Library.open(tmp_path)
    night = Playlist(id=new_playlist_id(), name="Late night", position=1.0)
    search = SavedSearch(id=new_saved_search_id(), name="Lofi", query="lofi")
    items = [
        PlaylistItem(new_playlist_item_id(), night.id, ClipId(name), float(place))
        for place, name in enumerate(["a", "a", "gone"])
    ]
    await library.clips.add([clip("a"), clip("gone", trashed_at=ADDED)])
    await library.lists.replace(
        ListChanges([(None, search)], [(None, night)], [(None, item) for item in items])
    )
    found = await library.clips.suggest_terms("-list:", 6)
    assert [(item.term, item.label, item.count) for item in found.items] == [
        ('-list:"Late night"', "", 1),
        ("-list:Lofi", "Saved search", None),
    ]
    assert len((await library.clips.suggest_terms("list:ni", 7)).items) == 1
    assert await library.clips.count_values("list") == [("Late night", 1), ("Lofi", 0)]
    await library.close()


async def test_a_field_of_numbers_has_an_example(library: Library) -> None:
    found = await library.clips.suggest_terms("rain bpm:", 9)
    assert (found.start, found.items) == (5, ())
    assert "bpm:80..95" in found.example


@pytest.mark.parametrize(
    ("text", "position", "part"),
    [
        ("", 0, ""),
        ("rain", 4, "rain"),
        ("rain ta", 7, "ta"),
        ("rain tag:la more", 9, "tag:la"),
        ('tag:"late ni', 12, 'tag:"late ni'),
        ('tag:"late night" st', 19, "st"),
        ("rain ", 5, ""),
        ("a | tag:", 8, "tag:"),
        ("-tag:x", 3, "-tag:x"),
    ],
)
def test_the_term_at_the_cursor(text: str, position: int, part: str) -> None:
    start, end = term_at(text, position)
    assert text[start:end] == part


async def test_values_of_a_field_for_the_command_line(library: Library) -> None:
    assert await library.clips.count_values("TAGS") == [
        ("late night", 2),
        ("Keeper", 1),
        ("latin", 1),
        ("Éclair", 1),
    ]
    with pytest.raises(KeyError):
        await library.clips.count_values("nonsense")
