"""Commands whose files are on a disk that does not respond."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from click import BadParameter

from producer_studio.cli.command_loop import run_in_loop
from producer_studio.cli.exit_codes import CommandError
from producer_studio.cli.input_files import find_file, read_lyrics
from producer_studio.cli.path_parameter import PathParameter
from producer_studio.domain.errors import LibraryUnresponsive, StorageError
from producer_studio.files.unresponsive_disks import first_folder_at_hand
from producer_studio.studio.library_probe import close_if_responsive, finish_if_responsive
from tests.support.dead_drive import LIMIT_S, unresponsive


@pytest.fixture
def dead_drive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with unresponsive(tmp_path / "dead", monkeypatch) as drive:
        yield drive


def test_a_path_is_looked_up_for_a_limited_time(tmp_path: Path, dead_drive: Path) -> None:
    kind = PathParameter(exists=True, resolve_path=True, path_type=Path)
    assert kind.convert(str(tmp_path), None, None) == tmp_path
    with pytest.raises(BadParameter, match="does not exist"):
        kind.convert(str(tmp_path / "none"), None, None)
    with pytest.raises(BadParameter, match="does not respond"):
        kind.convert(str(dead_drive / "song.wav"), None, None)
    with pytest.raises(CommandError, match="does not respond"):
        run_in_loop(find_file(str(dead_drive / "song.wav")))


def test_a_file_dialog_does_not_open_there(tmp_path: Path, dead_drive: Path) -> None:
    assert first_folder_at_hand("", dead_drive, tmp_path) == str(tmp_path)
    assert first_folder_at_hand(tmp_path / "none", dead_drive) == str(Path.home())


def test_closing_does_not_wait_for_it(tmp_path: Path, dead_drive: Path) -> None:
    cancelled = []

    async def close() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.append(True)

    async def run() -> None:
        await asyncio.wait_for(close_if_responsive(dead_drive, close, timeout_s=0.05), LIMIT_S)

    run_in_loop(run())
    assert cancelled == [True]


def test_work_on_it_is_given_up(tmp_path: Path, dead_drive: Path) -> None:
    async def work() -> str:
        await asyncio.Event().wait()
        return "never"

    async def run() -> None:
        working = finish_if_responsive([tmp_path, dead_drive], work(), timeout_s=0.05)
        with pytest.raises(LibraryUnresponsive, match="dead"):
            await asyncio.wait_for(working, LIMIT_S)

    run_in_loop(run())


@pytest.mark.parametrize("fails", [False, True])
def test_work_on_a_disk_that_responds_is_finished(tmp_path: Path, *, fails: bool) -> None:
    async def work() -> str:
        await asyncio.to_thread((tmp_path / "looked").touch)
        if fails:
            raise StorageError("of the work")
        return "done"

    working = finish_if_responsive([tmp_path], work(), timeout_s=60.0)
    if fails:
        with pytest.raises(StorageError, match="of the work"):
            run_in_loop(working)
    else:
        assert run_in_loop(working) == "done"


@pytest.mark.parametrize("fails", [False, True])
def test_closing_waits_for_a_disk_that_responds(tmp_path: Path, *, fails: bool) -> None:
    done = []

    async def close() -> None:
        # Longer than the disk has to respond.
        await asyncio.to_thread((tmp_path / "looked").touch)
        await asyncio.sleep(0.2)
        done.append(True)
        if fails:
            raise OSError("of the caller")

    closing = close_if_responsive(tmp_path, close, timeout_s=0.1)
    if fails:
        with pytest.raises(OSError, match="of the caller"):
            run_in_loop(closing)
    else:
        run_in_loop(closing)
    assert done == [True]


def test_lyrics_are_read_from_a_file_to_a_limit(tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    file.write_bytes("\ufeff[Verse]\r\nÜber\rus".encode())
    assert run_in_loop(read_lyrics("", file)) == "[Verse]\nÜber\nus"
    file.write_bytes(b"a" * 1_000_001)
    with pytest.raises(CommandError, match="longer than 1 MB"):
        run_in_loop(read_lyrics("", file))
