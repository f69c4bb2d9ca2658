"""The whole window on a real studio and the real Demo Studio."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QSlider, QWidget
from pytestqt.qtbot import QtBot

from producer_studio.audio.tags import TagSet, write_tags
from producer_studio.domain.account import Service
from producer_studio.domain.clip import Clip
from producer_studio.domain.form import Form
from producer_studio.domain.form_preset import FormPreset, encode_preset_file
from producer_studio.domain.ids import AccountName, ClipId, PresetId, new_clip_id
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.studio.events import Notice, NoticeLevel
from producer_studio.studio.single_instance import ActivationRequest
from producer_studio.ui.clips.drag import set_mime_clips
from producer_studio.ui.imports.import_dialog import ImportDialog
from producer_studio.ui.widgets.notices import NoticeBar
from producer_studio.ui.window.incoming_files import IncomingFiles
from producer_studio.ui.window.views.library import VIEW as LIBRARY
from producer_studio.ui.window.window import MainWindow
from tests.support.drag_and_drop import drop
from tests.support.tone import write_tone
from tests.ui.library.conftest import a_clip
from tests.ui.window.conftest import WindowBench, named

# Issue 2, section 4; Export is the inspector's, and needs a clip.
_NAMES = [
    *("Sound", "Lyrics", "Title", "Model", "Lyrics strength", "Sound strength", "Weirdness"),
    *("Seed", "Instrumental", "Takes", "Generate", "Search library", "Library", "Inspector"),
    *("Play", "Previous", "Next", "Position", "Volume", "Account", "Settings"),
    *("Create", "Extend", "Cover", "Replace", "Variation", "Swap vocals", "Swap sound", "More"),
]
SOUND = "calm slow piano ballad with warm strings, soft drums and a tender voice"


def test_the_first_start_welcomes(bench: WindowBench, window: MainWindow) -> None:
    bench.until(lambda: not window.views.is_shown(LIBRARY))
    assert named(window, "Open the demo").isVisible()


def test_without_an_account_clips_are_shown_at_once(bench: WindowBench) -> None:
    bench.run(bench.studio._library.clips.add([a_clip("Rain", age=0)]))
    shown: list[str] = []

    async def build() -> MainWindow:
        window = MainWindow(bench.context)
        window.views.view_changed.connect(shown.append)
        assert window.views.is_shown(LIBRARY)
        return window

    window = bench.run(build())
    bench.settle()
    assert shown == []
    bench.run(window.shut_down())
    window.deleteLater()


def test_the_words_of_a_screen_reader_are_all_there(joined: MainWindow) -> None:
    for name in _NAMES:
        found = [
            widget
            for widget in joined.findChildren(QWidget)
            if widget.accessibleName() == name and (widget.isVisible() or name == "Library")
        ]
        assert len(found) == 1, (name, found)


def test_every_focusable_control_has_a_name(joined: MainWindow) -> None:
    nameless = [
        f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}"
        for widget in joined.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and not widget.accessibleName()
        and not (isinstance(widget, QPushButton) and widget.text())
    ]
    assert nameless == []


def test_a_press_on_generate_ends_in_a_clip_that_is_chosen_and_played(
    bench: WindowBench, joined: MainWindow
) -> None:
    recipe = Recipe(sound=SOUND, title="Night Bus", instrumental=True, seed="7")
    bench.press(lambda: joined.compose.controller.use_recipe(recipe))
    bench.press(joined.compose.controller.generate)
    bench.until(lambda: len(joined.library._table.ids) == 1)
    (clip_id,) = joined.library._table.ids
    bench.run(asyncio.wait_for(_playable(bench, clip_id), 30))
    bench.press(lambda: joined.library.select_clip(clip_id))
    bench.press(lambda: joined.playback.play(clip_id))
    bench.until(lambda: joined.player.clip_id == clip_id)
    position = named(joined, "Position")
    assert isinstance(position, QSlider)
    bench.until(lambda: position.maximum() > 1000)


def test_search_filters_and_explains(bench: WindowBench, joined: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClicks(joined.top_bar.search.edit, "starz:>3")
    bench.until(joined.top_bar._problem.isVisible)
    assert "starz" in joined.top_bar._problem_label.text()
    bench.press(joined.top_bar.search.clear)
    bench.until(lambda: not joined.top_bar._problem.isVisible())


def test_the_studios_notices_are_shown(bench: WindowBench, joined: MainWindow) -> None:
    notice = Notice(NoticeLevel.WARNING, "The disk is nearly full.", "12 MB left")
    bench.press(lambda: bench.studio.events.publish(notice))
    (shown,) = joined.notices.notices()
    assert (shown.level, shown.text, shown.detail) == ("warn", notice.text, notice.detail)


def test_it_is_said_which_account_pays_instead_of_a_removed_one(
    bench: WindowBench, joined: MainWindow
) -> None:
    accounts = bench.studio.accounts
    assert accounts.active is not None
    first = accounts.active.name
    bench.add_account("spare", "http://127.0.0.1:9")
    bench.add_account("third", "http://127.0.0.1:9")
    accounts.set_active(AccountName("third"))
    accounts.set_active(first)
    assert joined.notices.notices() == []
    bench.run(accounts.remove(AccountName("third")))
    assert joined.notices.notices() == []
    bench.run(accounts.remove(first))
    (notice,) = joined.notices.notices()
    assert notice.text == f"“{first}” was removed. “spare” is the account in use now."


def test_keys_open_search_settings_and_the_sheet(
    bench: WindowBench, joined: MainWindow, qtbot: QtBot
) -> None:
    joined.activateWindow()
    bench.until(joined.isActiveWindow)
    qtbot.keyClick(joined, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert joined.top_bar.search.edit.hasFocus()
    for key, modifier, name in (
        (Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier, "settings"),
        (Qt.Key.Key_Slash, Qt.KeyboardModifier.ControlModifier, "keys"),
    ):
        bench.press(lambda key=key, modifier=modifier: qtbot.keyClick(joined, key, modifier))
        dialog = joined.dialogs.open_dialogs[name]
        assert dialog.isVisible()
        bench.press(dialog.close)
        assert name not in joined.dialogs.open_dialogs


def test_a_service_card_opens_the_dialog_with_that_service(
    bench: WindowBench, window: MainWindow
) -> None:
    bench.press(window.welcome.cards[Service.APIFRAME].click)
    dialog = window.dialogs.open_dialogs["account"]
    service = named(dialog, "Service")
    assert service.property("currentText") == "Apiframe"
    bench.press(dialog.close)


def test_places_are_remembered(bench: WindowBench, joined: MainWindow) -> None:
    joined.window_layout.set_column_widths((430, 0, 300))
    bench.run(_finish(joined))
    kept = bench.studio.preferences.value
    assert (kept.splitter_sizes[0], kept.splitter_sizes[2]) == (430, 300)
    assert kept.window_geometry


@pytest.mark.parametrize("size", [(1440, 900), (1100, 700)])
def test_nothing_in_the_window_is_wider_than_it(
    joined: MainWindow, bench: WindowBench, size: tuple[int, int]
) -> None:
    joined.resize(*size)
    bench.until(lambda: joined.window_layout.splitter.width() == size[0])
    assert (joined.width(), joined.height()) == size
    for panel in (joined.top_bar, joined.compose, joined.library, joined.player):
        assert panel.minimumSizeHint().width() <= panel.width(), type(panel).__name__


async def _playable(bench: WindowBench, clip_id: ClipId) -> None:
    while True:
        clip = await bench.studio.clips.get(clip_id)
        if clip is not None and clip.playable:
            return
        QApplication.processEvents()
        await asyncio.sleep(0.02)


async def _finish(window: MainWindow) -> None:
    window._save_geometry()
    await asyncio.sleep(0)


# What comes from outside


@pytest.fixture
def arrivals(window: MainWindow, qapp: QApplication) -> Iterator[IncomingFiles]:
    made = IncomingFiles(window, qapp)
    yield made
    qapp.removeEventFilter(made)


def _exported(folder: Path, name: str = "song.wav") -> Path:
    path = folder / name
    write_tone(path, 1)
    write_tags(path, TagSet(recipe=Recipe(sound=SOUND, title="Harbour").to_json()))
    return path


def test_a_second_start_shows_the_window_and_puts_its_file_on_the_desk(
    bench: WindowBench, window: MainWindow, arrivals: IncomingFiles, tmp_path: Path
) -> None:
    window.showMinimized()
    bench.press(lambda: arrivals.handle_activation(ActivationRequest((_exported(tmp_path),))))
    bench.until(lambda: window.compose.controller.form().title == "Harbour")
    assert not window.isMinimized()
    assert window.compose.controller.form().sound == SOUND


def test_of_several_files_it_is_asked_what_to_do(
    bench: WindowBench, window: MainWindow, arrivals: IncomingFiles, tmp_path: Path
) -> None:
    songs = [_exported(tmp_path, name) for name in ("a.wav", "b.wav", "c.wav")]
    bench.press(lambda: arrivals.open([tmp_path / "notes.txt", *songs]))
    bench.until(lambda: bool(window.findChildren(ImportDialog)))
    assert window.compose.controller.form().title == ""


def test_a_preset_file_is_imported_and_undone(
    bench: WindowBench, window: MainWindow, arrivals: IncomingFiles, tmp_path: Path
) -> None:
    form = Form(sound=SOUND).to_json()
    preset = FormPreset(id=PresetId("p"), name="Harbour", form=form)
    path = tmp_path / "harbour.preset.json"
    path.write_bytes(encode_preset_file(preset))
    bench.press(lambda: arrivals.open([tmp_path / "notes.txt", path]))
    bench.settle()
    (told,) = window.notices.findChildren(NoticeBar)
    assert told.notice.text == "Preset “Harbour” imported."
    assert window.compose.tabs.tab("Presets").accessibleName() == "Presets 1"
    bench.press(window.undo.undo)
    bench.settle()
    assert window.compose.tabs.tab("Presets").accessibleName() == "Presets"


def test_a_file_that_is_no_sound_is_said_to_be_none(
    bench: WindowBench, window: MainWindow, arrivals: IncomingFiles, tmp_path: Path
) -> None:
    before = window.compose.controller.form()
    bench.press(lambda: arrivals.open([tmp_path / "notes.txt"]))
    (told,) = window.notices.findChildren(NoticeBar)
    assert told.notice.text == "“notes.txt” is no audio file and no preset."
    bench.press(lambda: arrivals.open([]))
    assert window.compose.controller.form() == before


def test_the_finder_s_files_are_taken(
    bench: WindowBench,
    window: MainWindow,
    arrivals: IncomingFiles,
    tmp_path: Path,
    qapp: QApplication,
) -> None:
    # Only on macOS does the application ask for it, as other systems send no such event.
    event = QFileOpenEvent(str(_exported(tmp_path)))
    bench.press(lambda: arrivals.eventFilter(qapp, event))
    bench.until(lambda: window.compose.controller.form().title == "Harbour")


@pytest.mark.parametrize("clips", [(), (ClipId("0" * 32),)])
def test_a_file_may_be_dropped_anywhere_but_a_clip_on_the_desk_alone(
    bench: WindowBench,
    window: MainWindow,
    arrivals: IncomingFiles,
    tmp_path: Path,
    clips: tuple[ClipId, ...],
) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(_exported(tmp_path)))])
    if clips:
        set_mime_clips(data, clips)
    accepted: list[bool] = []
    bench.press(lambda: accepted.append(drop(window.library, data)))
    assert accepted == [not clips]
    if not clips:
        bench.until(lambda: bool(window.findChildren(ImportDialog)))
        (dialog,) = window.findChildren(ImportDialog)
        bench.press(dialog.settings_card.click)
        bench.until(lambda: window.compose.controller.form().title == "Harbour")
    assert (window.compose.controller.form().title == "") is bool(clips)


def test_undo_and_redo_by_key_anywhere_outside_a_text_field(
    bench: WindowBench, window: MainWindow
) -> None:
    clips = [Clip(id=new_clip_id(), title=title, stars=2) for title in ("One", "Two", "Three")]
    bench.run(bench.studio._library.clips.add(clips))
    ids = [clip.id for clip in clips]
    bench.run(bench.studio.clips.edit(ids[:1], title="Renamed"))
    bench.press(lambda: window.library.clip_actions.rate(ids, 5))
    bench.until(lambda: notice_texts(window) == ["Rating of 3 clips changed."])

    def press(key: Qt.Key, shift: bool = False) -> None:
        control = Qt.KeyboardModifier.ControlModifier
        modifiers = control | Qt.KeyboardModifier.ShiftModifier if shift else control
        focused = QApplication.focusWidget()
        assert focused is not None
        bench.press(lambda: QTest.keyClick(focused, key, modifiers))

    def rated(stars: int) -> bool:
        return {clip.stars for clip in bench.run(bench.studio.clips.get_many(ids))} == {stars}

    window.activateWindow()
    # In a text field the key belongs to the field.
    field = window.compose.view.sound.edit
    bench.press(field.setFocus)
    QTest.keyClicks(field, "calm")
    press(Qt.Key.Key_Z)
    assert field.toPlainText() == ""
    assert rated(5)
    named(window, "Settings").setFocus()
    press(Qt.Key.Key_Z)
    bench.until(lambda: notice_texts(window) == ["Rating of 3 clips restored."])
    assert rated(2)
    press(Qt.Key.Key_Z)
    bench.until(lambda: "Title “One” restored." in notice_texts(window))
    press(Qt.Key.Key_Z)
    bench.until(lambda: "There is nothing to undo." in notice_texts(window))
    press(Qt.Key.Key_Z, shift=True)
    bench.until(lambda: "Title “Renamed” set again." in notice_texts(window))
    press(Qt.Key.Key_Z, shift=True)
    bench.until(lambda: "Rating of 3 clips changed again." in notice_texts(window))
    assert rated(5)


def test_what_was_undone_last_is_redone_first(bench: WindowBench, joined: MainWindow) -> None:
    window, (library, form) = joined, (5, "Harbour")
    clip = Clip(id=new_clip_id(), title="One", stars=2)
    bench.run(bench.studio._library.clips.add([clip]))
    bench.run(bench.studio.clips.edit([clip.id], stars=library))
    bench.press(lambda: window.compose.controller.use_form(Form(title=form), "It is there."))
    bench.press(lambda: window.compose.view.grid.chosen_button().setFocus())
    window.activateWindow()

    def state() -> tuple[int, str]:
        (found,) = bench.run(bench.studio.clips.get_many([clip.id]))
        return found.stars, window.compose.controller.form().title

    def press(key: str, *, settles: bool = True) -> tuple[int, str]:
        bench.press(window._undo_keys.actions()[key])
        if settles:
            bench.settle()
        return state()

    before = (library, form)
    assert window.compose.has_form_focus()
    assert [press("undo"), press("undo")] == [(5, ""), (2, "")]
    assert [press("redo"), press("redo")] == [(5, ""), before]
    # At once, before the library has written anything.
    for key in ("undo", "undo", "redo", "redo"):
        press(key, settles=False)
    bench.settle()
    assert state() == before
    # A later change of the library leaves nothing to redo there, and the form is not blocked.
    assert [press("undo"), press("undo")] == [(5, ""), (2, "")]
    bench.run(bench.studio.clips.edit([clip.id], stars=3))
    assert press("redo") == (3, form)


def test_the_notice_of_a_bulk_change_takes_that_very_change_back(
    bench: WindowBench, window: MainWindow
) -> None:
    clips = [Clip(id=new_clip_id(), title=title) for title in ("One", "Two")]
    bench.run(bench.studio._library.clips.add(clips))
    ids = [clip.id for clip in clips]
    bench.press(lambda: window.library.clip_actions.rate(ids, 4))
    bench.until(lambda: len(notice_texts(window)) == 1)
    bench.run(bench.studio.clips.edit(ids[:1], title="Later"))
    (undo,) = [
        button for button in window.notices.findChildren(QPushButton) if button.text() == "Undo"
    ]
    bench.press(undo.click)
    bench.until(lambda: notice_texts(window) == ["Rating of 2 clips restored."])
    rows = bench.run(bench.studio.clips.get_many(ids))
    assert [(clip.title, clip.stars) for clip in rows] == [("Later", 0), ("Two", 0)]


def notice_texts(window: MainWindow) -> list[str]:
    return [notice.text for notice in window.notices.notices()]


def test_use_the_selected_clip_says_what_to_do_without_one(
    bench: WindowBench, joined: MainWindow
) -> None:
    bench.press(lambda: joined.compose.controller.set_operation(Operation.EXTEND))
    bench.until(lambda: joined.compose.view.ensure_fields().source.use_selected_button.isVisible())
    bench.press(joined.compose.view.ensure_fields().source.use_selected_button.click)
    assert joined.compose.view.suggestion.isVisible()
    assert joined.compose.view.suggestion.message.text() == "Select a clip in the library first."


def test_a_change_of_the_theme_restyles_each_widget_a_few_times_only(
    bench: WindowBench, window: MainWindow
) -> None:
    class Counter(QObject):
        restyled = 0

        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
            self.restyled += event.type() is QEvent.Type.StyleChange
            return False

    counter, app = Counter(), QApplication.instance()
    assert app is not None
    bench.press(lambda: bench.style.set_mode("dark"))
    app.installEventFilter(counter)
    bench.press(lambda: bench.style.set_mode("light"))
    app.removeEventFilter(counter)
    assert counter.restyled <= 2.5 * len(window.findChildren(QWidget))
    image = window.grab().toImage()
    assert image.pixelColor(20, 60) == bench.style.theme.panel
    dialog = window.dialogs.open_settings("Appearance")
    assert dialog.grab().toImage().pixelColor(dialog.width() - 5, 5) == bench.style.theme.panel
    dialog.close()
