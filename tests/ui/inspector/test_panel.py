"""The inspector: what it says of a clip, and what can be changed there."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QObject, QRect, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QTextOption
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QMenu, QWidget

from producer_studio.domain.account import Service
from producer_studio.domain.clip import AudioMeasurements, Clip, MediaLinks, MediaState
from producer_studio.domain.ids import AccountName, new_clip_id, new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.studio.events import Notice
from producer_studio.ui.clips.row import badge_text
from producer_studio.ui.inspector.made_with import collect_facts
from producer_studio.ui.inspector.versions import build_version_tree
from producer_studio.ui.widgets.badge import BadgeButton
from tests.support.held_keys import hold_key
from tests.ui.inspector.conftest import InspectorBench
from tests.ui.library.conftest import NOON, a_clip

RECIPE = Recipe(
    sound="calm piano",
    model="FUZZ-2.0",
    seed="12345",
    lyrics_strength=0.5,
    sound_strength=0.8,
    weirdness=0.3,
)


def rich(**fields: object) -> Clip:
    return a_clip(
        **{
            "title": "Late Night Study",
            "sound": "chill lofi hip hop with soft piano",
            "lyrics": "[Verse]\nWalking through the <city> lights",
            "service": "musicapi",
            "seed": "12345",
            "recipe": RECIPE,
            "tags": ("lofi", "study"),
            "measured": AudioMeasurements(
                duration_s=164,
                bpm=84.2,
                key="F minor",
                loudness_lufs=-14.2,
                true_peak_dbtp=-0.96,
            ),
        }
        | fields,
    )


def test_nothing_selected_is_calm(inspector_bench: InspectorBench) -> None:
    assert inspector_bench.panel.accessibleName() == "Inspector"
    assert inspector_bench.panel._stack.currentWidget() is inspector_bench.panel._empty


@pytest.mark.parametrize("year", [1, 1970])
def test_a_time_that_stands_for_none_is_not_shown(year: int) -> None:
    clip = rich(created_at=datetime(year, 1, 1, 12, tzinfo=UTC))
    assert "Made" not in dict(collect_facts(clip, None))


def test_made_with() -> None:
    job = Job(id=new_job_id(), state=JobState.DONE, credits_expected=10, credits_charged=10)
    told = collect_facts(rich(), job)
    assert ("Model", "FUZZ-2.0") in told
    assert ("Seed", "12345") in told
    assert ("Strengths", "lyrics 0.50 · sound 0.80") in told
    assert ("", "weirdness 0.30") in told
    assert ("Service", "MusicAPI · 10 credits") in told
    assert ("Loudness", "−14.2 LUFS") in told
    assert ("True peak", "−1.0 dBTP") in told
    expected = job.with_changes(credits_charged=None)
    assert ("Service", "MusicAPI · 10 credits expected") in collect_facts(rich(), expected)


def test_sheet_shows_the_clip(inspector_bench: InspectorBench) -> None:
    (clip,) = inspector_bench.add([rich(favourite=True, stars=4, notes="good")])
    inspector_bench.show(clip)
    sheet = inspector_bench.sheet
    assert sheet.heading.title.text() == "Late Night Study"
    assert sheet.heading.favourite_button.isChecked()
    assert sheet.rating_and_notes.stars.stars() == 4
    assert sheet.rating_and_notes.notes.toPlainText() == "good"
    assert "&lt;city&gt;" in sheet.lyrics.lyrics_label.text()
    words = {label.text() for label in sheet.made_with.findChildren(QLabel)}
    assert {"FUZZ-2.0", "12345", "weirdness 0.30"} <= words


def test_title_is_saved_while_it_is_typed(inspector_bench: InspectorBench) -> None:
    (clip,) = inspector_bench.add([rich()])
    inspector_bench.show(clip)
    title = inspector_bench.sheet.heading.title
    title.setFocus()
    title.selectAll()
    QTest.keyClicks(title, "Night Study")
    inspector_bench.stored(clip.id, lambda stored: stored.title == "Night Study")
    assert title.text() == "Night Study"


def test_title_cannot_be_emptied(inspector_bench: InspectorBench) -> None:
    (clip,) = inspector_bench.add([rich()])
    inspector_bench.show(clip)
    title = inspector_bench.sheet.heading.title
    title.setFocus()
    title.selectAll()
    QTest.keyClick(title, Qt.Key.Key_Delete)
    QTest.keyClick(title, Qt.Key.Key_Return)
    inspector_bench.settle()
    assert title.text() == "Late Night Study"
    assert inspector_bench.get(clip.id).title == "Late Night Study"


@pytest.mark.parametrize("text", ["x" * 3000, "la la " * 500])
def test_notes_with_a_word_without_an_end_are_broken_anywhere(
    inspector_bench: InspectorBench, text: str
) -> None:
    """Qt takes 14 seconds to find the lines of one of 200,000 characters otherwise."""
    usual, shown = inspector_bench.add([rich(notes="good"), rich(notes=text)])
    field = inspector_bench.sheet.rating_and_notes.notes
    anywhere = QTextOption.WrapMode.WrapAnywhere
    inspector_bench.show(shown)
    assert (field.wordWrapMode() == anywhere) == ("x" in text)
    inspector_bench.show(usual)
    assert field.wordWrapMode() != anywhere
    pasted = QMimeData()
    pasted.setText(text)
    field.insertFromMimeData(pasted)
    assert (field.wordWrapMode() == anywhere) == ("x" in text)


def test_notes_survive_another_selection(inspector_bench: InspectorBench) -> None:
    first, second = inspector_bench.add([rich(), a_clip("Other")])
    inspector_bench.show(first)
    inspector_bench.sheet.rating_and_notes.notes.setFocus()
    QTest.keyClicks(inspector_bench.sheet.rating_and_notes.notes, "remember this")
    inspector_bench.show(second)
    inspector_bench.stored(first.id, lambda stored: stored.notes == "remember this")
    assert inspector_bench.get(second.id).notes == ""


def test_typing_is_not_disturbed_by_news(inspector_bench: InspectorBench) -> None:
    (clip,) = inspector_bench.add([rich()])
    inspector_bench.show(clip)
    title = inspector_bench.sheet.heading.title
    title.setFocus()
    title.selectAll()
    QTest.keyClicks(title, "Half a ti")
    inspector_bench.run(inspector_bench.studio.clips.edit([clip.id], stars=5))
    inspector_bench.until(lambda: inspector_bench.sheet.rating_and_notes.stars.stars() == 5)
    assert title.text() == "Half a ti"
    QTest.keyClicks(title, "tle")
    inspector_bench.stored(clip.id, lambda stored: stored.title == "Half a title")


@contextmanager
def another_window(inspector_bench: InspectorBench) -> Iterator[None]:
    """Gives the keyboard to another window for a while."""
    other = QWidget()
    inspector_bench.qtbot.addWidget(other)
    field = QLineEdit(other)
    other.show()
    other.activateWindow()
    field.setFocus()
    inspector_bench.until(field.hasFocus)
    yield
    inspector_bench.panel.activateWindow()
    inspector_bench.until(inspector_bench.panel.isActiveWindow)
    other.close()


def test_typing_goes_on_after_another_window(inspector_bench: InspectorBench) -> None:
    (clip,) = inspector_bench.add([rich()])
    inspector_bench.show(clip)
    title, notes = inspector_bench.sheet.heading.title, inspector_bench.sheet.rating_and_notes.notes
    title.setFocus()
    title.selectAll()
    QTest.keyClicks(title, "Two words ")
    inspector_bench.stored(clip.id, lambda stored: stored.title == "Two words")
    with another_window(inspector_bench):
        assert not title.hasFocus()
        inspector_bench.run(inspector_bench.studio.clips.edit([clip.id], heard=True))
        inspector_bench.settle()
    assert title.text() == "Two words "
    notes.setFocus()
    QTest.keyClicks(notes, "mine")
    with another_window(inspector_bench):
        inspector_bench.stored(clip.id, lambda stored: stored.notes == "mine")
        inspector_bench.run(inspector_bench.studio.clips.edit([clip.id], notes="from elsewhere"))
        inspector_bench.settle()
    assert notes.toPlainText() == "mine"


def test_half_a_tag_is_not_added_by_another_window(inspector_bench: InspectorBench) -> None:
    (clip,) = inspector_bench.add([rich()])
    inspector_bench.show(clip)
    tags = inspector_bench.sheet.heading.tags
    tags.add_button.click()
    QTest.keyClicks(tags.field, "ni")
    with another_window(inspector_bench):
        inspector_bench.run(inspector_bench.studio.clips.edit([clip.id], heard=True))
        inspector_bench.settle()
    assert (tags.field.isVisible(), tags.field.text()) == (True, "ni")
    QTest.keyClicks(tags.field, "ght")
    QTest.keyClick(tags.field, Qt.Key.Key_Return)
    inspector_bench.stored(clip.id, lambda stored: stored.tags == ("lofi", "study", "night"))


def test_a_tag_belongs_to_the_clip_that_was_shown(inspector_bench: InspectorBench) -> None:
    first, second = inspector_bench.add([rich(), a_clip("Other")])
    inspector_bench.show(first)
    inspector_bench.sheet.heading.tags.add_button.click()
    QTest.keyClicks(inspector_bench.sheet.heading.tags.field, "mine")
    inspector_bench.show(second)
    inspector_bench.stored(first.id, lambda stored: "mine" in stored.tags)
    assert inspector_bench.get(second.id).tags == ()


def test_delete_held_down_removes_one_tag_and_stays_among_the_tags(
    inspector_bench: InspectorBench,
) -> None:
    (clip,) = inspector_bench.add([rich()])
    inspector_bench.show(clip)
    tags = inspector_bench.sheet.heading.tags
    tags._chips[0].setFocus()
    hold_key(Qt.Key.Key_Delete, inspector_bench.settle)
    inspector_bench.stored(clip.id, lambda stored: stored.tags == ("study",))
    assert tags._chips[0].hasFocus()
    hold_key(Qt.Key.Key_Backspace, inspector_bench.settle)
    inspector_bench.stored(clip.id, lambda stored: stored.tags == ())
    assert tags.add_button.hasFocus()


def test_typed_title_is_one_step_to_undo(inspector_bench: InspectorBench) -> None:
    (clip,) = inspector_bench.add([rich()])
    inspector_bench.show(clip)
    title = inspector_bench.sheet.heading.title
    title.setFocus()
    title.selectAll()
    for part, whole in (("Half", "Half"), (" way", "Half way")):
        QTest.keyClicks(title, part)
        inspector_bench.stored(clip.id, lambda stored, whole=whole: stored.title == whole)
    inspector_bench.settle()
    applied = inspector_bench.run(inspector_bench.studio.clips.undo())
    assert applied is not None
    assert applied.message == "Title “Late Night Study” restored."
    assert inspector_bench.get(clip.id).title == "Late Night Study"


def test_typing_is_kept_when_the_panel_goes(inspector_bench: InspectorBench) -> None:
    (clip,) = inspector_bench.add([rich()])
    inspector_bench.show(clip)
    inspector_bench.sheet.rating_and_notes.notes.setFocus()
    QTest.keyClicks(inspector_bench.sheet.rating_and_notes.notes, "last words")
    inspector_bench.panel.hide()
    inspector_bench.stored(clip.id, lambda stored: stored.notes == "last words")


def test_heart_stars_and_tags_are_saved(inspector_bench: InspectorBench) -> None:
    (clip,) = inspector_bench.add([rich()])
    inspector_bench.show(clip)
    inspector_bench.sheet.heading.favourite_button.click()
    inspector_bench.stored(clip.id, lambda stored: stored.favourite)
    inspector_bench.sheet.rating_and_notes.stars.setFocus()
    QTest.keyClick(inspector_bench.sheet.rating_and_notes.stars, Qt.Key.Key_3)
    inspector_bench.stored(clip.id, lambda stored: stored.stars == 3)
    tags = inspector_bench.sheet.heading.tags
    tags.add_button.click()
    QTest.keyClicks(tags.field, "night, lofi")
    QTest.keyClick(tags.field, Qt.Key.Key_Return)
    inspector_bench.stored(clip.id, lambda stored: stored.tags == ("lofi", "study", "night"))
    inspector_bench.settle()
    tags.remove_tag("study")
    inspector_bench.stored(clip.id, lambda stored: stored.tags == ("lofi", "night"))


def test_an_unsure_tempo_is_marked_and_halved_from_its_chip(
    inspector_bench: InspectorBench,
) -> None:
    unsure = AudioMeasurements(duration_s=164, bpm=124.2, key="F minor", bpm_confidence=0.01)
    (clip,) = inspector_bench.add([rich(measured=unsure)])
    inspector_bench.show(clip)
    tempo = inspector_bench.sheet.heading.tags.tempo
    assert tempo.chip.text() == "≈124 BPM"
    QTest.mouseClick(tempo.chip, Qt.MouseButton.LeftButton)
    menu = tempo.findChild(QMenu)
    assert menu is not None
    assert [line.text() for line in menu.actions()] == [
        "Halve: 62 BPM",
        "Double: 248 BPM",
        "Set tempo…",
    ]
    menu.actions()[0].trigger()
    menu.close()
    inspector_bench.until(lambda: tempo.chip.text() == "62 BPM")
    assert inspector_bench.get(clip.id).bpm == 62.0
    inspector_bench.run(inspector_bench.studio.clips.undo())
    inspector_bench.until(lambda: tempo.chip.text() == "≈124 BPM")


def test_tempo_and_key_are_typed_and_a_mistake_is_said_in_place(
    inspector_bench: InspectorBench,
) -> None:
    (clip,) = inspector_bench.add([rich()])
    inspector_bench.show(clip)
    heading = inspector_bench.sheet.heading
    tempo, key = heading.tags.tempo, heading.tags.key
    tempo.open_field()
    QTest.keyClicks(tempo.field, "fast")
    QTest.keyClick(tempo.field, Qt.Key.Key_Return)
    assert heading.problem_label.isVisible()
    assert "such as 98.5" in heading.problem_label.text()
    tempo.field.selectAll()
    QTest.keyClicks(tempo.field, "98,5")
    assert not heading.problem_label.isVisible()
    QTest.keyClick(tempo.field, Qt.Key.Key_Return)
    inspector_bench.until(lambda: tempo.chip.text() == "98.5 BPM")
    assert tempo.chip.hasFocus()
    key.open_field()
    QTest.keyClicks(key.field, "bbm")
    QTest.keyClick(key.field, Qt.Key.Key_Return)
    inspector_bench.until(lambda: key.chip.text() == "Bb minor")
    key.open_field()
    QTest.keyClicks(key.field, "C")
    QTest.keyClick(key.field, Qt.Key.Key_Escape)
    assert key.chip.text() == "Bb minor"
    # Nothing typed stands for the measured value.
    tempo.open_field()
    QTest.keyClick(tempo.field, Qt.Key.Key_Delete)
    QTest.keyClick(tempo.field, Qt.Key.Key_Return)
    inspector_bench.until(lambda: tempo.chip.text() == "≈84 BPM")
    assert inspector_bench.get(clip.id).key_override == "Bb minor"


def test_fields_of_tempo_key_and_tags_move_nothing(inspector_bench: InspectorBench) -> None:
    (clip,) = inspector_bench.add([a_clip("Measured", media=MediaState.READY)])
    inspector_bench.show(clip)
    row = inspector_bench.sheet.heading.tags
    for scale in (1.0, 1.5):
        inspector_bench.style.set_text_scale(scale)
        inspector_bench.settle()
        height = row.height()
        for part in (row.tempo, row.key):
            part.open_field()
            inspector_bench.settle()
            assert row.height() == height
        row.add_button.click()
        inspector_bench.settle()
        assert row.height() == height
        row.commit()


def test_a_tempo_belongs_to_the_clip_that_was_shown(inspector_bench: InspectorBench) -> None:
    first, second = inspector_bench.add([rich(), rich(title="Other")])
    inspector_bench.show(first)
    tempo = inspector_bench.sheet.heading.tags.tempo
    tempo.open_field()
    QTest.keyClicks(tempo.field, "100")
    inspector_bench.show(second)
    inspector_bench.stored(first.id, lambda stored: stored.bpm == 100.0)
    assert inspector_bench.get(second.id).bpm_override is None


def test_words_without_sound_have_no_tempo_to_set(inspector_bench: InspectorBench) -> None:
    words, silent = inspector_bench.add(
        [
            rich(measured=AudioMeasurements(), media=MediaState.NONE),
            rich(title="Other", measured=AudioMeasurements(duration_s=9.0), media=MediaState.READY),
        ]
    )
    inspector_bench.show(words)
    tags = inspector_bench.sheet.heading.tags
    assert tags.tempo.isHidden()
    inspector_bench.show(silent)
    assert (tags.tempo.chip.text(), tags.key.chip.text()) == ("Set tempo", "Set key")
    tags.key.chip.click()
    assert tags.key.field.isVisible()


def test_change_from_elsewhere_is_shown(inspector_bench: InspectorBench) -> None:
    (clip,) = inspector_bench.add([rich()])
    inspector_bench.show(clip)
    inspector_bench.run(inspector_bench.studio.clips.edit([clip.id], title="Renamed in the list"))
    inspector_bench.until(
        lambda: inspector_bench.sheet.heading.title.text() == "Renamed in the list"
    )


def test_tiles_say_why_they_rest(inspector_bench: InspectorBench) -> None:
    (clip,) = inspector_bench.add([rich()])
    inspector_bench.show(clip)
    tiles = inspector_bench.sheet.tiles.tiles
    assert tiles["Extend"].toolTip() == "Connect a service or open the demo first."
    assert tiles["Export"].toolTip() == "There is no sound to export yet."
    inspector_bench.run(inspector_bench.studio.accounts.add(AccountName("mine"), Service.MUSICAPI))
    inspector_bench.until(tiles["Extend"].isEnabled)
    assert all(tiles[name].isEnabled() for name in ("Cover", "Replace", "Variation", "Swap"))
    assert not any(tiles[name].isEnabled() for name in ("Video", "Compare"))
    assert tiles["Video"].toolTip().endswith("You have no account that offers it.")


def test_whole_clip_can_be_played_exported_and_used(inspector_bench: InspectorBench) -> None:
    (clip,) = inspector_bench.add([rich()])
    whole = inspector_bench.give_sound(clip)
    inspector_bench.show(whole)
    inspector_bench.until(lambda: inspector_bench.sheet.tiles.tiles["Export"].isEnabled())
    exported: list[list[str]] = []
    played: list[str] = []
    recipes: list[Recipe] = []
    inspector_bench.panel.export_requested.connect(exported.append)
    inspector_bench.panel.play_requested.connect(played.append)
    inspector_bench.panel.use_recipe_requested.connect(recipes.append)
    inspector_bench.sheet.tiles.tiles["Export"].click()
    inspector_bench.sheet.cover.click()
    inspector_bench.sheet.made_with.use_button.click()
    assert (exported, played, recipes) == ([[clip.id]], [clip.id], [RECIPE])
    assert isinstance(whole.path, Path)
    names = [label.text() for label in inspector_bench.sheet.files.findChildren(QLabel)]
    assert whole.path.name in names


def test_file_that_was_moved_away_is_noticed(inspector_bench: InspectorBench) -> None:
    (clip,) = inspector_bench.add([rich()])
    whole = inspector_bench.give_sound(clip)
    assert whole.path is not None
    whole.path.rename(whole.path.with_name("elsewhere.wav"))
    inspector_bench.show(whole)
    inspector_bench.until(lambda: inspector_bench.sheet.banner.isVisible())
    assert "is missing" in inspector_bench.sheet.banner.message_label.text()
    assert not inspector_bench.sheet.cover.isEnabled()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (MediaState.PENDING, "being downloaded"),
        (MediaState.REJECTED, "could not be downloaded"),
        (MediaState.MISSING, "is missing"),
    ],
)
def test_missing_sound_offers_to_fetch_again(
    inspector_bench: InspectorBench, state: MediaState, words: str
) -> None:
    (clip,) = inspector_bench.add(
        [rich(media=state, links=MediaLinks(audio="https://x.invalid/a"))]
    )
    inspector_bench.show(clip)
    banner = inspector_bench.sheet.banner
    assert banner.isVisible()
    assert words in banner.message_label.text()
    assert banner.action_button.text() == "Download again"
    with inspector_bench.qtbot.waitSignal(banner.fetch_requested):
        banner.fetch_requested.disconnect(inspector_bench.panel._on_fetch)
        banner.action_button.click()


def test_sound_that_is_kept_with_a_problem_says_so(inspector_bench: InspectorBench) -> None:
    note = "The audio ends early: 2.0 of 3.0 seconds are present."
    links = MediaLinks(audio="https://x.invalid/a")
    (clip,) = inspector_bench.add([rich(media=MediaState.READY, media_note=note, links=links)])
    inspector_bench.show(clip)
    banner = inspector_bench.sheet.banner
    assert banner.isVisible()
    assert banner.message_label.text() == note
    # The service may have finished it since.
    assert banner.action_button.text() == "Download again"
    assert banner.action_button.isVisible()


def test_trashed_clip_can_be_restored(inspector_bench: InspectorBench) -> None:
    (clip,) = inspector_bench.add([rich()])
    inspector_bench.show(clip)
    inspector_bench.run(inspector_bench.studio.clips.trash([clip.id]))
    inspector_bench.until(lambda: inspector_bench.sheet.banner.isVisible())
    inspector_bench.sheet.banner.action_button.click()
    inspector_bench.stored(clip.id, lambda stored: stored.trashed_at is None)
    inspector_bench.until(lambda: not inspector_bench.sheet.banner.isVisible())


def family() -> list[Clip]:
    root = rich()
    longer = rich(
        parent=root.id,
        operation=Operation.EXTEND,
        recipe=RECIPE.with_changes(operation=Operation.EXTEND, starts_at_s=90),
        created_at=NOON + timedelta(minutes=1),
    )
    cover = a_clip("Acoustic", parent=longer.id, operation=Operation.COVER, age=-2)
    again = rich(
        parent=longer.id,
        operation=Operation.VARIATION,
        seed="777",
        created_at=NOON + timedelta(minutes=3),
    )
    return [root, longer, cover, again]


def test_versions_are_a_tree() -> None:
    root, longer, cover, again = family()
    lines = build_version_tree([again, cover, longer, root])
    assert [(line.depth, line.title, line.length) for line in lines] == [
        (0, "Late Night Study", "2:44"),
        (1, "Extended at 1:30", "2:44"),
        (2, "Cover · Acoustic", "2:05"),
        (2, "Variation · seed 777", "2:44"),
    ]


def test_a_circle_in_the_family_does_not_hang() -> None:
    one, two = a_clip("One"), a_clip("Two")
    lines = build_version_tree([one.with_changes(parent=two.id), two.with_changes(parent=one.id)])
    assert lines == []


def test_version_that_is_pressed_is_asked_for(inspector_bench: InspectorBench) -> None:
    clips = inspector_bench.add(family())
    inspector_bench.show(clips[1])
    rows = inspector_bench.sheet.versions.rows()
    assert len(rows) == 4
    assert rows[1].accessibleName() == "Extended at 1:30, 2:44, this clip"
    with inspector_bench.qtbot.waitSignal(inspector_bench.panel.clip_chosen) as chosen:
        rows[0].click()
    assert chosen.args == [clips[0].id]


def test_new_version_joins_the_tree(inspector_bench: InspectorBench) -> None:
    (root,) = inspector_bench.add([rich()])
    inspector_bench.show(root)
    assert inspector_bench.sheet.versions.isHidden()
    inspector_bench.add([rich(parent=root.id, operation=Operation.VARIATION, seed="5")])
    inspector_bench.until(lambda: len(inspector_bench.sheet.versions.rows()) == 2)


def test_several_clips_have_their_own_page(inspector_bench: InspectorBench) -> None:
    clips = inspector_bench.add([rich(), a_clip("Other"), a_clip("Third")])
    inspector_bench.panel.show_clips([clip.id for clip in clips])
    batch = inspector_bench.panel.multi_selection
    inspector_bench.until(lambda: inspector_bench.panel._stack.currentWidget() is batch)
    assert batch.title_label.text() == "3 clips selected"
    batch.show_clips([new_clip_id() for _ in range(1234)], clips)
    assert batch.title_label.text() == "1\u202f234 clips selected"
    batch.show_clips([clip.id for clip in clips], clips)
    assert batch.summary_label.text() == "6:54 of music"
    batch.favourite_button.click()
    batch.stars.setFocus()
    QTest.keyClick(batch.stars, Qt.Key.Key_5)
    QTest.keyClicks(batch.tag_edit, "set")
    QTest.keyClick(batch.tag_edit, Qt.Key.Key_Return)
    for clip in clips:
        inspector_bench.stored(
            clip.id, lambda now: now.favourite and now.stars == 5 and "set" in now.tags
        )
    assert inspector_bench.get(clips[0].id).tags == ("lofi", "study", "set")
    offers: list[str] = []
    inspector_bench.panel.clip_actions.undo_available.connect(
        lambda text, _undo: offers.append(text)
    )
    batch.trash_button.click()
    inspector_bench.until(lambda: offers == ["3 clips moved to the trash."])


def test_several_clips_say_what_dragging_them_out_gives(inspector_bench: InspectorBench) -> None:
    clips = inspector_bench.add([a_clip(f"Song {number}") for number in range(21)])
    panel = inspector_bench.panel
    text = panel.multi_selection.drag_label
    panel.show_clips([clip.id for clip in clips])
    assert text.isHidden()
    preferences = inspector_bench.studio.preferences
    inspector_bench.press(lambda: preferences.change(drag_profile="share"))
    panel.show_clips([clip.id for clip in clips])
    assert text.text() == "Dragging out gives the originals: more than 20 are selected."
    panel.show_clips([clip.id for clip in clips[:20]])
    assert text.text() == "Dragging out gives Share: MP3 320 kbit/s."
    panel.show_clips([])


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_nothing_is_cut_off(inspector_bench: InspectorBench, scale: float) -> None:
    inspector_bench.style.set_text_scale(scale)
    clips = inspector_bench.add(family())
    (long,) = inspector_bench.add(
        [rich(title="A title that goes on and on until nobody reads it", sound="word " * 60)]
    )
    for clip in (clips[1], long):
        inspector_bench.show(clip)
        inspector_bench.settle()
        inside = QRect(0, 0, inspector_bench.panel.width(), 100_000)
        assert inspector_bench.sheet.width() <= inspector_bench.panel.width()
        for widget in inspector_bench.sheet.findChildren(QWidget):
            if widget.isVisible() and isinstance(widget, QAbstractButton | QLabel):
                corner = widget.mapTo(inspector_bench.sheet, widget.rect().topLeft())
                assert inside.contains(QRect(corner, widget.size())), widget.accessibleName()
            if widget.isVisible() and isinstance(widget, BadgeButton):
                assert widget.shown_text() == widget.text()
    inspector_bench.style.set_text_scale(1.0)


def test_names_keep_their_distance_from_values_when_the_text_grows(
    inspector_bench: InspectorBench,
) -> None:
    (clip,) = inspector_bench.add([rich(recipe=replace(RECIPE, instrumental=True))])
    inspector_bench.show(clip)
    inspector_bench.style.set_text_scale(1.5)
    inspector_bench.settle()
    labels = inspector_bench.sheet.made_with._labels
    (name,) = [one for one in labels if one.text() == "Instrumental"]
    value = labels[labels.index(name) + 1]
    assert value.x() - name.x() > name.sizeHint().width() + 4
    inspector_bench.style.set_text_scale(1.0)


def test_stems_stand_below_their_song_and_are_split_from_it(
    inspector_bench: InspectorBench,
) -> None:
    song = rich()
    voice = rich().with_changes(
        id=new_clip_id(), parent=song.id, operation=Operation.STEMS, stem="vocals", title="Song"
    )
    inspector_bench.add([song, voice])
    inspector_bench.show(song)
    inspector_bench.until(lambda: len(inspector_bench.sheet.versions.rows()) == 2)
    assert inspector_bench.sheet.versions.rows()[1].accessibleName().startswith("vocals")
    assert badge_text(voice) == "vocals"
    assert badge_text(voice.with_changes(title="Song · vocals")) == "Stem"
    inspector_bench.run(
        inspector_bench.studio.accounts.add(
            AccountName("ace"), Service.ACEDATA, "k", base_url="http://127.0.0.1:9"
        )
    )
    tile = inspector_bench.sheet.tiles.tiles["Swap"]
    inspector_bench.until(tile.isEnabled)
    assert tile.accessibleDescription() == "Swap vocals or sound, or split into stems"
    asked: list[object] = []
    inspector_bench.panel.operation_requested.connect(lambda *what: asked.append(what))
    tile.click()
    menu = inspector_bench.sheet.tiles.findChild(QMenu)
    assert menu is not None
    stems = next(action for action in menu.actions() if action.text() == "Stems")
    stems.trigger()
    menu.close()
    assert asked == [(Operation.STEMS, song.id)]


@pytest.mark.parametrize("head", [b"\0\0\0\x20ftypisom", b"[Desktop Entry]\nExec=x"])
def test_a_video_can_be_opened_in_another_program(
    inspector_bench: InspectorBench, head: bytes
) -> None:
    video = inspector_bench.studio.clips.folder / "clip.mp4"
    video.write_bytes(head)
    (clip,) = inspector_bench.add([rich(video=video)])
    inspector_bench.show(clip)
    opened: list[QUrl] = []
    notices: list[Notice] = []
    inspector_bench.studio.events.subscribe(Notice, notices.append)
    QDesktopServices.setUrlHandler("file", Watcher(inspector_bench.panel, opened), "watch")
    try:
        (watch,) = [
            one
            for one in inspector_bench.sheet.files.findChildren(QAbstractButton)
            if one.accessibleName() == "Open the video in another program"
        ]
        watch.click()
        inspector_bench.until(lambda: bool(opened or notices))
    finally:
        QDesktopServices.unsetUrlHandler("file")
    if head.endswith(b"isom"):
        assert [url.toLocalFile() for url in opened] == [str(video)]
        assert notices == []
    else:
        assert opened == []
        assert ["It was not opened" in notice.text for notice in notices] == [True]


def test_a_video_can_be_watched(inspector_bench: InspectorBench) -> None:
    video = inspector_bench.studio.clips.folder / "clip.mp4"
    video.write_bytes(b"\0\0\0\x20ftypisom")
    (clip,) = inspector_bench.add([rich(video=video)])
    inspector_bench.show(clip)
    asked: list[str] = []
    inspector_bench.panel.clip_actions.video_requested.connect(asked.append)
    (watch,) = [
        one
        for one in inspector_bench.sheet.files.findChildren(QAbstractButton)
        if one.accessibleName() == "Watch the video"
    ]
    watch.click()
    assert asked == [clip.id]


class Watcher(QObject):
    """Stands where the system's player would."""

    def __init__(self, parent: QObject, opened: list[QUrl]) -> None:
        super().__init__(parent)
        self._opened = opened

    @Slot(QUrl)
    def watch(self, url: QUrl) -> None:
        self._opened.append(url)


def test_many_tags_open_step_by_step(inspector_bench: InspectorBench) -> None:
    (clip,) = inspector_bench.add([rich(tags=tuple(f"tag {at}" for at in range(100)))])
    inspector_bench.show(clip)
    tags = inspector_bench.sheet.heading.tags

    def shown() -> list[str]:
        chips = [chip for chip in tags.findChildren(BadgeButton) if not chip.isHidden()]
        names = [chip.accessibleName() for chip in chips]
        return [name for name in names if name.startswith("Tag tag ")]

    assert len(shown()) == 40
    assert tags.more_button.text() == "60 more"
    tags.more_button.click()
    assert len(shown()) == 80
    tags.remove_tag("tag 99")
    assert tags.more_button.text() == "19 more"
    tags.more_button.click()
    assert not tags.more_button.isVisible()


def test_lyrics_of_any_length_open_whole(inspector_bench: InspectorBench) -> None:
    text = "\n".join(["[Chorus]", *(f"line {at}" for at in range(2000))])
    (clip,) = inspector_bench.add([rich(lyrics=text)])
    inspector_bench.show(clip)
    lyrics = inspector_bench.sheet.lyrics
    assert "line 10" in lyrics.lyrics_label.text()
    assert "line 11" not in lyrics.lyrics_label.text()
    lyrics.expand_button.click()
    assert not lyrics.lyrics_label.isVisible()
    assert lyrics.long_text_view.toPlainText() == text
    lyrics.expand_button.click()
    assert not lyrics.long_text_view.isVisible()
    assert "line 10" in lyrics.lyrics_label.text()
