"""A library that was there before and is not now."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from producer_studio.domain.errors import LibraryMissing, StorageError
from producer_studio.settings.paths import Paths
from producer_studio.studio.backups import Backups
from producer_studio.studio.named_libraries import NamedLibraries
from producer_studio.studio.studio import Studio
from tests.support.dead_drive import disconnected

pytestmark = pytest.mark.anyio


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(
        config=tmp_path / "config",
        state=tmp_path / "state",
        cache=tmp_path / "cache",
        library=tmp_path / "drive" / "Songs",
    )


async def opened(paths: Paths, *, new_library: bool = False) -> Path:
    studio = await Studio.open(paths, {}, ["not needed"], new_library=new_library)
    folder = studio.clips.folder
    await studio.close()
    return folder


def choose(paths: Paths, folder: Path) -> None:
    paths.config.mkdir(exist_ok=True)
    paths.preferences_file.write_text(json.dumps({"library_dir": str(folder)}), "utf-8")


async def test_the_first_start_makes_a_library(paths: Paths) -> None:
    assert await opened(paths) == paths.library
    assert (paths.library / "library.db").is_file()
    assert await opened(paths) == paths.library


@pytest.mark.parametrize("mount_point", [False, True])
async def test_a_library_that_was_opened_before_is_not_made_anew(
    paths: Paths, mount_point: bool
) -> None:
    """What a drive leaves behind is no folder at all, or one that is empty."""
    await opened(paths)
    aside = paths.library.with_name("unplugged")
    paths.library.rename(aside)
    if mount_point:
        paths.library.mkdir()
    with pytest.raises(LibraryMissing, match=f"{paths.library}. was not found") as caught:
        await opened(paths)
    assert "connect" in caught.value.message
    assert "choose another library, or start a new one" in caught.value.message
    assert paths.library.exists() is mount_point
    assert not mount_point or not list(paths.library.iterdir())
    if mount_point:
        paths.library.rmdir()
    aside.rename(paths.library)
    assert await opened(paths) == paths.library


async def test_a_chosen_folder_that_is_gone_is_not_made(paths: Paths, tmp_path: Path) -> None:
    other = tmp_path / "other drive" / "Songs"
    choose(paths, other)
    with pytest.raises(LibraryMissing):
        await opened(paths)
    assert not other.parent.exists()
    assert not paths.library.exists()
    other.mkdir(parents=True)
    assert await opened(paths) == other


async def test_a_new_one_is_started_when_it_is_wanted(paths: Paths) -> None:
    await opened(paths)
    shutil.rmtree(paths.library)
    assert await opened(paths, new_library=True) == paths.library
    assert await opened(paths) == paths.library


async def test_clips_without_a_catalogue_are_a_library(paths: Paths) -> None:
    await opened(paths)
    for file in paths.library.glob("library.db*"):
        file.unlink()
    (paths.library / "2026" / "A song [0123abcd]").mkdir(parents=True)
    assert await opened(paths) == paths.library


@pytest.mark.parametrize("content", ["[]", '{"folders": 7}', '{"folders": [7, null]}', "{"])
async def test_a_list_that_cannot_be_read_keeps_nobody_out(paths: Paths, content: str) -> None:
    paths.state.mkdir(parents=True)
    (paths.state / "libraries.json").write_text(content, "utf-8")
    assert await opened(paths) == paths.library
    shutil.rmtree(paths.library)
    with pytest.raises(LibraryMissing):
        await opened(paths)


@pytest.mark.parametrize("was_chosen", [False, True])
async def test_another_default_folder_is_not_used_in_silence(
    paths: Paths, tmp_path: Path, was_chosen: bool
) -> None:
    """The folder for music has another name in another language; or the settings were lost."""
    former = tmp_path / "chosen" if was_chosen else paths.library
    if was_chosen:
        former.mkdir()
        choose(paths, former)
    await opened(paths)
    paths.preferences_file.unlink(missing_ok=True)
    moved = replace(paths, library=tmp_path / "Musik" / "Songs")
    with pytest.raises(LibraryMissing, match=f"Your library was in .{former}.") as caught:
        await opened(moved)
    assert str(moved.library) in caught.value.message
    assert not moved.library.exists()
    assert await opened(moved, new_library=True) == moved.library
    assert await opened(moved) == moved.library


async def test_a_library_that_was_only_named_does_not_prevent_the_first_own_one(
    paths: Paths, tmp_path: Path
) -> None:
    await opened(replace(paths, library=tmp_path / "named", library_is_given=True))
    assert await opened(paths) == paths.library


async def test_a_library_below_a_disconnected_network_folder_is_told(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    await opened(paths)
    environ = {"PRODUCER_STUDIO_HOME": str(paths.config.parent / "other")}
    NamedLibraries(environ).set_name(paths.library, "songs")
    with disconnected(paths.library, monkeypatch):
        with pytest.raises(StorageError, match="Check that the disk is connected"):
            await opened(paths)
        with pytest.raises(StorageError, match="Check that the disk is connected"):
            await Backups(paths.library).all()
        assert [one.exists for one in NamedLibraries(environ).list_all()] == [False]
    assert await opened(paths) == paths.library
