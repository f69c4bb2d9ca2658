"""What a query finds, and in which order."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from producer_studio.domain.clip import AudioMeasurements, Clip, MediaState
from producer_studio.domain.ids import AccountName, ClipId
from producer_studio.domain.library_change import ClipField
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.library import Library, PageCursor, SmartList, SortOrder
from producer_studio.library.fields import SORTS
from tests.support.library_fixtures import START

pytestmark = [pytest.mark.anyio, pytest.mark.keeps_threads("library-")]


@dataclass
class Shelf:
    library: Library

    async def names(
        self,
        query: str = "",
        smart: SmartList = SmartList.ALL,
        sort: SortOrder = SortOrder(),  # noqa: B008 - immutable
    ) -> str:
        ids = await self.library.clips.list_ids(query, sort, smart)
        assert await self.library.clips.count(query, smart) == len(ids)
        page = await self.library.clips.page(query, sort, smart)
        assert page.ids == ids
        return " ".join(ids)


def clips() -> list[Clip]:
    now = datetime.now(UTC)
    return [
        Clip(
            id=ClipId("rain"),
            title="Café Rain",
            sound="warm lofi piano",
            lyrics="[Verse]\nThe night is long, don't go",
            tags=("late night",),
            notes="second verse is best",
            model="FUZZ-2.0 Pro",
            account=AccountName("studio"),
            service="musicapi",
            seed="42",
            stars=4,
            favourite=True,
            heard=True,
            measured=AudioMeasurements(duration_s=149.5, bpm=92.2, key="F minor"),
            recipe=Recipe(weirdness=0.7, lyrics_strength=0.5),
            cover=Path("/c.png"),
            added_at=START,
        ),
        Clip(
            id=ClipId("tokyo"),
            title="東京の夜",
            sound="シティポップ, ＦＭ synth",
            lyrics="밤하늘의 별",
            operation=Operation.COVER,
            model="FUZZ-1.0",
            parent=ClipId("rain"),
            stars=2,
            measured=AudioMeasurements(duration_s=200, bpm=120.4, key="Ab major"),
            recipe=Recipe(weirdness=0.2, sound_strength=0.9, instrumental=True),
            added_at=START + timedelta(days=1),
        ),
        Clip(
            id=ClipId("vocals"),
            title="Ärger (vocals)",
            stem="vocals",
            parent=ClipId("tokyo"),
            operation=Operation.STEMS,
            model="FUZZ-2.0",
            media=MediaState.MISSING,
            measured=AudioMeasurements(duration_s=30, key="C", bpm=140.0),
            bpm_override=70.0,
            key_override="Eb minor",
            video=Path("/v.mp4"),
            added_at=now - timedelta(days=3),
        ),
        Clip(
            id=ClipId("up"),
            title="Zug 10%_x",
            sound="rainy street",
            operation=Operation.UPLOAD,
            heard=True,
            added_at=now - timedelta(minutes=1),
        ),
        Clip(id=ClipId("gone"), title="Old rain", trashed_at=START, added_at=START),
    ]


@pytest.fixture(scope="module")
async def shelf(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shelf]:
    """One for the whole table: nothing here changes it."""
    library = await Library.open(tmp_path_factory.mktemp("shelf"))
    await library.clips.add(clips())
    yield Shelf(library)
    await library.close()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "up vocals tokyo rain"),
        ("rain", "up rain"),
        ("RAI", "up rain"),
        ('"rain"', "rain"),
        ("cafe", "rain"),
        ("CAFÉ", "rain"),
        ("arger", "vocals"),
        ("don't", "rain"),
        ("夜", "tokyo"),
        ("京の", "tokyo"),
        ("京夜", ""),
        ("してぃ", ""),
        ("ティポ", "tokyo"),
        ("fm", "tokyo"),
        ("하늘", "tokyo"),
        ("best", "rain"),
        ("late", "rain"),
        ('"night is"', "rain"),
        ('"is night"', ""),
        ("rain piano", "rain"),
        ("rain -piano", "up"),
        ("-rain", "vocals tokyo"),
        ("-rain -夜", "vocals"),
        ("piano | street", "up rain"),
        ("rain piano | street", "up rain"),
        ("rain stars:4 | op:upload", "up rain"),
        ("-piano | stars:4", "up vocals tokyo rain"),
        ("title:rain", "rain"),
        ("sound:rain", "up"),
        ("-sound:rain", "vocals tokyo rain"),
        ("lyrics:night", "rain"),
        ("tag:late", "rain"),
        ("note:verse", "rain"),
        ("model:2.0", "vocals rain"),
        ('model:"fuzz-2.0"', "vocals"),
        ("op:cover", "tokyo"),
        ("account:stud", "rain"),
        ("service:musicapi", "rain"),
        ("seed:42", "rain"),
        ("key:Fm", "rain"),
        ("key:f", "rain"),
        ("key:G#", "tokyo"),
        ("bpm:80..95", "rain"),
        ("tempo:80..95", "rain"),
        ("bpm:120", "tokyo"),
        ("bpm:70", "vocals"),
        ("bpm:140", ""),
        ("bpm:~60", "tokyo"),
        ("bpm:~140", "vocals"),
        ("-bpm:~60", "up vocals rain"),
        ("exported:yes", ""),
        ("is:exported", ""),
        ("-is:exported price:0..", ""),
        ("key:Ebm", "vocals"),
        ("key:D#m", "vocals"),
        ("key:C", ""),
        ("-bpm:80..95", "up vocals tokyo"),
        ("length:<2:30 length:>0", "vocals rain"),
        ("stars:>3", "rain"),
        ("stars:2..4", "tokyo rain"),
        ("fav:yes", "rain"),
        ("-fav:yes", "up vocals tokyo"),
        ("unheard:yes", "vocals tokyo"),
        ("unheard:no", "up rain"),
        ("added:<7d", "up vocals"),
        ("added:<1h", "up"),
        ("added:2026-02-01", "rain"),
        ("lyrics_strength:0.5", "rain"),
        ("sound_strength:>0.5", "tokyo"),
        ("weirdness:>=0.7", "rain"),
        ("parent:rain", "tokyo"),
        ("-parent:rain", "up vocals rain"),
        ("root:rain", "vocals tokyo rain"),
        ("has:video", "vocals"),
        ("has:stems", "tokyo"),
        ("has:lyrics", "tokyo rain"),
        ("has:cover", "rain"),
        ("is:instrumental", "tokyo"),
        ("is:upload", "up"),
        ("is:missing", "vocals"),
        ("is:trashed", "gone"),
        ("is:trashed rain", "gone"),
        ("rain | is:trashed", "up rain gone"),
        ("-is:trashed rain", "up rain"),
        ("title:10%", "up"),
        ("parent:%", ""),
        ("model:F_ZZ", ""),
        ("nonsense:1 rain", "up rain"),
        ("stars:many", "up vocals tokyo rain"),
    ],
)
async def test_what_is_found(shelf: Shelf, query: str, found: str) -> None:
    expected = found.split()
    got = (await shelf.names(query)).split()
    assert sorted(got) == sorted(expected)


@pytest.mark.parametrize(
    ("smart", "found"),
    [
        (SmartList.ALL, "up vocals tokyo rain"),
        (SmartList.FAVOURITES, "rain"),
        (SmartList.UNHEARD, "vocals tokyo"),
        (SmartList.UPLOADS, "up"),
        (SmartList.LYRICS, ""),
        (SmartList.VIDEOS, "vocals"),
        (SmartList.TRASH, "gone"),
    ],
)
async def test_smart_lists(shelf: Shelf, smart: SmartList, found: str) -> None:
    assert await shelf.names(smart=smart) == found
    assert await shelf.names("ra", smart=smart) == " ".join(
        name for name in found.split() if name in {"rain", "up", "gone"}
    )


@pytest.mark.parametrize(
    ("key", "descending", "order"),
    [
        ("added", True, "up vocals tokyo rain"),
        ("added", False, "rain tokyo vocals up"),
        ("title", False, "vocals rain up tokyo"),
        ("title", True, "tokyo up rain vocals"),
        ("model", False, "up tokyo vocals rain"),
        ("length", True, "tokyo rain vocals up"),
        ("length", False, "up vocals rain tokyo"),
        ("rating", True, "rain tokyo up vocals"),
    ],
)
async def test_orders(shelf: Shelf, key: str, descending: bool, order: str) -> None:
    sort = SortOrder(key, descending)
    assert await shelf.names(sort=sort) == order
    filtered = " ".join(name for name in order.split() if name in {"rain", "up"})
    assert await shelf.names("ra", sort=sort) == filtered


@pytest.mark.parametrize("key", list(SORTS))
@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("query", ["", "night"])
async def test_pages_join_to_the_whole(
    library: Library, make_clip: type[Clip], key: str, descending: bool, query: str
) -> None:
    same = [make_clip(f"Night {number % 3}", stars=number % 2) for number in range(11)]
    await library.clips.add(same)
    sort = SortOrder(key, descending)
    whole = await library.clips.list_ids(query, sort)
    assert len(whole) == len(same)
    joined: list[ClipId] = []
    after: PageCursor | None = None
    while True:
        page = await library.clips.page(query, sort, limit=4, after=after)
        joined += page.ids
        after = page.next
        if after is None:
            break
    assert joined == whole


async def test_edited_words_are_found_and_old_ones_are_not(library: Library) -> None:
    await library.clips.add(clips())
    shelf = Shelf(library)
    await library.clips.edit(
        [ClipId("rain")], {ClipField.TITLE: "Morning snow", ClipField.TAGS: ("winter",)}
    )
    assert await shelf.names("snow winter") == "rain"
    assert await shelf.names("cafe | late") == ""
    assert await shelf.names("piano") == "rain"


async def test_a_page_says_what_it_could_not_read(shelf: Shelf) -> None:
    page = await shelf.library.clips.page("rain stars:many")
    assert set(page.ids) == {"up", "rain"}
    assert "stars:>3" in page.problem


async def test_a_cancelled_search_frees_its_reader(shelf: Shelf) -> None:
    stale = [asyncio.create_task(shelf.library.clips.list_ids("r")) for _ in range(20)]
    await asyncio.sleep(0)
    for task in stale:
        task.cancel()
    assert await shelf.names("rain") == "up rain"
    results = await asyncio.gather(*stale, return_exceptions=True)
    # The first may have been read already when it was cancelled.
    assert all(isinstance(result, asyncio.CancelledError | list) for result in results)
    assert any(isinstance(result, asyncio.CancelledError) for result in results)


@pytest.mark.parametrize(
    ("title", "queries"),
    [
        ("Björk", ("bjork", "Björk", "BJÖRK", "bjo")),
        ("Søren", ("soren", "søren", "SØREN", "sø", "title:soren")),
        ("Łódź", ("lodz", "łódź", "ŁÓDŹ", "title:ł", '"lodz"')),
        ("Đặng", ("dang", "đặng", "Đặng", "đ")),
        ("Æther", ("aether", "æther", "ÆTHER", "æ", "ae")),
        ("Cœur", ("coeur", "cœur", "CŒUR")),
        ("Straße", ("strasse", "straße", "STRASSE", "STRAẞE", "stras")),
        ("Soren aether strasse", ("søren", "æther", "straße", "sø æ")),
        ("Ísland þú", ("island", "thu", "þú")),
        ("Ǿrsted ǽr", ("orsted", "ørsted", "aer")),
        ("Işık", ("isik", "ışık", "IŞIK")),
    ],
)
async def test_letters_are_found_as_people_type_them(
    library: Library, make_clip: type[Clip], title: str, queries: tuple[str, ...]
) -> None:
    clip = make_clip(title)
    await library.clips.add([clip, make_clip("Other")])
    for query in queries:
        assert await library.clips.list_ids(query) == [clip.id], query


@pytest.mark.parametrize("query", ["account:soren", "account:SØREN", "account:r&b", "account:øren"])
async def test_accounts_are_found_as_people_type_them(
    library: Library, make_clip: type[Clip], query: str
) -> None:
    mine = make_clip("Rain", account=AccountName("Søren R&B"))
    await library.clips.add([mine, make_clip("Rain", account=AccountName("other"))])
    assert await library.clips.list_ids(query) == [mine.id]
    assert await library.clips.list_ids("account:%") == []


async def test_plain_letters_sort_where_they_are_typed(
    library: Library, make_clip: type[Clip]
) -> None:
    await library.clips.add([make_clip(title) for title in ("Zug", "Øre", "Łan", "Mond", "Pol")])
    ids = await library.clips.list_ids(sort=SortOrder("title", descending=False))
    titles = [clip.title for clip in await library.clips.get_many(ids)]
    assert titles == ["Łan", "Mond", "Øre", "Pol", "Zug"]
