"""Files that arrived before there were checksums get theirs in the background."""

import hashlib
from pathlib import Path

import pytest

from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.ids import new_clip_id
from tests.support.open_studio import open_studio

pytestmark = pytest.mark.anyio


async def never_busy() -> None:
    """A user who is not there."""


async def test_older_files_get_checksums_and_missing_ones_are_left(tmp_path: Path) -> None:
    studio = await open_studio(tmp_path)
    try:
        library = studio._library
        clips = [Clip(id=new_clip_id(), title=f"Song {number}") for number in range(3)]
        await library.clips.add(clips)
        for clip in clips[:2]:
            folder = await library.clips.find_folder(clip.id)
            assert folder is not None
            path = folder / "Song.wav"
            if clip is clips[0]:
                path.write_bytes(b"RIFF")
            await library.clips.update_fields(clip.id, path=path, media=MediaState.READY)
        await studio.checksum_recording.run(never_busy, first_wait_s=0)
        found = {
            one.stored.clip.id: one.checksums
            for one in await library.files.get([clip.id for clip in clips])
        }
        [recorded] = found[clips[0].id]
        assert recorded.sha256 == hashlib.sha256(b"RIFF").hexdigest()
        assert (recorded.name, recorded.size_bytes) == ("Song.wav", 4)
        assert not found[clips[1].id]
    finally:
        await studio.close()
