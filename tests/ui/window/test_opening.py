"""What is said when the library cannot be opened."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click import BadParameter
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QPushButton

from producer_studio.app import _open_studio
from producer_studio.cli.library_option import LibraryFolder
from producer_studio.library import Library
from producer_studio.settings.paths import default_paths
from producer_studio.settings.preferences import Preferences, PreferencesFile
from producer_studio.studio.named_libraries import NamedLibraries
from producer_studio.studio.single_instance import SingleInstance
from producer_studio.studio.studio import Studio
from producer_studio.ui.style.style import Style
from producer_studio.ui.window.library_problem import LibraryChoice, LibraryProblemDialog
from producer_studio.ui.window.startup_window import StartupWindow
from tests.support.dead_drive import LIMIT_S, unresponsive


@pytest.mark.parametrize("closed", [False, True])
def test_a_window_that_does_not_answer_is_not_doubled(
    style: Style, loop: asyncio.AbstractEventLoop, tmp_path: Path, *, closed: bool
) -> None:
    library = tmp_path / "songs"
    library.mkdir()
    silent, bell = SingleInstance(tmp_path, library), SingleInstance(tmp_path, library)
    assert silent.acquire()
    environ = {"PRODUCER_STUDIO_HOME": str(tmp_path)}

    async def run() -> tuple[str, bool]:
        opening = asyncio.create_task(
            _open_studio(style, environ, ["not needed"], LibraryChoice(library), bell)
        )
        while not (shown := [one for one in QApplication.topLevelWidgets() if _asks(one)]):
            assert not opening.done()
            QApplication.processEvents()
            await asyncio.sleep(0.005)
        (dialog,) = shown
        words = " ".join(one.text() for one in dialog.findChildren(QLabel))
        if closed:
            await silent.close()
        wanted = "Try again" if closed else "Quit"
        (button,) = [one for one in dialog.findChildren(QPushButton) if one.text() == wanted]
        button.click()
        studio = await opening
        if studio is not None:
            await studio.close()
        return words, studio is not None

    words, opened = loop.run_until_complete(asyncio.wait_for(run(), 30))
    loop.run_until_complete(silent.close())
    loop.run_until_complete(bell.close())
    assert "Another window has this library open and does not respond." in words
    assert opened is closed


@pytest.fixture
def dead_drive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder whose disk does not respond before the end of the test."""
    with unresponsive(tmp_path / "dead", monkeypatch) as drive:
        yield drive


@pytest.mark.parametrize("closed", [False, True])
def test_a_disk_that_does_not_respond_is_reported(
    style: Style,
    loop: asyncio.AbstractEventLoop,
    tmp_path: Path,
    dead_drive: Path,
    *,
    closed: bool,
) -> None:
    environ = {"PRODUCER_STUDIO_HOME": str(tmp_path)}
    bell = SingleInstance(tmp_path, dead_drive)
    startup_window = StartupWindow("dark")
    startup_window.show()

    async def run() -> tuple[Studio | None, str]:
        opening = asyncio.create_task(
            _open_studio(
                style, environ, ["not needed"], LibraryChoice(dead_drive), bell, startup_window
            )
        )
        if closed:
            await asyncio.sleep(0)
            startup_window.close()
        words = ""
        while not opening.done():
            for dialog in [one for one in QApplication.topLevelWidgets() if _asks(one)]:
                words = " ".join(one.text() for one in dialog.findChildren(QLabel))
                next(
                    one for one in dialog.findChildren(QPushButton) if one.text() == "Quit"
                ).click()
            QApplication.processEvents()
            await asyncio.sleep(0.005)
        return await opening, words

    studio, words = loop.run_until_complete(asyncio.wait_for(run(), LIMIT_S))
    loop.run_until_complete(bell.close())
    startup_window.deleteLater()
    assert studio is None
    assert ("does not respond" in words) is not closed


def test_such_a_disk_is_not_waited_for_by_commands(tmp_path: Path, dead_drive: Path) -> None:
    environ = {"PRODUCER_STUDIO_HOME": str(tmp_path)}
    libraries = NamedLibraries(environ)
    libraries.set_name(dead_drive / "Songs", "songs")
    (found,) = libraries.list_all()
    assert not found.exists
    with pytest.raises(BadParameter, match="does not respond"):
        LibraryFolder().convert(str(dead_drive / "Songs"), None, None)


@pytest.mark.parametrize("way", ["Start a new one", "Try again", "Choose another folder…", "Quit"])
def test_a_library_that_is_missing_is_not_made_without_a_word(
    style: Style,
    loop: asyncio.AbstractEventLoop,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    way: str,
) -> None:
    for name in ("CONFIG", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    library, other = tmp_path / "drive" / "Songs", tmp_path / "other"
    other.mkdir()
    paths = default_paths({})
    PreferencesFile(paths.preferences_file).save(Preferences(library_dir=str(library)))

    def choose(dialog: QFileDialog) -> None:
        dialog.fileSelected.emit(str(other))

    # The native one of the test's platform has no folders to click on.
    monkeypatch.setattr(QFileDialog, "open", choose)

    async def run() -> tuple[str, list[str], Path | None]:
        opening = asyncio.create_task(
            _open_studio(style, {}, ["not needed"], LibraryChoice(None), None)
        )
        while not (shown := [one for one in QApplication.topLevelWidgets() if _asks(one)]):
            assert not opening.done()
            QApplication.processEvents()
            await asyncio.sleep(0.005)
        (dialog,) = shown
        words = " ".join(one.text() for one in dialog.findChildren(QLabel))
        assert not library.exists()
        if way == "Try again":
            library.mkdir(parents=True)
        buttons = {one.text(): one for one in dialog.findChildren(QPushButton)}
        assert all(one.width() >= one.sizeHint().width() for one in buttons.values())
        buttons[way].click()
        studio = await opening
        if studio is None:
            return words, list(buttons), None
        await studio.close()
        return words, list(buttons), studio.clips.folder

    words, offered, opened = loop.run_until_complete(asyncio.wait_for(run(), 30))
    assert "The library was not found" in words
    assert str(library) in words
    assert len(offered) == 4
    expected = {"Quit": None, "Choose another folder…": other}.get(way, library)
    assert opened == expected
    kept = PreferencesFile(paths.preferences_file).load().library_dir
    assert kept == str(expected or library)


def test_the_empty_window_does_not_hide_the_question(
    style: Style, loop: asyncio.AbstractEventLoop, tmp_path: Path
) -> None:
    window = StartupWindow("dark")
    window.show_and_paint()
    environ = {"PRODUCER_STUDIO_HOME": str(tmp_path)}
    (tmp_path / "file").touch()
    library = tmp_path / "file" / "songs"

    async def run() -> None:
        opening = asyncio.create_task(
            _open_studio(style, environ, [], LibraryChoice(library), None, window)
        )
        while not (shown := [one for one in QApplication.topLevelWidgets() if _asks(one)]):
            assert not opening.done()
            QApplication.processEvents()
            await asyncio.sleep(0.005)
        handle = shown[0].windowHandle()
        assert handle is not None
        assert handle.transientParent() is window.windowHandle()
        window.close()
        assert await opening is None

    loop.run_until_complete(asyncio.wait_for(run(), 30))
    window.deleteLater()


def _asks(widget: object) -> bool:
    return isinstance(widget, LibraryProblemDialog) and widget.isVisible()


def test_a_backup_is_offered_where_the_library_cannot_be_opened(
    style: Style, loop: asyncio.AbstractEventLoop, tmp_path: Path
) -> None:
    folder = tmp_path / "songs"
    environ = {"PRODUCER_STUDIO_HOME": str(tmp_path)}

    async def run() -> tuple[str, list[Path]]:
        library = await Library.open(folder)
        await library.back_up()
        await library.close()
        with closing(sqlite3.connect(folder / "library.db")) as db:
            db.execute("CREATE TABLE of_a_later_version (x)")
            db.execute("PRAGMA user_version = 99")
        opening = asyncio.create_task(
            _open_studio(style, environ, ["not needed"], LibraryChoice(folder), None)
        )
        while not (shown := [one for one in QApplication.topLevelWidgets() if _asks(one)]):
            assert not opening.done()
            QApplication.processEvents()
            await asyncio.sleep(0.005)
        (dialog,) = shown
        assert isinstance(dialog, LibraryProblemDialog)
        words = " ".join(one.text() for one in dialog.findChildren(QLabel))
        dialog.restore_button.click()
        studio = await opening
        assert studio is not None
        await studio.close()
        return words, list(folder.glob("library replaced *.db"))

    words, kept = loop.run_until_complete(asyncio.wait_for(run(), 30))
    assert "used by a newer version" in words
    assert "There is a database backup from" in words
    assert len(kept) == 1
