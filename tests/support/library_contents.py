"""Everything that a library holds, for tests of what survives."""

from pathlib import Path

from producer_studio.domain.clip import Clip
from producer_studio.domain.job import Job
from producer_studio.library.library import Library


async def read_contents(folder: Path) -> tuple[list[Clip], list[Job], tuple[str, ...]]:
    """Opens a library and returns its clips, its jobs and the notices of opening it."""
    library = await Library.open(folder)
    try:
        return (
            await library.clips.get_many(await library.clips.list_ids()),
            await library.jobs.list_jobs(),
            library.notices,
        )
    finally:
        await library.close()
