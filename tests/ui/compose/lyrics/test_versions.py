"""Versions of the lyrics in the form: kept, looked at, restored."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel

from producer_studio.domain.operation import Operation
from producer_studio.ui.compose.lyrics.version_keeper import EDITING_TIME_MS
from producer_studio.ui.compose.lyrics.versions_dialog import VersionsDialog
from producer_studio.ui.widgets.word_diff_label import WordDiffLabel
from tests.ui.compose.conftest import LYRICS, SOUND, ComposeBench


def stored(bench: ComposeBench) -> list[tuple[str, str]]:
    bench.until(lambda: not bench.tasks.is_running("store lyrics version"))
    history = bench.run(bench.studio.lyrics_versions.load(Operation.CREATE))
    return [(version.text, version.reason.value) for version in history.versions]


def open_versions(bench: ComposeBench) -> VersionsDialog:
    menu = bench.panel.view.lyrics.create_menu()
    item = next(one for one in menu.actions() if one.text() == "Versions…")
    bench.press(item.trigger)
    menu.close()
    found: list[VersionsDialog] = []
    bench.until(lambda: bool(found.extend(bench.panel.findChildren(VersionsDialog)) or found))
    return found[0]


def test_what_is_sent_is_kept_and_restored_in_one_undo_step(bench: ComposeBench) -> None:
    view = bench.panel.view
    view.sound.edit.replace_text(SOUND)
    view.lyrics.edit.replace_text(LYRICS)
    bench.press(bench.panel.controller.generate)
    assert stored(bench) == [(LYRICS, "sent")]
    changed = LYRICS.replace("city lights", "harbour")
    view.lyrics.edit.replace_text(changed)
    dialog = open_versions(bench)
    assert dialog.list.count() == 1
    label = dialog.findChild(WordDiffLabel)
    assert isinstance(label, QLabel)
    assert "removed: harbour; added: city lights;" in label.accessibleName()
    dialog.restore_button.click()
    assert view.lyrics.text() == LYRICS
    assert stored(bench) == [(LYRICS, "sent"), (changed, "replaced")]
    view.lyrics.edit.undo()
    assert view.lyrics.text() == changed


def test_five_minutes_of_change_are_kept(bench: ComposeBench) -> None:
    view = bench.panel.view
    (timer,) = (
        timer
        for timer in bench.panel.controller.findChildren(QTimer)
        if timer.interval() == EDITING_TIME_MS
    )
    assert not timer.isActive()
    view.lyrics.edit.replace_text("[Verse]\na line")
    assert timer.isActive()
    view.lyrics.edit.replace_text("[Verse]\nanother line")
    bench.press(timer.timeout.emit)
    assert stored(bench) == [("[Verse]\nanother line", "edited")]


def test_without_versions_the_dialog_says_when_there_will_be_some(bench: ComposeBench) -> None:
    dialog = open_versions(bench)
    assert not dialog.restore_button.isEnabled()
    words = [label.text() for label in dialog.findChildren(QLabel)]
    assert any("There are no versions yet" in text for text in words)
    dialog.close()
