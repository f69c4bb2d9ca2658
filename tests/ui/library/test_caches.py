"""What rows are painted from is bounded, however many clips are looked at."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor

from producer_studio.domain.ids import ClipId
from producer_studio.ui.clips.cover_cache import CoverCache
from producer_studio.ui.clips.text_layout_cache import TextLayoutCache
from producer_studio.ui.clips.waveform_cache import WaveformCache
from producer_studio.ui.style.style import Style

_LOOKED_AT = 1_000
_MOST_BYTES_A_CACHE = 5_000_000


def test_covers_are_bounded_by_number_and_by_size(style: Style) -> None:
    small, large = CoverCache(), CoverCache(max_bytes=1_000_000)
    for number in range(_LOOKED_AT):
        small.pixmap(ClipId(f"clip {number}"), None, (42, 42), 1.0, 6.0)
    for number in range(20):
        large.pixmap(ClipId(f"clip {number}"), None, (200, 200), 1.0, 6.0)
    assert 0 < small._pixmaps.byte_count < _MOST_BYTES_A_CACHE
    assert small._pixmaps.byte_count == len(small._pixmaps) * 42 * 42 * 4
    assert len(large._pixmaps) == 1_000_000 // (200 * 200 * 4)
    # The latest is kept.
    kept = len(small._pixmaps)
    small.pixmap(ClipId(f"clip {_LOOKED_AT - 1}"), None, (42, 42), 1.0, 6.0)
    assert len(small._pixmaps) == kept


@pytest.mark.parametrize(
    ("room", "shown"),
    [
        (400, "Slow lofi piano with vinyl · take 2"),
        (150, "Slow lofi pian… · take 2"),
        (60, "Slow lo…"),
    ],
)
def test_the_end_of_a_title_is_kept_where_there_is_room(
    style: Style, room: int, shown: str
) -> None:
    texts = TextLayoutCache(style.font(13))
    laid, width = texts.get("Slow lofi piano with vinyl · take 2", room, " · take 2")
    assert laid.text() == shown
    assert width <= room


def test_waves_and_texts_are_bounded(style: Style) -> None:
    waves, texts = WaveformCache(), TextLayoutCache(style.font(12))
    for number in range(_LOOKED_AT):
        waves.pixmap(ClipId(f"{number}"), bytes(range(64)), QSize(140, 24), 1.0, QColor("red"))
        texts.get(f"Title {number}", 200)
    assert len(waves._pixmaps) * 140 * 24 * 4 < _MOST_BYTES_A_CACHE
    assert len(texts._layouts) <= _LOOKED_AT / 2
