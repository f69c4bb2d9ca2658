"""A studio whose library's drive is disconnected and connected again."""

import sys

import pytest

from producer_studio.domain.errors import StorageError
from producer_studio.domain.ids import JobId
from producer_studio.domain.job import JobState
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.studio.jobs.claims import JobClaims
from tests.integration.studio.conftest import WORDS, StudioBench
from tests.support.lost_drive import connect, disconnect

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(sys.platform != "linux", reason="open files are replaced by /proc"),
]


async def test_work_goes_on_when_the_drive_is_back(bench: StudioBench) -> None:
    studio = bench.studio
    changes: list[LibraryChange] = []
    studio.events.subscribe(LibraryChange, changes.append)
    away = disconnect(studio.clips.folder)
    with pytest.raises(StorageError):
        await studio.external_changes.publish_new()
    assert not changes
    connect(away, studio.clips.folder)
    await studio.external_changes.publish_new()
    assert [change.kind for change in changes] == [ChangeKind.EVERYTHING]
    assert [one.text for one in bench.notices] == ["The disk of the library is connected again."]
    await studio.external_changes.publish_new()
    assert len(bench.notices) == 1
    (job,) = await bench.press(WORDS)
    await studio.jobs.wait_until_idle()
    assert (await bench.row(job)).state is JobState.DONE


async def test_jobs_stay_claimed_when_the_drive_is_back(bench: StudioBench) -> None:
    studio = bench.studio
    claims = studio.jobs._store._claims
    held, free = JobId("0123456789ab"), JobId("ba9876543210")
    assert claims.acquire(held)
    away = disconnect(studio.clips.folder)
    with pytest.raises(StorageError):
        await studio.external_changes.publish_new()
    connect(away, studio.clips.folder)
    await studio.external_changes.publish_new()
    assert claims.acquire(free)
    assert claims.is_held(held)
    claims.close()
    # The file of the drive as it is now, not of the one that was disconnected.
    again = JobClaims(studio.clips.folder / "jobs.lock")
    assert again.acquire(held)
    again.close()
