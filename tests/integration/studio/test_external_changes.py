"""Changes of another process, published in this one."""

from pathlib import Path

import pytest

from producer_studio.domain.form import Form
from producer_studio.domain.ids import AccountName, ClipId, new_press_id
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.domain.press import Press
from producer_studio.domain.recipe import Recipe
from producer_studio.settings.paths import default_paths
from producer_studio.studio.events import PresetsChanged, PressesChanged
from producer_studio.studio.external_changes import merge_changes
from producer_studio.studio.studio import Studio
from tests.integration.studio.conftest import NO_DEMO

ONE, TWO, THREE = (frozenset({ClipId(name)}) for name in ("one", "two", "three"))


def test_neighbours_of_one_kind_are_published_as_one() -> None:
    changes = [
        LibraryChange(ONE, ChangeKind.ADDED),
        LibraryChange(TWO, ChangeKind.ADDED),
        LibraryChange(ONE, ChangeKind.MEDIA),
        LibraryChange(THREE, ChangeKind.ADDED),
    ]
    assert list(merge_changes(changes)) == [
        LibraryChange(ONE | TWO, ChangeKind.ADDED),
        LibraryChange(ONE, ChangeKind.MEDIA),
        LibraryChange(THREE, ChangeKind.ADDED),
    ]
    assert list(merge_changes([])) == []


@pytest.mark.anyio
async def test_presets_and_pins_of_another_process_are_published(tmp_path: Path) -> None:
    environ = {"PRODUCER_STUDIO_HOME": str(tmp_path)}
    one, other = [await Studio.open(default_paths(environ), environ, NO_DEMO) for _ in range(2)]
    heard: list[object] = []
    for kind in (PresetsChanged, PressesChanged, LibraryChange):
        other.events.subscribe(kind, heard.append)
    press = Press(id=new_press_id(), account=AccountName("a"), recipes=(Recipe(sound="piano"),))
    await one._library.jobs.write_all([], press=press)
    await one.presets.add("Mine", Form(sound="piano").to_json())
    await other.external_changes.publish_new()
    assert heard == [PresetsChanged()]
    await one.history.set_pinned(press.id, pinned=True)
    (preset,) = await other.presets.list_all()
    await one.presets.delete(preset)
    await other.external_changes.publish_new()
    assert heard[1:] == [PressesChanged(), PresetsChanged()]
    # Own changes were published when they were made.
    await other.history.set_pinned(press.id, pinned=False)
    assert heard[3:] == [PressesChanged()]
    await other.external_changes.publish_new()
    assert len(heard) == 4
    for studio in (one, other):
        await studio.close()
