"""Lyrics, speed, sound output and section marks in the player's bar."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleActionInterface
from PySide6.QtWidgets import QMenu, QWidget

from producer_studio.ui.style.focus_ring import RingOverlay
from tests.ui.player.conftest import PlayerBench

_LYRICS = "[Verse]\nAll the long night\n\n[Chorus]\nAnd all of the day\n"


def _menu_texts(bench: PlayerBench) -> list[str]:
    (menu,) = [one for one in bench.bar.findChildren(QMenu) if one.isVisible()]
    texts = [action.text() for action in menu.actions()]
    bench.press(menu.close)
    return texts


def test_the_lyrics_follow_and_say_that_this_is_an_estimate(bench: PlayerBench) -> None:
    clip = bench.add("Sung", seconds=8.0, lyrics=_LYRICS)
    bench.press(lambda: bench.bar.load(clip, False))
    popover = bench.bar.lyrics_popover
    bench.until(lambda: popover._range_s[1] > 7)
    bench.bar.resize(1440, 500)
    bench.press(bench.bar.lyrics_button.click)
    bench.press(lambda: bench.bar.seek(2.0))
    bench.until(lambda: popover.marked_line == "All the long night")
    bench.press(lambda: bench.bar.seek(6.0))
    bench.until(lambda: popover.marked_line == "And all of the day")
    assert "estimate" in popover._note.text()
    assert popover._note.isVisible()
    before = popover._lyrics.text()
    bench.press(lambda: bench.style.apply("light"))
    assert popover._lyrics.text() != before, "marked in the colour of the theme"
    focused = popover.focusWidget()
    assert focused is not None
    assert focused.accessibleName() == "Lyrics"


def test_the_speed_is_shown_and_chosen_in_the_bar(bench: PlayerBench) -> None:
    assert bench.bar.speed_button.text() == "1.0×"
    bench.press(bench.bar.speed_button.click)
    assert "1.25 × speed" in _menu_texts(bench)
    bench.press(lambda: bench.bar.rate_chosen.emit(1.25))
    assert bench.bar.speed_button.text() == "1.25×"
    assert bench.bar.player.rate == 1.25
    bench.bar.resize(1100, 91)
    assert bench.bar.speed_button.isVisible(), "not the usual speed"


def test_the_sound_output_is_chosen_in_the_bar(bench: PlayerBench) -> None:
    bench.press(bench.bar.device_button.click)
    assert _menu_texts(bench)[0] == "System default"


def test_a_menu_of_the_bar_is_inside_the_window(bench: PlayerBench) -> None:
    bench.bar.resize(1100, 400)
    bench.press(bench.bar.device_button.click)
    (menu,) = [one for one in bench.bar.findChildren(QMenu) if one.isVisible()]
    right = menu.x() + menu.sizeHint().width()
    assert right <= bench.bar.mapToGlobal(bench.bar.rect().topRight()).x()
    bench.press(menu.close)


def test_sections_are_marked_only_where_the_sound_changes(bench: PlayerBench) -> None:
    clip = bench.add("Even", seconds=8.0, lyrics=_LYRICS)
    bench.press(lambda: bench.bar.load(clip, False))
    bench.until(lambda: bench.bar.lyrics_popover._range_s[1] > 7)
    assert bench.bar.waveform.marks == ()


def test_a_button_of_a_popover_shows_that_it_has_the_keyboard(bench: PlayerBench) -> None:
    bench.press(bench.bar.queue_button.click)
    popover = bench.bar.queue_popover
    assert not popover.findChildren(RingOverlay), "the list shows its current row"
    bench.press(lambda: popover.shuffle_button.setFocus(Qt.FocusReason.TabFocusReason))

    def ringed() -> list[QWidget | None]:
        rings = [one for one in popover.findChildren(RingOverlay) if one.isVisible()]
        return [popover.childAt(ring.geometry().center()) for ring in rings]

    bench.until(lambda: ringed() == [popover.shuffle_button])
    bench.press(popover.close)


def test_a_popover_is_as_high_as_its_content(bench: PlayerBench) -> None:
    bench.bar.resize(1440, 700)
    sung = bench.add("Sung", seconds=2.0, lyrics="[Verse]\n" + "a line that is sung\n" * 40)
    hummed = bench.add("Hummed", seconds=2.0)
    popover = bench.bar.lyrics_popover
    bench.press(lambda: bench.bar.load(sung, False))
    bench.press(bench.bar.lyrics_button.click)
    tall = popover.height()
    bench.press(lambda: bench.bar.load(hummed, False))
    bench.until(lambda: popover.height() < 120)
    assert popover._lyrics.height() >= popover._lyrics.heightForWidth(popover._lyrics.width())
    bench.press(lambda: bench.bar.load(sung, False))
    bench.until(lambda: popover.height() == tall)
    bench.press(popover.close)

    queue = bench.bar.queue_popover
    bench.press(bench.bar.queue_button.click)
    short = queue.height()
    assert short < 220
    assert queue._empty.height() >= queue._empty.heightForWidth(queue._empty.width())
    bench.press(lambda: bench.bar.queue.add([sung.id]))
    bench.until(lambda: queue.list.count() == 2)
    assert queue.list.height() >= queue.list.sizeHintForRow(0) * 2
    bench.press(queue.close)


def test_a_screen_reader_opens_the_popovers_and_shuffles(bench: PlayerBench) -> None:
    bench.bar.resize(1440, 700)
    toggle = QAccessibleActionInterface.toggleAction()

    def press(button: QWidget) -> None:
        switch = QAccessible.queryAccessibleInterface(button).actionInterface()
        bench.press(lambda: switch.doAction(toggle))

    clip = bench.add("Sung", seconds=2.0, lyrics=_LYRICS)
    bench.press(lambda: bench.bar.load(clip, False))
    for button, popover in (
        (bench.bar.queue_button, bench.bar.queue_popover),
        (bench.bar.lyrics_button, bench.bar.lyrics_popover),
    ):
        press(button)
        assert popover.isVisible()
        if popover is bench.bar.queue_popover:
            bench.until(lambda: bench.bar.queue_popover.list.count() == 1)
        press(button)
        assert not popover.isVisible()
    press(bench.bar.queue_popover.shuffle_button)
    assert bench.studio.preferences.value.shuffle
    press(bench.bar.queue_popover.shuffle_button)
    assert not bench.studio.preferences.value.shuffle


def test_the_queue_opens_at_what_plays(bench: PlayerBench) -> None:
    bench.bar.resize(1440, 700)
    clips = [bench.add(f"Song {number}", seconds=2.0) for number in range(12)]
    bench.press(lambda: bench.bar.load(clips[0], False))
    bench.press(lambda: bench.bar.queue.add([clip.id for clip in clips[1:]]))
    queue = bench.bar.queue_popover
    bench.press(bench.bar.queue_button.click)
    bench.until(lambda: queue.list.count() == 12)
    bench.settle()
    assert queue.list.itemAt(40, 4) is queue.list.item(0)
    bench.press(queue.close)
