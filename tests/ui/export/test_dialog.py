"""The dialog names price and file beforehand, and tells how each file ended."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
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
from tests.support.sandbox_process import running_sandbox
from tests.ui.export.conftest import ExportBench

EXAMPLES = Path(__file__).parents[1] / "compose" / "worked_examples.json"


def _choose(choice: Segmented, key: str) -> None:
    choice.set_value(key)
    choice.option_chosen.emit(key)


def _word(dialog: ExportDialog, key: str) -> QPushButton:
    return dialog.form.method._buttons[key]


def _account(bench: ExportBench) -> AccountName:
    name = AccountName("demo")
    bench.run(bench.studio.accounts.add(name, Service.DEMO))
    return name


@pytest.mark.parametrize("form", ["mp3", "wav", "flac"])
def test_a_file_is_made_here_under_the_name_that_was_shown(bench: ExportBench, form: str) -> None:
    dialog = bench.open([bench.add("Song").id])
    bench.press(lambda: _choose(dialog.form.format, form))
    bench.until(lambda: dialog.form.preview.text() == f"Song - FUZZ-2.0 - 7.{form}")
    assert dialog.export_button.text() == "Export · free"
    assert dialog.export_button.accessibleName() == "Export"
    bench.press(dialog.export_button.click)
    bench.until(lambda: dialog.is_started and not dialog.running_ids)
    assert dialog.status.text() == "Done."
    assert bench.files() == [f"Song - FUZZ-2.0 - 7.{form}"]
    assert (bench.folder / bench.files()[0]).stat().st_size > 1000
    assert bench.studio.preferences.value.export_format == form
    bench.press(dialog.reject)


def test_nothing_is_overwritten_and_the_preview_says_so(bench: ExportBench) -> None:
    clip = bench.add("Song")
    bench.folder.mkdir()
    there = bench.folder / "Song - FUZZ-2.0 - 7.mp3"
    there.write_bytes(b"mine")
    dialog = bench.open([clip.id])
    bench.until(lambda: dialog.form.preview.text() == "Song - FUZZ-2.0 - 7 (2).mp3")
    bench.press(dialog.export_button.click)
    bench.until(lambda: dialog.is_started and not dialog.running_ids)
    assert there.read_bytes() == b"mine"
    assert "Song - FUZZ-2.0 - 7 (2).mp3" in bench.files()
    bench.press(dialog.reject)


def test_a_wrong_template_is_explained_and_nothing_can_start(bench: ExportBench) -> None:
    dialog = bench.open([bench.add("Song").id])
    bench.press(lambda: dialog.form.template.setText("{titel}"))
    assert dialog.form.error_label.isVisible()
    assert dialog.form.error_label.text().startswith("{titel} is unknown.")
    assert not dialog.export_button.isEnabled()
    bench.press(lambda: dialog.form.template.setText("{title}"))
    assert dialog.form.error_label.isHidden()
    assert dialog.export_button.isEnabled()
    bench.until(lambda: dialog.form.preview.text() == "Song.mp3")
    bench.press(dialog.reject)


def test_every_name_of_a_template_is_shown_and_put_where_the_cursor_is(bench: ExportBench) -> None:
    dialog = bench.open([bench.add("Song").id])
    chips = dialog.form.placeholders.chips
    assert list(chips) == list(TEMPLATE_FIELDS)
    assert all(chip.isVisible() and chip.button.toolTip() for chip in chips.values())
    template = dialog.form.template
    bench.press(lambda: template.setText("by  me"))
    template.setFocus()
    template.setCursorPosition(3)
    QTest.mouseClick(chips["title"].button, Qt.MouseButton.LeftButton)
    assert template.text() == "by {title} me"
    assert template.hasFocus()
    QTest.keyClicks(template, "!")
    assert template.text() == "by {title}! me"
    bench.until(lambda: dialog.form.preview.text() == "by Song! me.mp3")
    bench.press(dialog.reject)


def test_the_preview_shows_the_end_of_a_long_name(bench: ExportBench) -> None:
    dialog = bench.open([bench.add("Song").id])
    preview = dialog.form.preview
    long = "First Snow on Strings and a Long Way Home " * 3

    def picture(end: str) -> QImage:
        dialog.form.show_preview(f"{long}{end}")
        return preview.grab().toImage()

    bench.until(lambda: preview.text() == "Song - FUZZ-2.0 - 7.mp3")
    assert picture("take 1.mp3") == picture("take 1.mp3")
    assert picture("take 1.mp3") != picture("take 2.mp3")
    bench.press(dialog.reject)


def test_the_services_price_stands_on_the_button(bench: ExportBench) -> None:
    account = _account(bench)
    clips = [
        bench.add(f"Song {number}", account=account, remote_id=RemoteId(f"r{number}"))
        for number in (1, 2, 3)
    ]
    dialog = bench.open([clip.id for clip in clips])
    assert _word(dialog, SERVICE).text() == "By the service · 2 credits each"
    assert dialog.export_button.text() == "Export 3 files · free"
    bench.press(lambda: _choose(dialog.form.method, SERVICE))
    assert dialog.export_button.text() == "Export 3 files · 6 credits"
    bench.press(lambda: _choose(dialog.form.format, "flac"))
    assert dialog.form.method.value() == LOCAL
    assert not _word(dialog, SERVICE).isEnabled()
    assert dialog.form.method_message.text() == "Services deliver MP3 and WAV only."
    assert dialog.export_button.text() == "Export 3 files · free"
    bench.press(dialog.reject)


def test_a_file_that_was_paid_for_just_before_is_asked_about_once(bench: ExportBench) -> None:
    clip = bench.add("Song", account=_account(bench), remote_id=RemoteId("r1"))
    recipe = Recipe(operation=Operation.EXPORT, source=clip.id, model="", export_format="mp3")
    earlier = Job(
        id=new_job_id(), state=JobState.DONE, recipe=recipe, account=clip.account,
        credits_expected=2,
    )  # fmt: skip
    bench.run(bench.studio._library.jobs.write(earlier))
    dialog = bench.open([clip.id])
    bench.press(lambda: _choose(dialog.form.method, SERVICE))
    assert dialog.export_button.text() == "Export · 2 credits"
    assert is_guarded(dialog.export_button)
    bench.press(dialog.export_button.click)
    bench.until(lambda: dialog.export_button.text() == "Export again · 2 credits")
    assert "so nothing was sent" in dialog.status.text()
    # The second half of a double-click is no answer to a question that nobody has read.
    bench.press(dialog.export_button.click)
    assert not dialog.is_started
    assert dialog.export_button.isEnabled()
    # Another choice takes the question back.
    bench.press(lambda: _choose(dialog.form.format, "wav"))
    assert (dialog.export_button.text(), dialog.status.text()) == ("Export · 2 credits", "")
    bench.press(lambda: _choose(dialog.form.method, LOCAL))
    assert not is_guarded(dialog.export_button)
    bench.press(dialog.reject)


def test_a_question_about_one_format_does_not_confirm_another(bench: ExportBench) -> None:
    clip = bench.add("Song", account=_account(bench), remote_id=RemoteId("r1"))
    for chosen in ("mp3", "wav"):
        recipe = Recipe(operation=Operation.EXPORT, source=clip.id, model="", export_format=chosen)
        earlier = Job(
            id=new_job_id(), state=JobState.DONE, recipe=recipe, account=clip.account,
            credits_expected=2,
        )  # fmt: skip
        bench.run(bench.studio._library.jobs.write(earlier))
    dialog = bench.open([clip.id])
    bench.press(lambda: _choose(dialog.form.method, SERVICE))

    def export_and_change() -> None:
        dialog.export_button.click()
        _choose(dialog.form.format, "wav")

    bench.press(export_and_change)
    bench.settle()
    assert (dialog.export_button.text(), dialog.status.text()) == ("Export · 2 credits", "")
    bench.press(dialog.export_button.click)
    bench.until(lambda: dialog.export_button.text() == "Export again · 2 credits")
    assert not dialog.is_started
    bench.press(dialog.reject)


def test_an_export_that_is_cancelled_while_it_is_checked_is_not_started(
    bench: ExportBench,
) -> None:
    clip = bench.add("Song", account=_account(bench), remote_id=RemoteId("r1"))
    dialog = bench.open([clip.id])
    bench.press(lambda: _choose(dialog.form.method, SERVICE))

    def export_and_cancel() -> None:
        dialog.export_button.click()
        dialog.reject()

    bench.press(export_and_cancel)
    bench.settle()
    assert bench.studio.exports.active_exports() == []
    assert bench.run(bench.studio.jobs.all()) == []


def test_the_body_of_the_worked_example_is_sent(bench: ExportBench) -> None:
    with running_sandbox("--any-key") as sandbox:
        name = AccountName("mine")
        add = bench.studio.accounts.add
        bench.run(add(name, Service.MUSICAPI, "sk-test", base_url=f"{sandbox.url}/musicapi"))
        clip = bench.add("Song", account=name, remote_id=RemoteId("clip-1"))
        dialog = bench.open([clip.id])
        bench.press(lambda: _choose(dialog.form.method, SERVICE))
        bench.press(dialog.export_button.click)
        bench.until(lambda: dialog.is_started and not dialog.running_ids)
        (request,) = sandbox.requests("POST", "/producer/download")
        bench.press(dialog.reject)
    (example,) = (
        one["body"] for one in json.loads(EXAMPLES.read_text("utf-8")) if "format" in one["body"]
    )
    assert request["body"] == example


def test_a_clip_that_no_account_here_knows_is_made_here_only(bench: ExportBench) -> None:
    clip = bench.add("Song", account=AccountName("gone"), remote_id=RemoteId("r"))
    dialog = bench.open([clip.id])
    assert not _word(dialog, SERVICE).isEnabled()
    assert "“gone”" in dialog.form.method_message.text()
    bench.press(dialog.reject)


def test_a_clip_without_sound_is_left_out(bench: ExportBench) -> None:
    there = bench.add("There")
    away = there.with_changes(id=new_clip_id(), title="Away", path=None)
    bench.run(bench.studio._library.clips.add([away]))
    dialog = bench.open([there.id, away.id])
    assert dialog.export_button.text() == "Export · free"
    assert "“Away”" in dialog.form.method_message.text()
    bench.press(dialog.reject)


def test_cancelling_leaves_no_file(bench: ExportBench) -> None:
    clips = [bench.add(f"Long {number}", seconds=60) for number in (1, 2, 3)]
    dialog = bench.open([clip.id for clip in clips])
    bench.press(dialog.export_button.click)
    bench.until(lambda: dialog.is_started)
    assert dialog.cancel_button.text() == "Cancel all"
    bench.press(dialog.cancel_button.click)
    bench.until(lambda: not dialog.running_ids)
    assert dialog.cancel_button.text() == "Close"
    assert bench.files() == []
    bench.press(dialog.reject)


def test_the_cross_of_a_row_cancels_that_file_alone(bench: ExportBench) -> None:
    clips = [bench.add("Short"), bench.add("Long", seconds=30)]
    dialog = bench.open([clip.id for clip in clips])
    bench.press(dialog.export_button.click)
    bench.until(lambda: dialog.is_started)
    kept, row = dialog.progress_list._rows.values()
    bench.press(lambda: QTest.mouseClick(row.cancel_button, Qt.MouseButton.LeftButton))
    bench.until(lambda: not dialog.running_ids)
    assert row.state_label.text() == "Cancelled. No file was saved."
    assert kept.state_label.text() == "Done"
    assert bench.files() == ["Short - FUZZ-2.0 - 7.mp3"]
    bench.press(dialog.reject)


def test_a_closed_dialog_leaves_a_tray_that_ends_in_a_notice(bench: ExportBench) -> None:
    clips = [bench.add(f"Song {number}", seconds=20) for number in (1, 2)]
    dialog = bench.open([clip.id for clip in clips])
    bench.press(dialog.export_button.click)
    bench.until(lambda: dialog.is_started)
    bench.press(dialog.reject)
    tray = bench.window.findChild(ExportTray)
    assert tray is not None
    assert tray.isVisible()
    assert "of 2 done" in tray.message.text()
    bench.until(lambda: bool(bench.notices))
    assert bench.notices == [("ok", "2 files are in out.")]
    assert not tray.isVisible()
    assert len(bench.files()) == 2


def test_a_folder_that_cannot_be_written_is_said_in_the_row(bench: ExportBench) -> None:
    bench.folder.write_text("a file, not a folder")
    dialog = bench.open([bench.add("Song").id])
    bench.press(dialog.export_button.click)
    bench.until(lambda: dialog.is_started and not dialog.running_ids)
    assert "could not be exported" in dialog.status.text()
    (row,) = dialog.progress_list._rows.values()
    assert "Choose another folder" in row.state_label.text()
    bench.press(dialog.reject)


def test_the_keyboard_shows_what_enter_does_when_the_files_are_made(bench: ExportBench) -> None:
    dialog = bench.open([bench.add("Song").id])
    bench.press(dialog.export_button.click)
    bench.until(lambda: dialog.is_started and not dialog.running_ids)
    bench.until(lambda: dialog.focusWidget() is dialog.open_folder_button)
    assert not dialog.open_folder_button.isDefault()
    pressed: list[str] = []
    for button in dialog.findChildren(QPushButton):
        if not button.isCheckable():
            button.clicked.disconnect()
        button.clicked.connect(lambda _on=False, one=button: pressed.append(one.text()))
    bench.press(lambda: QTest.keyClick(dialog.open_folder_button, Qt.Key.Key_Return))
    bench.press(lambda: dialog.cancel_button.setFocus())
    bench.press(lambda: QTest.keyClick(dialog.cancel_button, Qt.Key.Key_Return))
    assert pressed == ["Open folder", "Close"]
    bench.press(dialog.reject)
