"""A final name, with and without the help of the file system."""

import errno
import os
from pathlib import Path

import pytest

from producer_studio.files import atomic_write
from producer_studio.files.atomic_write import rename_exclusively


@pytest.fixture(params=["exclusive rename", "hard link", "neither"])
def file_system(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    kind = str(request.param)
    if kind != "exclusive rename":
        monkeypatch.setattr(atomic_write, "_exclusive_rename", lambda: lambda _a, _b: errno.EINVAL)
    if kind == "neither":

        def refuse(*_arguments: object, **_options: object) -> None:
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

        monkeypatch.setattr(os, "link", refuse)
    return kind


@pytest.mark.usefixtures("file_system")
def test_the_file_gets_its_name_and_loses_the_other(tmp_path: Path) -> None:
    (tmp_path / ".part").write_bytes(b"whole")

    rename_exclusively(tmp_path / ".part", tmp_path / "song.mp3")

    assert [path.name for path in tmp_path.iterdir()] == ["song.mp3"]
    assert (tmp_path / "song.mp3").read_bytes() == b"whole"
    assert (tmp_path / "song.mp3").stat().st_nlink == 1


@pytest.mark.usefixtures("file_system")
@pytest.mark.parametrize("kind", ["file", "folder", "dangling link"])
def test_nothing_is_replaced(tmp_path: Path, kind: str) -> None:
    taken = tmp_path / "song.mp3"
    if kind == "file":
        taken.write_bytes(b"mine")
    elif kind == "folder":
        taken.mkdir()
    else:
        taken.symlink_to(tmp_path / "nowhere")
    before = os.lstat(taken)
    (tmp_path / ".part").write_bytes(b"whole")

    with pytest.raises(FileExistsError):
        rename_exclusively(tmp_path / ".part", taken)

    assert os.lstat(taken).st_ino == before.st_ino
    assert (tmp_path / ".part").read_bytes() == b"whole"
