"""The release check of a clip in the inspector, and of several in a dialog."""

import pytest

from producer_studio.domain.clip import MEASURE_VERSION, AudioMeasurements, Clip, MediaState
from producer_studio.domain.ids import ClipId, new_clip_id
from producer_studio.domain.local_edit import Level
from producer_studio.domain.operation import Operation
from producer_studio.domain.release_report import ReleaseCheck
from producer_studio.library.media_store import MediaKind
from producer_studio.ui.clips.release_check_dialog import ReleaseCheckDialog
from producer_studio.ui.clips.release_findings import FindingRow
from producer_studio.ui.window.window import MainWindow
from tests.support.signals import tone, write_wave
from tests.ui.window.conftest import WindowBench

LOUD = AudioMeasurements(
    duration_s=1.0, loudness_lufs=-9.0, true_peak_dbtp=0.4, head_s=0.0, tail_s=0.0,
    clipped_samples=0, clipped_runs=0, end_dbfs=-60.0, side_to_mid_db=-6.0, version=MEASURE_VERSION,
)  # fmt: skip


def add(bench: WindowBench, title: str, measured: AudioMeasurements = LOUD) -> ClipId:
    library = bench.studio._library
    clip = Clip(id=new_clip_id(), title=title)
    bench.run(library.clips.add([clip]))
    partial = library.media.partial_path(clip.id, MediaKind.AUDIO)
    write_wave(partial, tone(1.0))
    path = bench.run(library.media.store_file(partial, clip, MediaKind.AUDIO))
    fields = {"path": path, "media": MediaState.READY, "measured": measured}
    bench.run(library.clips.update_fields(clip.id, **fields))
    return clip.id


def row_of(rows: list[FindingRow], check: ReleaseCheck) -> FindingRow:
    return next(row for row in rows if row.accessibleName() == check.label)


def dialogs(window: MainWindow) -> list[ReleaseCheckDialog]:
    return [one for one in window.findChildren(ReleaseCheckDialog) if one.isVisible()]


def test_the_inspector_says_what_is_wrong_and_solves_it(
    bench: WindowBench, joined: MainWindow
) -> None:
    clip = add(bench, "Low tide")
    bench.press(lambda: joined.inspector.show_clips([clip]))
    bench.settle()
    section = joined.inspector.details.release
    assert section.isVisible()
    # True peak, artist, cover.
    assert section.summary.header_button.text() == "3 problems"
    bench.press(section.summary.header_button.click)
    assert section.findings.rows[0].isVisible()
    row = row_of(section.findings.rows, ReleaseCheck.TRUE_PEAK)
    assert row.edit_button is not None
    assert row.edit_button.accessibleName() == "Level, solves true peak"
    # Both halves of a double-click.
    bench.press(row.edit_button.click)
    bench.press(row.edit_button.click)
    bench.settle()
    found = bench.run(bench.studio.clips.list_ids("op:level"))
    (made,) = bench.run(bench.studio.clips.get_many(found))
    assert (made.parent, made.operation) == (clip, Operation.LEVEL)
    assert Level(-1.4).operation is made.operation
    bench.press(joined.undo.undo)
    bench.settle()
    assert bench.run(bench.studio.clips.list_ids("op:level")) == []
    bench.press(section.check_button.click)
    bench.until(lambda: bool(dialogs(joined)) and bool(dialogs(joined)[0].reports))
    bench.settle()
    (dialog,) = dialogs(joined)
    assert dialog.title_label.text() == "Release check of “Low tide”"
    assert dialog.summary_label.text() == "3 problems"
    bench.press(dialog.close_button.click)


def test_a_clip_without_sound_has_no_section(bench: WindowBench, joined: MainWindow) -> None:
    clip = add(bench, "Low tide")
    words = Clip(id=new_clip_id(), title="Words", media=MediaState.NONE)
    bench.run(bench.studio._library.clips.add([words]))
    for one, is_shown in ((clip, True), (words.id, False)):
        bench.press(lambda one=one: joined.inspector.show_clips([one]))
        bench.settle()
        assert joined.inspector.details.release.isVisibleTo(joined) is is_shown


@pytest.mark.parametrize("way", ["selection", "export"])
def test_several_clips_are_checked_at_once(
    bench: WindowBench, joined: MainWindow, way: str
) -> None:
    ids = [add(bench, "One"), add(bench, "Two")]
    bench.press(lambda: bench.studio.preferences.change(export_artist="Ada"))
    if way == "selection":
        bench.press(lambda: joined.inspector.show_clips(ids))
        bench.settle()
        bench.press(joined.inspector.multi_selection.check_button.click)
    else:
        bench.press(lambda: joined.dialogs.open_export(ids))
        bench.settle()
        bench.press(joined.dialogs.open_dialogs["export"].check_button.click)
    bench.until(lambda: bool(dialogs(joined)) and len(dialogs(joined)[0].reports) == 2)
    bench.settle()
    (dialog,) = dialogs(joined)
    assert dialog.summary_label.text() == "0 ready for release, 2 not."
    assert not dialog.progress_bar.isVisible()
    for shown in dialog.findings:
        row_of(shown.rows, ReleaseCheck.COVER)
    bench.press(dialog.close_button.click)
