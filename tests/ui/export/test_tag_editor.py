"""Tags of exported files in the window: one clip or many, and nothing that was not touched."""

from pathlib import Path

import pytest
from PySide6.QtTest import QTest

from producer_studio.domain.clip import Clip
from producer_studio.domain.library_change import ClipField
from producer_studio.studio.clips import UndoStep
from producer_studio.ui.context import UiContext
from producer_studio.ui.export.tag_editor import TagEditor
from producer_studio.ui.widgets.text_format import count_text
from tests.support.pictures import png_bytes
from tests.ui.export.conftest import ExportBench


def _open(bench: ExportBench, *clips: Clip) -> TagEditor:
    context = UiContext(bench.studio, bench.style, bench.tasks)
    editor = TagEditor(context, [clip.id for clip in clips], bench.window)
    editor.open()
    bench.until(lambda: not bench.tasks.is_running("tags to edit"))
    return editor


def _type(bench: ExportBench, editor: TagEditor, field: ClipField, text: str) -> None:
    edit = editor.fields[field].edit
    edit.selectAll()
    bench.press(lambda: QTest.keyClicks(edit, text))


def _saved(bench: ExportBench, editor: TagEditor, *clips: Clip) -> list[Clip]:
    bench.press(editor.save_button.click)
    bench.until(lambda: not bench.tasks.is_running("save tags"))
    return bench.run(bench.studio.clips.get_many([clip.id for clip in clips]))


def test_one_clip_gets_its_own_tags_and_they_are_taken_back(bench: ExportBench) -> None:
    bench.press(lambda: bench.studio.preferences.change(export_artist="Settings"))
    clip = bench.add("Song", lyrics="la")
    editor = _open(bench, clip)
    assert editor.fields[ClipField.TITLE].text() == "Song"
    artist = editor.fields[ClipField.ARTIST].edit
    assert artist.placeholderText() == "Settings (from the settings)"
    assert not editor.save_button.isEnabled()
    assert editor.number_chip.isHidden()
    _type(bench, editor, ClipField.ARTIST, "Jo Sea")
    _type(bench, editor, ClipField.EXPORT_LYRICS, "As sung")
    steps: list[UndoStep] = []
    editor.undo_available.connect(lambda _message, step: steps.append(step))
    (saved,) = _saved(bench, editor, clip)
    assert (saved.artist, saved.export_lyrics, saved.title) == ("Jo Sea", "As sung", "Song")
    bench.run(bench.studio.clips.undo(steps[0]))
    (found,) = bench.run(bench.studio.clips.get_many([clip.id]))
    assert (found.artist, found.export_lyrics) == ("", "")


def test_lyrics_of_one_endless_word_are_shown_and_stay(bench: ExportBench) -> None:
    endless = "la" * 150_000
    clip = bench.add("Song", export_lyrics=endless)
    editor = _open(bench, clip)
    assert editor.fields[ClipField.EXPORT_LYRICS].text() == endless
    _type(bench, editor, ClipField.ARTIST, "Jo Sea")
    assert not editor.problem
    edit = editor.fields[ClipField.EXPORT_LYRICS].edit
    bench.press(lambda: QTest.keyClick(edit, "x"))
    assert f"at most {count_text(100_000)} characters" in editor.problem
    assert not editor.save_button.isEnabled()
    # Every one of them is still there to be shortened.
    assert len(editor.fields[ClipField.EXPORT_LYRICS].text()) == len(endless) + 1


def test_values_that_differ_are_shown_as_such_and_stay(bench: ExportBench) -> None:
    clips = [bench.add(f"Song {number}", artist=f"Artist {number}") for number in range(3)]
    bench.run(bench.studio.clips.edit_fields([clips[0].id], {ClipField.COMMENT: "Mine"}))
    editor = _open(bench, *clips)
    assert editor.save_button.text() == "Save for 3 clips"
    title = editor.fields[ClipField.TITLE]
    assert (title.text(), title.edit.placeholderText()) == ("", "Several values")
    assert title.edit.accessibleDescription() == "Several values"
    assert editor.fields[ClipField.ALBUM].edit.placeholderText() == ""
    _type(bench, editor, ClipField.ALBUM, "Tides")
    bench.press(editor.fields[ClipField.COMMENT].clear_button.click)
    bench.press(editor.number_chip.toggle)
    assert not editor.fields[ClipField.TRACK].edit.isEnabled()
    saved = _saved(bench, editor, *clips)
    assert [(one.title, one.artist) for one in saved] == [
        (f"Song {number}", f"Artist {number}") for number in range(3)
    ]
    assert {(one.album, one.comment) for one in saved} == {("Tides", "")}
    assert [one.track_number for one in saved] == [1, 2, 3]


def test_a_cover_is_chosen_and_given_up(bench: ExportBench, tmp_path: Path) -> None:
    clip = bench.add("Song")
    picture = tmp_path / "front.png"
    picture.write_bytes(png_bytes(8, 8))
    editor = _open(bench, clip)
    assert editor.cover.text() == "The clip’s own"
    bench.press(lambda: editor.choose_cover(picture))
    assert editor.cover.text() == "front.png"
    (saved,) = _saved(bench, editor, clip)
    assert saved.exported_cover is not None
    assert saved.exported_cover.read_bytes() == picture.read_bytes()
    editor = _open(bench, saved)
    assert editor.cover.text() == saved.export_cover
    bench.press(editor.own_cover_button.click)
    (saved,) = _saved(bench, editor, clip)
    assert saved.export_cover == ""
    editor = _open(bench, saved)
    bench.press(lambda: editor.choose_cover(saved.path or tmp_path))
    bench.press(editor.save_button.click)
    bench.until(lambda: not bench.tasks.is_running("save tags"))
    assert "is not a picture" in editor.status.text()
    assert editor.save_button.isEnabled()
    bench.press(editor.reject)


@pytest.mark.parametrize(
    ("field", "text", "problem"),
    [
        (ClipField.TRACK, "1000", "Track number is a number from 1 to 999."),
        (ClipField.YEAR, "soon", "Year is a number from 1 to 9999."),
    ],
)
def test_a_wrong_number_is_explained(
    bench: ExportBench, field: ClipField, text: str, problem: str
) -> None:
    editor = _open(bench, bench.add("Song"))
    _type(bench, editor, field, text)
    assert editor.status.text() == problem
    assert not editor.save_button.isEnabled()
    bench.press(editor.fields[field].clear_button.click)
    assert editor.status.text() == ""
    bench.press(editor.reject)
