"""A library whose drive is disconnected and connected again while it is open."""

import asyncio
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from producer_studio.domain.errors import StorageError
from producer_studio.library import Library
from producer_studio.library.identity import ensure_identity, read_identity
from tests.support.library_fixtures import MakeClip
from tests.support.lost_drive import connect, disconnect

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(sys.platform != "linux", reason="open files are replaced by /proc"),
]


async def test_the_library_works_again(library: Library, make_clip: MakeClip) -> None:
    first, second = make_clip(title="first"), make_clip(title="second")
    await library.clips.add([first])
    assert not await library.is_drive_back()
    away = disconnect(library.folder)
    with pytest.raises(StorageError, match="Check that the disk is connected"):
        await asyncio.gather(*(library.clips.get(first.id) for _ in range(8)))
    with pytest.raises(StorageError):
        await library.clips.add([second])
    assert not library.folder.exists()
    connect(away, library.folder)
    await library.clips.add([second])
    assert await library.is_drive_back()
    assert not await library.is_drive_back()
    found = await asyncio.gather(*(library.clips.get(second.id) for _ in range(8)))
    assert {clip.title for clip in found if clip is not None} == {"second"}
    other = await Library.open(library.folder)
    try:
        assert {clip.title for clip in await other.clips.get_many([first.id, second.id])} == {
            "first", "second",
        }  # fmt: skip
    finally:
        await other.close()


async def test_nothing_is_created_where_the_drive_was(
    library: Library, make_clip: MakeClip
) -> None:
    await library.clips.add([make_clip()])
    away = disconnect(library.folder)
    library.folder.mkdir()  # where another disk is mounted
    for _ in range(3):
        with pytest.raises(StorageError):
            await library.clips.add([make_clip()])
    assert list(library.folder.iterdir()) == []
    assert not await library.is_drive_back()
    library.folder.rmdir()
    connect(away, library.folder)


async def test_another_library_is_not_taken_for_the_one_that_was_there(
    library: Library, make_clip: MakeClip
) -> None:
    first = make_clip(title="first")
    await library.clips.add([first])
    away = disconnect(library.folder)
    with pytest.raises(StorageError):
        await library.clips.add([make_clip()])
    other = await Library.open(library.folder)
    await other.clips.add([make_clip(title="of another drive")])
    await other.close()
    for work in (lambda: library.clips.add([make_clip()]), lambda: library.clips.get(first.id)):
        with pytest.raises(StorageError, match="Another library"):
            await work()
    assert not await library.is_drive_back()
    library.folder.rename(library.folder.with_name("of another drive"))
    connect(away, library.folder)
    found = await library.clips.get(first.id)
    assert found is not None
    assert found.title == "first"


async def test_an_id_that_cannot_be_looked_up_is_not_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity = ensure_identity(tmp_path)
    assert identity

    def fail(path: Path) -> None:
        raise OSError(5, "Input/output error", str(path))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "lstat", fail)
        with pytest.raises(OSError, match="Input/output error"):
            read_identity(tmp_path)
        assert ensure_identity(tmp_path) == ""
    assert read_identity(tmp_path) == identity


async def test_a_library_of_another_version_is_not_written(
    library: Library, make_clip: MakeClip
) -> None:
    await library.clips.add([make_clip()])
    away = disconnect(library.folder)
    with pytest.raises(StorageError):
        await library.clips.add([make_clip()])
    with closing(sqlite3.connect(away / "library.db")) as db:
        db.execute("PRAGMA user_version = 99")
    connect(away, library.folder)
    with pytest.raises(StorageError, match="another version"):
        await library.clips.add([make_clip()])
