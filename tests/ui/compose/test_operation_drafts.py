"""Each operation keeps its own draft, and a source brings its own sound and words."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from producer_studio.domain.clip import Clip
from producer_studio.domain.form import Form
from producer_studio.domain.ids import ClipId
from producer_studio.domain.operation import Operation
from producer_studio.domain.prompt_advice import Severity
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.recipe_parser import MAX_FIELD_LENGTH
from producer_studio.ui.compose.field_parts import AdviceLine
from producer_studio.ui.compose.form_set import FormSet, apply_source
from producer_studio.ui.widgets.text_field_menu import create_field_menu
from tests.ui.compose.conftest import DEMO, LYRICS, SOUND, ComposeBench, press, press_ctrl

_REDO = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
SECTION = "We turn around and go back home"


def go(bench: ComposeBench, operation: Operation) -> Form:
    bench.press(lambda: bench.panel.controller.set_operation(operation))
    bench.settle()
    return bench.panel.controller.form()


def put(bench: ComposeBench, operation: Operation, clip: Clip) -> Form:
    bench.press(lambda: bench.panel.controller.set_operation(operation, clip))
    bench.settle()
    return bench.panel.controller.form()


def sung(bench: ComposeBench, title: str = "City Lights") -> Clip:
    """A clip with words of its own."""
    recipe = Recipe(sound=SOUND, lyrics=LYRICS, title=title)
    (job,) = bench.loop.run_until_complete(bench.studio.jobs.submit([recipe], DEMO))
    bench.until(lambda: job.id not in {one.id for one in bench.studio.jobs.visible_jobs()})
    done = bench.loop.run_until_complete(bench.studio.jobs.get(job.id))
    assert done is not None
    (clip,) = bench.loop.run_until_complete(bench.studio.clips.get_many(done.clips))
    return clip


def type_takes(bench: ComposeBench, takes: int) -> None:
    bench.panel.bar.takes_combo.setCurrentIndex(takes - 1)
    bench.panel.bar.takes_combo.activated.emit(takes - 1)


def test_the_song_on_create_stays_while_something_else_is_done(bench: ComposeBench) -> None:
    view, clip = bench.panel.view, sung(bench)
    view.load(Form(sound="my new song with a choir", lyrics="[Verse]\nMine alone", title="Mine"))
    type_takes(bench, 4)
    mine = bench.panel.controller.form()
    form = put(bench, Operation.REPLACE, clip)
    assert (form.sound, form.lyrics, form.title, form.takes) == (clip.sound, "", "", 1)
    assert (form.source, form.seed, form.instrumental) == (clip.id, "", False)
    view.lyrics.edit.replace_text(SECTION)
    assert go(bench, Operation.CREATE) == mine
    assert bench.panel.bar.take_count() == 4
    assert go(bench, Operation.REPLACE).lyrics == SECTION


def test_a_cover_after_a_section_has_the_words_of_the_song(bench: ComposeBench) -> None:
    clip = sung(bench)
    put(bench, Operation.REPLACE, clip)
    bench.panel.view.lyrics.edit.replace_text(SECTION)
    bench.panel.view.sound.edit.replace_text("only a guitar")
    form = go(bench, Operation.COVER)
    assert (form.source, form.sound, form.lyrics) == (clip.id, clip.sound, clip.lyrics)
    assert (form.starts_at_s, form.ends_at_s) == (None, None)
    section = go(bench, Operation.REPLACE)
    assert (section.sound, section.lyrics) == ("only a guitar", SECTION)


def test_another_source_brings_its_own_words_as_one_step(bench: ComposeBench) -> None:
    first, second = sung(bench), bench.song("Instrumental")
    put(bench, Operation.COVER, first)
    bench.panel.view.lyrics.edit.replace_text("[Verse]\nNew words for the cover")
    mine = bench.panel.controller.form()
    form = put(bench, Operation.COVER, second)
    assert (form.sound, form.lyrics, form.instrumental) == (second.sound, "", True)
    press_ctrl(bench.panel, Qt.Key.Key_Z)
    assert bench.panel.controller.form() == mine
    # The same source again has the words that were written for it.
    assert put(bench, Operation.COVER, first) == mine


def test_what_was_written_before_there_was_a_source_stays(bench: ComposeBench) -> None:
    clip = sung(bench)
    go(bench, Operation.COVER)
    bench.panel.view.sound.edit.replace_text("a choir and an organ")
    form = put(bench, Operation.COVER, clip)
    assert (form.sound, form.lyrics) == ("a choir and an organ", clip.lyrics)


def test_choosing_an_operation_can_be_undone_with_its_words(bench: ComposeBench) -> None:
    view, clip = bench.panel.view, sung(bench)
    QTest.keyClicks(view.lyrics.edit, "One line")
    put(bench, Operation.COVER, clip)
    QTest.keyClicks(view.lyrics.edit, "More ")
    assert go(bench, Operation.CREATE).lyrics == "One line"
    press_ctrl(view.lyrics.edit, Qt.Key.Key_Z)
    assert bench.panel.controller.form().operation is Operation.COVER
    assert view.lyrics.text().startswith("More ")
    view.lyrics.edit.undo()
    assert view.lyrics.text() == clip.lyrics
    press_ctrl(view.lyrics.edit, Qt.Key.Key_Z)
    assert (bench.panel.controller.form().operation, view.lyrics.text()) == (
        Operation.CREATE,
        "One line",
    )
    assert bench.panel.controller.forms().form_for(Operation.COVER) is None


def test_undo_of_a_choice_keeps_what_was_written_since(bench: ComposeBench) -> None:
    view = bench.panel.view
    go(bench, Operation.COVER)
    QTest.keyClicks(view.sound.edit, "a choir")
    go(bench, Operation.CREATE)
    QTest.keyClicks(view.lyrics.edit, "A verse of my own")
    press_ctrl(view.title.edit, Qt.Key.Key_Z)
    assert bench.panel.controller.form().operation is Operation.COVER
    # No key in this field brings the words of another operation.
    press_ctrl(view.lyrics.edit, Qt.Key.Key_Z)
    assert bench.panel.controller.form().operation is Operation.CREATE
    assert bench.panel.controller.form().lyrics == "A verse of my own"
    assert go(bench, Operation.COVER).sound == "a choir"
    assert go(bench, Operation.CREATE).lyrics == "A verse of my own"


@pytest.mark.parametrize("words", ["", "[Verse]\nOf the clip"])
def test_redo_in_a_field_brings_no_words_of_another_operation(
    bare: ComposeBench, words: str
) -> None:
    bare.connect_offline("")
    view = bare.panel.view
    QTest.keyClicks(view.lyrics.edit, "One line")
    press_ctrl(view.lyrics.edit, Qt.Key.Key_Z)
    put(bare, Operation.COVER, Clip(id=ClipId("source"), lyrics=words))
    press(view.lyrics.edit, Qt.Key.Key_Z, _REDO)
    assert bare.panel.controller.form().lyrics == words
    press_ctrl(view.lyrics.edit, Qt.Key.Key_Z)
    # Nothing of the form can be redone any more.
    QTest.keyClicks(view.title.edit, "x")
    press(view.lyrics.edit, Qt.Key.Key_Z, _REDO)
    form = bare.panel.controller.form()
    assert (form.operation, form.lyrics) == (Operation.CREATE, "")


def test_the_menu_of_a_field_undoes_what_was_written_in_this_form(bare: ComposeBench) -> None:
    bare.connect_offline("")
    edit = bare.panel.view.lyrics.edit
    QTest.keyClicks(edit, "One line")
    go(bare, Operation.COVER)
    menu = create_field_menu(bare.style, edit)
    assert not menu.actions()[0].isEnabled()
    menu.close()
    QTest.keyClicks(edit, "Another")
    create_field_menu(bare.style, edit).actions()[0].trigger()
    assert bare.panel.controller.form().lyrics == ""


def test_an_instruction_stays_with_its_operation(bare: ComposeBench) -> None:
    bare.connect_offline("musicapi-2026-05")
    go(bare, Operation.COVER)
    fields = bare.panel.view.ensure_fields()
    QTest.keyClicks(fields.instruction.edit, "sing higher")
    go(bare, Operation.REPLACE)
    press_ctrl(fields.instruction.edit, Qt.Key.Key_Z)
    form = bare.panel.controller.form()
    assert (form.operation, form.instruction) == (Operation.COVER, "sing higher")


def test_lyrics_that_a_service_wrote_outlive_undo_and_redo(bench: ComposeBench) -> None:
    go(bench, Operation.COVER)
    bench.panel.controller._set_lyrics(Operation.CREATE, LYRICS)
    press_ctrl(bench.panel, Qt.Key.Key_Z)
    assert bench.panel.controller.form().lyrics == LYRICS
    bench.press(bench.panel.controller.redo)
    assert bench.panel.controller.form().operation is Operation.COVER
    bench.panel.controller._set_lyrics(Operation.CREATE, f"{LYRICS} again")
    press_ctrl(bench.panel, Qt.Key.Key_Z)
    assert bench.panel.controller.form().lyrics == f"{LYRICS} again"


def test_an_older_notice_does_not_undo_a_newer_step(bench: ComposeBench) -> None:
    clip = sung(bench)
    put(bench, Operation.COVER, clip)
    assert not bench.panel.view.suggestion.isHidden()
    bench.press(bench.panel.view.ensure_fields().source_cleared.emit)
    bench.settle()
    assert bench.panel.view.suggestion.isHidden()


def test_settings_of_a_clip_go_to_the_form_of_its_operation(bench: ComposeBench) -> None:
    clip = sung(bench)
    put(bench, Operation.COVER, clip)
    covering = bench.panel.controller.form()
    bench.press(
        lambda: bench.panel.controller.use_recipe(Recipe(sound=SOUND, title="Glass", seed="9"))
    )
    assert (bench.panel.controller.form().operation, bench.panel.controller.form().title) == (
        Operation.CREATE,
        "Glass",
    )
    bench.settle()
    assert go(bench, Operation.COVER) == covering


def test_all_drafts_survive_a_crash(bench: ComposeBench) -> None:
    clip = sung(bench)
    bench.panel.view.sound.edit.replace_text("my new song with a choir")
    put(bench, Operation.REPLACE, clip)
    bench.panel.view.lyrics.edit.replace_text(SECTION)
    type_takes(bench, 2)
    forms = bench.panel.controller.forms()

    async def kept() -> object:
        return await bench.studio.drafts.load()

    bench.until(lambda: not bench.panel.controller._draft_saver._debounce.is_pending)
    bench.until(lambda: not bench.tasks.is_running("save draft"))
    assert bench.loop.run_until_complete(kept()) == forms.to_json()
    bench.panel.controller.unsubscribe()
    again = bench.new_panel()
    assert again.controller.forms() == forms
    assert (again.controller.form().takes, again.controller.form().lyrics) == (2, SECTION)


def test_a_draft_of_an_earlier_version_is_read() -> None:
    old = Form(operation=Operation.COVER, sound="mine", takes=3)
    assert FormSet.from_json(old.to_json()) == FormSet(old)


@pytest.mark.parametrize("others", [None, 7, {"nothing": {}, "create": 4, "cover": {}}])
def test_spoilt_drafts_fall_back_one_by_one(others: object) -> None:
    shown = Form(operation=Operation.COVER, sound="mine")
    assert FormSet.from_json(shown.to_json() | {"others": others}) == FormSet(shown)


def notes(bench: ComposeBench) -> list[str]:
    lines = bench.panel.findChildren(AdviceLine)
    return [line.issue().text for line in lines if line.isVisible() and line.issue()]


def test_a_section_is_not_judged_as_a_song(bench: ComposeBench) -> None:
    clip = sung(bench)
    put(bench, Operation.REPLACE, clip)
    bench.panel.view.lyrics.edit.replace_text(SECTION)
    bench.panel.view.sound.edit.replace_text("only a guitar")
    assert not any("words" in note for note in notes(bench))
    assert bench.panel.bar.button.isEnabled()
    bench.panel.view.lyrics.edit.replace_text("la la la")
    assert not bench.panel.bar.button.isEnabled()
    go(bench, Operation.CREATE)
    bench.panel.view.lyrics.edit.replace_text(SECTION)
    assert any("20 to 30 words" in note for note in notes(bench))


def test_a_region_behind_the_end_is_refused_where_it_is_typed(bench: ComposeBench) -> None:
    clip = sung(bench)
    put(bench, Operation.REPLACE, clip)
    times = bench.panel.view.ensure_fields().times
    for field, text in ((times.end, "9:00"), (times.start, "8:00")):
        field.edit.clear()
        QTest.keyClicks(field.edit, text)
        note = times._advice.issue()
        assert note is not None
        assert note.severity is Severity.BLOCKING
        assert note.text.startswith("The clip is 0:")
        assert field.edit.property("invalid")
        assert not bench.panel.bar.button.isEnabled()
        assert "538" not in bench.panel.bar.button.text()
    assert bench.panel.view.ensure_fields().source.waveform.region is None
    for field, text in ((times.start, "1"), (times.end, "3")):
        field.edit.clear()
        QTest.keyClicks(field.edit, text)
    note = times._advice.issue()
    assert note is not None
    assert note.severity is Severity.EMPTY
    assert bench.panel.bar.button.isEnabled()


def test_a_clip_cannot_be_continued_from_behind_its_end(bench: ComposeBench) -> None:
    clip = sung(bench)
    put(bench, Operation.EXTEND, clip)
    assert bench.panel.bar.button.isEnabled()
    start = bench.panel.view.ensure_fields().times.start
    start.edit.clear()
    QTest.keyClicks(start.edit, "9:00")
    assert start.edit.property("invalid")
    assert not bench.panel.bar.button.isEnabled()


def test_texts_of_any_length_do_not_come_to_the_form() -> None:
    """A field lays out all of its text: 8 MB take minutes."""
    clip = Clip(id=ClipId("song"), sound="la " * 100_000, lyrics="la la la\n" * 900_000)
    form = apply_source(Form(operation=Operation.COVER), clip)
    assert (len(form.sound), len(form.lyrics)) == (MAX_FIELD_LENGTH, MAX_FIELD_LENGTH)
