"""Deletion of Demo Studio's data while another library of the user needs it."""

from pathlib import Path

import pytest

from producer_studio.domain.account import Service
from producer_studio.domain.errors import StorageError
from producer_studio.domain.ids import AccountName, JobId, TaskId
from producer_studio.domain.job import Job, JobState
from producer_studio.library import Library
from producer_studio.library.unfinished_jobs import has_unfinished_jobs
from producer_studio.settings.known_libraries import KnownLibraries
from producer_studio.settings.paths import default_paths
from producer_studio.studio.stored_data import DataKind
from tests.integration.studio.conftest import StudioBench, environ_for

pytestmark = pytest.mark.anyio


async def add_job(folder: Path, account: AccountName, state: JobState) -> None:
    job = Job(id=JobId("0123456789ab"), account=account, state=state, task_id=TaskId("a task"))
    library = await Library.open(folder)
    await library.jobs.write(job)
    await library.close()


async def test_songs_that_another_library_waits_for_are_kept(
    bench: StudioBench, tmp_path: Path
) -> None:
    [demo] = [one for one in bench.studio.accounts.all() if one.service is Service.DEMO]
    other = tmp_path / "other songs"
    await add_job(other, demo.name, JobState.WORKING)
    known = KnownLibraries(default_paths(environ_for(bench.home)).state / "libraries.json")
    known.add(other)
    known.add(tmp_path / "not there")
    with pytest.raises(StorageError, match="other songs"):
        await bench.studio.stored_data.delete(DataKind.DEMO)
    await add_job(other, demo.name, JobState.DONE)
    await bench.studio.stored_data.delete(DataKind.DEMO)


async def test_only_jobs_of_the_accounts_count(tmp_path: Path) -> None:
    demo = [AccountName("Demo")]
    assert not has_unfinished_jobs(tmp_path, demo)
    await add_job(tmp_path, AccountName("Another"), JobState.WORKING)
    assert not has_unfinished_jobs(tmp_path, demo)
    await add_job(tmp_path, demo[0], JobState.WORKING)
    assert has_unfinished_jobs(tmp_path, demo)
    (tmp_path / "library.db").write_bytes(b"not a database")
    assert not has_unfinished_jobs(tmp_path, demo)
