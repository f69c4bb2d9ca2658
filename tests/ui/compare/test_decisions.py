"""Ratings, kept and discarded clips, and judgements."""

from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from producer_studio.domain.judgement import Judgement, JudgementResult
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from tests.ui.compare.conftest import CompareBench

SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


def test_shift_and_a_digit_rate_what_is_heard(four: CompareBench) -> None:
    four.key(Qt.Key.Key_3)
    four.key(Qt.Key.Key_4, SHIFT)
    four.until(lambda: four.clip(3).stars == 4)
    four.until(lambda: four.panel.rows[2].stars.stars() == 4)
    assert four.comparison.heard == 2
    four.key(Qt.Key.Key_Z, CONTROL)
    four.until(lambda: four.clip(3).stars == 0)


def test_a_click_rates_any_row(four: CompareBench) -> None:
    stars = four.panel.rows[1].stars
    middle = stars.rect().center()
    four.bench.press(lambda: QTest.mouseClick(stars, Qt.MouseButton.LeftButton, pos=middle))
    four.until(lambda: four.clip(2).stars == 3)


def test_enter_keeps_and_undo_takes_it_back(four: CompareBench) -> None:
    four.key(Qt.Key.Key_2)
    four.key(Qt.Key.Key_Return)
    four.until(lambda: four.clip(2).favourite and four.clip(2).stars == 5)
    (judgement,) = four.judgements()
    assert judgement.result is JudgementResult.PREFERRED
    assert judgement.winner == four.ids[1]
    assert judgement.clips == tuple(four.ids)
    assert not judgement.is_blind
    assert four.found("beat:" + four.ids[0]) == [four.ids[1]]
    four.until(lambda: four.panel.rows[1].kept_badge.isVisible())
    four.key(Qt.Key.Key_Z, CONTROL)
    four.until(lambda: not four.clip(2).favourite and four.clip(2).stars == 0)
    four.until(lambda: four.judgements() == [])
    four.key(Qt.Key.Key_Z, CONTROL | SHIFT)
    four.until(lambda: four.clip(2).favourite and four.judgements() == [judgement])


def test_a_rating_stays_when_a_clip_is_kept(four: CompareBench) -> None:
    four.key(Qt.Key.Key_2, SHIFT)
    four.until(lambda: four.panel.rows[0].stars.stars() == 2)
    four.key(Qt.Key.Key_Enter)
    four.until(lambda: four.clip(1).favourite)
    assert four.clip(1).stars == 2


def test_a_discarded_clip_gives_way_without_a_stop(four: CompareBench) -> None:
    four.key(Qt.Key.Key_2)
    four.key(Qt.Key.Key_Space)
    four.bench.until(lambda: four.comparison.position_s > 0.3)
    four.key(Qt.Key.Key_Delete)
    four.until(lambda: four.clip(2).trashed_at is not None)
    four.until(lambda: four.shown() == [four.ids[0], four.ids[2], four.ids[3]])
    assert four.comparison.is_playing
    assert four.comparison.position_s > 0.3
    assert four.comparison.heard == 1
    assert four.comparison._session.selected == 2
    four.key(Qt.Key.Key_Z, CONTROL)
    four.until(lambda: four.shown() == four.ids)
    assert four.comparison.heard == 2
    assert four.comparison._session.selected == 2


def test_the_keyboard_stays_at_the_row_that_is_heard(four: CompareBench) -> None:
    four.key(Qt.Key.Key_2)
    four.key(Qt.Key.Key_Delete)
    four.until(lambda: len(four.comparison.clips) == 3)
    heard = four.comparison.heard_clip
    assert heard is not None
    four.bench.run(four.bench.studio.clips.undo())
    four.until(lambda: len(four.comparison.clips) == 4)
    assert four.comparison.heard_clip is not None
    assert four.comparison.heard_clip.clip.id == heard.clip.id
    assert four.panel.rows[four.comparison.heard].hasFocus(), "keys would act on another row"


def test_what_is_heard_is_kept_and_discarded_by_buttons(four: CompareBench) -> None:
    bar = four.panel.hint_bar
    four.key(Qt.Key.Key_2)
    four.bench.press(bar.keep_button.click)
    four.until(lambda: four.clip(2).favourite)
    four.key(Qt.Key.Key_3)
    four.bench.press(bar.discard_button.click)
    four.until(lambda: four.shown() == [four.ids[0], four.ids[1], four.ids[3]])
    assert four.panel.rows[four.comparison.heard].hasFocus(), "keys go on"
    four.bench.press(four.panel.header.abx_button.click)
    assert not bar.keep_button.isVisible()


def test_the_rest_is_discarded_at_once(four: CompareBench) -> None:
    four.key(Qt.Key.Key_3)
    four.bench.press(four.panel.header.rest_button.click)
    four.until(lambda: four.shown() == [four.ids[2]])
    assert not four.panel.hint_bar.tie_button.isVisible(), "of one clip"
    assert four.comparison.heard == 0
    assert [four.clip(number).trashed_at is None for number in (1, 2, 3, 4)] == [
        False, False, True, False,
    ]  # fmt: skip
    four.key(Qt.Key.Key_Z, CONTROL)
    four.until(lambda: four.shown() == four.ids)
    four.key(Qt.Key.Key_Delete, SHIFT)
    four.until(lambda: four.shown() == [four.ids[2]])


def test_the_last_clip_leads_back_to_the_library(four: CompareBench) -> None:
    four.key(Qt.Key.Key_Delete, SHIFT)
    four.until(lambda: len(four.shown()) == 1)
    four.key(Qt.Key.Key_Delete)
    four.until(lambda: four.window.library.isVisible())


@pytest.mark.parametrize("key", [Qt.Key.Key_T, Qt.Key.Key_N, Qt.Key.Key_Return])
def test_the_same_answer_counts_once(four: CompareBench, key: Qt.Key) -> None:
    four.key(key)
    four.key(key)
    four.until(lambda: not four.window._tasks._tasks)
    (judgement,) = four.judgements()
    # Another pair is another question.
    four.key(Qt.Key.Key_4)
    four.key(Qt.Key.Key_Delete)
    four.until(lambda: len(four.comparison.clips) == 3)
    four.key(Qt.Key.Key_1)
    four.key(key)
    four.until(lambda: len(four.judgements()) == 2)
    # What is undone can be answered again.
    four.key(Qt.Key.Key_Z, CONTROL)
    four.until(lambda: [one.id for one in four.judgements()] == [judgement.id])
    four.key(key)
    four.until(lambda: len(four.judgements()) == 2)


def test_a_repeated_answer_says_so_and_a_clip_is_a_favourite_again(four: CompareBench) -> None:
    four.key(Qt.Key.Key_T)
    four.key(Qt.Key.Key_T)
    four.until(lambda: any("Already" in text for text in four.told()))
    four.key(Qt.Key.Key_Return)
    four.until(lambda: four.clip(1).favourite)
    four.bench.run(four.bench.studio.clips.edit([four.ids[0]], favourite=False))
    four.until(lambda: not four.comparison.clips[0].clip.favourite)
    four.key(Qt.Key.Key_Return)
    four.until(lambda: four.clip(1).favourite)
    assert [one.result for one in four.judgements()] == [JudgementResult.PREFERRED]


def test_an_answer_counts_only_once_x_and_another_were_heard(four: CompareBench) -> None:
    four.bench.press(four.panel.header.abx_button.click)
    panel, abx = four.panel, four.comparison.abx
    assert abx is not None
    shown = panel.abx_bar.listening_label
    assert shown.text() == "Listen to X, and to A or B, for a second or more before you answer."
    for press in (
        lambda: four.key(Qt.Key.Key_A, SHIFT),
        lambda: four.key(Qt.Key.Key_N),
        lambda: four.bench.press(panel.abx_bar.second_button.click),
    ):
        press()
        assert abx.round_number == 1
    assert shown.text() in [notice.text for notice in four.window.notices.notices()]
    # A pause is not heard.
    four.key(Qt.Key.Key_X)
    four.bench.press(lambda: four.comparison.seek(5.0))
    four.settle()
    assert "Listen to X," in shown.text()
    four.key(Qt.Key.Key_Space)
    four.bench.until(lambda: "Listen to A or B" in shown.text())
    four.key(Qt.Key.Key_A, SHIFT)
    assert abx.round_number == 1
    four.key(Qt.Key.Key_B)
    four.bench.until(lambda: "Enough" in shown.text())
    four.key(Qt.Key.Key_A, SHIFT)
    assert abx.round_number == 2
    assert "Listen to X, and" in shown.text(), "each round is heard anew"
    four.until(lambda: len(four.judgements()) == 1)


def test_what_is_muted_is_not_heard(four: CompareBench) -> None:
    four.bench.press(lambda: four.bench.studio.preferences.change(muted=True))
    four.bench.press(four.panel.header.abx_button.click)
    four.key(Qt.Key.Key_X)
    four.key(Qt.Key.Key_Space)
    four.bench.until(lambda: four.comparison.position_s > 1.5)
    four.key(Qt.Key.Key_A)
    four.bench.until(lambda: four.comparison.position_s > 3.0)
    four.key(Qt.Key.Key_A, SHIFT)
    assert four.comparison.abx is not None
    assert four.comparison.abx.round_number == 1


def test_nothing_is_called_recorded_that_was_not(
    four: CompareBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        # As in a library that can only be browsed.
        patch.setattr(four.bench.studio._library.context.database, "_writer", None)
        four.bench.press(four.panel.hint_bar.tie_button.click)
        four.until(lambda: bool(four.window.notices.notices()))
        texts = [notice.text for notice in four.window.notices.notices()]
    assert not any("Recorded" in text for text in texts), texts
    assert four.judgements() == []


def test_abx_rounds_are_counted_and_recorded(four: CompareBench) -> None:
    four.key(Qt.Key.Key_1)
    four.key(Qt.Key.Key_3)
    four.bench.press(four.panel.header.abx_button.click)
    panel, comparison = four.panel, four.comparison
    assert [slot.label for slot in comparison.slots] == ["A", "B", "X"]
    assert four.shown()[:2] == [four.ids[0], four.ids[2]]
    assert comparison.abx is not None
    hidden = panel.rows[2]
    for number in range(1, 4):
        four.key(Qt.Key.Key_X)
        assert comparison.heard == 2
        assert comparison._session.selected == (0, 2)[comparison.abx.x]
        assert hidden.accessibleName() == "Take X"
        right = comparison.abx.x
        four.listen()
        four.key((Qt.Key.Key_A, Qt.Key.Key_B)[right], SHIFT)
        assert panel.abx_bar.question_label.text() == f"Round {number + 1}: is X A or B?"
    assert panel.abx_bar.result_label.text() == "Right. 3 of 3 right, p = 0.125."
    assert "too few" in panel.abx_bar.meaning_label.text()
    four.listen()
    four.key((Qt.Key.Key_B, Qt.Key.Key_A)[comparison.abx.x], SHIFT)
    assert panel.abx_bar.result_label.text() == "Wrong. 3 of 4 right, p = 0.312."
    four.listen()
    four.key(Qt.Key.Key_N)
    assert panel.abx_bar.result_label.text().endswith("No difference heard in 1.")
    four.until(lambda: len(four.judgements()) == 5)
    rounds: list[Judgement] = four.judgements()[::-1]
    assert [one.result for one in rounds] == [
        *[JudgementResult.RIGHT] * 3, JudgementResult.WRONG, JudgementResult.NO_DIFFERENCE,
    ]  # fmt: skip
    assert [one.round for one in rounds] == [1, 2, 3, 4, 5]
    assert all(one.is_blind and one.clips == (four.ids[0], four.ids[2]) for one in rounds)
    four.key(Qt.Key.Key_Escape)
    assert comparison.abx is None
    assert four.shown() == four.ids
    assert panel.isVisible()


def test_an_abx_answer_that_is_undone_is_not_counted(four: CompareBench) -> None:
    four.bench.press(four.panel.header.abx_button.click)
    four.listen()
    four.key(Qt.Key.Key_A, SHIFT)
    four.until(lambda: len(four.judgements()) == 1)
    four.listen()
    four.key(Qt.Key.Key_N)
    four.until(lambda: len(four.judgements()) == 2)
    result = four.panel.abx_bar.result_label
    assert "1 right" in result.text()
    four.key(Qt.Key.Key_Z, CONTROL)
    four.until(lambda: "No difference" not in result.text())
    four.key(Qt.Key.Key_Z, CONTROL)
    four.until(lambda: result.text() == "")
    assert four.panel.abx_bar.meaning_label.text() == "No answer yet."
    four.key(Qt.Key.Key_Z, CONTROL | SHIFT)
    four.until(lambda: "1 right" in result.text())
    assert four.panel.abx_bar.question_label.text() == "Round 3: is X A or B?"


def test_any_two_can_be_the_pair_of_an_abx_test(four: CompareBench) -> None:
    four.bench.press(four.panel.header.abx_button.click)
    panel, comparison = four.panel, four.comparison
    first, second = panel.abx_bar.pair_combos
    assert [first.currentText(), second.currentText()] == ["1: Take 1", "2: Take 2"]
    four.listen()
    four.key(Qt.Key.Key_A, SHIFT)
    assert comparison.abx is not None
    assert comparison.abx.score.rounds == 1
    session = comparison.abx_session_id

    # By keys: the list of a combo box opens with Enter and is left with it.
    four.bench.press(lambda: second.setFocus(Qt.FocusReason.TabFocusReason))
    four.key(Qt.Key.Key_Return)
    four.until(second.view().isVisible)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        four.bench.press(partial(QTest.keyClick, second.view(), key))
    assert four.shown()[:2] == [four.ids[0], four.ids[3]]
    assert comparison.abx.score.rounds == 0
    assert comparison.abx_session_id != session
    assert panel.abx_bar.result_label.text() == ""

    # The clip that is the other one already: they change places.
    four.bench.press(lambda: first.activated.emit(first.findText("4: Take 4")))
    assert four.shown()[:2] == [four.ids[3], four.ids[0]]
    assert [first.currentText(), second.currentText()] == ["4: Take 4", "1: Take 1"]
    assert comparison.heard == 0
    four.bench.press(panel.focus_heard)
    four.listen()
    four.key(Qt.Key.Key_A, SHIFT)
    four.until(lambda: any(one.clips == (four.ids[3], four.ids[0]) for one in four.judgements()))


def test_nothing_is_kept_or_discarded_by_a_key_during_abx(four: CompareBench) -> None:
    four.bench.press(four.panel.header.abx_button.click)
    four.key(Qt.Key.Key_Delete)
    four.key(Qt.Key.Key_Return)
    four.key(Qt.Key.Key_5, SHIFT)
    four.listen()
    four.key(Qt.Key.Key_N)
    four.until(lambda: len(four.judgements()) == 1)
    assert all(four.clip(number).trashed_at is None for number in (1, 2, 3, 4))
    clips = [four.clip(number) for number in (1, 2, 3, 4)]
    assert not any(clip.favourite or clip.stars for clip in clips)


def hold(four: CompareBench, key: Qt.Key) -> None:
    """Keeps a key down that is repeated, as on a keyboard."""
    for _ in range(8):
        target = QApplication.focusWidget() or four.window
        four.bench.press(lambda target=target: QTest.keyPress(target, key))
        four.settle()
    four.bench.press(lambda: QTest.keyRelease(QApplication.focusWidget() or four.window, key))
    four.settle()


def test_a_key_that_is_held_down_discards_one_clip(four: CompareBench) -> None:
    hold(four, Qt.Key.Key_Delete)
    assert four.panel.isVisible()
    assert [four.clip(number).trashed_at is None for number in (1, 2, 3, 4)] == [
        False, True, True, True,
    ]  # fmt: skip
    four.key(Qt.Key.Key_Delete)
    four.until(lambda: len(four.shown()) == 2)


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_T, Qt.Key.Key_N])
def test_a_key_that_is_held_down_judges_once(four: CompareBench, key: Qt.Key) -> None:
    hold(four, key)
    assert len(four.judgements()) == 1


def test_ctrl_enter_which_opens_a_comparison_does_not_generate_there(four: CompareBench) -> None:
    generated: list[bool] = []
    four.window.compose.controller.connect_requested.connect(lambda: generated.append(True))
    four.key(Qt.Key.Key_Return, CONTROL)
    four.key(Qt.Key.Key_Enter, CONTROL)
    four.settle()
    assert generated == []
    assert four.panel.isVisible()


def test_ctrl_enter_held_in_the_list_opens_the_comparison_alone(four: CompareBench) -> None:
    generated: list[bool] = []
    four.window.compose.controller.connect_requested.connect(lambda: generated.append(True))
    four.key(Qt.Key.Key_Escape)
    four.until(lambda: four.window.library.isVisible())
    change = LibraryChange(frozenset(four.ids), ChangeKind.ADDED)
    four.bench.press(lambda: four.bench.studio.events.publish(change))
    four.until(lambda: len(four.window.library.view.table.ids) > 0)
    four.bench.press(four.window.library.view.selectAll)
    four.bench.press(four.window.library.focus_list)
    for _ in range(8):
        target = QApplication.focusWidget() or four.window
        four.bench.press(lambda target=target: QTest.keyPress(target, Qt.Key.Key_Return, CONTROL))
    assert generated == []
    four.until(lambda: four.panel.isVisible())
    four.bench.press(lambda: QTest.keyRelease(four.window, Qt.Key.Key_Return, CONTROL))


def test_a_clip_that_is_kept_while_the_view_closes_is_judged(four: CompareBench) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None

    def press() -> None:
        QTest.keyClick(focused, Qt.Key.Key_Return)
        QTest.keyClick(focused, Qt.Key.Key_Escape)

    four.bench.press(press)
    four.until(lambda: four.clip(1).favourite)
    assert [one.winner for one in four.judgements()] == [four.ids[0]]


def test_an_offer_to_compare_clips_in_the_trash_says_so(four: CompareBench) -> None:
    four.key(Qt.Key.Key_Escape)
    four.bench.run(four.bench.studio.clips.trash(four.ids))
    four.bench.press(lambda: four.window.show_compare(four.ids))
    four.until(lambda: bool(four.window.notices.notices()))
    told = [notice.text for notice in four.window.notices.notices()]
    assert told == ["These clips were deleted or are in the trash."]
    assert not four.panel.isVisible()
