"""What is made of the stems: exported files and a clip, and the ways to the mixer."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton

from producer_studio.domain.clip import Clip
from producer_studio.ui.clips.menu import add_stems_item
from producer_studio.ui.widgets.menu import Menu
from tests.support.engine_rendering import full_decode
from tests.support.stem_song import add_clip, as_stored, stem_sounds
from tests.ui.stems.conftest import SECONDS, StemsBench
from tests.ui.window.test_spoken_names import faults


def choose_folder(mixer: StemsBench, folder: Path) -> None:
    """Accepts the dialog for the folder."""
    dialogs: list[QFileDialog] = []

    def is_open() -> bool:
        dialogs[:] = mixer.panel.findChildren(QFileDialog)
        return bool(dialogs)

    mixer.bench.until(is_open)
    folder.mkdir()
    mixer.bench.press(lambda: dialogs[0].fileSelected.emit(str(folder)))
    mixer.bench.press(dialogs[0].reject)


def test_stems_are_exported_together(mixer: StemsBench, tmp_path: Path) -> None:
    mixer.key(Qt.Key.Key_1)
    mixer.bench.press(mixer.panel.header.stems_button.click)
    choose_folder(mixer, tmp_path / "daw")
    mixer.until(lambda: "4 stems exported as WAV." in mixer.notices())
    files = sorted((tmp_path / "daw").iterdir())
    assert [file.name.split(" - ")[0] for file in files] == [
        "01 Vocals",
        "02 Drums",
        "03 Bass",
        "04 Other",
    ]
    lengths = {len(full_decode(file)) for file in files}
    assert lengths == {round(20.0 * 48_000)}
    assert mixer.bench.studio.preferences.value.export_folder == str(tmp_path / "daw")
    (notice,) = mixer.window.notices.notices()
    assert notice.action == "Open folder"


def test_the_mix_is_exported_as_it_is_heard(mixer: StemsBench, tmp_path: Path) -> None:
    mixer.key(Qt.Key.Key_2)
    mixer.key(Qt.Key.Key_3)
    mixer.key(Qt.Key.Key_4)
    for _ in range(12):
        mixer.key(Qt.Key.Key_Down)
    mixer.bench.press(mixer.panel.header.mix_button.click)
    choose_folder(mixer, tmp_path / "daw")
    name = "Mix - Late Night Study - 84bpm Fmin.wav"
    mixer.until(lambda: f"“{name}” is finished." in mixer.notices())
    heard = full_decode(tmp_path / "daw" / name)
    expected = as_stored(stem_sounds(SECONDS)["Vocals"]) * np.float32(10 ** (-6 / 20))
    np.testing.assert_allclose(heard, expected, rtol=0, atol=2e-7)


def test_the_mix_becomes_a_clip_that_undo_takes_back(mixer: StemsBench) -> None:
    mixer.key(Qt.Key.Key_2)
    mixer.panel.header.save_button.setFocus(Qt.FocusReason.TabFocusReason)
    mixer.key(Qt.Key.Key_Return)
    assert not mixer.panel.header.save_button.isEnabled()
    assert mixer.panel.rows[0].hasFocus()
    mixer.until(lambda: "“Late Night Study · mix” is in the library." in mixer.notices())
    assert mixer.panel.header.save_button.isEnabled()
    clips = mixer.bench.studio.clips

    def made() -> list[Clip]:
        family = mixer.bench.run(clips.get_family(mixer.song.id))
        return [one for one in family if one.title.endswith("· mix") and not one.trashed_at]

    (clip,) = made()
    assert clip.parent == mixer.song.id
    assert clip.playable
    mixer.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    mixer.until(lambda: not made())


def test_a_mix_of_nothing_cannot_be_saved(mixer: StemsBench) -> None:
    for key in (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4):
        mixer.key(key)
    assert not mixer.panel.header.save_button.isEnabled()
    assert mixer.panel.header.stems_button.isEnabled()


def shown_in_inspector(closed: StemsBench, clip: Clip) -> QPushButton:
    """The button of the inspector when it shows a clip."""
    inspector = closed.window.inspector
    closed.bench.press(lambda: inspector.show_clip(clip.id))
    closed.bench.until(lambda: getattr(inspector.details.clip, "id", "") == clip.id)
    return inspector.details.tiles.stems_button


@pytest.mark.parametrize("of_stem", [False, True])
def test_the_inspector_opens_the_stems(closed: StemsBench, of_stem: bool) -> None:
    button = shown_in_inspector(closed, closed.stems[2] if of_stem else closed.song)
    assert button.isVisible()
    closed.bench.press(button.click)
    closed.bench.until(lambda: closed.mixer.stem_set is not None)
    assert closed.panel.isVisible()
    assert len(closed.mixer.mixes) == 4


def test_a_clip_without_stems_offers_no_mixer(closed: StemsBench) -> None:
    clip = closed.bench.run(add_clip(closed.bench.studio._library, None, title="Low tide"))
    assert not shown_in_inspector(closed, clip).isVisible()
    closed.bench.press(lambda: closed.window.stems.show_stems(clip.id))
    closed.bench.until(closed.window.library.isVisible)
    assert closed.notices() == ["This clip has no stems yet. Split it first."]


@pytest.mark.parametrize("is_split", [True, False])
def test_the_menu_of_a_clip_opens_the_stems(closed: StemsBench, is_split: bool) -> None:
    clip = closed.song
    if not is_split:
        clip = closed.bench.run(add_clip(closed.bench.studio._library, None, title="Low tide"))
    menu = Menu(closed.bench.style, closed.window)
    actions = closed.window.library.clip_actions
    closed.bench.press(lambda: add_stems_item(menu, actions, clip))
    closed.bench.settle()
    (item,) = menu.actions()
    assert (item.text(), item.isEnabled()) == ("Open stems", is_split)
    if is_split:
        closed.bench.press(item.trigger)
        closed.bench.until(lambda: closed.mixer.stem_set is not None)
    else:
        assert item.toolTip() == "This clip has no stems yet. Split it first."


def test_names_of_all_controls(mixer: StemsBench) -> None:
    mixer.bench.settle()
    found = [one for one in faults(mixer.panel) if "is no check box" not in one]
    assert found == []
    row = mixer.panel.rows[0]
    assert row.mute_button.accessibleName() == "Mute Vocals"
    assert row.solo_button.accessibleName() == "Solo Vocals"
    assert row.level.accessibleName() == "Level of Vocals"
    assert row.pan.accessibleName() == "Pan of Vocals"
    header = mixer.panel.header
    assert header.stems_button.text() == "Export stems · WAV, 84 BPM F minor"
    assert header.stems_button.accessibleName() == "Export stems as WAV, 84 BPM F minor"
