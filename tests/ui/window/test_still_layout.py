"""Nothing moves under the pointer while somebody types, or when jobs and counts change."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.ids import new_clip_id
from producer_studio.domain.operation import Operation
from producer_studio.studio.clips import SmartListCounts
from producer_studio.ui.window.window import MainWindow
from tests.ui.window.conftest import WindowBench

SOUND = "calm slow piano ballad with warm strings, soft drums and a tender voice, 84 bpm"
LYRICS = "[Verse]\nwalking through the city lights\nfeeling the rhythm of the night\nla la la\n"


def place(part: QWidget) -> QRect:
    return QRect(part.mapToGlobal(QPoint(0, 0)), part.size())


@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("size", [(1100, 700), (1440, 900)])
@pytest.mark.parametrize("operation", [Operation.CREATE, Operation.EXTEND, Operation.REPLACE])
def test_the_form_stands_still_while_somebody_types(
    bench: WindowBench,
    joined: MainWindow,
    size: tuple[int, int],
    scale: float,
    operation: Operation,
) -> None:
    bench.press(lambda: bench.style.set_text_scale(scale))
    joined.resize(*size)
    bench.press(lambda: joined.compose.controller.set_operation(operation))
    bench.settle()
    view, bar = joined.compose.view, joined.compose.bar
    watched = (view.sound, view.lyrics.edit, view.title.edit, view.model.combo, view.seed,
               bar.takes_combo, bar.button.parentWidget())  # fmt: skip

    def places() -> list[QPoint]:
        """Where the fields are in the form, which may scroll after the cursor, and the bar's."""
        return [
            part.mapTo(view, QPoint(0, 0)) if view.isAncestorOf(part) else place(part).topLeft()
            for part in watched
        ]

    before = places()
    for field, text in ((view.sound.edit, SOUND), (view.lyrics.edit, LYRICS * 2)):
        field.setFocus()
        for letter in text:
            bench.press(
                lambda field=field, letter=letter: (
                    QTest.keyClick(field, Qt.Key.Key_Return)
                    if letter == "\n"
                    else QTest.keyClicks(field, letter)
                )
            )
            if letter in " \n,]":
                bench.settle()
                moved = [
                    (part.accessibleName() or type(part).__name__, now, was)
                    for part, now, was in zip(watched, places(), before, strict=True)
                    if now != was
                ]
                assert moved == [], field.toPlainText()


def test_the_cursor_stays_in_view_while_somebody_types(
    bench: WindowBench, joined: MainWindow
) -> None:
    bench.press(lambda: bench.style.set_text_scale(1.5))
    joined.resize(1100, 700)
    bench.press(lambda: joined.compose.controller.set_operation(Operation.CREATE))
    bench.settle()
    edit = joined.compose.view.lyrics.edit
    edit.setFocus()
    joined.compose._scroll.verticalScrollBar().setValue(0)
    for _ in range(6):
        bench.press(lambda: QTest.keyClicks(edit, "rain on the roof"))
        bench.press(lambda: QTest.keyClick(edit, Qt.Key.Key_Return))
    bench.settle()
    cursor = edit.cursorRect().translated(edit.viewport().mapToGlobal(QPoint(0, 0)))
    form = joined.compose._scroll.viewport()
    assert place(form).contains(cursor)


def test_counts_move_no_tab(bench: WindowBench, window: MainWindow) -> None:
    tabs = window.library.tabs
    before = [place(tab) for tab in tabs._tabs]
    for count in (1, 9, 10, 99, 482):
        bench.press(
            lambda count=count: tabs.set_counts(SmartListCounts(all=count, unheard=count // 2))
        )
        assert [place(tab) for tab in tabs._tabs] == before


def test_a_banner_of_a_clip_leaves_its_room_when_the_sound_has_come(
    bench: WindowBench, window: MainWindow
) -> None:
    window.views.show_view("library")
    clip = Clip(id=new_clip_id(), title="Song", media=MediaState.PENDING)
    sheet = window.inspector.details
    bench.press(lambda: sheet.show_clip(clip, [clip], None))
    window.inspector._stack.setCurrentWidget(window.inspector._scroll)
    bench.settle()
    before = place(sheet.heading)
    for media in (MediaState.READY, MediaState.READY):
        bench.press(
            lambda media=media: sheet.show_clip(clip.with_changes(media=media), [clip], None)
        )
        bench.settle()
        assert not sheet.banner.isVisible()
        assert place(sheet.heading) == before
    other = clip.with_changes(id=new_clip_id(), media=MediaState.READY)
    bench.press(lambda: sheet.show_clip(other, [other], None))
    bench.settle()
    assert place(sheet.heading).top() < before.top()


def test_rows_under_the_pointer_stay_when_a_job_comes_and_goes(
    bench: WindowBench, window: MainWindow
) -> None:
    clips = [Clip(id=new_clip_id(), title=f"Song {number}") for number in range(40)]
    bench.run(bench.studio._library.clips.add(clips))
    bench.press(lambda: window.views.show_view("library"))
    bench.press(lambda: window.library.set_query("song"))
    bench.until(lambda: len(window.library._table.ids) == 40)
    bench.settle()
    view = window.library.view
    QCursor.setPos(view.viewport().mapToGlobal(QPoint(200, 200)))
    QTest.mouseMove(view.viewport(), QPoint(200, 200))
    view.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    row = view.indexAt(QPoint(200, 200))

    def at() -> int:
        return view.viewport().mapToGlobal(view.visualRect(row).topLeft()).y()

    before = at()
    for height in (60, 120, 0):
        window.library.jobs.setFixedHeight(height)
        window.library.jobs.setVisible(height > 0)
        bench.settle()
        assert at() == before, height
