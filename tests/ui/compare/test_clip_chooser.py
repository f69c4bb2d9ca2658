"""Choosing what one clip is compared with."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from producer_studio.domain.ids import ClipId
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.domain.operation import Operation
from producer_studio.library.media_store import MediaKind
from producer_studio.ui.clips.clip_chooser import ClipChooser
from producer_studio.ui.clips.cover_row_delegate import NOTE_ROLE
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.menu import Menu
from producer_studio.ui.window.views.library import VIEW as LIBRARY
from tests.ui.compare.conftest import CompareBench
from tests.ui.window.conftest import named
from tests.ui.window.test_spoken_names import faults

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def library(empty: CompareBench) -> CompareBench:
    """Two takes of a press, a version of the first, and clips of their own; the last is newest."""
    first = empty.add_take(1, 0.3)
    empty.add_take(2, 0.3)
    empty.add_take(
        1, 0.3, title="Extended", parent=first, operation=Operation.EXTEND, press=None, takes=0
    )
    for number in range(4):
        empty.add_take(1, 0.3, sound=False, title=f"Piece {number}", press=None, takes=0)
    empty.bench.run(empty.bench.studio.clips.trash([empty.ids[3]]))
    changed = LibraryChange(frozenset(empty.ids), ChangeKind.ADDED)
    empty.bench.press(lambda: empty.bench.studio.events.publish(changed))
    listed = empty.window.library.view.table
    empty.bench.until(lambda: len(listed.listed.groups) == 1)
    empty.bench.press(lambda: empty.window.views.show_view(LIBRARY.name))
    empty.bench.press(lambda: empty.window.library.select_clip(first))
    assert empty.window.library.selected_ids() == [first]
    return empty


def opened(bench: CompareBench) -> ClipChooser:
    """The dialog, once it has its clips."""
    bench.bench.until(lambda: "compare" in bench.window.dialogs.open_dialogs)
    dialog = bench.window.dialogs.open_dialogs["compare"]
    assert isinstance(dialog, ClipChooser)
    bench.bench.until(lambda: dialog.list.count() > 0)
    return dialog


def rows(dialog: ClipChooser) -> list[tuple[str, str]]:
    items = [dialog.list.item(row) for row in range(dialog.list.count())]
    return [(item.text(), item.data(NOTE_ROLE)) for item in items]


def compared(bench: CompareBench) -> list[ClipId]:
    bench.bench.until(lambda: bool(bench.comparison.clips))
    return bench.shown()


def test_takes_come_first_then_versions_then_recent_clips_and_enter_compares(
    library: CompareBench,
) -> None:
    view = library.window.library.view
    library.bench.press(lambda: view.setFocus(Qt.FocusReason.OtherFocusReason))
    library.key(Qt.Key.Key_Return, CONTROL)
    dialog = opened(library)
    assert rows(dialog) == [
        ("Electric Skies · take 2", "same press"), ("Extended", "version"), ("Piece 3", ""),
        ("Piece 2", ""), ("Piece 1", ""),
    ]  # fmt: skip
    assert dialog.heading.text() == "Compare “Electric Skies · take 1” with…"
    assert dialog.search_edit.hasFocus()
    library.key(Qt.Key.Key_Return)
    assert compared(library) == library.ids[:2]


def test_a_search_finds_any_clip_and_several_can_be_chosen_by_keys(library: CompareBench) -> None:
    # The page is created for the first clip that is selected.
    library.bench.until(lambda: "details" in vars(library.window.inspector))
    tile = named(library.window.inspector, "Compare this clip")
    assert isinstance(tile, QAbstractButton)
    library.bench.until(tile.isVisible)
    library.bench.press(tile.click)
    dialog = opened(library)
    library.bench.press(lambda: QTest.keyClicks(dialog.search_edit, "nothing"))
    library.bench.until(lambda: dialog.list.count() == 0)
    assert dialog.remark_label.text() == "Nothing found."
    assert not dialog.confirm_button.isEnabled()
    library.bench.press(dialog.search_edit.clear)
    library.bench.press(lambda: QTest.keyClicks(dialog.search_edit, "piece"))
    library.bench.until(lambda: [row[0] for row in rows(dialog)][-1:] == ["Piece 1"])
    assert len(rows(dialog)) == 3
    library.key(Qt.Key.Key_Down)
    assert dialog.list.hasFocus()
    library.key(Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert dialog.confirm_button.text() == "Compare 3 clips"
    library.key(Qt.Key.Key_Return)
    assert compared(library) == [library.ids[0], library.ids[6], library.ids[5]]
    # Without sound there is nothing to hear, but what differs is shown.
    library.until(lambda: library.panel.table._table is not None)


def test_the_menu_of_one_clip_offers_it(library: CompareBench) -> None:
    shown = library.window.library
    library.bench.until(lambda: shown.view.table.cached_row(library.ids[0]) is not None)
    library.bench.press(lambda: shown._on_menu_requested(library.window.pos()))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, Menu)
    (item,) = [one for one in menu.actions() if one.text().startswith("Compare")]
    assert item.text() == "Compare with…\tCtrl+Enter"
    library.bench.press(item.trigger)
    library.bench.press(menu.close)
    library.bench.press(opened(library).reject)
    assert "compare" not in library.window.dialogs.open_dialogs


def test_the_covers_are_those_of_the_clips(library: CompareBench) -> None:
    stored = library.bench.studio._library
    cover = stored.media.partial_path(library.ids[0], MediaKind.COVER).with_name("green.png")
    cover.parent.mkdir(parents=True, exist_ok=True)
    picture = QImage(64, 64, QImage.Format.Format_RGB32)
    picture.fill(QColor("#12f034"))
    assert picture.save(str(cover))
    clip = library.bench.run(stored.clips.get(library.ids[1]))
    assert clip is not None
    library.bench.run(stored.clips.overwrite(clip.with_changes(cover=cover)))
    library.bench.press(lambda: library.window.show_compare(library.ids[:1]))
    dialog = opened(library)

    def colour(row: int) -> str:
        place = dialog.list.visualItemRect(dialog.list.item(row))
        at = QPoint(place.left() + 28, place.center().y())
        return dialog.list.viewport().grab().toImage().pixelColor(at).name()

    library.bench.until(lambda: colour(0) == "#12f034")
    assert colour(1) != "#12f034"
    library.bench.press(dialog.reject)


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_names_and_sizes(library: CompareBench, style: Style, scale: float) -> None:
    QAccessible.setActive(True)
    library.bench.press(lambda: style.set_text_scale(scale))
    library.bench.press(lambda: library.window.show_compare(library.ids[:1]))
    dialog = opened(library)
    library.settle()
    assert faults(dialog) == []
    assert dialog.list.horizontalScrollBar().maximum() == 0
    for button in (dialog.cancel_button, dialog.confirm_button):
        assert button.width() >= button.sizeHint().width()
    assert dialog.list.sizeHintForRow(0) * 4 < dialog.list.viewport().height()
    library.bench.press(dialog.reject)
