"""Plays are counted when something was heard, and positions are kept."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId, new_clip_id
from producer_studio.domain.library_change import LibraryChange
from producer_studio.settings.paths import default_paths
from producer_studio.studio.clips import SortOrder
from producer_studio.studio.play_history import HEARD_S
from producer_studio.studio.studio import Studio
from tests.integration.studio.conftest import NO_DEMO

pytestmark = pytest.mark.anyio


@pytest.fixture
async def studio(tmp_path: Path) -> AsyncIterator[Studio]:
    environ = {"PRODUCER_STUDIO_HOME": str(tmp_path)}
    studio = await Studio.open(default_paths(environ), environ, NO_DEMO)
    yield studio
    await studio.close()


async def added(studio: Studio, title: str = "Song") -> ClipId:
    clip = Clip(id=new_clip_id(), title=title)
    await studio._library.clips.add([clip])
    return clip.id


async def stored(studio: Studio, clip: ClipId) -> Clip:
    found = await studio.clips.get(clip)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("played_s", "reached_end", "counts"),
    [(HEARD_S, False, True), (HEARD_S - 0.1, False, False), (3.0, True, True), (0.0, False, False)],
)
async def test_a_play_counts_after_ten_seconds_or_at_the_end(
    studio: Studio, played_s: float, reached_end: bool, counts: bool
) -> None:
    clip = await added(studio)
    changes: list[LibraryChange] = []
    studio.events.subscribe(LibraryChange, changes.append)
    origin = object()
    is_counted = await studio.play_history.record_play(
        clip, played_s, reached_end=reached_end, origin=origin
    )
    found = await stored(studio, clip)
    assert is_counted is counts
    assert (found.plays, found.heard) == (int(counts), counts)
    assert (found.played_at is not None) is counts
    assert [change.origin for change in changes] == ([origin] if counts else [])


async def test_plays_are_searched_and_sorted_by_and_not_undone(studio: Studio) -> None:
    once, twice, never = [await added(studio, title) for title in ("a", "b", "c")]
    await studio.clips.edit([twice], stars=4)
    for clip in (once, twice, twice):
        await studio.play_history.record_play(clip, 60.0)
    assert await studio.clips.list_ids("plays:>1") == [twice]
    assert set(await studio.clips.list_ids("plays:0")) == {never}
    assert await studio.clips.list_ids("", SortOrder("plays")) == [twice, once, never]
    assert await studio.clips.undo() is not None
    found = await stored(studio, twice)
    assert (found.stars, found.plays, found.heard) == (0, 2, True)
    await studio._library.clips.wait_for_sidecars()
    folder = await studio.clips.find_folder(twice)
    assert folder is not None
    assert json.loads((folder / "recipe.json").read_text("utf-8"))["plays"] == 2


async def test_a_position_is_kept_for_each_clip_and_forgotten_at_its_end(studio: Studio) -> None:
    first, second = await added(studio), await added(studio)
    await studio.play_history.store_position(first, 12.5)
    await studio.play_history.store_position(second, 3.0)
    await studio.play_history.store_position(second, 0.0)
    await studio.play_history.store_position(ClipId("gone"), 5.0)
    assert await studio.play_history.load_position(first) == 12.5
    assert await studio.play_history.load_position(second) == 0.0
    assert await studio.play_history.load_position(ClipId("gone")) == 0.0
    assert not await studio.play_history.record_play(ClipId("gone"), 60.0)
    # A position changes all the time, and is not in the clip's file.
    assert await studio._library.clips.get(first) == await stored(studio, first)
    await studio.clips.trash([first])
    await studio.clips.delete([first])
    assert await studio.play_history.load_position(first) == 0.0
