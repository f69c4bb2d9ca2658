"""Another library is read from a copy; its damage is not told as damage of this one."""

from pathlib import Path

import pytest

from producer_studio.domain.errors import StorageError
from producer_studio.library import Library
from producer_studio.library.errors import LibraryDamaged
from producer_studio.library.foreign_library import ForeignLibrary
from tests.support.library_fixtures import MakeClip

pytestmark = pytest.mark.anyio


def damage_copies(folder: Path) -> int:
    """Damages the copy and its log; returns their number."""
    found = list(folder.glob("copy.db*"))
    for path in found:
        path.write_bytes(b"what a bad sector returns".ljust(path.stat().st_size))
    return len(found)


async def test_damage_that_is_found_late_is_of_the_other_library(
    library: Library, make_clip: MakeClip, tmp_path: Path
) -> None:
    await library.clips.add([make_clip()])
    await library.close()
    copy = tmp_path / "copy.db"
    other = ForeignLibrary(library.folder, copy)
    assert len(other.list_ids()) == 1
    damage_copies(tmp_path)
    with pytest.raises(StorageError, match=str(library.folder)) as raised:
        other.read_clips(other.list_ids())
    assert not isinstance(raised.value, LibraryDamaged)
    other.close()
    assert damage_copies(tmp_path) == 0
