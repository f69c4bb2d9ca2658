"""A library moves by being copied and compared; the old one stays as it was."""

import errno
import hashlib
import json
import os
import shutil
from pathlib import Path

import pytest

from producer_studio.cli.root_command import run
from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.errors import StorageError
from producer_studio.library import Library, MediaKind
from producer_studio.library.recovery.relocation import MoveCancelled, MovedFiles, move_library
from tests.support.library_fixtures import MakeClip

pytestmark = pytest.mark.anyio
SOUND = b"RIFF....WAVE" + bytes(500)


async def stored(library: Library, make_clip: MakeClip) -> Clip:
    clip = make_clip(lyrics="La", stars=3)
    await library.clips.add([clip])
    partial = library.media.partial_path(clip.id, MediaKind.AUDIO)
    partial.write_bytes(SOUND)
    path = await library.media.store_file(partial, clip, MediaKind.AUDIO)
    changed = await library.clips.update_fields(clip.id, path=path, media=MediaState.READY)
    await library.clips.wait_for_sidecars()
    assert changed is not None
    return changed


def move(old: Path, new: Path, stops_at: int = 10**6) -> MovedFiles:
    done = 0

    def count(number: int, _total: int) -> None:
        nonlocal done
        done = number

    return move_library(old, new, count, lambda: done >= stops_at)


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.glob("[0-9]*/*/*/*")
    }


async def test_everything_is_there_and_the_old_folder_is_left(
    library: Library, make_clip: MakeClip, tmp_path: Path
) -> None:
    clip = await stored(library, make_clip)
    await library.close()
    (library.folder / "mine.txt").write_text("of the user")
    before = contents(library.folder)
    new = tmp_path / "new"
    moved = move(library.folder, new)
    assert (moved.files, moved.foreign) == (4, ("mine.txt",))
    assert {"2026", "library.db"} <= {*moved.removable}
    assert contents(library.folder) == contents(new) == before
    opened = await Library.open(new)
    try:
        assert not opened.notices
        found = await opened.clips.get(clip.id)
        assert found is not None
        assert found.path is not None
        assert found.path.is_relative_to(new)
        assert found.path.read_bytes() == SOUND
        # Repeated, as after a kill before the settings were changed: nothing is replaced.
        await opened.clips.edit([clip.id], {})
        assert move(library.folder, new).new == new
    finally:
        await opened.close()


async def test_a_stopped_move_goes_on_and_the_old_library_may_change_meanwhile(
    library: Library, make_clip: MakeClip, tmp_path: Path
) -> None:
    await stored(library, make_clip)
    await library.close()
    new = tmp_path / "new"
    with pytest.raises(MoveCancelled):
        move(library.folder, new, stops_at=1)
    assert not (new / "library.db").exists()
    first = min(new.glob("2026/*/*/*"))
    inode = first.stat().st_ino
    again = await Library.open(library.folder)
    later = await stored(again, make_clip)
    await again.close()
    move(library.folder, new)
    assert first.stat().st_ino == inode, "it is not copied again"
    opened = await Library.open(new)
    try:
        assert await opened.clips.get(later.id) is not None
    finally:
        await opened.close()


async def test_folders_that_cannot_be_used_are_refused(
    library: Library, make_clip: MakeClip, tmp_path: Path
) -> None:
    await stored(library, make_clip)
    with pytest.raises(StorageError, match="is open"):
        move(library.folder, tmp_path / "new")
    await library.close()
    with pytest.raises(StorageError, match="neither inside"):
        move(library.folder, library.folder / "inside")
    with pytest.raises(StorageError, match="no library"):
        move(tmp_path / "nothing", tmp_path / "new")
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine.txt").write_text("of the user")
    with pytest.raises(StorageError, match="is not empty"):
        move(library.folder, full)
    assert [path.name for path in full.iterdir()] == ["mine.txt"]
    # The old library was used after a move: its copy must not be taken for it.
    move(library.folder, tmp_path / "new")
    again = await Library.open(library.folder)
    await stored(again, make_clip)
    await again.close()
    with pytest.raises(StorageError, match="was used since"):
        move(library.folder, tmp_path / "new")


def test_the_settings_name_the_new_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.delenv("PRODUCER_STUDIO_HOME", raising=False)
    monkeypatch.delenv("PRODUCER_STUDIO_LIBRARY", raising=False)
    assert run(["library", "search"], ["not needed"]) == 0
    new = tmp_path / "new"
    capsys.readouterr()
    assert run(["library", "move", str(new), "--json"], ["not needed"]) == 0
    moved = json.loads(capsys.readouterr().out)
    assert (moved["library"], moved["is_chosen"]) == (str(new), True)
    assert run(["library", "new", "--json"], ["not needed"]) == 0
    assert json.loads(capsys.readouterr().out) == {"library": str(new)}


async def test_a_drive_that_keeps_no_times_and_states_no_size_is_moved_to(
    library: Library, make_clip: MakeClip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Folders of network places reject both, and report a disk of no size."""
    await stored(library, make_clip)
    await library.close()

    def reject(*_args: object, **_options: object) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "utime", reject)
    monkeypatch.setattr(os, "chmod", reject)
    size = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: type(size)(0, 0, 0))
    move(library.folder, tmp_path / "new")
    assert contents(tmp_path / "new") == contents(library.folder) != {}
