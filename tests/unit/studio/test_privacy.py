"""What other users of the computer may see: nothing."""

import os
import stat
from pathlib import Path

import pytest

from producer_studio.files.privacy import close_to_others
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


def test_links_and_files_of_nobody_are_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("x")
    target.chmod(0o644)
    (tmp_path / "link").symlink_to(target)
    for path in (tmp_path / "link", tmp_path / "gone"):
        close_to_others(path)
    assert rights(target) == 0o644
