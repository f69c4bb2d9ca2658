"""The dialog names price and file beforehand, and tells how each file ended."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from producer_studio.domain.account import Service
from producer_studio.domain.ids import AccountName, RemoteId, new_clip_id, new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.studio.export.filenames import TEMPLATE_FIELDS
from producer_studio.ui.export.dialog import ExportDialog
from producer_studio.ui.export.export_form import LOCAL, SERVICE
from producer_studio.ui.export.export_progress import ExportTray
from producer_studio.ui.widgets.keyboard import is_guarded
from producer_studio.ui.widgets.segmented import Segmented
from tests.ui.export.conftest import Desk


def _choose(choice: Segmented, key: str) -> None:
    choice.set_value(key)
    choice.option_chosen.emit(key)


def _word(dialog: ExportDialog, key: str) -> QPushButton:
    return dialog.form.method._buttons[key]


def _account(desk: Desk) -> AccountName:
    name = AccountName("demo")
    desk.run(desk.studio.accounts.add(name, Service.DEMO))
    return name


@pytest.mark.parametrize("form", ["mp3", "wav", "flac"])
def test_a_file_is_made_here_under_the_name_that_was_shown(desk: Desk, form: str) -> None:
    dialog = desk.open([desk.add("Song").id])
    desk.do(lambda: _choose(dialog.form.format, form))
    desk.until(lambda: dialog.form.preview.text() == f"Song - FUZZ-2.0 - 7.{form}")
    assert dialog.export_button.text() == "Export · free"
    assert dialog.export_button.accessibleName() == "Export"
    desk.do(dialog.export_button.click)
    desk.until(lambda: dialog.is_started and not dialog.running_ids)
    assert dialog.status.text() == "Done."
    assert desk.files() == [f"Song - FUZZ-2.0 - 7.{form}"]
    assert (desk.folder / desk.files()[0]).stat().st_size > 1000
    assert desk.studio.preferences.value.export_format == form
    desk.do(dialog.reject)


def test_nothing_is_overwritten_and_the_preview_says_so(desk: Desk) -> None:
    clip = desk.add("Song")
    desk.folder.mkdir()
    there = desk.folder / "Song - FUZZ-2.0 - 7.mp3"
    there.write_bytes(b"mine")
    dialog = desk.open([clip.id])
    desk.until(lambda: dialog.form.preview.text() == "Song - FUZZ-2.0 - 7 (2).mp3")
    desk.do(dialog.export_button.click)
    desk.until(lambda: dialog.is_started and not dialog.running_ids)
    assert there.read_bytes() == b"mine"
    assert "Song - FUZZ-2.0 - 7 (2).mp3" in desk.files()
    desk.do(dialog.reject)


def test_a_wrong_template_is_explained_and_nothing_can_start(desk: Desk) -> None:
    dialog = desk.open([desk.add("Song").id])
    desk.do(lambda: dialog.form.template.setText("{titel}"))
    assert dialog.form.error_label.isVisible()
    assert dialog.form.error_label.text().startswith("{titel} is unknown.")
    assert not dialog.export_button.isEnabled()
    desk.do(lambda: dialog.form.template.setText("{title}"))
    assert dialog.form.error_label.isHidden()
    assert dialog.export_button.isEnabled()
    desk.until(lambda: dialog.form.preview.text() == "Song.mp3")
    desk.do(dialog.reject)


def test_every_name_of_a_template_is_shown_and_put_where_the_cursor_is(desk: Desk) -> None:
    dialog = desk.open([desk.add("Song").id])
    chips = dialog.form.placeholders.chips
    assert list(chips) == list(TEMPLATE_FIELDS)
    assert all(chip.isVisible() and chip.button.toolTip() for chip in chips.values())
    template = dialog.form.template
    desk.do(lambda: template.setText("by  me"))
    template.setFocus()
    template.setCursorPosition(3)
    QTest.mouseClick(chips["title"].button, Qt.MouseButton.LeftButton)
    assert template.text() == "by {title} me"
    assert template.hasFocus()
    QTest.keyClicks(template, "!")
    assert template.text() == "by {title}! me"
    desk.until(lambda: dialog.form.preview.text() == "by Song! me.mp3")
    desk.do(dialog.reject)


def test_the_services_price_stands_on_the_button(desk: Desk) -> None:
    account = _account(desk)
    clips = [
        desk.add(f"Song {number}", account=account, remote_id=RemoteId(f"r{number}"))
        for number in (1, 2, 3)
    ]
    dialog = desk.open([clip.id for clip in clips])
    assert _word(dialog, SERVICE).text() == "By the service · 2 credits each"
    assert dialog.export_button.text() == "Export 3 files · free"
    desk.do(lambda: _choose(dialog.form.method, SERVICE))
    assert dialog.export_button.text() == "Export 3 files · 6 credits"
    desk.do(lambda: _choose(dialog.form.format, "flac"))
    assert dialog.form.method.value() == LOCAL
    assert not _word(dialog, SERVICE).isEnabled()
    assert dialog.form.method_message.text() == "Services deliver MP3 and WAV only."
    assert dialog.export_button.text() == "Export 3 files · free"
    desk.do(dialog.reject)


def test_a_file_that_was_paid_for_just_before_is_asked_about_once(desk: Desk) -> None:
    clip = desk.add("Song", account=_account(desk), remote_id=RemoteId("r1"))
    recipe = Recipe(operation=Operation.EXPORT, source=clip.id, model="", export_format="mp3")
    earlier = Job(
        id=new_job_id(), state=JobState.DONE, recipe=recipe, account=clip.account,
        credits_expected=2,
    )  # fmt: skip
    desk.run(desk.studio._library.jobs.write(earlier))
    dialog = desk.open([clip.id])
    desk.do(lambda: _choose(dialog.form.method, SERVICE))
    assert dialog.export_button.text() == "Export · 2 credits"
    assert is_guarded(dialog.export_button)
    desk.do(dialog.export_button.click)
    desk.until(lambda: dialog.export_button.text() == "Export again · 2 credits")
    assert "so nothing was sent" in dialog.status.text()
    assert not dialog.is_started
    # Another choice takes the question back.
    desk.do(lambda: _choose(dialog.form.format, "wav"))
    assert (dialog.export_button.text(), dialog.status.text()) == ("Export · 2 credits", "")
    desk.do(lambda: _choose(dialog.form.method, LOCAL))
    assert not is_guarded(dialog.export_button)
    desk.do(dialog.reject)


def test_a_clip_that_no_account_here_knows_is_made_here_only(desk: Desk) -> None:
    clip = desk.add("Song", account=AccountName("gone"), remote_id=RemoteId("r"))
    dialog = desk.open([clip.id])
    assert not _word(dialog, SERVICE).isEnabled()
    assert "“gone”" in dialog.form.method_message.text()
    desk.do(dialog.reject)


def test_a_clip_without_sound_is_left_out(desk: Desk) -> None:
    there = desk.add("There")
    away = there.with_changes(id=new_clip_id(), title="Away", path=None)
    desk.run(desk.studio._library.clips.add([away]))
    dialog = desk.open([there.id, away.id])
    assert dialog.export_button.text() == "Export · free"
    assert "“Away”" in dialog.form.method_message.text()
    desk.do(dialog.reject)


def test_cancelling_leaves_no_file(desk: Desk) -> None:
    clips = [desk.add(f"Long {number}", seconds=60) for number in (1, 2, 3)]
    dialog = desk.open([clip.id for clip in clips])
    desk.do(dialog.export_button.click)
    desk.until(lambda: dialog.is_started)
    assert dialog.cancel_button.text() == "Cancel all"
    desk.do(dialog.cancel_button.click)
    desk.until(lambda: not dialog.running_ids)
    assert dialog.cancel_button.text() == "Close"
    assert desk.files() == []
    desk.do(dialog.reject)


def test_the_cross_of_a_row_cancels_that_file_alone(desk: Desk) -> None:
    clips = [desk.add("Short"), desk.add("Long", seconds=30)]
    dialog = desk.open([clip.id for clip in clips])
    desk.do(dialog.export_button.click)
    desk.until(lambda: dialog.is_started)
    kept, row = dialog.progress_list._rows.values()
    desk.do(lambda: QTest.mouseClick(row.cancel_button, Qt.MouseButton.LeftButton))
    desk.until(lambda: not dialog.running_ids)
    assert row.state_label.text() == "Cancelled. No file was left behind."
    assert kept.state_label.text() == "Done"
    assert desk.files() == ["Short - FUZZ-2.0 - 7.mp3"]
    desk.do(dialog.reject)


def test_a_closed_dialog_leaves_a_tray_that_ends_in_a_notice(desk: Desk) -> None:
    clips = [desk.add(f"Song {number}", seconds=20) for number in (1, 2)]
    dialog = desk.open([clip.id for clip in clips])
    desk.do(dialog.export_button.click)
    desk.until(lambda: dialog.is_started)
    desk.do(dialog.reject)
    tray = desk.window.findChild(ExportTray)
    assert tray is not None
    assert tray.isVisible()
    assert "of 2 done" in tray.message.text()
    desk.until(lambda: bool(desk.notices))
    assert desk.notices == [("ok", "2 files are in out.")]
    assert not tray.isVisible()
    assert len(desk.files()) == 2


def test_a_folder_that_cannot_be_written_is_said_in_the_row(desk: Desk) -> None:
    desk.folder.write_text("a file, not a folder")
    dialog = desk.open([desk.add("Song").id])
    desk.do(dialog.export_button.click)
    desk.until(lambda: dialog.is_started and not dialog.running_ids)
    assert "could not be exported" in dialog.status.text()
    (row,) = dialog.progress_list._rows.values()
    assert "Choose another folder" in row.state_label.text()
    desk.do(dialog.reject)


def test_the_keyboard_shows_what_enter_does_when_the_files_are_made(desk: Desk) -> None:
    dialog = desk.open([desk.add("Song").id])
    desk.do(dialog.export_button.click)
    desk.until(lambda: dialog.is_started and not dialog.running_ids)
    desk.until(lambda: dialog.focusWidget() is dialog.open_folder_button)
    assert not dialog.open_folder_button.isDefault()
    pressed: list[str] = []
    for button in dialog.findChildren(QPushButton):
        button.clicked.disconnect()
        button.clicked.connect(lambda _on=False, one=button: pressed.append(one.text()))
    desk.do(lambda: QTest.keyClick(dialog.open_folder_button, Qt.Key.Key_Return))
    desk.do(lambda: dialog.cancel_button.setFocus())
    desk.do(lambda: QTest.keyClick(dialog.cancel_button, Qt.Key.Key_Return))
    assert pressed == ["Open folder", "Close"]
    desk.do(dialog.reject)
