"""Hidden names, and what is shown and told beside them."""

from random import Random

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleActionInterface

from producer_studio.ui.compare.row import CompareRow
from producer_studio.ui.style.style import Style
from tests.ui.compare.conftest import CompareBench, texts_of
from tests.ui.window.test_spoken_names import faults

SHIFT = Qt.KeyboardModifier.ShiftModifier


def rows_of(four: CompareBench) -> list[CompareRow]:
    return four.panel.rows[: len(four.comparison.slots)]


def blind(four: CompareBench, seed: int = 1) -> None:
    four.comparison._random = Random(seed)
    four.bench.press(four.panel.header.blind_button.click)
    assert four.comparison.is_blind


def test_nothing_tells_which_clip_is_which(four: CompareBench) -> None:
    four.key(Qt.Key.Key_3, SHIFT)
    four.until(lambda: four.panel.rows[0].stars.stars() == 3)
    blind(four)
    told = "\n".join(texts_of(four.panel._scroll)).lower()
    for number in (1, 2, 3, 4):
        clip = four.clip(number)
        secrets = (clip.model, clip.seed, clip.short_seed, clip.title)
        assert not [word for word in secrets if word.lower() in told]
    assert "lufs" not in told
    assert " db" not in told
    rows = rows_of(four)
    assert {row.title_label.text() for row in rows} == {"A take"}
    assert [row.accessibleName() for row in rows] == [f"Number {key} of 4" for key in "1234"]
    assert {row.waveform._peaks for row in rows} == {b""}
    assert len({row.waveform.maximum() for row in rows}) == 1
    assert len({row.waveform.width() for row in rows}) == 1
    assert {row.stars.stars() for row in rows} == {0}
    four.key(Qt.Key.Key_2)
    assert four.panel.rows[1].hasFocus()
    assert four.panel.rows[1].accessibleName() == "Number 2 of 4"


def test_a_screen_reader_hears_a_clip_and_turns_the_switches(four: CompareBench) -> None:
    third = four.panel.rows[2]
    spoken = QAccessible.queryAccessibleInterface(third.key_button)
    assert spoken.text(QAccessible.Text.Name) == "Hear 3: Take 3"
    press = QAccessibleActionInterface.pressAction()
    four.bench.press(lambda: spoken.actionInterface().doAction(press))
    # The button shows that it is pressed, and then acts.
    four.bench.until(lambda: four.comparison.heard == 2)
    assert third.hasFocus()
    toggle = QAccessibleActionInterface.toggleAction()
    for button, holds in (
        (four.panel.header.blind_button, lambda: four.comparison.is_blind),
        (four.panel.header.abx_button, lambda: four.comparison.abx is not None),
        (four.panel.header.matched_button, lambda: not four.comparison.is_matched),
    ):
        switch = QAccessible.queryAccessibleInterface(button).actionInterface()
        four.bench.press(lambda switch=switch: switch.doAction(toggle))
        assert holds(), button.accessibleName()
        four.bench.press(lambda switch=switch: switch.doAction(toggle))
        assert not holds(), button.accessibleName()
    ruler = QAccessible.queryAccessibleInterface(four.panel.ruler)
    assert ruler.text(QAccessible.Text.Name) == "Position and loop region"
    position = ruler.valueInterface()
    four.bench.press(lambda: position.setCurrentValue(position.minimumStepSize()))
    four.bench.until(lambda: abs(four.comparison.position_s - 5.0) < 0.01)


def test_the_order_is_drawn_anew_each_time(four: CompareBench) -> None:
    orders = set()
    for seed in range(12):
        blind(four, seed)
        orders.add(tuple(four.shown()))
        assert four.comparison.heard == 0
        four.key(Qt.Key.Key_R)
        assert not four.comparison.is_blind
    assert len(orders) > 6


def test_r_and_a_button_show_the_names_in_the_order_that_was_heard(four: CompareBench) -> None:
    blind(four)
    order = four.shown()
    four.key(Qt.Key.Key_3)
    heard = four.comparison._session.selected
    four.bench.press(four.panel.hint_bar.reveal_button.click)
    assert not four.comparison.is_blind
    assert four.shown() == order
    assert four.comparison.heard == 2
    assert four.comparison._session.selected == heard
    names = [row.title_label.text() for row in rows_of(four)]
    assert names == [f"Take {four.ids.index(clip) + 1}" for clip in order]
    assert not four.panel.header.blind_button.isChecked()


def test_a_rating_given_blind_is_shown_and_a_judgement_says_that_it_was(
    four: CompareBench,
) -> None:
    blind(four)
    order = four.shown()
    four.key(Qt.Key.Key_2)
    four.key(Qt.Key.Key_4, SHIFT)
    four.until(lambda: four.panel.rows[1].stars.stars() == 4)
    four.key(Qt.Key.Key_Return)
    four.until(lambda: len(four.judgements()) == 1)
    (judgement,) = four.judgements()
    assert judgement.is_blind
    assert judgement.clips == tuple(order)
    assert judgement.winner == order[1]
    assert four.comparison.is_blind
    four.until(lambda: bool(four.window.notices.notices()))
    four.until(lambda: not four.window._tasks._tasks)
    told = " ".join(notice.text for notice in four.window.notices.notices())
    assert told == "Number 2 is kept, as a favourite."
    assert len(four.found("blind:yes")) == 4


def test_a_rating_from_before_is_not_told_by_what_is_kept_or_rated(four: CompareBench) -> None:
    four.key(Qt.Key.Key_3, SHIFT)
    four.until(lambda: four.panel.rows[0].stars.stars() == 3)
    blind(four)
    place = four.shown().index(four.ids[0])
    row = four.panel.rows[place]
    four.bench.press(lambda: four.comparison.hear(place))
    four.key(Qt.Key.Key_Return)
    four.until(row.kept_badge.isVisible)
    assert row.stars.stars() == 0
    other = 1 - place if place < 2 else 0
    four.bench.press(lambda: four.comparison.hear(other))
    four.key(Qt.Key.Key_Return)
    four.until(four.panel.rows[other].kept_badge.isVisible)
    assert four.panel.rows[other].stars.stars() == 0, "five stars, which a rated one does not get"
    four.bench.press(lambda: four.comparison.hear(place))
    four.key(Qt.Key.Key_3, SHIFT)
    assert row.stars.stars() == 3, "the same rating is shown as any other"
    four.key(Qt.Key.Key_R)
    assert {row.stars.stars(), four.panel.rows[other].stars.stars()} == {3, 5}


def test_x_is_not_marked_as_kept(four: CompareBench) -> None:
    four.key(Qt.Key.Key_Return)
    four.until(four.panel.rows[0].kept_badge.isVisible)
    four.bench.press(four.panel.header.abx_button.click)
    assert four.comparison.abx is not None
    seen = set()
    while seen != {0, 1}:
        seen.add(four.comparison.abx.x)
        assert [row.kept_badge.isVisible() for row in rows_of(four)] == [True, False, False]
        four.listen()
        four.key(Qt.Key.Key_A, SHIFT)


def test_names_hidden_during_a_test_begin_another_pair(four: CompareBench) -> None:
    four.bench.press(four.panel.header.abx_button.click)
    before = four.shown()[:2]
    four.listen()
    four.key(Qt.Key.Key_A, SHIFT)
    blind(four, 1)
    assert four.comparison.abx is not None
    assert four.comparison.abx.round_number == 1
    pair = four.shown()[:2]
    assert pair != before
    assert {row.accessibleName() for row in rows_of(four)} == {"Take A", "Take B", "Take X"}
    four.key(Qt.Key.Key_Escape)
    assert four.shown()[:2] == pair, "the first two of the order that was drawn"


def test_what_differs_is_hidden_until_the_names_are_shown(four: CompareBench) -> None:
    four.until(lambda: "FUZZ-2" in texts_of(four.panel.table))
    blind(four)
    assert "FUZZ-2" not in texts_of(four.panel.table)
    four.key(Qt.Key.Key_R)
    four.until(lambda: "FUZZ-2" in texts_of(four.panel.table))


def test_the_pair_of_an_abx_test_is_chosen_by_numbers_while_names_are_hidden(
    four: CompareBench,
) -> None:
    blind(four, 2)
    order = four.shown()
    assert order != four.ids
    four.bench.press(four.panel.header.abx_button.click)
    first, second = four.panel.abx_bar.pair_combos
    names = [first.itemText(row) for row in range(first.count())]
    assert names == ["Number 1", "Number 2", "Number 3", "Number 4"]
    four.bench.press(lambda: second.activated.emit(3))
    assert four.shown()[:2] == [order[0], order[3]]
    told = "\n".join(texts_of(four.panel)).lower()
    assert "take 1" not in told
    assert "fuzz" not in told


def uneven(empty: CompareBench) -> None:
    """Compares three takes of different lengths."""
    for number, seconds in enumerate((20.0, 12.0, 16.0), 1):
        empty.add_take(number, 0.3, seconds=seconds)
    empty.open()


@pytest.mark.parametrize("place", [0, 1, 2])
def test_hidden_clips_of_different_lengths_stop_at_the_same_moment(
    empty: CompareBench, place: int
) -> None:
    uneven(empty)
    assert empty.comparison.length_s == pytest.approx(20.0)
    empty.bench.press(lambda: empty.comparison.set_region(8.0, 18.0))
    empty.bench.press(empty.comparison.toggle_loop)
    empty.bench.press(lambda: empty.comparison.seek(19.0))
    blind(empty)
    assert empty.comparison.length_s == pytest.approx(11.75)
    assert empty.comparison.position_s == 0.0, "where only the longest plays"
    assert empty.comparison.region == (8.0, 11.75)
    assert {row.waveform.maximum() for row in rows_of(empty)} == {11_750}
    assert empty.panel.ruler._length_s == pytest.approx(11.75)
    told = empty.panel.hint_bar.end_label
    assert told.isVisible()
    assert told.text() == "All stop at 0:11, where the shortest ends: no end tells which it is."
    empty.bench.press(lambda: empty.comparison.hear(place))
    empty.key(Qt.Key.Key_End)
    empty.bench.press(lambda: empty.comparison.seek(11.4))
    empty.key(Qt.Key.Key_Space)
    empty.bench.until(lambda: not empty.comparison.is_playing)
    assert 11.75 <= empty.comparison.position_s < 12.0
    # From the end it begins again, whichever is heard.
    empty.key(Qt.Key.Key_Space)
    empty.bench.until(lambda: 0.0 < empty.comparison.position_s < 5.0)
    empty.key(Qt.Key.Key_R)
    assert empty.comparison.length_s == pytest.approx(20.0)
    assert not told.isVisible()


def test_the_end_of_hidden_clips_does_not_tell_which_were_discarded(empty: CompareBench) -> None:
    uneven(empty)
    blind(empty)
    shortest = empty.shown().index(empty.ids[1])
    empty.bench.press(lambda: empty.comparison.hear(shortest))
    empty.key(Qt.Key.Key_Delete)
    empty.until(lambda: len(empty.comparison.clips) == 2)
    assert empty.comparison.length_s == pytest.approx(11.75)


def test_a_test_of_two_plays_what_both_have(empty: CompareBench) -> None:
    uneven(empty)
    empty.key(Qt.Key.Key_3)
    empty.key(Qt.Key.Key_1)
    empty.bench.press(empty.panel.header.abx_button.click)
    assert set(empty.shown()[:2]) == {empty.ids[0], empty.ids[2]}
    assert empty.comparison.length_s == pytest.approx(15.75)
    rows = rows_of(empty)
    assert {row.waveform.maximum() for row in rows} == {15_750}
    assert len({row.waveform.width() for row in rows}) == 1
    whole = empty.comparison.clips[0].peaks
    assert rows[0].waveform._peaks == whole[: round(len(whole) * 15.75 / 20)]
    empty.key(Qt.Key.Key_Escape)
    assert empty.comparison.length_s == pytest.approx(20.0)
    assert rows[0].waveform.maximum() == 20_000


@pytest.mark.parametrize("mode", ["plain", "blind", "abx"])
def test_names_and_roles(four: CompareBench, mode: str) -> None:
    QAccessible.setActive(True)
    if mode == "blind":
        blind(four)
    elif mode == "abx":
        four.bench.press(four.panel.header.abx_button.click)
    assert faults(four.window) == []


@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("mode", ["plain", "blind", "abx"])
def test_everything_is_within_a_small_window(
    four: CompareBench, style: Style, scale: float, mode: str
) -> None:
    four.bench.press(lambda: style.set_text_scale(scale))
    four.bench.press(lambda: four.window.resize(1100, 700))
    if mode == "blind":
        blind(four)
    elif mode == "abx":
        four.bench.press(four.panel.header.abx_button.click)
    four.settle()
    panel = four.panel
    assert panel._inside.width() <= panel._scroll.viewport().width()
    assert panel.header.minimumSizeHint().width() <= panel.width()
    for row in rows_of(four):
        assert row.waveform_span()[1] >= 80
        for badge in row.badges:
            assert badge.isHidden() or badge.width() >= badge.sizeHint().width()
    assert panel.header.title_label.width() >= 150
