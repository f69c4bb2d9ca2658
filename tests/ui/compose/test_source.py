"""The source clip on the desk: chosen, marked, registered elsewhere, cleared."""

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget

from producer_studio.domain.account import Service
from producer_studio.domain.clip import Clip
from producer_studio.domain.export_profile import ExportFormat
from producer_studio.domain.ids import AccountName, ClipId, RemoteId
from producer_studio.domain.job import JobState
from producer_studio.domain.operation import Operation
from producer_studio.domain.prompt_advice import Severity
from producer_studio.domain.recipe import Recipe
from producer_studio.files.regular_files import read_regular
from producer_studio.studio.export.export import ExportSpec
from producer_studio.ui.clips.drag import set_mime_clips
from producer_studio.ui.compose.panel import ComposePanel
from producer_studio.ui.compose.source_card import SourceCard
from producer_studio.ui.compose.times_row import TimeField
from producer_studio.ui.context import UiContext
from producer_studio.ui.external_programs import is_audio_file
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets import cover_art
from producer_studio.ui.widgets.cover_art import CoverArt
from producer_studio.ui.widgets.label import ElidedLabel
from producer_studio.ui.widgets.text_format import format_time_tenths, parse_time
from tests.support import drag_and_drop as dropping
from tests.support.sandbox_process import SandboxProcess
from tests.support.ui_bench import LONGEST_WAIT_S
from tests.ui.compose.conftest import DEMO, LYRICS, SOUND, ComposeBench, jobs, named, press_ctrl

ELSEWHERE = AccountName("elsewhere")


def put(bench: ComposeBench, operation: Operation, clip: Clip) -> None:
    """As the library's menu does it, until the clip is read."""
    bench.press(lambda: bench.panel.controller.set_operation(operation, clip))
    card = bench.panel.view.ensure_fields().source
    bench.until(lambda: card.clip is not None and card.clip.id == clip.id)


def drop(bench: ComposeBench, widget: QWidget, data: QMimeData) -> bool:
    """Whether a widget of the desk took what was dropped on it."""
    accepted: list[bool] = []
    bench.press(lambda: accepted.append(dropping.drop(widget, data)))
    return accepted == [True]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90.0),
        ("1:30", 90.0),
        ("1:30.5", 90.5),
        ("1:30,5", 90.5),
        ("1:00:00", 3600.0),
        ("", None),
    ],
)
def test_times_are_read_as_musicians_type_them(text: str, seconds: float | None) -> None:
    assert parse_time(text) == seconds


@pytest.mark.parametrize("text", ["soon", "1:75", "1:2:3:4", "-3"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        parse_time(text)


def test_times_are_written_to_a_tenth() -> None:
    assert [format_time_tenths(at) for at in (0, 59.96, 90.5)] == ["0:00.0", "1:00.0", "1:30.5"]


def test_a_time_that_cannot_be_read_goes_back(bench: ComposeBench) -> None:
    field = TimeField(bench.style, "From")
    bench.qtbot.addWidget(field)
    field.show()
    field.set_value(30)
    field.edit.selectAll()
    bench.qtbot.keyClicks(field.edit, "later")
    assert field.edit.property("invalid") is True
    assert field.value() == 30
    field.edit.editingFinished.emit()
    assert field.edit.text() == "0:30.0"
    assert field.edit.property("invalid") is False
    bench.qtbot.keyClick(field.edit, Qt.Key.Key_Up)
    assert field.value() == 31
    field.set_maximum(31.4)
    bench.qtbot.keyClick(field.edit, Qt.Key.Key_Up)
    assert field.value() == 31.4


def test_a_clip_and_an_operation_come_to_the_desk_and_go_again(bench: ComposeBench) -> None:
    clip = bench.song()
    view = bench.panel.view
    view.sound.edit.replace_text("my own sound, not to be lost")
    view.lyrics.edit.replace_text(LYRICS)
    view.title.edit.setText("Mine")
    before = bench.panel.controller.form()
    put(bench, Operation.EXTEND, clip)
    form = bench.panel.controller.form()
    assert (form.operation, form.source) == (Operation.EXTEND, clip.id)
    # The clip brings its own sound; the lyrics of the new part are yet to be written.
    assert (form.sound, form.lyrics, form.title) == (clip.sound, "", "")
    assert form.starts_at_s == int(clip.duration_s)
    assert view.grid.button(Operation.EXTEND).isChecked()
    assert view.suggestion.message.text() == "Extend “City Lights”: the clip is in the form."
    press_ctrl(view.title.edit, Qt.Key.Key_Z)
    press_ctrl(bench.panel, Qt.Key.Key_Z)
    assert bench.panel.controller.form() == before
    assert view.grid.button(Operation.CREATE).isChecked()


def test_an_empty_sound_takes_the_clips_own(bench: ComposeBench) -> None:
    clip = bench.song()
    put(bench, Operation.COVER, clip)
    assert bench.panel.controller.form().sound == clip.sound
    put(bench, Operation.VARIATION, clip)
    assert bench.panel.controller.form().sound == clip.sound


def test_the_section_is_dragged_and_typed(bench: ComposeBench) -> None:
    clip = bench.song()
    put(bench, Operation.REPLACE, clip)
    fields = bench.panel.view.ensure_fields()
    wave = fields.source.waveform
    start, end = wave.region or (0.0, 0.0)
    assert 0 < start < end < clip.duration_s
    at = QPoint(round(start / clip.duration_s * wave.width()), 20)
    bench.qtbot.mousePress(wave, Qt.MouseButton.LeftButton, pos=at)
    bench.qtbot.mouseMove(wave, QPoint(at.x() - 20, 20))
    bench.qtbot.mouseRelease(wave, Qt.MouseButton.LeftButton, pos=QPoint(at.x() - 20, 20))
    moved = bench.panel.controller.form()
    assert moved.starts_at_s is not None
    assert moved.starts_at_s < start
    assert fields.times.start.edit.text() == format_time_tenths(moved.starts_at_s)
    middle = QPoint(round((start + end) / 2 / clip.duration_s * wave.width()), 20)
    length = (moved.ends_at_s or 0) - moved.starts_at_s
    bench.qtbot.mousePress(wave, Qt.MouseButton.LeftButton, pos=middle)
    bench.qtbot.mouseMove(wave, QPoint(middle.x() + 15, 20))
    bench.qtbot.mouseRelease(wave, Qt.MouseButton.LeftButton, pos=QPoint(middle.x() + 15, 20))
    whole = bench.panel.controller.form()
    assert whole.starts_at_s is not None
    assert whole.starts_at_s > moved.starts_at_s
    assert (whole.ends_at_s or 0) - whole.starts_at_s == pytest.approx(length, abs=0.21)
    fields.times.start.edit.selectAll()
    bench.qtbot.keyClicks(fields.times.start.edit, "0:02")
    fields.times.end.edit.selectAll()
    bench.qtbot.keyClicks(fields.times.end.edit, "0:06.5")
    assert wave.region == (2.0, 6.5)
    assert bench.panel.bar.button.text() == "Replace 4.5 s"
    fields.times.end.edit.selectAll()
    bench.qtbot.keyClick(fields.times.end.edit, Qt.Key.Key_Delete)
    assert bench.panel.controller.form().ends_at_s is None
    assert wave.region == (2.0, pytest.approx(clip.duration_s, abs=0.01))
    bench.qtbot.keyClick(wave, Qt.Key.Key_Right)
    assert bench.panel.controller.form().starts_at_s == 3.0


def test_an_end_before_the_start_is_explained(bench: ComposeBench) -> None:
    put(bench, Operation.REPLACE, bench.song())
    times = bench.panel.view.ensure_fields().times
    times.end.edit.selectAll()
    bench.qtbot.keyClicks(times.end.edit, "0:01")
    note = bench.panel.bar.advice.issue()
    assert note is not None
    assert note.text == "The end must come after the start"


def test_a_text_that_is_no_time_is_not_sent_as_the_time_before(bench: ComposeBench) -> None:
    put(bench, Operation.REPLACE, bench.song())
    bench.panel.view.sound.edit.replace_text(SOUND)
    end, button = bench.panel.view.ensure_fields().times.end, bench.panel.bar.button
    bench.until(button.isEnabled)
    end.edit.setFocus()
    end.edit.selectAll()
    bench.qtbot.keyClicks(end.edit, "0:75")
    note = bench.panel.bar.advice.issue()
    assert note is not None
    assert note.text.startswith("“0:75” is no time.")
    assert not button.isEnabled()
    bench.press(bench.panel.controller.generate)
    bench.settle()
    assert {job.recipe.operation for job in jobs(bench)} == {Operation.CREATE}
    end.edit.clearFocus()
    # The last text that was one.
    assert (end.value(), end.edit.text()) == (7.0, "0:07.0")
    assert button.isEnabled()


def test_the_place_to_continue_is_dragged(bench: ComposeBench) -> None:
    clip = bench.song()
    put(bench, Operation.EXTEND, clip)
    wave = bench.panel.view.ensure_fields().source.waveform
    bench.qtbot.mouseClick(wave, Qt.MouseButton.LeftButton, pos=QPoint(wave.width() // 2, 20))
    place = bench.panel.controller.form().starts_at_s
    assert place == pytest.approx(clip.duration_s / 2, abs=0.5)
    assert bench.panel.view.ensure_fields().times.start.value() == place


def test_replacing_a_section_ends_in_a_clip_with_its_parent(bench: ComposeBench) -> None:
    clip = bench.song()
    put(bench, Operation.REPLACE, clip)
    bench.panel.view.sound.edit.replace_text(
        "a gospel choir sings warm and slow over soft piano chords"
    )
    sent = bench.panel.controller.form()
    assert bench.panel.bar.cost_text()[0] == "10 credits"
    bench.press(bench.panel.bar.button.click)
    bench.until(lambda: JobState.DONE in bench.states.get(Operation.REPLACE, []))
    job = jobs(bench)[-1]
    assert job.recipe.source == clip.id
    assert job.recipe.source_remote == clip.remote_id
    assert (job.recipe.starts_at_s, job.recipe.ends_at_s) == (sent.starts_at_s, sent.ends_at_s)
    (made,) = bench.loop.run_until_complete(bench.studio.clips.get_many(job.clips))
    assert made.parent == clip.id


def test_without_a_source_the_desk_invites_one(bench: ComposeBench) -> None:
    bench.press(lambda: bench.panel.controller.set_operation(Operation.COVER))
    bench.panel.view.sound.edit.replace_text(SOUND)
    note = bench.panel.bar.advice.issue()
    assert note is not None
    assert note.text == "Choose a clip to work on first"
    with bench.qtbot.waitSignal(bench.panel.controller.use_selected_requested):
        bench.qtbot.mouseClick(named(bench, "Use the selected clip"), Qt.MouseButton.LeftButton)
    clip = bench.song()
    bench.press(lambda: bench.panel.controller.use_clip(clip))
    assert bench.panel.controller.form().operation is Operation.COVER
    bench.until(bench.panel.bar.button.isEnabled)
    with bench.qtbot.waitSignal(bench.panel.controller.play_requested) as asked:
        bench.press(bench.panel.view.ensure_fields().source.play_button.click)
    assert asked.args == [clip.id]
    bench.press(bench.panel.view.ensure_fields().source.clear_button.click)
    assert bench.panel.controller.form().source == ""
    assert not bench.panel.bar.button.isEnabled()
    press_ctrl(bench.panel, Qt.Key.Key_Z)
    assert bench.panel.controller.form().source == clip.id


def test_a_source_that_is_gone_leaves_the_rest(bench: ComposeBench) -> None:
    recipe = Recipe(
        operation=Operation.COVER, source=ClipId("long gone"), sound=SOUND, title="Theirs"
    )
    bench.press(lambda: bench.panel.controller.use_recipe(recipe))
    bench.until(lambda: bench.panel.controller.form().source == "")
    form = bench.panel.controller.form()
    assert (form.operation, form.sound, form.title) == (Operation.COVER, SOUND, "Theirs")


def test_a_clip_of_another_account_is_registered_first_for_one_price(
    bench: ComposeBench, sandbox: SandboxProcess
) -> None:
    bench.connect(sandbox.url, ELSEWHERE, "acedata")
    clip = bench.song("Far Away", ELSEWHERE)
    put(bench, Operation.COVER, clip)
    remark = bench.panel.view.ensure_fields().ensure_registration().issue
    bench.until(lambda: remark() is not None)
    note = remark()
    assert note is not None
    assert note.severity is Severity.WEAK
    assert "does not know “Far Away” yet" in note.text
    assert "2 credits" in note.text
    assert bench.panel.bar.cost_text() == ("12 credits", "2 to register")
    bench.until(bench.panel.bar.button.isEnabled)
    bench.press(bench.panel.bar.button.click)
    bench.until(lambda: JobState.DONE in bench.states.get(Operation.COVER, []))
    upload, cover = jobs(bench)[-2:]
    assert (upload.recipe.operation, cover.recipe.operation) == (Operation.UPLOAD, Operation.COVER)
    assert upload.account == cover.account == DEMO
    assert cover.recipe.source == clip.id
    known = bench.loop.run_until_complete(bench.studio.clips.get(clip.id))
    assert known is not None
    assert known.find_remote_id(DEMO, Service.DEMO) is not None
    bench.until(lambda: bench.panel.bar.cost_text()[0] == "10 credits")
    assert remark() is None


def test_an_unknown_price_of_the_registration_stays_unknown(
    bench: ComposeBench, sandbox: SandboxProcess
) -> None:
    add = bench.studio.accounts.add(
        ELSEWHERE, Service.ACEDATA, "a key", base_url=f"{sandbox.url}/acedata"
    )
    bench.loop.run_until_complete(add)
    clip = bench.song("Near")
    bench.press(lambda: bench.studio.accounts.set_active(ELSEWHERE))
    put(bench, Operation.STEMS, clip)
    bench.until(lambda: bench.panel.view.ensure_fields().ensure_registration().issue() is not None)
    assert bench.panel.bar.cost_text()[0] == "Price unknown"
    assert bench.panel.bar.button.accessibleDescription().startswith("Price unknown")


def test_a_source_that_cannot_be_reached_says_why(bench: ComposeBench) -> None:
    clip = bench.song()
    lost = clip.with_changes(
        id=ClipId("lost"), account=AccountName("gone"), remote_id=RemoteId("far"), path=None
    )
    added = bench.studio._library.clips.add(
        [lost.with_changes(links=type(clip.links)(), job=None, title="Lost")]
    )
    bench.loop.run_until_complete(added)
    put(bench, Operation.COVER, lost)
    bench.until(lambda: bench.panel.view.ensure_fields().ensure_registration().issue() is not None)
    note = bench.panel.bar.advice.issue()
    assert note is not None
    assert "Lost" in note.text
    assert note.severity is Severity.BLOCKING
    assert not bench.panel.bar.button.isEnabled()
    assert bench.panel.bar.cost_text()[0] == "10 credits"


def test_a_clip_dropped_anywhere_becomes_the_source(bench: ComposeBench) -> None:
    clip = bench.song()
    view = bench.panel.view
    view.sound.edit.replace_text("mine")
    for field in (view.sound.edit.viewport(), view.title.edit, bench.panel):
        bench.press(lambda: bench.panel.controller.set_operation(Operation.CREATE))
        data = QMimeData()
        set_mime_clips(data, [clip.id])
        data.setUrls([QUrl.fromLocalFile(str(clip.path))])
        assert drop(bench, field, data)
        bench.until(lambda: bench.panel.controller.form().operation is Operation.EXTEND)
        assert bench.panel.controller.form().source == clip.id
        assert (view.sound.text(), view.title.text()) == (clip.sound, "")
    bench.press(lambda: bench.panel.controller.set_operation(Operation.CREATE))
    assert view.sound.text() == "mine"


def test_every_kind_of_sound_may_be_dropped() -> None:
    for name in (
        "a.webm",
        "a.aac",
        "a.AIFF",
        "a.caf",
        "a.ac3",
        "a.opus",
        "a.mka",
        "a.wma",
        "a.oga",
    ):
        assert is_audio_file(Path(name))


def test_an_audio_file_dropped_on_a_field_is_to_be_uploaded(
    bench: ComposeBench, tmp_path: Path
) -> None:
    view = bench.panel.view
    for name, taken in (("memo.M4A", True), ("notes.txt", False), ("cover.png", False)):
        (tmp_path / name).write_bytes(b"x")
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(tmp_path / name))])
        assert is_audio_file(tmp_path / name) is taken
        drop(bench, view.sound.edit.viewport() if taken else bench.panel, data)
    bench.until(lambda: not bench.tasks.is_running("read a file"))
    assert bench.panel.controller.form().audio_file == str(tmp_path / "memo.M4A")
    assert view.sound.text() == ""


def test_an_exported_file_brings_its_recipe_back(bench: ComposeBench, tmp_path: Path) -> None:
    clip = bench.song()
    spec = ExportSpec(format=ExportFormat.FLAC, folder=tmp_path)

    async def exported() -> Path:
        (export,) = await bench.studio.exports.export([clip.id], spec)
        path = (await bench.studio.exports.wait_until_finished(export.id)).path
        assert path is not None
        return path

    file = bench.loop.run_until_complete(exported())
    bench.panel.view.sound.edit.replace_text("mine")
    bench.press(lambda: bench.panel.controller.use_file(file))
    bench.until(lambda: bench.panel.controller.form().sound == clip.recipe.sound)
    form = bench.panel.controller.form()
    assert (form.operation, form.audio_file) == (Operation.CREATE, "")
    assert form.title == clip.recipe.title
    assert bench.panel.controller.undo()
    assert bench.panel.controller.form().sound == "mine"


def test_a_file_waits_for_the_draft(bench: ComposeBench, tmp_path: Path) -> None:
    file = tmp_path / "memo.wav"
    file.write_bytes(b"x")
    bench.panel.view.sound.edit.replace_text("written yesterday")
    bench.loop.run_until_complete(bench.panel.controller.flush())
    panel = ComposePanel(UiContext(bench.studio, bench.style, bench.tasks))
    bench.qtbot.addWidget(panel)
    bench.press(lambda: panel.controller.use_file(file))
    bench.until(lambda: panel.controller.form().audio_file == str(file))
    created = panel.controller.forms().form_for(Operation.CREATE)
    assert created is not None
    assert created.sound == "written yesterday"


def test_a_file_that_is_gone_is_told_of(bench: ComposeBench, tmp_path: Path) -> None:
    before = bench.panel.controller.form()
    bench.press(lambda: bench.panel.controller.use_file(tmp_path / "gone.mp3"))
    bench.until(lambda: bool(bench.notices))
    assert "gone.mp3" in bench.notices.pop()
    assert bench.panel.controller.form() == before


def test_words_can_still_be_dropped(bench: ComposeBench) -> None:
    data = QMimeData()
    data.setText("slow strings")
    edit = bench.panel.view.title.edit
    assert isinstance(edit, QLineEdit)
    drop(bench, edit, data)
    assert bench.panel.controller.form().operation is Operation.CREATE


def test_the_card_says_what_the_source_is(style: Style, bench: ComposeBench) -> None:
    card = SourceCard(style)
    bench.qtbot.addWidget(card)
    clip = bench.song("A Title That Is Rather Long For A Small Card Of This Width")
    card.show_clip(clip.with_changes(stem="vocals"), b"")
    card.resize(360, 160)
    card.show()
    assert card.accessibleName().startswith("Source clip: A Title")
    assert card.play_button.accessibleName().startswith("Play A Title")
    card.show_range(Operation.COVER, None, None)
    assert card.waveform.focusPolicy() is Qt.FocusPolicy.NoFocus


@pytest.mark.parametrize("scale", [1.0, 1.25])
@pytest.mark.parametrize("profile", ["musicapi-2026-02", "musicapi-2026-05"])
def test_nothing_around_the_source_is_cut_off(
    bench: ComposeBench, sandbox: SandboxProcess, scale: float, profile: str
) -> None:
    clip = bench.song("A Song With A Name That Goes On And On Without An End In Sight")
    bench.connect(sandbox.url, ELSEWHERE, profile)
    bench.press(lambda: bench.studio.accounts.set_active(ELSEWHERE))
    bench.style.set_text_scale(scale)
    for operation in (Operation.EXTEND, Operation.REPLACE, Operation.COVER):
        put(bench, operation, clip)
        bench.until(
            lambda: bench.panel.view.ensure_fields().ensure_registration().issue() is not None
        )
        bench.panel.resize(392, 900)
        for _ in range(3):
            QApplication.processEvents()
        assert bench.panel.minimumSizeHint().width() <= 392
        assert bench.panel.view.width() == 392 - bench.panel.scroll_bar_width_px()
        for button in bench.panel.findChildren(QAbstractButton):
            if button.isVisible():
                assert button.width() >= button.minimumSizeHint().width(), button.text()
        for text in bench.panel.findChildren(QLabel):
            if not text.isVisible() or isinstance(text, ElidedLabel):
                continue
            if text.wordWrap():
                assert text.height() >= text.heightForWidth(text.width()), text.text()
            else:
                assert text.width() >= text.sizeHint().width(), text.text()


def test_a_cover_on_a_drive_that_does_not_answer_does_not_hold_the_window(
    bench: ComposeBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its source is shown before its cover, which may be a large picture as well."""
    song = bench.song()
    responds = threading.Event()
    held_window: list[bool] = []

    def wait(path: Path, limit_bytes: int) -> bytes:
        held_window.append(threading.current_thread() is threading.main_thread())
        assert responds.wait(0 if held_window[-1] else LONGEST_WAIT_S)
        return read_regular(path, limit_bytes)

    monkeypatch.setattr(cover_art, "read_regular", wait)
    bench.panel.controller.set_operation(Operation.EXTEND, song)
    card = bench.panel.view.ensure_fields().source
    bench.until(lambda: card.clip is not None and bool(held_window))
    assert held_window == [False]
    [art] = card.findChildren(CoverArt)
    without_picture = art.grab().toImage()
    responds.set()
    bench.until(lambda: art.grab().toImage() != without_picture)
