"""Lyrics of the library that are offered for the form."""

from dataclasses import replace

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.domain.operation import Operation
from producer_studio.ui.compose.lyrics.review_dialog import ReviewDialog
from tests.ui.compose.conftest import LYRICS, ComposeBench

WRITTEN = Clip(
    id=ClipId("written"),
    title="Harbour",
    sound="slow waltz",
    lyrics="[Verse]\nWater in the harbour\n\n[Bridge]\nLights go out",
    operation=Operation.LYRICS,
)


def offered(bench: ComposeBench) -> ReviewDialog:
    (dialog,) = bench.panel.findChildren(ReviewDialog)
    return dialog


def test_a_lyrics_clip_fills_an_empty_form_at_once(bench: ComposeBench) -> None:
    bench.press(lambda: bench.panel.controller.use_clip(WRITTEN))
    assert bench.panel.view.lyrics.text() == WRITTEN.lyrics
    assert bench.panel.view.operation is Operation.CREATE
    assert not bench.panel.findChildren(ReviewDialog)


def test_its_title_leaves_the_lyrics_that_were_edited_since(bench: ComposeBench) -> None:
    view = bench.panel.view
    bench.panel.controller._lyrics_tools.offers.announce(Operation.CREATE, WRITTEN)
    view.lyrics.edit.replace_text(f"{WRITTEN.lyrics}\nmy own line")
    bench.press(view.suggestion.action_button.click)
    form = bench.panel.controller.form()
    assert (form.title, form.lyrics) == ("Harbour", f"{WRITTEN.lyrics}\nmy own line")
    assert bench.panel.controller.undo()
    assert bench.panel.controller.form().title == ""


def test_sections_title_and_sound_are_chosen_and_undone_together(bench: ComposeBench) -> None:
    view = bench.panel.view
    view.lyrics.edit.replace_text(LYRICS)
    view.sound.edit.replace_text("my own sound")
    bench.panel.bar.show_takes(3)
    bench.press(lambda: bench.panel.controller.set_operation(Operation.LYRICS, WRITTEN))
    dialog = offered(bench)
    assert dialog.title_box is not None
    assert dialog.sound_box is not None
    # What the user wrote is not replaced unless it is chosen.
    assert (dialog.title_box.isChecked(), dialog.sound_box.isChecked()) == (True, False)
    assert [box.text() for box in dialog.boxes.values()] == [
        "Verse", "Chorus · would go", "Bridge · new",
    ]  # fmt: skip
    verse, chorus, _ = dialog.boxes.values()
    verse.setChecked(False)
    chorus.setChecked(False)
    assert dialog.use_button.text() == "Use what is chosen"
    bench.press(dialog.use_button.click)
    form = bench.panel.controller.form()
    assert form.lyrics.endswith("[Bridge]\nLights go out")
    assert form.lyrics.startswith(LYRICS)
    assert (form.title, form.sound, form.takes) == ("Harbour", "my own sound", 3)
    assert bench.panel.controller.undo()
    form = bench.panel.controller.form()
    assert (form.lyrics, form.title) == (LYRICS, "")


def test_nothing_is_taken_when_it_is_declined_or_the_same(bench: ComposeBench) -> None:
    view = bench.panel.view
    view.lyrics.edit.replace_text(LYRICS)
    bench.press(lambda: bench.panel.controller.use_clip(WRITTEN))
    dialog = offered(bench)
    for box in (*dialog.boxes.values(), dialog.title_box, dialog.sound_box):
        assert box is not None
        box.setChecked(False)
    assert not dialog.use_button.isEnabled()
    bench.press(dialog.decline_button.click)
    assert view.lyrics.text() == LYRICS
    bench.press(lambda: bench.panel.controller.use_clip(replace(WRITTEN, lyrics=LYRICS)))
    assert view.suggestion.message.text() == "The form already has these lyrics."
