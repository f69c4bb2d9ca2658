"""The library page of the settings: size, other libraries, backups, what closes the window."""

import zipfile
from pathlib import Path

import pytest

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import new_clip_id
from producer_studio.studio.library_work import (
    LibraryMoveWork,
    LibraryRequest,
    RebuildWork,
    RestoreWork,
)
from producer_studio.ui.settings.pages.library import LibraryPage
from producer_studio.ui.settings.work_question import WorkQuestion
from producer_studio.ui.widgets.name_dialog import NameDialog
from producer_studio.ui.window.library_work_dialog import LibraryWorkDialog
from producer_studio.ui.window.window import MainWindow
from tests.ui.window.conftest import WindowBench


@pytest.fixture
def page(bench: WindowBench, window: MainWindow) -> LibraryPage:
    clip = Clip(id=new_clip_id(), title="A", lyrics="La")
    bench.run(bench.studio._library.clips.add([clip]))
    bench.press(lambda: window.dialogs.open_settings("Library"))
    bench.settle()
    return window.dialogs.open_settings("Library").page(LibraryPage)


def confirm(bench: WindowBench, window: MainWindow) -> None:
    (question,) = [one for one in window.findChildren(WorkQuestion) if one.isVisible()]
    assert question.cancel_button.hasFocus()
    bench.press(question.confirm_button.click)


def test_size_and_backups_are_shown_and_made(
    bench: WindowBench, page: LibraryPage, tmp_path: Path
) -> None:
    assert page.library.folder.text() == str(bench.studio.clips.folder)
    assert page.library.size_label.text().startswith("1 clip · 0 files, ")
    card = page.backups
    assert card.state_label.text() == "There is no backup in the library's folder yet."
    card.now_button.setFocus()
    bench.press(card.now_button.click)
    bench.until(lambda: len(card.restore_buttons) == 1)
    bench.settle()
    assert card.now_button.isVisible()
    assert card.now_button.hasFocus(), "the keyboard stays in the card"
    bench.press(card.media_switch.click)
    target = tmp_path / "all.zip"
    bench.press(lambda: card.back_up_to(target))
    assert card.stop_button.isVisible()
    bench.until(lambda: bool(bench.notices))
    assert bench.notices[0].startswith(f"Backup written: {target}")
    assert "library.db" in zipfile.ZipFile(target).namelist()
    bench.press(lambda: card.back_up_to(target))
    bench.until(lambda: len(bench.notices) == 2)
    assert "exists already" in bench.notices[1]


@pytest.mark.parametrize("kind", ["move", "restore", "rebuild", "new"])
def test_the_window_closes_for_work_that_was_confirmed(
    bench: WindowBench, window: MainWindow, page: LibraryPage, tmp_path: Path, kind: str
) -> None:
    folder = bench.studio.clips.folder
    target = tmp_path / "elsewhere"
    bench.run(bench.studio.back_up())
    (backup,) = bench.run(bench.studio.libraries.list_backups())
    expected = {
        "move": LibraryRequest(folder, work=LibraryMoveWork(folder, target)),
        "restore": LibraryRequest(folder, work=RestoreWork(folder, backup.path)),
        "rebuild": LibraryRequest(folder, work=RebuildWork(folder)),
        "new": LibraryRequest(target, creates_library=True),
    }
    actions = {
        "move": lambda: page.library.ask_to_move(target),
        "restore": lambda: page.backups.ask_to_restore(backup.path, "today"),
        "rebuild": page.backups.ask_to_rebuild,
        "new": lambda: page.known.open_library(target),
    }
    bench.press(actions[kind])
    bench.settle()
    assert window.dialogs.library_request is None
    confirm(bench, window)
    assert window.dialogs.library_request == expected[kind]
    assert not window.isVisible()


def test_libraries_are_named_chosen_and_opened(
    bench: WindowBench, window: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    (row,) = page.known.rows
    assert not row.open_button.isVisible()
    bench.press(row.name_button.click)
    (dialog,) = window.findChildren(NameDialog)
    dialog.edit.setText("Studio")
    bench.press(dialog.ok_button.click)
    bench.settle()
    (row,) = page.known.rows
    assert row.name_button.accessibleName().startswith("Name: Studio, ")
    (named,) = bench.run(bench.studio.libraries.list_all())
    assert named.name == "Studio"
    bench.press(row.default_button.click)
    bench.settle()
    assert bench.studio.preferences.value.library_dir == str(bench.studio.clips.folder)
    assert not page.known.rows[0].default_button.isVisible()
    other = tmp_path / "other"
    other.mkdir()
    (other / "library.db").write_bytes(b"")
    bench.press(lambda: page.known.open_library(other))
    bench.settle()
    assert window.dialogs.library_request == LibraryRequest(other)


def test_work_that_fails_is_said_and_the_library_opened_again(
    bench: WindowBench, page: LibraryPage, tmp_path: Path
) -> None:
    folder = bench.studio.clips.folder
    opened: list[Path] = []

    async def work() -> None:
        # It is open in this very window.
        dialog = LibraryWorkDialog(bench.style, RebuildWork(folder), {})
        dialog._closed.set()
        opened.append(await dialog.run())
        opened.append(Path(dialog.text_label.accessibleName()))

    bench.run(work())
    assert opened[0] == folder
    assert "open" in str(opened[1])
