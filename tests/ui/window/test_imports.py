"""Files that are dropped on the window, or chosen, are kept in the library or put into the form."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import new_clip_id
from producer_studio.domain.operation import Operation
from producer_studio.studio.single_instance import ActivationRequest
from producer_studio.ui.clips.drag import set_mime_clips
from producer_studio.ui.imports.import_dialog import ImportDialog
from producer_studio.ui.imports.import_notice import ImportNotice
from producer_studio.ui.widgets.notices import NoticeBar
from producer_studio.ui.window.incoming_files import IncomingFiles
from producer_studio.ui.window.window import MainWindow
from tests.support.drag_and_drop import drop
from tests.support.open_studio import open_studio
from tests.support.signals import tone, write_wave
from tests.ui.library.conftest import a_clip
from tests.ui.window.conftest import WindowBench


@pytest.fixture
def arrivals(joined: MainWindow, qapp: QApplication) -> Iterator[IncomingFiles]:
    made = IncomingFiles(joined, qapp)
    yield made
    qapp.removeEventFilter(made)


def write_songs(folder: Path, count: int) -> list[Path]:
    folder.mkdir(exist_ok=True)
    return [
        write_wave(folder / f"Song {number}.wav", tone(0.3, 300.0 + number))
        for number in range(count)
    ]


def dropped(bench: WindowBench, window: MainWindow, *paths: Path) -> ImportDialog:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    accepted: list[bool] = []
    bench.press(lambda: accepted.append(drop(window.library, data)))
    assert accepted == [True]
    bench.until(lambda: bool(window.findChildren(ImportDialog)))
    (dialog,) = window.findChildren(ImportDialog)
    return dialog


def texts(window: MainWindow) -> list[str]:
    return [one.notice.text for one in window.notices.findChildren(NoticeBar) if one.isVisible()]


def test_a_dropped_song_is_kept_by_enter_and_undone(
    bench: WindowBench, joined: MainWindow, arrivals: IncomingFiles, tmp_path: Path
) -> None:
    (song,) = write_songs(tmp_path / "songs", 1)
    before = bench.run(bench.studio.jobs.all())
    dialog = dropped(bench, joined, song)
    assert dialog.keep_card.accessibleName() == "Keep here, free"
    assert dialog.upload_card.accessibleName() == "Upload…, 2 credits"
    assert dialog.upload_card.isEnabled()
    assert dialog.focusWidget() is dialog.keep_card
    bench.press(lambda: QTest.keyClick(dialog, Qt.Key.Key_Return))
    bench.until(lambda: any("imported" in text for text in texts(joined)))
    assert texts(joined) == ["1 song, 57 kB imported."]
    bench.settle()
    [clip] = bench.run(bench.studio.clips.list_ids())
    bench.press(joined.undo.undo)
    bench.settle()
    assert bench.run(bench.studio.clips.list_ids()) == []
    assert bench.run(bench.studio.clips.get(clip)) is not None
    assert bench.run(bench.studio.jobs.all()) == before, "nothing is sent"


def test_a_song_goes_into_the_form_with_its_price(
    bench: WindowBench, joined: MainWindow, arrivals: IncomingFiles, tmp_path: Path
) -> None:
    (song,) = write_songs(tmp_path / "songs", 1)
    dialog = dropped(bench, joined, song)
    bench.press(dialog.upload_card.click)
    bench.until(lambda: joined.compose.controller.form().audio_file == str(song))
    assert joined.compose.controller.form().operation is Operation.UPLOAD
    bench.settle()
    assert bench.run(bench.studio.jobs.all()) == []
    assert bench.run(bench.studio.clips.list_ids()) == []


def test_a_folder_is_imported_with_progress_and_stopped(
    bench: WindowBench, joined: MainWindow, arrivals: IncomingFiles, tmp_path: Path
) -> None:
    songs = write_songs(tmp_path / "songs.of.mine", 24)
    (tmp_path / "songs.of.mine" / "page.mp3").write_text("<html>")
    dialog = dropped(bench, joined, tmp_path / "songs.of.mine")
    assert not dialog.upload_card.isVisible()
    bench.press(dialog.keep_card.click)
    (notice,) = joined.notices.findChildren(ImportNotice)
    bench.until(lambda: notice.progress_bar.value() >= 9)
    bench.press(notice.stop_button.click)
    bench.until(lambda: any("Stopped" in text for text in texts(joined)))
    kept = len(bench.run(bench.studio.clips.list_ids()))
    assert 8 <= kept < len(songs)
    # Again, and to the end; the page is no song.
    bench.press(lambda: arrivals.drop([tmp_path / "songs.of.mine"]))
    bench.until(lambda: bool(joined.findChildren(ImportDialog)))
    bench.press(joined.findChildren(ImportDialog)[0].keep_card.click)
    bench.until(lambda: any("in the library already" in text for text in texts(joined)))
    assert len(bench.run(bench.studio.clips.list_ids())) == len(songs)
    (warning,) = [
        one
        for one in joined.notices.findChildren(NoticeBar)
        if one.isVisible() and "already. 1 file is no song" in one.notice.text
    ]
    assert "page.mp3\nThis is a web page, not audio." in warning.notice.detail
    bench.settle()


def test_several_songs_on_the_form_are_asked_about(
    bench: WindowBench, joined: MainWindow, arrivals: IncomingFiles, tmp_path: Path
) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(one)) for one in write_songs(tmp_path / "songs", 2)])
    field = joined.compose.view.sound.edit.viewport()
    bench.press(lambda: drop(field, data))
    bench.until(lambda: bool(joined.findChildren(ImportDialog)))
    assert joined.compose.view.sound.text() == ""
    assert joined.compose.controller.form().operation is Operation.CREATE


def test_what_is_no_song_is_said(
    bench: WindowBench, joined: MainWindow, arrivals: IncomingFiles, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("x")
    bench.press(lambda: arrivals.drop([tmp_path / "notes.txt"]))
    bench.until(lambda: bool(texts(joined)))
    assert texts(joined) == ["There is no song in “notes.txt”."]
    bench.press(lambda: arrivals.drop([bench.studio.clips.folder]))
    bench.until(lambda: bool(bench.notices))
    assert bench.notices[0].endswith("is in the library's own folder already.")


def test_ctrl_o_opens_the_system_s_dialog(
    bench: WindowBench,
    joined: MainWindow,
    arrivals: IncomingFiles,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened: list[QFileDialog] = []
    monkeypatch.setattr(QFileDialog, "open", lambda dialog: opened.append(dialog))
    songs = write_songs(tmp_path / "songs", 2)
    bench.press(lambda: QTest.keyClick(joined, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier))
    bench.press(joined.library.lists.folder_import_requested.emit)
    files, folder = opened
    assert files.fileMode() is QFileDialog.FileMode.ExistingFiles
    assert folder.fileMode() is QFileDialog.FileMode.Directory
    bench.press(lambda: files.filesSelected.emit([str(song) for song in songs]))
    bench.until(lambda: bool(joined.findChildren(ImportDialog)))
    for dialog in opened:
        dialog.deleteLater()


def test_a_dropped_library_is_merged_and_undone(
    bench: WindowBench, joined: MainWindow, arrivals: IncomingFiles, tmp_path: Path
) -> None:
    other = bench.run(open_studio(tmp_path / "other"))
    clip = Clip(id=new_clip_id(), title="Low tide", stars=3)
    bench.run(other._library.clips.add([clip]))
    bench.run(other.close())
    dialog = dropped(bench, joined, other.clips.folder)
    (card,) = dialog.merge_cards
    assert dialog.focusWidget() is card
    assert not dialog.keep_card.isVisible()
    bench.press(lambda: QTest.keyClick(dialog, Qt.Key.Key_Return))
    bench.until(lambda: texts(joined) == ["1 clip merged."])
    bench.settle()
    found = bench.run(bench.studio.clips.get(clip.id))
    assert found is not None
    assert found.stars == 3
    bench.press(joined.undo.undo)
    bench.settle()
    assert bench.run(bench.studio.clips.list_ids()) == []


def test_keys_typed_while_the_dialog_opens_neither_import_nor_close_it(
    bench: WindowBench, joined: MainWindow, arrivals: IncomingFiles, tmp_path: Path
) -> None:
    (song,) = write_songs(tmp_path / "songs", 1)
    interval_ms = QApplication.doubleClickInterval()
    QApplication.setDoubleClickInterval(600_000)
    try:
        dialog = dropped(bench, joined, song)
        bench.until(dialog.isActiveWindow)
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape):
            bench.press(partial(QTest.keyClick, dialog.windowHandle(), key))
        assert dialog.isVisible()
    finally:
        QApplication.setDoubleClickInterval(interval_ms)
    bench.press(dialog.reject)
    bench.settle()
    assert bench.run(bench.studio.clips.list_ids()) == []


@pytest.mark.parametrize("place", ["library", "compose"])
def test_more_files_than_a_drag_looks_at_are_offered(
    bench: WindowBench, joined: MainWindow, arrivals: IncomingFiles, tmp_path: Path, place: str
) -> None:
    (song,) = write_songs(tmp_path / "songs", 1)
    songs = [song.with_name(f"Song {number}.wav") for number in range(1, 140)]
    for other in songs:
        other.hardlink_to(song)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in [song, *songs]])
    target = joined.library if place == "library" else joined.compose
    bench.press(partial(drop, target, data))
    # What the other program dragged may be gone once the drop has been handled.
    data.clear()
    bench.until(lambda: bool(joined.findChildren(ImportDialog)))
    (dialog,) = joined.findChildren(ImportDialog)
    assert any("140 songs" in one.text() for one in dialog.findChildren(QLabel))
    bench.press(dialog.reject)


@pytest.mark.parametrize("what", ["song", "text", "clip"])
def test_what_is_dropped_on_a_text_field_leaves_its_text_alone(
    bench: WindowBench, joined: MainWindow, arrivals: IncomingFiles, tmp_path: Path, what: str
) -> None:
    clip = a_clip("Rain", age=0)
    bench.run(bench.studio._library.clips.add([clip]))
    bench.press(lambda: joined.inspector.show_clip(clip.id))
    bench.settle()
    file = tmp_path / "words.txt"
    file.write_text("words")
    if what != "text":
        (file,) = write_songs(tmp_path / "songs", 1)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    # As file managers do.
    data.setText(str(file))
    if what == "clip":
        set_mime_clips(data, [clip.id])
    details = joined.inspector.details
    fields = [
        details.heading.title,
        details.rating_and_notes.notes.viewport(),
        joined.top_bar.search.edit,
    ]
    for field in [
        *fields,
        *([joined.compose.view.lyrics.edit.viewport()] if what == "text" else []),
    ]:
        bench.press(partial(drop, field, data))
        bench.settle()
        for dialog in joined.findChildren(ImportDialog):
            bench.press(dialog.reject)
    bench.settle()
    assert details.heading.title.text() == "Rain"
    assert details.rating_and_notes.notes.toPlainText() == ""
    assert joined.top_bar.search.edit.text() == ""
    assert joined.compose.view.lyrics.text() == ""


def test_keys_typed_while_another_program_opens_a_song_press_nothing_in_its_form(
    bench: WindowBench, joined: MainWindow, arrivals: IncomingFiles, tmp_path: Path
) -> None:
    (song,) = write_songs(tmp_path / "songs", 1)
    joined.activateWindow()
    bench.until(joined.isActiveWindow)
    joined.compose.view.lyrics.edit.setFocus()
    interval_ms = QApplication.doubleClickInterval()
    QApplication.setDoubleClickInterval(600_000)
    try:
        bench.press(lambda: arrivals.handle_activation(ActivationRequest((song,), "")))
        bench.until(lambda: joined.compose.controller.form().audio_file == str(song))
        bench.settle()
        control = Qt.KeyboardModifier.ControlModifier
        for modifier in (control, Qt.KeyboardModifier.NoModifier):
            for _ in range(4):
                key = partial(QTest.keyClick, joined.windowHandle(), Qt.Key.Key_Return, modifier)
                bench.press(key)
        assert QApplication.activePopupWidget() is None
    finally:
        QApplication.setDoubleClickInterval(interval_ms)
    bench.settle()
    assert joined.compose.controller.form().operation is Operation.UPLOAD
    assert bench.run(bench.studio.jobs.all()) == []
