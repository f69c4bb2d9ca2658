"""The files that were opened last, offered where a file is chosen for the form."""

from pathlib import Path

from PySide6.QtWidgets import QMenu

from producer_studio.domain.form_preset import PRESET_SUFFIX, FormPreset, encode_preset_file
from producer_studio.domain.operation import Operation
from producer_studio.studio.recent_files import MAX_RECENT_FILES, FileUsed
from producer_studio.ui.widgets.buttons import IconButton
from tests.ui.compose.conftest import ComposeBench


def press_recent(bench: ComposeBench, button: IconButton) -> QMenu:
    """Opens the menu of recent files of a button."""
    bench.until(button.isVisible)
    before = set(button.findChildren(QMenu))
    bench.press(button.click)
    bench.until(lambda: bool(set(button.findChildren(QMenu)) - before))
    (menu,) = set(button.findChildren(QMenu)) - before
    return menu


def names(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions()]


def test_files_that_exist_are_offered_latest_first(bench: ComposeBench, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("first.mp3", "gone.wav", "R&B.flac")]
    for file in files:
        file.write_bytes(b"x")
        bench.press(lambda file=file: bench.panel.use_file(file))
        bench.until(lambda: not bench.tasks.is_running("read a file"))
    files[1].unlink()
    assert bench.panel.controller.form().operation is Operation.UPLOAD
    upload = bench.panel.view.ensure_fields().upload
    bench.press(upload.clear_button.click)
    menu = press_recent(bench, upload.recent_button)
    assert names(menu) == ["R&&B.flac", "first.mp3"]
    bench.press(menu.actions()[1].trigger)
    assert bench.panel.controller.form().audio_file == str(files[0])
    assert bench.studio.recent_files.paths[0] == str(files[0])


def test_without_files_the_menu_says_so(bench: ComposeBench) -> None:
    bench.panel.controller.set_operation(Operation.UPLOAD)
    menu = press_recent(bench, bench.panel.view.ensure_fields().upload.recent_button)
    assert names(menu) == ["No recent files"]
    assert not menu.actions()[0].isEnabled()


def test_a_preset_is_offered_among_the_presets(bench: ComposeBench, tmp_path: Path) -> None:
    preset = FormPreset(id="p", name="Mine", form={"sound": "slow"}, position=1.0)
    file = tmp_path / f"Mine{PRESET_SUFFIX}"
    file.write_bytes(encode_preset_file(preset))
    bench.studio.recent_files.add_opened(tmp_path / "song.mp3")
    bench.press(lambda: bench.panel.use_file(file))
    panel = bench.panel.show_presets()
    bench.until(lambda: len(panel.cards) == 1)
    menu = press_recent(bench, panel.import_button)
    assert names(menu) == ["Choose a file…", "", file.name]
    bench.press(menu.actions()[2].trigger)
    bench.until(lambda: len(panel.cards) == 2)


def test_the_list_is_short_and_names_a_file_once(bench: ComposeBench, tmp_path: Path) -> None:
    recent = bench.studio.recent_files
    used: list[Path] = []
    bench.studio.events.subscribe(FileUsed, lambda one: used.append(one.path))
    for number in [*range(MAX_RECENT_FILES + 2), 5]:
        recent.add_opened(tmp_path / f"{number}.mp3")
    assert len(recent.paths) == MAX_RECENT_FILES
    assert recent.paths[0] == str(tmp_path / "5.mp3")
    assert len(set(recent.paths)) == MAX_RECENT_FILES
    assert used[-1] == tmp_path / "5.mp3"
    recent.forget_all()
    assert recent.paths == ()
