"""Saved searches and playlists: every change is undone and redone, and seen by other processes."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.domain.playlist import Playlist
from producer_studio.settings.paths import default_paths
from producer_studio.studio.clips import SmartList, SortOrder, UndoStep, change_message
from producer_studio.studio.events import ListsChanged
from producer_studio.studio.studio import Studio
from producer_studio.studio.user_lists import SavedSearch
from tests.integration.studio.conftest import NO_DEMO

pytestmark = pytest.mark.anyio
A, B, C = ClipId("aaa"), ClipId("bbb"), ClipId("ccc")
BY_STARS = SortOrder("rating")


@pytest.fixture
async def studio(tmp_path: Path) -> AsyncIterator[Studio]:
    studio = await open_studio(tmp_path)
    clips = [Clip(id=one, title=f"Song {one}", stars=stars) for one, stars in ((A, 1), (B, 5))]
    await studio._library.clips.add([*clips, Clip(id=C, title="Third", favourite=True)])
    yield studio
    await studio.close()


async def open_studio(folder: Path) -> Studio:
    environ = {"PRODUCER_STUDIO_HOME": str(folder)}
    return await Studio.open(default_paths(environ), environ, NO_DEMO)


def message(step: UndoStep | None) -> str:
    assert step is not None
    return change_message(step)


async def undo(studio: Studio) -> str:
    step = await studio.clips.undo()
    assert step is not None
    return step.message


async def redo(studio: Studio) -> str:
    step = await studio.clips.redo()
    assert step is not None
    return step.message


async def names(studio: Studio) -> list[str]:
    return [one.name for one in await studio.lists.list_all()]


async def found_search(studio: Studio, name: str) -> SavedSearch:
    (found,) = [one for one in await studio.lists.list_all() if one.name == name]
    assert isinstance(found, SavedSearch)
    return found


async def new_playlist(studio: Studio, name: str, clips: Sequence[ClipId] = ()) -> Playlist:
    assert await studio.playlists.create(name, clips) is not None
    return (await studio.playlists.list_all())[-1]


async def songs(studio: Studio, playlist: Playlist) -> str:
    return " ".join(item.clip for item in await studio.playlists.list_items(playlist.id))


async def test_changes_of_saved_searches_are_undone_and_redone(studio: Studio) -> None:
    saved = studio.saved_searches
    said = message(await saved.save("  Best ", "song stars:>3", BY_STARS, SmartList.ALL))
    assert said == "Smart list “Best” saved."
    await saved.save("Best", "third", SortOrder(), SmartList.FAVOURITES)
    assert await names(studio) == ["Best", "Best 2"]
    best = await found_search(studio, "Best")
    assert (best.query, best.sort, best.smart_list) == ("song stars:>3", BY_STARS, SmartList.ALL)
    other = await found_search(studio, "Best 2")
    assert other.smart_list is SmartList.FAVOURITES
    assert [await studio.lists.count(one) for one in (best, other)] == [1, 1]
    await saved.change(best, "song", SortOrder(), SmartList.ALL)
    assert await studio.lists.count(await found_search(studio, "Best")) == 2
    await studio.lists.rename(await found_search(studio, "Best"), "Songs")
    await studio.lists.move(await found_search(studio, "Best 2"), 0)
    await studio.lists.delete(await found_search(studio, "Songs"))
    assert await names(studio) == ["Best 2"]
    assert await undo(studio) == "“Songs” restored."
    assert await undo(studio) == "“Best 2” moved back."
    assert await names(studio) == ["Songs", "Best 2"]
    assert await undo(studio) == "The list is called “Best” again."
    assert await undo(studio) == "Smart list “Best” has its earlier search again."
    assert await found_search(studio, "Best") == best
    for _ in range(4):
        await redo(studio)
    assert await names(studio) == ["Best 2"]


async def test_changes_of_playlists_are_undone_and_redone(studio: Studio) -> None:
    events: list[ListsChanged] = []
    studio.events.subscribe(ListsChanged, events.append)
    own = await new_playlist(studio, "Night drive", [A, B])
    assert message(await studio.playlists.add(own, [C, A])) == "2 clips added to “Night drive”."
    assert await songs(studio, own) == "aaa bbb ccc aaa"
    assert await studio.lists.count(own) == 4
    items = await studio.playlists.list_items(own.id)
    # Two that are apart keep their order.
    await studio.playlists.move(own, {items[1].id, items[3].id}, items[0].id)
    assert await songs(studio, own) == "bbb aaa aaa ccc"
    assert await studio.playlists.move(own, {items[1].id}, items[1].id) is None
    await studio.playlists.add(own, [C], items[0].id)
    assert await songs(studio, own) == "bbb aaa ccc aaa ccc"
    await studio.playlists.remove(own, {items[2].id, items[3].id})
    assert await songs(studio, own) == "bbb ccc aaa"
    await studio.lists.delete(own)
    assert await studio.playlists.list_all() == []
    assert await undo(studio) == "“Night drive” restored."
    assert await songs(studio, own) == "bbb ccc aaa"
    assert await undo(studio) == "2 clips back in “Night drive”."
    assert await songs(studio, own) == "bbb aaa ccc aaa ccc"
    await undo(studio)
    assert await undo(studio) == "2 clips moved back in “Night drive”."
    assert await songs(studio, own) == "aaa bbb ccc aaa"
    for _ in range(2):
        await undo(studio)
    assert await studio.playlists.list_all() == []
    assert len(events) == 12
    for _ in range(5):
        await redo(studio)
    assert await songs(studio, own) == "bbb ccc aaa"


async def test_clips_of_the_trash_return_to_their_places(studio: Studio) -> None:
    own = await new_playlist(studio, "Set", [A, B, C, B])
    await studio.clips.trash([B])
    assert await songs(studio, own) == "aaa ccc"
    assert await studio.lists.count(own) == 2
    # A clip that moves past one in the trash leaves it where it is.
    (first, last) = await studio.playlists.list_items(own.id)
    await studio.playlists.move(own, {first.id}, None)
    await studio.clips.restore([B])
    assert await songs(studio, own) == "bbb ccc bbb aaa"
    assert last.clip == C


async def test_items_of_clips_deleted_for_good_do_not_come_back(studio: Studio) -> None:
    own = await new_playlist(studio, "Set", [A, B])
    items = await studio.playlists.list_items(own.id)
    await studio.playlists.remove(own, {one.id for one in items})
    await studio.clips.trash([B])
    await studio.clips.delete([B])
    await studio.clips.undo()
    assert await songs(studio, own) == "aaa"


async def test_undo_of_a_new_playlist_keeps_clips_that_were_added_since(studio: Studio) -> None:
    created = await studio.playlists.create("Evening", [A, B])
    [evening] = await studio.playlists.list_all()
    await studio.playlists.add(evening, [C])
    undone = await studio.clips.undo(created)
    assert undone is not None
    assert undone.message == "Nothing was undone: it has since been changed."
    assert [item.clip for item in await studio.playlists.list_items(evening.id)] == [A, B, C]
    # In the order of the changes, both are undone.
    assert await undo(studio) == "1 clip removed from “Evening”."
    assert await undo(studio) == "Playlist “Evening” removed."
    assert await studio.playlists.list_all() == []


async def test_moves_by_a_held_key_are_one_step(studio: Studio) -> None:
    """They would push all other steps out of the history."""
    own = await new_playlist(studio, "Set", [A, B, C])
    first, second, third = await studio.playlists.list_items(own.id)
    for before in (third.id, None):
        await studio.playlists.move(own, {first.id}, before, continues=True)
    assert await songs(studio, own) == "bbb ccc aaa"
    await studio.playlists.move(own, {second.id}, None, continues=True)
    assert await undo(studio) == "1 clip moved back in “Set”."
    assert await songs(studio, own) == "bbb ccc aaa"
    await undo(studio)
    assert await songs(studio, own) == "aaa bbb ccc"
    await redo(studio)
    assert await songs(studio, own) == "bbb ccc aaa"
    await studio.playlists.create("Other")
    await studio.playlists.create("Third")
    for place in (1, 2):
        [moved] = [one for one in await studio.lists.list_all() if one.name == "Set"]
        await studio.lists.move(moved, place, continues=True)
    assert await names(studio) == ["Other", "Third", "Set"]
    assert await undo(studio) == "“Set” moved back."
    assert await names(studio) == ["Set", "Other", "Third"]


async def test_many_moves_to_one_place_keep_the_order(studio: Studio) -> None:
    own = await new_playlist(studio, "Set", [A, B, C])
    for _ in range(120):
        items = await studio.playlists.list_items(own.id)
        await studio.playlists.move(own, {items[2].id}, items[1].id)
    assert await songs(studio, own) == "aaa bbb ccc"
    await studio.clips.undo()
    assert await songs(studio, own) == "aaa ccc bbb"


async def test_another_process_sees_changes(studio: Studio, tmp_path: Path) -> None:
    other = await open_studio(tmp_path)
    events: list[ListsChanged] = []
    other.events.subscribe(ListsChanged, events.append)
    own = await new_playlist(studio, "Set", [A])
    await other.external_changes.publish_new()
    assert events == [ListsChanged()]
    assert await songs(other, own) == "aaa"
    assert message(await other.lists.rename(own, "Other")) == "“Set” is called “Other” now."
    # What this process would undo is no longer as it was.
    assert (await undo(studio)).startswith("Nothing was undone")
    await other.close()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("list:drive", "aaa ccc"),
        ('list:"night DRIVE"', "aaa ccc"),
        ('list:"drive"', ""),
        ("-list:drive", "bbb"),
        ("is:listed", "aaa ccc"),
        ("list:best", "bbb"),
        ("list:best | list:drive", "aaa bbb ccc"),
        ("list:loop", "bbb"),
        ("list:liked", "ccc"),
    ],
)
async def test_lists_are_found_by_name(studio: Studio, query: str, found: str) -> None:
    await studio.playlists.create("Night drive", [A, C, C])
    save = studio.saved_searches.save
    await save("Best", "song stars:>3", BY_STARS, SmartList.ALL)
    # A list that names itself is no part of itself.
    await save("Loop", "list:loop | list:best", SortOrder(), SmartList.ALL)
    await save("Liked", "", SortOrder(), SmartList.FAVOURITES)
    assert " ".join(sorted(await studio.clips.list_ids(query))) == found
    assert await studio.clips.count(query) == len(found.split())


async def test_a_playlist_is_searched_and_sorted(studio: Studio) -> None:
    own = await new_playlist(studio, "Set", [B, A, C, A])
    clips = studio.clips

    async def listed(query: str, sort: SortOrder | None = None) -> str:
        found = await clips.list_playlist(own.id, query, sort)
        return " ".join(found.clips_of(found.rows))

    assert await listed("song") == "bbb aaa aaa"
    assert await listed("", BY_STARS) == "bbb aaa aaa ccc"
    filled = await clips.playlist_with_rows(own.id, "stars:", None, 2, {B})
    assert [clip.id for clip in filled.rows.clips] == [A]
    assert (filled.page.problem != "", len(filled.listed.rows)) == (True, 4)
