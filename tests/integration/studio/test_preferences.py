"""Choices: in force at once, on disk a moment later, and read whatever the file holds."""

import asyncio
import threading
from collections.abc import Collection
from pathlib import Path

import pytest

from producer_studio.domain.ids import AccountName
from producer_studio.settings.preferences import Preferences, PreferencesFile
from producer_studio.studio.drafts import Drafts
from producer_studio.studio.events import Events, Notice, NoticeLevel
from producer_studio.studio.preferences import PreferencesChanged, PreferenceStore
from tests.integration.studio.conftest import open_bench

pytestmark = pytest.mark.anyio


async def test_a_change_is_in_force_at_once_and_on_disk_at_the_end(tmp_path: Path) -> None:
    events = Events()
    told: list[PreferencesChanged] = []
    events.subscribe(PreferencesChanged, told.append)
    file = tmp_path / "preferences.json"
    store = PreferenceStore(PreferencesFile(file), events)
    await store.load()
    store.change(volume=0.25)
    store.change(volume=0.25)
    store.change(active_account=AccountName("mine"), volume=0.5)
    assert store.value.volume == 0.5
    assert [one.names for one in told] == [{"volume"}, {"active_account", "volume"}]
    assert not file.exists()
    await store.close()
    assert PreferencesFile(file).load() == store.value


async def test_two_processes_choose_keys_without_losing_those_of_the_other(
    tmp_path: Path,
) -> None:
    file = tmp_path / "preferences.json"
    first, second = (PreferenceStore(PreferencesFile(file), Events()) for _ in range(2))
    await first.load()
    first.change(shortcuts={"search": "Ctrl+J", "tags": "F7"})
    await first.close()
    await first.load()
    await second.load()
    first.change(shortcuts={"search": "Ctrl+J", "repeat": "K"})
    await first.close()
    second.change(shortcuts={"search": "Ctrl+J", "tags": "F7", "request": "F9"})
    await second.close()
    stored = PreferencesFile(file).load().shortcuts
    assert stored == {"search": "Ctrl+J", "repeat": "K", "request": "F9"}
    second.change(shortcuts={})
    await second.close()
    assert PreferencesFile(file).load().shortcuts == {"repeat": "K"}


async def test_a_wrong_value_changes_nothing(tmp_path: Path) -> None:
    store = PreferenceStore(PreferencesFile(tmp_path / "preferences.json"), Events())
    await store.load()
    before = store.value
    for wrong in ({"volume": 7}, {"volume": "loud"}, {"no_such_choice": 1}):
        with pytest.raises((TypeError, ValueError)):
            store.change(**wrong)
    assert store.value == before
    await store.close()
    assert not (tmp_path / "preferences.json").exists()


async def test_a_damaged_file_is_set_aside_and_said(tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        bench.studio.preferences.change(volume=0.3)
    (file,) = (tmp_path / "config").glob("preferences*")
    file.write_bytes(b"\x00{ half a fi")
    async with open_bench(tmp_path) as bench:
        assert bench.studio.preferences.value.volume == 0.8
        bench.studio.publish_notices()
        assert [notice.level for notice in bench.notices] == [NoticeLevel.WARNING]
        bench.studio.publish_notices()
        assert len(bench.notices) == 1
    assert len(list((tmp_path / "config").glob("preferences*"))) >= 1


async def test_a_disk_that_refuses_is_told(tmp_path: Path) -> None:
    (tmp_path / "place").write_text("a file where the folder should be")
    events = Events()
    told: list[Notice] = []
    events.subscribe(Notice, told.append)
    store = PreferenceStore(PreferencesFile(tmp_path / "place" / "preferences.json"), events)
    store.change(volume=0.1)
    await store.close()
    assert [notice.level for notice in told] == [NoticeLevel.WARNING]
    assert store.value.volume == 0.1


async def test_what_a_full_disk_refused_is_saved_at_the_end(tmp_path: Path) -> None:
    """Also where nothing else was changed since there is room again."""
    obstacle = tmp_path / "place"
    obstacle.write_text("a file where the folder should be")
    events = Events()
    refused = asyncio.Event()
    events.subscribe(Notice, lambda _: refused.set())
    store = PreferenceStore(PreferencesFile(obstacle / "preferences.json"), events)
    store.change(volume=0.1)
    await asyncio.wait_for(refused.wait(), 20)
    obstacle.unlink()
    await store.close()
    assert PreferencesFile(obstacle / "preferences.json").load().volume == 0.1


class _SlowFile(PreferencesFile):
    """A disk that takes its time for the first write."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.begun = threading.Event()
        self.goes_on = threading.Event()

    def save(
        self,
        value: Preferences,
        changed: Collection[str] | None = None,
        before: Preferences | None = None,
    ) -> None:
        if not self.begun.is_set():
            self.begun.set()
            self.goes_on.wait(20)
        super().save(value, changed, before)


async def test_a_slow_write_does_not_replace_the_last_change(tmp_path: Path) -> None:
    """Closing changes the window's place while an earlier change is on its way to the disk."""
    file = _SlowFile(tmp_path / "preferences.json")
    store = PreferenceStore(file, Events())
    store.change(volume=0.1)
    await asyncio.to_thread(file.begun.wait, 20)
    store.change(volume=0.6)
    closing = asyncio.create_task(store.close())
    asyncio.get_running_loop().call_later(0.2, file.goes_on.set)
    await closing
    await asyncio.get_running_loop().shutdown_default_executor()
    assert PreferencesFile(file.path).load().volume == 0.6


async def test_a_draft_survives_the_run(tmp_path: Path) -> None:
    draft = {"sound": "wärme 🎹", "takes": 2, "open": [True, None]}
    async with open_bench(tmp_path) as bench:
        assert await bench.studio.drafts.load() is None
        await bench.studio.drafts.save(draft)
    async with open_bench(tmp_path) as bench:
        assert isinstance(bench.studio.drafts, Drafts)
        assert await bench.studio.drafts.load() == draft
