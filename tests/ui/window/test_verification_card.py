"""Checking the files of the library, from the settings."""

from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.ids import new_clip_id
from producer_studio.library.media_store import MediaKind
from producer_studio.ui.settings.pages.library import LibraryPage
from producer_studio.ui.window.window import MainWindow
from tests.ui.window.conftest import WindowBench


def test_problems_are_listed_and_repaired(bench: WindowBench, window: MainWindow) -> None:
    library = bench.studio._library
    clip = Clip(id=new_clip_id(), title="A", lyrics="La")
    bench.run(library.clips.add([clip]))
    partial = library.media.partial_path(clip.id, MediaKind.AUDIO)
    partial.write_bytes(b"RIFF....WAVE")
    path = bench.run(library.media.store_file(partial, clip, MediaKind.AUDIO))
    bench.run(library.clips.update_fields(clip.id, path=path, media=MediaState.READY))
    path.unlink()
    (path.parent / "lyrics.txt").unlink()
    bench.press(lambda: window.dialogs.open_settings("Library"))
    card = window.dialogs.open_settings("Library").page(LibraryPage).verification
    assert card.problems.isHidden()
    card.check_button.setFocus()
    bench.press(card.check_button.click)
    bench.until(lambda: bool(bench.notices))
    assert bench.notices[0].endswith("2 missing.")
    assert card.state_label.text() == bench.notices[0]
    assert card.problems.header_button.text() == "2 files"
    bench.press(card.problems.header_button.click)
    assert card.problems.body.count() == 2
    # The change of the clip has written its texts anew.
    (path.parent / "lyrics.txt").unlink()
    bench.press(card.repair_button.click)
    bench.until(lambda: len(bench.notices) == 2)
    assert bench.notices[1].endswith("2 missing, 1 repaired.")
    assert (path.parent / "lyrics.txt").read_text() == "La\n"
    assert card.check_button.isVisible()
    assert card.check_button.hasFocus(), "the keyboard stays in the card"
