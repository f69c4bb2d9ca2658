"""Libraries on disks that cannot map files into shared memory, which a log (WAL) needs."""

import errno
import mmap
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from producer_studio.library import Library
from producer_studio.library.connection import connect
from producer_studio.library.foreign_library import ForeignLibrary
from producer_studio.library.recovery.relocation import move_library
from tests.support.library_fixtures import MakeClip

pytestmark = pytest.mark.anyio


@contextmanager
def _no_shared_memory() -> Iterator[None]:
    """Rejects shared memory as 9p and mergerfs do."""

    def reject(*_args: object) -> None:
        raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mmap, "mmap", reject)
        yield


@pytest.fixture
def no_shared_memory() -> Iterator[None]:
    with _no_shared_memory():
        yield


def journal_mode(folder: Path) -> str:
    with closing(sqlite3.connect(folder / "library.db")) as db:
        mode: str = db.execute("PRAGMA journal_mode").fetchone()[0]
        return mode


def has_file(folder: Path, name: str) -> bool:
    return (folder / name).exists()


async def titles(folder: Path) -> list[str]:
    library = await Library.open(folder)
    try:
        assert library.notices == ()
        assert not has_file(folder, "library.db-shm")
        found = await library.clips.list_ids()
        clips = [await library.clips.get(one) for one in found]
        return sorted(clip.title for clip in clips if clip is not None)
    finally:
        await library.close()


@pytest.mark.usefixtures("no_shared_memory")
async def test_a_library_needs_no_shared_memory(tmp_path: Path, make_clip: MakeClip) -> None:
    library = await Library.open(tmp_path)
    await library.clips.add([make_clip(title="Rain")])
    assert not has_file(tmp_path, "library.db-shm")
    backup = await library.back_up()
    await library.close()
    assert backup.is_file()
    assert journal_mode(tmp_path) == "delete"
    assert await titles(tmp_path) == ["Rain"]


async def test_a_library_that_was_elsewhere_in_use_is_read_with_its_log(
    library: Library, make_clip: MakeClip, tmp_path: Path
) -> None:
    """It was copied, or its process killed; the log has the last changes."""
    await library.clips.add([make_clip(title="Rain")])
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in ("library.db", "library.db-wal"):
        shutil.copyfile(library.folder / name, copy / name)
    with _no_shared_memory():
        assert await titles(copy) == ["Rain"]
    assert journal_mode(copy) == "delete"
    reopened = await Library.open(copy)
    assert journal_mode(copy) == "wal"
    await reopened.close()


@pytest.mark.parametrize("is_without", [True, False])
async def test_a_change_that_was_interrupted_is_taken_back(
    tmp_path: Path, make_clip: MakeClip, is_without: bool
) -> None:
    """The checks at the start must not take what the journal restores for damage."""
    copy = tmp_path / "copy"
    copy.mkdir()
    with _no_shared_memory():
        library = await Library.open(tmp_path / "library")
        await library.clips.add([make_clip(title="Rain")])
        await library.close()
        with closing(connect(tmp_path / "library" / "library.db", writes=True)) as db:
            db.execute("PRAGMA cache_size = 10")
            db.execute("BEGIN IMMEDIATE")
            for number in range(2000):
                db.execute("INSERT INTO drafts VALUES (?, ?)", (f"draft {number}", "x" * 2000))
            for name in ("library.db", "library.db-journal"):
                shutil.copyfile(tmp_path / "library" / name, copy / name)
    with (copy / "library.db").open("r+b") as file:
        file.seek(28)
        file.write((5_000_000).to_bytes(4))  # the number of pages, as it is written first
    if is_without:
        with _no_shared_memory():
            assert await titles(copy) == ["Rain"]
    else:
        reopened = await Library.open(copy)
        assert reopened.notices == ()
        assert await reopened.clips.list_ids() != []
        await reopened.close()


async def test_a_library_moves_to_such_a_disk_and_merges_from_it(
    library: Library, make_clip: MakeClip, tmp_path: Path
) -> None:
    await library.clips.add([make_clip(title="Rain")])
    await library.close()
    with _no_shared_memory():
        move_library(library.folder, tmp_path / "new", lambda _done, _all: None, lambda: False)
        assert await titles(tmp_path / "new") == ["Rain"]
        foreign = ForeignLibrary(tmp_path / "new", tmp_path / "copy.db")
        assert len(foreign.list_ids()) == 1
        foreign.close()
