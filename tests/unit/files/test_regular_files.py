"""Reading of regular files, and of what only looks like the name of one."""

import errno
from pathlib import Path

import pytest

from producer_studio.files.regular_files import open_regular, read_regular
from producer_studio.studio.imports.source_files import find_sources


@pytest.mark.parametrize("name", ["a\0b.wav", "\ud800.wav"])
def test_a_name_that_no_file_has_is_a_missing_file(tmp_path: Path, name: str) -> None:
    """Another program may drag a URL such as file:///tmp/a%00b.wav into the window."""
    for read in (open_regular, lambda path: read_regular(path, 10)):
        with pytest.raises(OSError, match="Invalid argument") as caught:
            read(tmp_path / name)
        assert caught.value.errno == errno.EINVAL


def test_such_a_name_is_not_imported(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        find_sources([tmp_path / "a\0b.wav"], tmp_path / "library")


def test_links_in_a_circle_lead_to_nothing(tmp_path: Path) -> None:
    link = tmp_path / "song.wav"
    link.symlink_to(link)
    with pytest.raises(FileNotFoundError):
        find_sources([link], tmp_path / "library")
