"""Rounds of a comparison: one answer counts in each."""

from PySide6.QtCore import Qt

from producer_studio.domain.judgement import JudgementResult
from tests.ui.compare.conftest import CompareBench

SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


def test_the_last_answer_of_a_round_counts(four: CompareBench) -> None:
    four.key(Qt.Key.Key_T)
    four.until(lambda: [one.result for one in four.judgements()] == [JudgementResult.TIE])
    (tie,) = four.judgements()
    four.bench.press(four.panel.hint_bar.none_button.click)
    answers = [JudgementResult.NO_DIFFERENCE]
    four.until(lambda: [one.result for one in four.judgements()] == answers)
    (none,) = four.judgements()
    assert (none.round, none.session, none.clips) == (tie.round, tie.session, tie.clips)
    assert "Recorded: no difference between 4 clips, instead of the answer before." in four.told()
    four.key(Qt.Key.Key_Return)
    four.until(lambda: four.clip(1).favourite)
    assert [one.winner for one in four.judgements()] == [four.ids[0]]
    for before in ([none], [tie], []):
        four.key(Qt.Key.Key_Z, CONTROL)
        four.until(lambda before=before: four.judgements() == before)
    assert not four.clip(1).favourite
    four.key(Qt.Key.Key_Z, CONTROL | SHIFT)
    four.until(lambda: four.judgements() == [tie])
    four.key(Qt.Key.Key_Z, CONTROL | SHIFT)
    four.until(lambda: four.judgements() == [none])


def test_an_answer_with_names_does_not_replace_one_without(four: CompareBench) -> None:
    four.bench.press(four.panel.header.blind_button.click)
    assert four.comparison.is_blind
    four.key(Qt.Key.Key_T)
    four.key(Qt.Key.Key_N)
    answers = [JudgementResult.NO_DIFFERENCE]
    four.until(lambda: [one.result for one in four.judgements()] == answers)
    blind = four.judgements()
    four.key(Qt.Key.Key_R)
    four.key(Qt.Key.Key_T)
    said = "Not recorded: the answer that was given without names stands."
    four.until(lambda: said in four.told())
    four.key(Qt.Key.Key_N)
    four.until(lambda: "Already recorded: no difference between 4 clips." in four.told())
    # It is kept all the same.
    kept = four.ids.index(four.shown()[1]) + 1
    four.key(Qt.Key.Key_2)
    four.key(Qt.Key.Key_Return)
    four.until(lambda: four.clip(kept).favourite)
    assert four.judgements() == blind
    # Names that are hidden anew are another round.
    four.key(Qt.Key.Key_R)
    assert four.comparison.is_blind
    assert four.panel.header.blind_button.isChecked()
    four.key(Qt.Key.Key_T)
    four.until(lambda: len(four.judgements()) == 2)


def test_a_test_does_not_begin_another_round(four: CompareBench) -> None:
    four.key(Qt.Key.Key_T)
    four.until(lambda: len(four.judgements()) == 1)
    four.bench.press(four.panel.header.abx_button.click)
    four.key(Qt.Key.Key_T)
    four.listen()
    four.key(Qt.Key.Key_N)
    four.key(Qt.Key.Key_N)
    four.until(lambda: len(four.judgements()) == 2)
    four.key(Qt.Key.Key_Escape)
    four.key(Qt.Key.Key_T)
    four.until(lambda: "Already recorded: a tie between 4 clips." in four.told())
    results = [one.result for one in four.judgements()]
    assert results == [JudgementResult.NO_DIFFERENCE, JudgementResult.TIE]
