"""Libraries that are made for measuring are as the program's own."""

import asyncio
from pathlib import Path

import pytest

from producer_studio.domain.file_problem import FileState
from producer_studio.studio.clips import SORTS, SmartList, SortOrder
from tests.library_maker.filling import Files, make_library
from tests.support.open_studio import open_studio

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("files", [Files.NONE, Files.SOUND])
async def test_a_made_library_is_as_the_program_writes_it(tmp_path: Path, files: Files) -> None:
    # The maker has an event loop of its own.
    made = await asyncio.to_thread(make_library, tmp_path / "library", 60, files, song_count=1)
    assert made.clips == 60
    assert 15 < made.presses < 60
    studio = await open_studio(tmp_path)
    try:
        listed = await studio.clips.list_ids()
        trashed = await studio.clips.list_ids(smart=SmartList.TRASH)
        assert len(listed) + len(trashed) == 60
        clips = await studio.clips.get_many(listed)
        assert all(clip.bpm and clip.key and clip.title for clip in clips)
        tagged = next(clip for clip in clips if clip.tags)
        title = clips[0].title.split()[0].casefold()
        for query in (title, f'tag:"{tagged.tags[0]}"', "stars:>2", "price:>1"):
            assert await studio.clips.count(query)
        for name in SORTS:
            assert len(await studio.clips.list_ids(sort=SortOrder(name))) == len(listed)
        assert len(await studio.clips.get_peaks(listed)) == len(listed)
        press = next(clip.press for clip in clips if clip.takes > 1)
        assert press is not None
        assert len(await studio.clips.get_takes(press)) > 0
        result = await studio.verification.run()
        if files is Files.SOUND:
            assert result.checked == 60
            assert not result.counts
        else:
            assert set(result.counts) == {FileState.MISSING}
    finally:
        await studio.close()
