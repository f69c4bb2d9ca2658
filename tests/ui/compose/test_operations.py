"""Every operation on the desk: what the form shows, what is sent, what stands in the way."""

from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from producer_studio.domain.account import Service
from producer_studio.domain.capabilities import Capabilities, Capability, find_model
from producer_studio.domain.form import Form
from producer_studio.domain.ids import AccountName
from producer_studio.domain.job import JobState
from producer_studio.domain.operation import SERVICE_OPERATIONS, Operation
from producer_studio.domain.strength import COVER_STRENGTH, LYRICS_STRENGTH, Strength
from producer_studio.ui.compose.form_view import FormView
from producer_studio.ui.compose.lyrics.review_dialog import ReviewDialog
from producer_studio.ui.operations import unavailable_reason
from producer_studio.ui.style.style import Style
from tests.matrix.reference import write_reference
from tests.support.sandbox_process import SandboxProcess
from tests.ui.compose.conftest import DEMO, LYRICS, SOUND, ComposeBench, jobs, named, press_ctrl

OTHER = AccountName("other")


def note_of(bench: ComposeBench) -> str:
    """What stands over the button."""
    note = bench.panel.bar.advice.issue()
    return note.text if note is not None else ""


def visible(parent: QWidget) -> set[str]:
    return {
        widget.accessibleName()
        for widget in parent.findChildren(QWidget)
        if widget.isVisible() and widget.accessibleName()
    }


@pytest.mark.parametrize(
    ("profile", "operation", "shown", "hidden"),
    [
        ("musicapi-2026-02", Operation.REPLACE, {"From", "To", "Sound"}, {"Instruction"}),
        ("musicapi-2026-02", Operation.EXTEND, {"Continue at"}, {"To", "Length to add"}),
        ("musicapi-2026-02", Operation.COVER, {"Cover strength"}, {"From", "Continue at"}),
        ("musicapi-2026-02", Operation.VARIATION, {"Title", "Seed"}, {"Sound", "Lyrics"}),
        (
            "musicapi-2026-05",
            Operation.EXTEND,
            {"Continue at", "Length to add", "Instruction"},
            {"Lyrics strength", "Weirdness", "Instrumental"},
        ),
        ("musicapi-2026-05", Operation.COVER, {"Instruction", "Cover strength"}, {"Weirdness"}),
        ("aimusicapi-2026-04", Operation.VIDEO, {"Style of the video"}, {"Sound", "Takes"}),
        ("aimusicapi-2026-04", Operation.LYRICS, {"What the song is about"}, {"Source clip"}),
        ("acedata", Operation.STEMS, {"Use the selected clip"}, {"Sound", "Takes", "Title"}),
        ("acedata", Operation.UPLOAD, {"Public address", "Choose a file"}, {"Sound", "Takes"}),
    ],
)
def test_the_form_shows_what_the_account_takes(
    bare: ComposeBench, profile: str, operation: Operation, shown: set[str], hidden: set[str]
) -> None:
    bare.connect_offline(profile)
    bare.panel.controller.set_operation(operation)
    names = visible(bare.panel)
    assert shown <= names
    assert not hidden & names


def test_what_an_account_does_not_offer_says_who_does(bare: ComposeBench) -> None:
    bare.connect_offline("apiframe")
    extend = named(bare, "Extend")
    assert not extend.isEnabled()
    assert "You have no account that offers it." in extend.toolTip()
    bare.connect_offline("acedata", OTHER)
    assert "“other” offers it for 10 credits. Without a service" in extend.toolTip()
    assert unavailable_reason(bare.studio, Operation.CREATE) == ""
    bare.press(lambda: bare.studio.accounts.set_active(OTHER))
    assert extend.isEnabled()


def test_what_only_some_operations_need_is_made_when_it_is_needed(bare: ComposeBench) -> None:
    bare.connect_offline("acedata")
    view = bare.panel.view
    assert (view.fields, view.cover_strength) == (None, None)
    bare.panel.controller.set_operation(Operation.STEMS)
    made = vars(bare.panel.view.ensure_fields())
    assert "source" in made
    assert not {"times", "instruction", "upload", "prompt", "preset"} & set(made)


def test_an_operation_that_the_next_account_lacks_keeps_its_fields(bare: ComposeBench) -> None:
    bare.connect_offline("acedata")
    bare.connect_offline("apiframe", OTHER)
    bare.panel.controller.set_operation(Operation.COVER)
    bare.panel.view.sound.edit.replace_text(SOUND)
    bare.press(lambda: bare.studio.accounts.set_active(OTHER))
    note = bare.panel.bar.advice.issue()
    assert note is not None
    assert "offers it for 10 credits." in note.text
    assert not bare.panel.bar.button.isEnabled()
    assert bare.panel.controller.form().sound == SOUND


def test_sliders_take_the_services_own_ranges(style: Style, qtbot: object) -> None:
    view = FormView(style)
    coarse = Strength(
        "lyrics_strength", "Lyrics strength", 0.0, 1.0, 0.7, LYRICS_STRENGTH.value_labels, 0.1
    )
    wide = Strength("cover_strength", "Cover strength", 0.0, 1.0, 0.5, COVER_STRENGTH.value_labels)
    fields = frozenset({"sound", "lyrics_strength", "cover_strength", "source"})
    capabilities = Capabilities(
        operations={Operation.COVER: Capability(operation=Operation.COVER, fields=fields)},
        strengths={"lyrics_strength": coarse, "cover_strength": wide},
    )
    view.configure(capabilities, Operation.COVER)
    assert view.strengths["lyrics_strength"].value() == 0.7
    assert view.strengths["weirdness"].isHidden()
    assert view.ensure_cover_strength().value() == 0.5
    view.ensure_cover_strength().slider.setValue(5)
    assert view.form(1).cover_strength == 0.05
    view.strengths["lyrics_strength"].slider.setValue(44)
    assert view.form(1).lyrics_strength == 0.4
    recipe = view.form(1).to_recipe(fields)
    assert (recipe.cover_strength, recipe.weirdness) == (0.05, None)
    view.deleteLater()


def test_limits_are_counted_and_hold_the_button(bare: ComposeBench) -> None:
    bare.connect_offline("acedata")
    capabilities = bare.studio.offers.capabilities(DEMO)
    (name, limit) = next(
        (name, capabilities.limits[name])
        for name in ("sound", "prompt")
        if name in capabilities.limits
    )
    if name == "prompt":
        bare.panel.controller.set_operation(Operation.LYRICS)
        words, head = (
            bare.panel.view.ensure_fields().prompt.edit,
            bare.panel.view.ensure_fields().prompt.head,
        )
    else:
        words, head = bare.panel.view.sound.edit, bare.panel.view.sound.head
    words.replace_text("a" * (limit - 1))
    assert head.remark() == f"{limit - 1} of {limit}"
    words.replace_text("warm piano and soft drums " * limit)
    note = bare.panel.bar.advice.issue()
    assert note is not None
    assert f"{limit} is the limit" in note.text
    assert not bare.panel.bar.button.isEnabled()


def test_a_refused_model_is_marked_with_its_day(bare: ComposeBench) -> None:
    bare.connect_offline("musicapi-2026-02")
    picker = bare.panel.view.model
    names = [picker.combo.itemText(row) for row in range(picker.combo.count())]
    models = [find_model(name) for name in names]
    picker.set_models(models, names[0], {names[1]: "2026-11-03"})
    said = picker.combo.itemData(1, Qt.ItemDataRole.AccessibleTextRole)
    assert said == f"{names[1]}, Rejected on 3 November 2026"
    picker.show_model(names[1])
    assert picker.combo.accessibleDescription() == "Rejected on 3 November 2026"


def test_the_operation_and_all_its_fields_survive_a_crash(bench: ComposeBench) -> None:
    clip = bench.song()
    bench.panel.controller.set_operation(Operation.REPLACE, clip)
    written = bench.panel.controller.form()
    bench.loop.run_until_complete(bench.panel.controller.flush())
    bench.panel.controller.unsubscribe()
    again = bench.new_panel()
    assert again.controller.form() == written
    bench.until(lambda: again.view.ensure_fields().source.clip is not None)
    assert again.view.ensure_fields().source.clip.id == clip.id
    assert again.view.grid.button(Operation.REPLACE).isChecked()


def test_lyrics_are_written_from_their_own_description(bench: ComposeBench) -> None:
    panel = bench.panel
    panel.view.title.edit.setText("Night Bus")
    panel.controller.set_operation(Operation.LYRICS)
    assert panel.controller.form().prompt == "Night Bus"
    panel.view.ensure_fields().prompt.edit.replace_text("the last bus home, and nobody on it")
    assert panel.bar.button.text() == "Write lyrics"
    bench.press(panel.bar.button.click)
    bench.until(panel.view.suggestion.isVisible)
    (job,) = jobs(bench)
    assert job.recipe.operation is Operation.LYRICS
    assert job.recipe.prompt == "the last bus home, and nobody on it"
    assert job.recipe.model == ""
    assert panel.view.suggestion.message.text() == "The lyrics are in the form."
    bench.press(panel.view.suggestion.action_button.click)
    assert panel.controller.form().operation is Operation.CREATE
    assert panel.view.lyrics.isVisible()
    assert panel.view.lyrics.text()


def test_lyrics_of_the_desk_are_not_written_over_while_they_are_out_of_sight(
    bench: ComposeBench,
) -> None:
    panel = bench.panel
    panel.view.lyrics.edit.replace_text(LYRICS)
    panel.controller.set_operation(Operation.LYRICS)
    panel.view.ensure_fields().prompt.edit.replace_text("the last bus home, and nobody on it")
    bench.press(panel.bar.button.click)
    bench.until(panel.view.suggestion.isVisible)
    created = panel.controller.forms().form_for(Operation.CREATE)
    assert created is not None
    assert created.lyrics == LYRICS
    bench.press(panel.view.suggestion.action_button.click)
    assert panel.controller.form().operation is Operation.CREATE
    assert panel.view.lyrics.text() == LYRICS
    dialog = panel.findChild(ReviewDialog)
    assert isinstance(dialog, ReviewDialog)
    bench.press(dialog.use_button.click)
    assert panel.view.lyrics.text() != LYRICS


def test_an_upload_by_address_makes_a_clip(bench: ComposeBench) -> None:
    clip = bench.song()
    panel = bench.panel
    panel.controller.set_operation(Operation.UPLOAD)
    assert not panel.bar.button.isEnabled()
    panel.view.ensure_fields().upload.url.setText(clip.links.audio)
    assert panel.bar.button.isEnabled()
    assert panel.bar.cost_text()[0] == "2 credits"
    bench.press(panel.bar.button.click)
    bench.until(lambda: JobState.DONE in bench.states.get(Operation.UPLOAD, []))


def test_demo_studio_takes_a_dropped_file(bench: ComposeBench, tmp_path: Path) -> None:
    file = write_reference(tmp_path)
    panel = bench.panel
    bench.press(lambda: panel.controller.use_file(file))
    bench.until(panel.bar.button.isEnabled)
    assert panel.controller.form().audio_file == str(file)
    bench.press(panel.bar.button.click)
    bench.until(lambda: JobState.DONE in bench.states.get(Operation.UPLOAD, []))


def test_a_file_of_this_computer_is_offered_before_an_address(bench: ComposeBench) -> None:
    bench.panel.controller.set_operation(Operation.UPLOAD)
    upload = bench.panel.view.ensure_fields().upload
    bench.until(upload.choose_button.isVisible)
    assert upload.choose_button.geometry().bottom() < upload.url.geometry().top()


def test_the_file_dialog_opens_in_music_and_then_where_the_last_file_was(
    bench: ComposeBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    music = tmp_path / "Music"
    music.mkdir()
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _kind: str(music))
    upload = bench.panel.view.ensure_fields().upload
    bench.panel.controller.set_operation(Operation.UPLOAD)
    assert _folder_of_the_dialog(bench) == str(music)
    upload.set_file(tmp_path / "memo.m4a")
    bench.press(upload.clear_button.click)
    assert _folder_of_the_dialog(bench) == str(tmp_path)


def _folder_of_the_dialog(bench: ComposeBench) -> str:
    bench.press(bench.panel.view.ensure_fields().upload.choose_button.click)
    dialog = bench.panel.view.ensure_fields().upload.findChildren(QFileDialog)[-1]
    folder = dialog.directory().absolutePath()
    bench.press(dialog.reject)
    return folder


def test_a_local_file_needs_somewhere_to_be_lent_from(
    bench: ComposeBench, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    file = tmp_path / "voice memo.m4a"
    file.write_bytes(b"x")
    add = bench.studio.accounts.add
    bench.loop.run_until_complete(add(OTHER, Service.MUSICAPI, "K", base_url=sandbox.url))
    bench.press(lambda: bench.studio.accounts.set_active(OTHER))
    panel = bench.panel
    panel.view.sound.edit.replace_text("mine")
    bench.press(lambda: panel.controller.use_file(file))
    bench.until(lambda: not bench.tasks.is_running("read a file"))
    form = panel.controller.form()
    assert (form.operation, form.audio_file) == (Operation.UPLOAD, str(file))
    bench.until(lambda: "bucket" in note_of(bench))
    assert not panel.bar.button.isEnabled()
    assert panel.view.ensure_fields().upload.clear_button.isVisible()
    press_ctrl(panel, Qt.Key.Key_Z)
    assert panel.controller.form().operation is Operation.CREATE
    assert panel.controller.form().sound == "mine"


def test_a_platform_token_takes_a_local_file_without_any_bucket(
    bench: ComposeBench, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    file = tmp_path / "voice memo.m4a"
    file.write_bytes(b"x")
    add = bench.studio.accounts.add
    place = f"{sandbox.url}/acedata"
    values = {"base_url": place, "platform_url": place}
    bench.loop.run_until_complete(add(OTHER, Service.ACEDATA, "K", **values))
    bench.press(lambda: bench.studio.accounts.set_active(OTHER))
    bench.press(lambda: bench.panel.controller.use_file(file))
    bench.until(lambda: "platform token or set up a bucket" in note_of(bench))
    change = bench.studio.accounts.change
    bench.loop.run_until_complete(change(OTHER, platform_token="platform-K"))
    bench.until(bench.panel.bar.button.isEnabled)


def test_the_focus_stays_with_the_upload_when_a_file_takes_the_address_s_place(
    bench: ComposeBench, tmp_path: Path
) -> None:
    panel = bench.panel
    panel.controller.set_operation(Operation.UPLOAD)
    upload = panel.view.ensure_fields().upload
    panel.activateWindow()
    upload.choose_button.setFocus()
    bench.until(lambda: QApplication.focusWidget() is upload.choose_button)
    bench.press(lambda: upload.set_file(tmp_path / "memo.m4a"))
    assert QApplication.focusWidget() is upload.clear_button
    bench.press(upload.clear_button.click)
    assert QApplication.focusWidget() is upload.choose_button


def test_a_button_that_cannot_be_pressed_any_more_leaves_the_focus_on_the_desk(
    bench: ComposeBench,
) -> None:
    panel = bench.panel
    panel.view.sound.edit.replace_text(SOUND)
    panel.activateWindow()
    panel.bar.button.setFocus()
    bench.until(lambda: QApplication.focusWidget() is panel.bar.button)
    bench.press(panel.view.sound.edit.clear)
    assert QApplication.focusWidget() is panel.view.grid.button(Operation.CREATE)


def test_a_field_that_goes_away_leaves_the_focus_with_the_operation(bench: ComposeBench) -> None:
    panel = bench.panel
    panel.activateWindow()
    panel.view.sound.edit.setFocus()
    bench.until(lambda: QApplication.focusWidget() is panel.view.sound.edit)
    panel.controller.set_operation(Operation.UPLOAD)
    assert QApplication.focusWidget() is panel.view.grid.more_button
    panel.controller.set_operation(Operation.COVER)
    assert QApplication.focusWidget() is panel.view.grid.button(Operation.COVER)


@pytest.mark.parametrize(
    "operation", [one for one in SERVICE_OPERATIONS if one is not Operation.EXPORT]
)
def test_every_control_of_every_operation_has_a_name_and_its_room(
    bare: ComposeBench, operation: Operation
) -> None:
    bare.connect_offline("acedata")
    panel = bare.panel
    panel.view.load(Form(operation=operation, source="", sound=SOUND))
    panel.controller._configure_fields()
    panel.resize(392, 562)
    for _ in range(3):
        QApplication.processEvents()
    nameless = [
        widget
        for widget in panel.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and not widget.accessibleName()
    ]
    assert nameless == []
    assert panel.minimumSizeHint().width() <= 392
    assert panel.view.width() == 392 - panel.scroll_bar_width_px()
