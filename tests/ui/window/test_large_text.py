"""At text size 150 % the columns take room that there is, and nothing is cut or squeezed."""

import pytest

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.domain.recipe import Recipe
from producer_studio.ui.window.window import MainWindow
from tests.ui.window.conftest import WindowBench


@pytest.mark.parametrize(
    ("size", "slider_px", "library_px"),
    [((1100, 700), 90, 500), ((1440, 900), 120, 500), ((2560, 1440), 190, 1400)],
)
def test_columns_grow_with_the_text(
    bench: WindowBench, joined: MainWindow, size: tuple[int, int], slider_px: int, library_px: int
) -> None:
    bench.press(lambda: bench.style.set_text_scale(1.5))
    joined.resize(*size)
    bench.settle()
    view = joined.compose.view
    for row in view.strengths.values():
        assert row.slider.width() >= slider_px
    edit = view.seed.edit
    assert edit.width() >= edit.fontMetrics().horizontalAdvance("3966900172")
    assert joined.library.width() >= library_px
    assert joined.window_layout.splitter.width() == joined.width()


def test_the_inspector_is_not_cut_off_in_a_narrow_window(
    bench: WindowBench, joined: MainWindow
) -> None:
    bench.press(lambda: bench.style.set_text_scale(1.5))
    joined.resize(1100, 700)
    joined.window_layout.show_inspector(True)
    bench.settle()
    clip = Clip(
        id=ClipId("a"),
        recipe=Recipe(model="FUZZ-2.0", seed="2466217275", sound_strength=0.5, lyrics_strength=0.5),
    )
    bench.run(bench.studio._library.clips.add([clip]))
    joined.inspector.show_clip(clip.id)
    bench.until(joined.inspector.details.isVisible)
    details = joined.inspector.details
    details.tiles.edit_button.show()
    bench.settle()
    assert details.minimumSizeHint().width() <= joined.inspector.minimumWidth()


def test_the_columns_come_back_with_the_text(bench: WindowBench, joined: MainWindow) -> None:
    joined.resize(1440, 900)
    bench.settle()
    before, remembered = joined.window_layout.splitter.sizes(), joined.window_layout.column_widths()
    bench.press(lambda: bench.style.set_text_scale(1.5))
    bench.settle()
    assert joined.window_layout.splitter.sizes()[0] > before[0]
    assert joined.window_layout.column_widths()[0] == remembered[0]
    bench.press(lambda: bench.style.set_text_scale(1.0))
    bench.settle()
    assert joined.window_layout.splitter.sizes() == before
