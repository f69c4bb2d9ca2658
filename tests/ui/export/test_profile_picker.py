"""Profiles in the export dialog: chosen, made, changed, renamed, deleted, taken back."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest

from producer_studio.domain.export_profile import ExportExtra
from producer_studio.studio.clips import UndoStep
from producer_studio.ui.context import UiContext
from producer_studio.ui.export.dialog import ExportDialog
from producer_studio.ui.export.profile_picker import ProfilePicker
from producer_studio.ui.export.profile_tags import ProfileTagsDialog
from tests.ui.export.conftest import ExportBench


def _items(picker: ProfilePicker) -> list[str]:
    return [picker.combo.itemText(at) for at in range(picker.combo.count())]


def _choose(bench: ExportBench, picker: ProfilePicker, name: str) -> None:
    place = picker.combo.findText(name)
    picker.combo.setCurrentIndex(place)
    bench.press(lambda: picker.combo.activated.emit(place))


def _menu_item(picker: ProfilePicker, start: str) -> QAction:
    (found,) = (one for one in picker.build_menu().actions() if one.text().startswith(start))
    return found


def _idle(bench: ExportBench) -> None:
    names = (
        "export profiles",
        "export preview",
        *(f"change export profiles {n}" for n in range(9)),
    )
    bench.until(lambda: not any(bench.tasks.is_running(name) for name in names))


def _name(bench: ExportBench, picker: ProfilePicker, item: str, name: str) -> None:
    bench.press(_menu_item(picker, item).trigger)
    picker.name.selectAll()
    QTest.keyClicks(picker.name, name)
    bench.press(picker.name_button.click)
    _idle(bench)


def test_a_release_is_made_with_what_it_says(bench: ExportBench) -> None:
    dialog = bench.open([bench.add("Song").id])
    form = dialog.form
    _choose(bench, form.profiles, "Release")
    assert form.profiles.summary.text().startswith("WAV 24 bit, release check, cover 3000 px")
    assert (form.format.value(), form.wav_bits.value(), form.template.text()) == (
        "wav", "24", "{title}",
    )  # fmt: skip
    _idle(bench)
    bench.press(dialog.export_button.click)
    bench.until(lambda: dialog.is_started and not dialog.running_ids)
    assert "Song.wav" in bench.files()
    (row,) = dialog.progress_list._rows.values()
    assert row.state_label.text().startswith("Release check: ")
    bench.until(lambda: row.height() >= row.height_for(row.width()))
    bench.press(dialog.reject)
    again = bench.open([bench.add("Other").id])
    assert again.form.profiles.combo.currentText() == "Release"
    assert bench.studio.preferences.value.export_format == "mp3"
    bench.press(again.reject)


def test_a_profile_is_saved_changed_renamed_and_deleted(bench: ExportBench, tmp_path: Path) -> None:
    dialog = bench.open([bench.add("Song").id])
    form, picker = dialog.form, dialog.form.profiles
    steps: list[UndoStep] = []
    dialog.undo_available.connect(lambda _message, step: steps.append(step))
    assert not _menu_item(picker, "Rename").isEnabled()
    bench.press(lambda: form.loudness.set_value("-16"))
    bench.press(form.extras.chips[ExportExtra.PROVENANCE].toggle)
    bench.press(lambda: form.choose_folder(tmp_path / "radio"))
    _name(bench, picker, "Save as", "Radio")
    assert picker.combo.currentText() == "Radio"
    assert dialog.status.text() == "Profile “Radio” saved."
    assert picker.profile is not None
    assert picker.profile.loudness_lufs == -16.0
    assert picker.profile.folder == str(tmp_path / "radio")
    assert picker.summary.text() == "MP3 320 kbit/s, −16.0 LUFS, provenance sheet"

    assert not _menu_item(picker, "Save changes").isEnabled()
    bench.press(form.tags_button.click)
    tags = next(iter(dialog.findChildren(ProfileTagsDialog)))
    bench.press(lambda: tags.fields["album"].setText(" Tides "))
    bench.press(tags.ok_button.click)
    assert form.tags.text() == "Album: Tides"
    assert form.spec().tag_settings.album == "Tides"
    bench.press(form.extras.chips[ExportExtra.PROVENANCE].toggle)
    assert picker.summary.text() == "Changed: MP3 320 kbit/s, −16.0 LUFS"
    bench.press(_menu_item(picker, "Save changes").trigger)
    _idle(bench)
    _name(bench, picker, "Rename", "FM")
    assert _items(picker) == ["No profile", "Release", "DAW", "Share", "FM"]
    bench.press(_menu_item(picker, "Delete").trigger)
    _idle(bench)
    assert picker.combo.currentText() == "No profile"
    assert len(steps) == 4
    for expected in ("FM", "Radio"):
        bench.run(bench.studio.clips.undo())
        bench.press(picker.reload)
        _idle(bench)
        assert _items(picker)[4:] == [expected]
    bench.press(dialog.reject)


def test_a_name_is_given_and_refused_from_the_keyboard(bench: ExportBench) -> None:
    dialog = bench.open([bench.add("Song").id])
    picker = dialog.form.profiles
    bench.press(_menu_item(picker, "Save as").trigger)
    assert picker.is_naming
    assert not picker.name_button.isEnabled()
    bench.press(lambda: QTest.keyClick(picker.name, Qt.Key.Key_Escape))
    assert not picker.is_naming
    assert dialog.isVisible()
    bench.press(_menu_item(picker, "Save as").trigger)
    QTest.keyClicks(picker.name, "Radio")
    bench.press(lambda: QTest.keyClick(picker.name, Qt.Key.Key_Return))
    _idle(bench)
    assert picker.combo.currentText() == "Radio"
    assert not dialog.is_started
    bench.press(dialog.reject)


def test_the_dialog_begins_with_the_profile_of_the_menu(bench: ExportBench) -> None:
    clip = bench.add("Song")
    context = UiContext(bench.studio, bench.style, bench.tasks)
    dialog = ExportDialog(context, [clip.id], bench.window, "daw")
    dialog.open()
    _idle(bench)
    assert dialog.form.profiles.combo.currentText() == "DAW"
    assert dialog.form.extras.value() == {ExportExtra.DAW}
    bench.press(lambda: dialog.form.format.set_value("mp3"))
    bench.press(lambda: dialog.form.format.option_chosen.emit("mp3"))
    assert not dialog.form.extras.chips[ExportExtra.DAW].isEnabled()
    bench.press(dialog.reject)
