"""The trash is emptied after a question that tells the size, and by nothing else."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import new_clip_id
from producer_studio.studio.clips import DeletionResult
from producer_studio.ui.clips.deletion import deletion_message
from producer_studio.ui.widgets.dialog import Confirmation
from producer_studio.ui.window.window import MainWindow
from tests.ui.window.conftest import WindowBench


def notice_texts(window: MainWindow) -> list[str]:
    return [notice.text for notice in window.notices.notices()]


def question(bench: WindowBench) -> Confirmation:
    def shown() -> list[Confirmation]:
        return [one for one in QApplication.topLevelWidgets() if isinstance(one, Confirmation)]

    bench.until(lambda: any(one.isVisible() for one in shown()))
    (found,) = [one for one in shown() if one.isVisible()]
    return found


def trash(bench: WindowBench, *titles: str) -> list[Clip]:
    clips = [Clip(id=new_clip_id(), title=title) for title in titles]
    bench.run(bench.studio._library.clips.add(clips))
    for clip in clips:
        folder = bench.run(bench.studio.clips.find_folder(clip.id))
        assert folder is not None
        (folder / "song.wav").write_bytes(bytes(2_000_000))
    bench.run(bench.studio.clips.trash([clip.id for clip in clips]))
    return clips


def words_of(dialog: Confirmation) -> str:
    return " ".join(one.text() for one in dialog.findChildren(QLabel))


def test_trash_is_emptied_after_a_question(bench: WindowBench, window: MainWindow) -> None:
    clips = trash(bench, "One", "Two")
    folder = bench.run(bench.studio.clips.find_folder(clips[0].id))
    assert folder is not None
    bench.press(window.library.trash_bar.empty_button.click)
    dialog = question(bench)
    words = words_of(dialog)
    assert "Empty the trash?" in words
    assert "2 clips, 4 MB." in words
    assert "cannot be undone" in words
    # Keys that are pressed by habit do nothing.
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    bench.until(lambda: not dialog.isVisible())
    assert folder.is_dir()
    bench.press(window.library.trash_bar.empty_button.click)
    dialog = question(bench)
    bench.press(dialog.confirm_button.click)
    bench.until(lambda: notice_texts(window) == ["2 clips deleted for good: 4 MB freed."])
    assert not folder.exists()
    assert bench.run(bench.studio.clips.count_smart_lists()).trashed == 0


def test_one_clip_is_deleted_for_good(bench: WindowBench, window: MainWindow) -> None:
    gone, stays = trash(bench, "One", "Two")
    bench.press(lambda: window.inspector.clip_actions.request_deletion([gone.id]))
    dialog = question(bench)
    assert "Delete “One” for good?" in words_of(dialog)
    bench.press(dialog.confirm_button.click)
    bench.until(lambda: notice_texts(window) == ["1 clip deleted for good: 2 MB freed."])
    assert bench.run(bench.studio.clips.get(gone.id)) is None
    assert bench.run(bench.studio.clips.get(stays.id)) is not None


def test_what_was_kept_is_said() -> None:
    one, two = new_clip_id(), new_clip_id()
    assert deletion_message(DeletionResult(remaining=(one,))) == (
        "Nothing was deleted. 1 clip stays in the trash: another program uses the files."
    )
    assert deletion_message(
        DeletionResult((one, two), 3_200_000_000, untouched_folders=(Path("/other"),))
    ) == (
        "2 clips deleted for good: 3.2 GB freed. Files outside the library were not deleted: /other"
    )
