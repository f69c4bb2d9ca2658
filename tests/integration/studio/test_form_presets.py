"""Presets: every change is a step of the library's undo history; a file is from outside."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from producer_studio.domain.errors import StorageError
from producer_studio.domain.form import Form
from producer_studio.domain.form_preset import FormPreset
from producer_studio.settings.paths import default_paths
from producer_studio.studio.clips import UndoStep, change_message
from producer_studio.studio.events import PresetsChanged
from producer_studio.studio.form_presets import preset_file_name
from producer_studio.studio.studio import Studio
from tests.integration.studio.conftest import NO_DEMO

pytestmark = pytest.mark.anyio
FORM = Form(sound="calm sea", lyrics="a\ud800", seed="7", seed_locked=True, takes=3).to_json()


@pytest.fixture
async def studio(tmp_path: Path) -> AsyncIterator[Studio]:
    environ = {"PRODUCER_STUDIO_HOME": str(tmp_path)}
    studio = await Studio.open(default_paths(environ), environ, NO_DEMO)
    yield studio
    await studio.close()


def message(step: UndoStep | None) -> str:
    assert step is not None
    return change_message(step)


async def shown(studio: Studio) -> list[tuple[str, str, object]]:
    presets = await studio.presets.list_all()
    return [(one.name, one.shortcut, one.form.get("sound")) for one in presets]


async def add(studio: Studio, name: str) -> FormPreset:
    assert await studio.presets.add(name, FORM) is not None
    return (await studio.presets.list_all())[-1]


async def undo(studio: Studio) -> str:
    step = await studio.clips.undo()
    assert step is not None
    return step.message


async def test_every_change_is_undone_and_redone(studio: Studio) -> None:
    changes: list[PresetsChanged] = []
    studio.events.subscribe(PresetsChanged, changes.append)
    one = await add(studio, "  One ")
    assert (one.name, one.form["takes"], one.form["seed_locked"]) == ("One", 3, True)
    two = await add(studio, "Two")
    assert message(await studio.presets.set_key(one, "Ctrl+Alt+1")) == (
        "Ctrl+Alt+1 shows preset “One” now."
    )
    words = "Ctrl+Alt+1 shows preset “Two” now. “One” has no key any more."
    assert message(await studio.presets.set_key(two, "Ctrl+Alt+1")) == words
    two = two.with_changes(shortcut="Ctrl+Alt+1")
    assert await studio.presets.set_key(two, "Ctrl+Alt+1") is None
    await studio.presets.replace_form(two, FORM | {"sound": "storm"})
    (one, two) = await studio.presets.list_all()
    await studio.presets.rename(two, "Storm")
    two = two.with_changes(name="Storm")
    await studio.presets.delete(two)
    assert await shown(studio) == [("One", "", "calm sea")]
    assert await undo(studio) == "Preset “Storm” restored."
    assert await undo(studio) == "The preset is called “Two” again."
    assert await undo(studio) == "Preset “Two” has its earlier form again."
    # The key of both in one step.
    await undo(studio)
    assert await shown(studio) == [("One", "Ctrl+Alt+1", "calm sea"), ("Two", "", "calm sea")]
    await undo(studio)
    assert await undo(studio) == "Preset “Two” removed."
    assert await undo(studio) == "Preset “One” removed."
    assert await shown(studio) == []
    for _ in range(6):
        assert await studio.clips.redo() is not None
    assert await shown(studio) == [("One", "", "calm sea"), ("Storm", "Ctrl+Alt+1", "storm")]
    assert len(changes) == 20


async def test_a_name_that_another_has_gets_a_number(studio: Studio) -> None:
    for number, name in enumerate(("Tide", "TIDE", "Tide", "x" * 99, "x" * 99), 1):
        await studio.presets.add(name, {**FORM, "takes": number})
    presets = await studio.presets.list_all()
    assert [one.name for one in presets] == ["Tide", "TIDE 2", "Tide 3", "x" * 80, "x" * 78 + " 2"]
    await studio.presets.rename(presets[1], "tide")
    assert (await studio.presets.list_all())[1].name == "tide 2"
    assert await studio.presets.rename(presets[0], "Tide") is None


async def test_a_form_is_saved_once_under_a_name(studio: Studio) -> None:
    form = Form(sound="calm sea").to_json()
    double_click = await asyncio.gather(*(studio.presets.add("Tide ", form) for _ in range(2)))
    assert [step is None for step in double_click] == [False, True]
    assert await studio.presets.add("Ebb", form) is not None
    await studio.clips.undo(double_click[0])
    assert await studio.presets.add("Tide", form) is not None
    assert [one.name for one in await studio.presets.list_all()] == ["Ebb", "Tide"]


async def test_what_was_changed_elsewhere_stays(studio: Studio) -> None:
    one = await add(studio, "One")
    other = one.with_changes(name="By another window")
    assert await studio._library.presets.replace([(one, other)])
    assert await studio.presets.rename(one, "Mine") is None
    assert await undo(studio) == "Nothing was undone: it has since been changed."
    assert await shown(studio) == [("By another window", "", "calm sea")]


async def test_a_file_brings_a_preset_to_another_library(studio: Studio, tmp_path: Path) -> None:
    one = await add(studio, "Tides: in/out")
    path = tmp_path / preset_file_name(one)
    await studio.presets.save_file(one, path)
    step = await studio.presets.add_file(path)
    assert message(step) == "Preset “Tides: in/out 2” imported."
    _, read = await studio.presets.list_all()
    assert read.form == one.form
    text = path.read_text("utf-8")
    path.write_text(text.replace('"takes": 3', '"takes": "all", "wibble": 1'), "utf-8")
    assert message(await studio.presets.add_file(path)).endswith(
        " Not used as in the file: takes, wibble."
    )


async def test_the_name_of_a_file_has_no_signature(studio: Studio) -> None:
    one = await add(studio, "Tide https://cdn.example/a.mp3?sig=f00d")
    assert "f00d" not in preset_file_name(one)
    assert len(preset_file_name(await add(studio, "é" * 80)).encode()) <= 120


@pytest.mark.parametrize("content", [b"not a preset", b'{"format": 1}', b" " * 4_000_001])
async def test_another_file_is_refused_with_its_name(
    studio: Studio, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "song.mp3"
    path.write_bytes(content)
    with pytest.raises(StorageError, match=r"“song\.mp3”"):
        await studio.presets.add_file(path)
    with pytest.raises(StorageError, match="cannot be read"):
        await studio.presets.add_file(tmp_path)
    assert await shown(studio) == []
