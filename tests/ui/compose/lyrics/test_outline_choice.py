"""Whether the outline is shown is remembered."""

from tests.ui.compose.conftest import LYRICS, ComposeBench


def test_the_outline_comes_back_with_the_lyrics(bench: ComposeBench) -> None:
    lyrics = bench.panel.view.lyrics
    bench.press(lyrics.outline_button.click)
    assert lyrics.outline is not None
    assert lyrics.outline.isVisible()
    bench.press(lambda: lyrics.edit.replace_text(LYRICS))
    bench.run(bench.panel.controller.flush())
    later = bench.new_panel().view.lyrics
    bench.until(lambda: later.text() == LYRICS)
    assert later.outline is not None
    assert later.outline_button.isChecked()
    bench.press(later.outline_button.click)
    assert not later.outline.isVisible()
    assert not bench.studio.preferences.value.lyrics_outline
