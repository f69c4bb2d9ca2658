"""Searches that were used: kept without mistakes, forgotten and remembered again."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from producer_studio.domain.errors import StorageError
from producer_studio.library.past_query import PastQuery
from producer_studio.library.past_query_repository import MAX_PAST_QUERIES
from producer_studio.settings.paths import default_paths
from producer_studio.studio.studio import Studio
from tests.integration.studio.conftest import NO_DEMO
from tests.support.small_disk import mounted_small_disk

pytestmark = pytest.mark.anyio


async def open_studio(folder: Path, library: Path | None = None) -> Studio:
    environ = {"PRODUCER_STUDIO_HOME": str(folder)}
    if library is not None:
        environ["PRODUCER_STUDIO_LIBRARY"] = str(library)
    return await Studio.open(default_paths(environ), environ, NO_DEMO)


async def queries(studio: Studio) -> list[tuple[str, int]]:
    return [(one.query, one.uses) for one in await studio.search_history.list_latest()]


async def test_the_latest_search_comes_first_and_is_counted(tmp_path: Path) -> None:
    studio = await open_studio(tmp_path)
    for query in ("rain", " stars:>3 ", "starz:>3", "  ", "rain"):
        await studio.search_history.record(query)
    assert await queries(studio) == [("rain", 2), ("stars:>3", 1)]
    await studio.close()


async def test_searches_are_forgotten_and_remembered_again(tmp_path: Path) -> None:
    studio, other = await open_studio(tmp_path), await open_studio(tmp_path)
    for query in ("rain", "snow"):
        await studio.search_history.record(query)
    (snow, _rain) = await studio.search_history.list_latest()
    assert await studio.search_history.forget([snow]) is not None
    assert await queries(other) == [("rain", 1)]
    assert await studio.search_history.forget([snow]) is None
    await other.search_history.record("snow")
    assert await studio.search_history.forget_all() is not None
    assert await queries(studio) == []
    for _ in range(2):
        assert await studio.clips.undo() is not None
    assert sorted(await queries(studio)) == [("rain", 1), ("snow", 1)]
    await studio.close()
    await other.close()


async def test_only_so_many_are_kept(tmp_path: Path) -> None:
    studio = await open_studio(tmp_path)
    then = datetime(2020, 1, 1, tzinfo=UTC)
    old = [PastQuery(f"rain {n}", 2, then + timedelta(n)) for n in range(MAX_PAST_QUERIES)]
    await studio._library.past_queries.add(old)
    await studio.search_history.record("snow")
    found = await queries(studio)
    assert len(found) == MAX_PAST_QUERIES
    assert (found[0], found[-1]) == (("snow", 1), ("rain 1", 2))
    await studio.close()


def make_read_only(disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)


async def test_a_library_that_can_only_be_read_remembers_nothing(tmp_path: Path) -> None:
    with mounted_small_disk(tmp_path / "disk") as disk:
        studio = await open_studio(tmp_path, disk / "library")
        await studio.search_history.record("rain")
        await studio.close()
        make_read_only(disk)
        studio = await open_studio(tmp_path, disk / "library")
        await studio.search_history.record("snow")
        assert await queries(studio) == [("rain", 1)]
        with pytest.raises(StorageError, match="restart the studio"):
            await studio.search_history.forget_all()
        await studio.close()
