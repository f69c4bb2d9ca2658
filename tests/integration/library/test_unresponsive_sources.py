"""Work on a disk that does not respond holds up nothing that a service delivers."""

import asyncio
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from producer_studio.domain.ids import AccountName, JobId, TaskId
from producer_studio.domain.job import Job, JobState
from producer_studio.library import Library
from producer_studio.library.media_store import MediaKind
from tests.support.library_fixtures import MakeClip
from tests.support.program import LIMIT_S

pytestmark = pytest.mark.anyio

_PAID = Job(
    id=JobId("a" * 32), state=JobState.ACCEPTED, task_id=TaskId("t-1"), account=AccountName("mine")
)


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[Library]:
    opened = await Library.open(tmp_path / "library")
    yield opened
    await opened.close()


@pytest.fixture
def responds() -> threading.Event:
    """Set when the other disk responds again."""
    return threading.Event()


async def test_a_clip_that_arrives_during_an_import_is_stored(
    library: Library, tmp_path: Path, make_clip: MakeClip, responds: threading.Event
) -> None:
    clip = make_clip("Song")
    await library.clips.add([clip])
    source = tmp_path / "source.wav"
    source.write_bytes(b"sound")
    importing = asyncio.create_task(library.imports.compute_checksum(source, responds.wait))
    try:
        partial = library.media.partial_path(clip.id, MediaKind.AUDIO)
        partial.write_bytes(b"ID3" + bytes(100))
        storing = library.media.store_file(partial, clip, MediaKind.AUDIO)
        stored = await asyncio.wait_for(storing, LIMIT_S)
        assert stored.read_bytes() == b"ID3" + bytes(100)
        assert not importing.done()
    finally:
        responds.set()
        await asyncio.gather(importing, return_exceptions=True)


async def test_a_task_id_is_written_during_a_backup_to_another_disk_which_can_be_cancelled(
    library: Library, tmp_path: Path, responds: threading.Event
) -> None:
    drive = tmp_path / "drive"
    drive.mkdir()
    is_waiting = threading.Event()

    def wait_for_drive(event: str, args: tuple[object, ...]) -> None:
        is_io = event in {"sqlite3.connect", "os.remove"}
        if is_io and str(args[0]).startswith(str(drive)):
            is_waiting.set()
            responds.wait()

    sys.addaudithook(wait_for_drive)
    target = drive / "copy.zip"
    saving = asyncio.create_task(
        library.back_up_to(target, with_media=False, is_cancelled=lambda: False)
    )
    try:
        assert await asyncio.to_thread(is_waiting.wait, LIMIT_S)
        await asyncio.wait_for(library.jobs.write(_PAID), LIMIT_S)
        assert not saving.done()
        saving.cancel()
        await asyncio.wait({saving}, timeout=LIMIT_S)
        assert saving.cancelled()
    finally:
        responds.set()
    # After what the cancelled backup left to do.
    await library.context.database.run_foreign_work(list)
    assert list(drive.iterdir()) == []
