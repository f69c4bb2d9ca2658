"""The pronouncing dictionary is read when English lyrics are shown."""

from tests.ui.compose.conftest import LYRICS, ComposeBench


def test_english_lyrics_get_their_rhymes(bench: ComposeBench) -> None:
    lyrics = bench.panel.view.lyrics
    bench.press(lambda: lyrics.edit.replace_text(LYRICS))
    bench.until(lambda: any(mark.rhyme for mark in lyrics.gutter.visible_marks()))
    marks = [(mark.syllables, mark.rhyme) for mark in lyrics.gutter.visible_marks()]
    assert {(9, "A"), (10, "A")} <= set(marks)
