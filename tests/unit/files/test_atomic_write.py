"""A file that is replaced whole or stays as it was."""

import errno
import os
import stat
from pathlib import Path

import pytest

from producer_studio.files.atomic_write import atomic_write


def test_it_is_replaced_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    atomic_write(path, b"old")
    atomic_write(path, b"new")
    assert path.read_bytes() == b"new"
    assert [one.name for one in tmp_path.iterdir()] == ["table.csv"]


def test_a_full_disk_keeps_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(b"old")

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        atomic_write(path, b"new")
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["table.csv"]


@pytest.mark.skipif(os.name == "nt", reason="links and permissions of POSIX")
def test_links_stay_links_and_secrets_stay_closed(tmp_path: Path) -> None:
    (tmp_path / "dotfiles").mkdir()
    (tmp_path / "settings.json").symlink_to(tmp_path / "dotfiles" / "real.json")
    atomic_write(tmp_path / "settings.json", b"{}", mode=0o600)
    assert (tmp_path / "settings.json").is_symlink()
    real = tmp_path / "dotfiles" / "real.json"
    assert real.read_bytes() == b"{}"
    assert stat.S_IMODE(real.stat().st_mode) == 0o600


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    atomic_write(tmp_path / "pipe", b"a,b\r\n")
    assert os.read(reader, 100) == b"a,b\r\n"
    os.close(reader)
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
