"""What other users of the computer may see: nothing."""

import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import new_clip_id
from producer_studio.files.permissions import remove_other_permissions
from producer_studio.library import Library
from producer_studio.library.internal_files import restrict_to_owner
from producer_studio.settings.paths import Paths
from producer_studio.studio.studio import Studio

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(os.name == "nt", reason="Windows closes the user's folders by itself"),
]


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(
        config=tmp_path / "config",
        state=tmp_path / "state",
        cache=tmp_path / "cache",
        library=tmp_path / "Songs",
    )


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def open_ones(folder: Path) -> list[str]:
    """Names of what others may look into or read, not counting what lies in a closed folder."""
    if not folder.exists() or not rights(folder) & 0o077:
        return []
    return [str(folder), *(name for path in folder.iterdir() for name in open_ones(path))]


async def opened(paths: Paths) -> None:
    studio = await Studio.open(paths, {}, ["not needed"])
    await studio.close()


async def test_what_the_program_makes_is_closed(paths: Paths) -> None:
    before = os.umask(0)
    try:
        await opened(paths)
    finally:
        os.umask(before)
    assert rights(paths.library) == 0o700
    assert rights(paths.library / "library.db") & 0o077 == 0
    assert rights(paths.state) == 0o700
    for folder in (paths.config, paths.state, paths.library):
        assert open_ones(folder) == []


async def test_what_an_older_version_made_is_closed(paths: Paths) -> None:
    await opened(paths)
    (paths.state / "crashes").mkdir()
    (paths.library / "2026" / "A song [0123abcd]").mkdir(parents=True)
    paths.config.mkdir(exist_ok=True)
    changed = [paths.config, paths.state, paths.state / "crashes", paths.library,
               paths.library / "library.db", paths.library / "2026"]  # fmt: skip
    for path in changed:
        path.chmod(0o755)
    await opened(paths)
    assert [path for path in changed if rights(path) & 0o077] == []
    assert rights(paths.library / "2026") == 0o700


async def test_a_folder_with_other_things_in_it_stays_open(paths: Paths) -> None:
    paths.library.mkdir(mode=0o755)
    (paths.library / "Holiday.mp3").write_bytes(b"ID3")
    (paths.library / "Holiday.mp3").chmod(0o644)
    paths.library.chmod(0o755)
    await opened(paths)
    assert rights(paths.library) == 0o755
    assert rights(paths.library / "library.db") & 0o077 == 0
    assert rights(paths.library / "Holiday.mp3") == 0o644


def own_names() -> list[str]:
    stamp = "2026-02-01 120000.000000"
    return [
        "deleting", "trash", f"backups not used {stamp}", f"library damaged {stamp}.db",
        f"library damaged {stamp}.db-wal", f"library replaced {stamp}.db", "rebuilding.db",
        f"restoring {stamp}.db", "restoring.db.part", "salvaging.db",
        f"library.db not used {stamp}", f"in-use.lock not used {stamp}", "jobs.lock", "2026",
    ]  # fmt: skip


@pytest.mark.parametrize("shared", [True, False])
async def test_what_is_set_aside_is_closed_too(paths: Paths, shared: bool) -> None:
    """A copy that was set aside held a library open, and told of its jobs itself."""
    await opened(paths)
    for name in own_names():
        path = paths.library / name
        if not path.exists():
            path.write_bytes(b"private") if "." in name else path.mkdir()
        path.chmod(0o755)
    if shared:
        (paths.library / "Holiday.mp3").write_bytes(b"ID3")
    paths.library.chmod(0o755)
    restrict_to_owner(paths.library)
    assert rights(paths.library) == (0o755 if shared else 0o700)
    found = {name: rights(paths.library / name) for name in own_names()}
    assert {name for name, mode in found.items() if mode & 0o077} == set()


@pytest.mark.parametrize("name", ["library", "20260", "my library.db", "librarydb", "trash.txt"])
async def test_names_of_others_are_not_taken_for_ours(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    (tmp_path / name).chmod(0o644)
    restrict_to_owner(tmp_path)
    assert rights(tmp_path / name) == 0o644


def open_entries(folder: Path) -> set[str]:
    """What others may look into or read; files for locks hold nothing."""
    found = {path.name for path in folder.iterdir() if rights(path) & 0o077}
    return {name for name in found if not name.endswith(".lock")}


async def test_nothing_is_open_even_for_a_moment_in_a_folder_that_others_enter(
    tmp_path: Path,
) -> None:
    """Until the next start closed them, others could read the catalogue and each new song."""
    before = os.umask(0)
    try:
        library = await Library.open(tmp_path)
        now = datetime.now(UTC)
        clip = Clip(id=new_clip_id(), title="New", created_at=now, added_at=now, lyrics="La")
        await library.clips.add([clip])
        await library.clips.update_fields(clip.id, lyrics="")
        await library.back_up()
        await library.clips.trash([clip.id])
        seen = open_entries(tmp_path)
        await library.clips.delete([clip.id])
        await library.close()
    finally:
        os.umask(before)
    assert seen | open_entries(tmp_path) == set()


def test_links_and_files_of_nobody_are_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("x")
    target.chmod(0o644)
    (tmp_path / "link").symlink_to(target)
    for path in (tmp_path / "link", tmp_path / "gone"):
        remove_other_permissions(path)
    assert rights(target) == 0o644
