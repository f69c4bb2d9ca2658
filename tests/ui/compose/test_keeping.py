"""What is written stays: drafts, and steps to undo."""

from PySide6.QtCore import Qt

from producer_studio.domain.form import Form
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.ui.compose.panel import ComposePanel
from producer_studio.ui.context import UiContext
from tests.ui.compose.conftest import LYRICS, SOUND, ComposeBench, press, press_ctrl

CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def test_a_draft_survives_a_crash(bench: ComposeBench) -> None:
    panel = bench.panel
    panel.view.sound.edit.setFocus()
    bench.qtbot.keyClicks(panel.view.sound.edit, "warm")
    panel.view.lyrics.edit.replace_text(LYRICS)
    panel.view.strengths["weirdness"].slider.setValue(80)
    panel.view.instrumental.click()
    panel.bar.takes_combo.setCurrentIndex(3)
    panel.bar.takes_combo.activated.emit(3)
    written = panel.controller.form()
    saved = []

    async def style() -> None:
        saved.append(await bench.studio.drafts.load())

    def is_saved() -> bool:
        bench.tasks.start("look at draft", style())
        return bool(saved) and saved[-1] == panel.controller.forms().to_json()

    bench.until(is_saved)
    # No farewell: the next start finds what the last pause in the writing left.
    panel.controller.unsubscribe()
    again = bench.new_panel()
    assert again.controller.form() == written
    assert (written.sound, written.lyrics, written.takes) == ("warm", LYRICS, 4)
    assert (written.weirdness, written.instrumental) == (0.8, True)


def test_a_draft_that_is_read_late_is_one_undo_away(bench: ComposeBench) -> None:
    view = bench.panel.view
    view.load(Form(sound=SOUND, lyrics=LYRICS, title="Mine", takes=1))
    mine = bench.panel.controller.form()
    bench.panel.controller._draft_saver.schedule_save(bench.panel.controller.forms())
    bench.run(bench.panel.controller.flush())
    bench.panel.controller.unsubscribe()
    panel = ComposePanel(UiContext(bench.studio, bench.style, bench.tasks))
    bench.panel = panel
    bench.qtbot.addWidget(panel)
    panel.show()
    bench.qtbot.keyClicks(panel.view.sound.edit, "sl")
    bench.until(lambda: not bench.tasks.is_running("restore draft"))
    bench.qtbot.keyClicks(panel.view.sound.edit, "ow")
    assert (panel.view.sound.text(), panel.view.lyrics.text()) == ("slow", "")
    begun = panel.controller.form()
    assert panel.view.suggestion.action_button.text() == "Show the draft"
    bench.press(panel.view.suggestion.action_button.click)
    assert panel.controller.form() == mine
    press(panel.view.sound.edit, Qt.Key.Key_Z, CTRL_SHIFT)
    assert panel.controller.form() == begun
    press_ctrl(panel.view.lyrics.edit, Qt.Key.Key_Z)
    assert panel.controller.form() == mine
    bench.run(panel.controller.flush())
    history = bench.run(bench.studio.lyrics_versions.load(Operation.CREATE))
    assert [version.text for version in history.versions] == [LYRICS]


def test_the_last_strokes_are_saved_at_the_end(bench: ComposeBench) -> None:
    bench.panel.view.sound.edit.replace_text("just now")
    bench.loop.run_until_complete(bench.panel.controller.flush())
    bench.panel.controller.unsubscribe()
    assert bench.new_panel().controller.form().sound == "just now"


def test_a_full_disk_does_not_keep_the_window_from_closing(bench: ComposeBench) -> None:
    database = bench.studio._library.context.database
    pages = "PRAGMA max_page_count = {}"
    bench.loop.run_until_complete(
        database.run_without_transaction(lambda db: db.execute(pages.format(1)).fetchone())
    )
    bench.panel.view.lyrics.edit.replace_text("a line\n" * 50_000)
    bench.loop.run_until_complete(bench.panel.controller.flush())
    bench.loop.run_until_complete(
        database.run_without_transaction(lambda db: db.execute(pages.format(2**30)).fetchone())
    )
    bench.loop.run_until_complete(bench.panel.controller.flush())
    bench.panel.controller.unsubscribe()
    assert bench.new_panel().controller.form().lyrics.startswith("a line")


def test_settings_of_a_clip_are_one_step_to_undo(bench: ComposeBench) -> None:
    view = bench.panel.view
    view.sound.edit.setFocus()
    bench.qtbot.keyClicks(view.sound.edit, "mine ")
    bench.qtbot.keyClicks(view.title.edit, "My title")
    before = bench.panel.controller.form()
    recipe = Recipe(
        sound=SOUND, lyrics=LYRICS, title="Theirs", seed="9", weirdness=0.9, model="FUZZ-1.0"
    )
    bench.panel.controller.use_recipe(recipe)
    after = bench.panel.controller.form()
    assert (after.sound, after.title, after.seed, after.model) == (SOUND, "Theirs", "9", "FUZZ-1.0")
    assert view.suggestion.message.text() == "“Theirs” is in the form."
    press_ctrl(view.title.edit, Qt.Key.Key_Z)
    assert bench.panel.controller.form() == before
    assert not view.suggestion.isVisible()
    press(view.title.edit, Qt.Key.Key_Z, CTRL_SHIFT)
    assert bench.panel.controller.form() == after
    bench.qtbot.keyClicks(view.lyrics.edit, "x")
    press_ctrl(view.lyrics.edit, Qt.Key.Key_Z)
    assert bench.panel.controller.form() == after
    press_ctrl(view.lyrics.edit, Qt.Key.Key_Z)
    assert bench.panel.controller.form() == before
    press_ctrl(view.sound.edit, Qt.Key.Key_Z)
    assert bench.panel.controller.form().sound == ""


def test_a_long_title_that_is_put_into_the_form_shows_its_beginning(bench: ComposeBench) -> None:
    address = "https://example.org/" + "a" * 200
    recipe = Recipe(sound=SOUND, title="First Snow on Strings " * 3, cover_url=address)
    bench.panel.controller.use_recipe(recipe)
    view = bench.panel.view
    assert view.title.edit.cursorPosition() == 0
    assert view.advanced.cover.text() == address
    assert view.advanced.cover.cursorPosition() == 0


def test_undo_takes_the_settings_back_before_older_strokes(bench: ComposeBench) -> None:
    view = bench.panel.view
    bench.qtbot.keyClicks(view.lyrics.edit, "my own words")
    before = bench.panel.controller.form()
    bench.panel.controller.use_recipe(Recipe(sound=SOUND, instrumental=True))
    bench.panel.controller.use_recipe(Recipe(sound="another", lyrics=LYRICS))
    press_ctrl(view.lyrics.edit, Qt.Key.Key_Z)
    assert bench.panel.controller.form().sound == SOUND
    press_ctrl(view.lyrics.edit, Qt.Key.Key_Z)
    assert bench.panel.controller.form() == before
    press(view.lyrics.edit, Qt.Key.Key_Z, CTRL_SHIFT)
    assert (bench.panel.controller.form().sound, bench.panel.controller.form().lyrics) == (
        SOUND,
        "my own words",
    )
    press_ctrl(view.lyrics.edit, Qt.Key.Key_Z)
    press_ctrl(view.lyrics.edit, Qt.Key.Key_Z)
    assert bench.panel.controller.form().lyrics == ""


def test_writing_on_gives_up_what_was_undone(bench: ComposeBench) -> None:
    view = bench.panel.view
    bench.panel.controller.use_recipe(Recipe(sound=SOUND))
    press_ctrl(view.title.edit, Qt.Key.Key_Z)
    bench.qtbot.keyClicks(view.title.edit, "On")
    press(view.title.edit, Qt.Key.Key_Z, CTRL_SHIFT)
    assert (bench.panel.controller.form().sound, bench.panel.controller.form().title) == ("", "On")


def test_the_offered_undo_does_the_same(bench: ComposeBench) -> None:
    bench.panel.view.sound.edit.replace_text("mine")
    bench.panel.controller.use_recipe(Recipe(sound=SOUND))
    bench.qtbot.mouseClick(bench.panel.view.suggestion.action_button, Qt.MouseButton.LeftButton)
    assert bench.panel.controller.form().sound == "mine"


def test_a_model_that_is_not_offered_is_said(bench: ComposeBench) -> None:
    bench.panel.controller.use_recipe(Recipe(sound=SOUND, title="Old", model="FUZZ-9"))
    assert bench.panel.controller.form().model == "FUZZ-2.0"
    assert bench.panel.view.suggestion.message.text() == (
        "“Old” is in the form. This account does not offer FUZZ-9: FUZZ-2.0 is kept."
    )
