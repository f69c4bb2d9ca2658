"""Calls on a disk that does not respond keep neither other disks nor the event loop waiting."""

import asyncio
import threading
from pathlib import Path

import pytest

from producer_studio.files import user_disks
from producer_studio.files.user_disks import (
    THREADS_PER_DISK,
    DiskUnresponsive,
    run_on_user_disk,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
def disks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Two folders, each on a disk of its own."""
    mounts = tmp_path / "mounts"
    folders = (tmp_path / "dead drive", tmp_path / "disk")
    lines = [f"dev {str(one).replace(' ', chr(92) + '040')} ext4 rw 0 0\n" for one in folders]
    mounts.write_text("dev / ext4 rw 0 0\n" + "".join(lines))
    monkeypatch.setattr(user_disks, "_MOUNTS", mounts)
    return folders


async def test_a_dead_disk_uses_up_its_own_threads_only(
    disks: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    dead, good = disks
    responds = threading.Event()
    begun = threading.Semaphore(0)

    def look_up() -> bool:
        begun.release()
        return responds.wait()

    before = threading.active_count()
    hanging = [
        asyncio.create_task(run_on_user_disk(dead / "a" / str(number), look_up))
        for number in range(THREADS_PER_DISK)
    ]
    try:
        for _ in hanging:
            await asyncio.to_thread(begun.acquire)
        assert await run_on_user_disk(good / "b", lambda: "read") == "read"
        assert await asyncio.to_thread(lambda: "resolved") == "resolved"
        monkeypatch.setattr(user_disks, "_QUEUE_TIMEOUT_S", 0.01)
        with pytest.raises(DiskUnresponsive, match="does not respond"):
            await run_on_user_disk(dead / "c", look_up)
        assert not begun.acquire(blocking=False)
        assert threading.active_count() <= before + THREADS_PER_DISK + 2
    finally:
        responds.set()
    assert await asyncio.gather(*hanging) == [True] * THREADS_PER_DISK


async def test_the_number_of_threads_is_bounded_over_all_disks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [tmp_path / str(number) for number in range(12)]
    mounts = tmp_path / "mounts"
    mounts.write_text("".join(f"dev {one} ext4 rw 0 0\n" for one in folders))
    monkeypatch.setattr(user_disks, "_MOUNTS", mounts)
    responds = threading.Event()
    disks = {user_disks._find_disk(one / "file") for one in folders}
    assert len(disks) == len(folders)
    hanging = [
        asyncio.create_task(run_on_user_disk(one, responds.wait))
        for one in folders
        for _ in range(THREADS_PER_DISK)
    ]
    try:
        await asyncio.sleep(0)
        names = [one.name for one in threading.enumerate() if one.name.startswith("user-disk")]
        assert len(names) <= 9 * THREADS_PER_DISK
    finally:
        responds.set()
    await asyncio.gather(*hanging)


async def test_an_error_of_the_call_is_passed_on(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await run_on_user_disk(tmp_path, (tmp_path / "missing").read_bytes)
