"""Pinning is a change of the library like any other: it can be undone and redone."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from producer_studio.domain.ids import AccountName, new_press_id
from producer_studio.domain.press import Press
from producer_studio.domain.recipe import Recipe
from producer_studio.settings.paths import default_paths
from producer_studio.studio.clips import change_message
from producer_studio.studio.events import PressesChanged
from producer_studio.studio.studio import Studio
from tests.integration.studio.conftest import NO_DEMO

pytestmark = pytest.mark.anyio


@pytest.fixture
async def studio(tmp_path: Path) -> AsyncIterator[Studio]:
    environ = {"PRODUCER_STUDIO_HOME": str(tmp_path)}
    studio = await Studio.open(default_paths(environ), environ, NO_DEMO)
    yield studio
    await studio.close()


async def test_pinning_is_undone_and_redone(studio: Studio) -> None:
    press = Press(id=new_press_id(), account=AccountName("a"), recipes=(Recipe(sound="piano"),))
    await studio._library.jobs.write_all([], press=press)
    told: list[PressesChanged] = []
    studio.events.subscribe(PressesChanged, told.append)

    async def is_pinned() -> bool:
        (found,) = await studio.history.get_many([press.id])
        return found.is_pinned

    step = await studio.history.set_pinned(press.id, pinned=True)
    assert step is not None
    assert change_message(step) == "Pinned at the top of the history."
    assert await studio.history.set_pinned(press.id, pinned=True) is None
    assert await is_pinned()
    undone = await studio.clips.undo()
    assert undone is not None
    assert undone.message == "No longer pinned in the history."
    assert not await is_pinned()
    assert await studio.clips.undo() is None
    redone = await studio.clips.redo()
    assert redone is not None
    assert redone.message == "Pinned at the top of the history."
    assert await is_pinned()
    assert len(told) == 3
    # Undone elsewhere meanwhile.
    await studio._library.presses.set_pinned(press.id, pinned=False)
    undone = await studio.clips.undo()
    assert undone is not None
    assert undone.message == "Nothing was undone: it has since been changed."
