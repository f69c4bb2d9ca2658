"""Clips that sound like one: found by the menu, with a bar that says what is compared."""

import struct

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication

from producer_studio.domain.likeness import FEATURE_COUNT
from producer_studio.studio.clips import SortOrder
from producer_studio.ui.library.similar_bar import SimilarBar
from producer_studio.ui.widgets.menu import Menu
from tests.ui.library.conftest import ListBench, a_clip


def test_similar_clips_are_found_by_the_menu(list_bench: ListBench) -> None:
    panel = list_bench.panel
    clips = [a_clip(name, age=age) for age, name in enumerate(["Far", "Near", "Reference"])]
    list_bench.add(clips)
    library = list_bench.studio._library.clips
    reference = list_bench.give_sound(clips[2])
    for clip, first in zip(clips, (9.0, 1.0, 0.0), strict=True):
        vector = struct.pack(f"<{FEATURE_COUNT}f", first, *[0.0] * (FEATURE_COUNT - 1))
        list_bench.run(library.set_peaks(clip.id, b"x", vector))
    list_bench.settle()
    list_bench.press(lambda: panel.column_headers.set_sort(SortOrder("title")))
    queries: list[str] = []
    panel.lists.query_requested.connect(queries.append)
    panel.lists.query_requested.connect(panel.set_query)
    list_bench.press(lambda: panel.view.select_clip(reference.id))
    list_bench.settle()
    list_bench.press(lambda: panel._on_menu_requested(panel.mapToGlobal(QPoint(200, 200))))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, Menu)
    (find,) = [action for action in menu.actions() if action.text() == "Find similar"]
    assert "tempo (half and double are equal)" in find.toolTip()
    list_bench.press(menu.close)
    list_bench.press(find.trigger)
    list_bench.settle()
    assert queries == [f"similar:{reference.id[:8]}"]
    assert list(panel.listed_clips()) == [reference.id, clips[1].id, clips[0].id]
    assert panel.column_headers.sort == SortOrder()
    bar = panel.findChild(SimilarBar)
    assert isinstance(bar, SimilarBar)
    assert bar.isVisible()
    assert bar.text_label.text().startswith("Sounds like “Reference”. Most alike first, by what")
    list_bench.press(lambda: panel.set_query("rain"))
    list_bench.settle()
    assert not bar.isVisible()
