"""Fetching everything, from the settings."""

from producer_studio.domain.clip import Clip, MediaLinks, MediaState
from producer_studio.domain.ids import new_clip_id
from producer_studio.ui.settings.pages.library import LibraryPage
from producer_studio.ui.window.window import MainWindow
from tests.ui.window.conftest import WindowBench


def test_what_is_missing_is_shown_before_it_is_fetched(
    bench: WindowBench, window: MainWindow
) -> None:
    # Nothing listens at this port.
    links = MediaLinks(image="http://127.0.0.1:1/cover.png")
    clip = Clip(id=new_clip_id(), title="A", links=links, media=MediaState.NONE)
    bench.run(bench.studio._library.clips.add([clip]))
    bench.press(lambda: window.dialogs.open_settings("Library"))
    card = window.dialogs.open_settings("Library").page(LibraryPage).mirror
    assert not card.fetch_button.isEnabled()
    bench.press(card.look_button.click)
    bench.until(card.fetch_button.isEnabled)
    assert card.state_label.text() == "1 file to fetch: 1 cover. Its size is unknown."
    bench.press(card.fetch_button.click)
    bench.until(lambda: bool(bench.notices))
    assert bench.notices[0].startswith("0 of 1 fetched")
    assert card.state_label.text() == bench.notices[0]
    assert card.look_button.isEnabled()
