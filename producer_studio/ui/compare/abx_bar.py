"""Questions and result of an A/B/X test."""

import math
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from producer_studio.domain.comparison.abx import AbxTest
from producer_studio.translation import mark, sentences, tr
from producer_studio.translation.numbers import format_decimal
from producer_studio.ui.widgets.combo_box import ComboBox
from producer_studio.ui.widgets.flow_layout import FlowLayout
from producer_studio.ui.widgets.keyboard import native_keys
from producer_studio.ui.widgets.label import label, shorten

_CHOICE_CHARS = 40
_PAIR_TOOLTIP = mark("Another pair begins a new test")


class AbxBar(QWidget):
    """Asks what X is, and says how many were right, how likely that is by guessing, and what it
    means. With more than two clips the pair can be chosen.

    Signals:
        guessed: 0 for A, 1 for B, None for no difference.
        clip_chosen: Side (0 for A, 1 for B), and the index of the clip that it is to have.
    """

    guessed = Signal(object)
    clip_chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pair_combos = (
            ComboBox(tr("A of the test"), self),
            ComboBox(tr("B of the test"), self),
        )
        self._pair = QWidget(self)
        pair = FlowLayout(self._pair, gap=8)
        for side, combo in enumerate(self.pair_combos):
            combo.setProperty("fit", "small")
            combo.setToolTip(tr(_PAIR_TOOLTIP))
            combo.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToContents)
            combo.activated.connect(partial(self._on_clip_chosen, side))
            one = QWidget(self._pair)
            line = QHBoxLayout(one)
            line.setContentsMargins(0, 0, 8, 0)
            line.setSpacing(6)
            line.addWidget(label("AB"[side], "strong", one))
            line.addWidget(combo)
            pair.addWidget(one)
        self.question_label = label("", "strong", self)
        self.listening_label = label("", "secondary", self, wrap=True)
        self.first_button = QPushButton(tr("X is A"), self)
        self.second_button = QPushButton(tr("X is B"), self)
        self.none_button = QPushButton(tr("I hear no difference"), self)
        self.first_button.setToolTip(native_keys("Shift+A"))
        self.second_button.setToolTip(native_keys("Shift+B"))
        self.none_button.setToolTip("N")
        self.first_button.clicked.connect(lambda: self.guessed.emit(0))
        self.second_button.clicked.connect(lambda: self.guessed.emit(1))
        self.none_button.clicked.connect(lambda: self.guessed.emit(None))
        self.result_label = label("", "muted", self, wrap=True)
        self.meaning_label = label("", "", self, wrap=True)
        buttons = QWidget(self)
        row = FlowLayout(buttons, gap=8)
        for button in (self.first_button, self.second_button, self.none_button):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._pair)
        column.addWidget(self.question_label)
        column.addWidget(self.listening_label)
        column.addWidget(buttons)
        column.addWidget(self.result_label)
        column.addWidget(self.meaning_label)

    def show_pair(self, choices: Sequence[tuple[str, int]], pair: tuple[int, int]) -> None:
        """Shows which clips are A and B.

        Args:
            choices: Name and index of each clip that either can be.
            pair: Indices of the clips A and B.
        """
        self._pair.setVisible(len(choices) > 2)
        for clip, combo in zip(pair, self.pair_combos, strict=True):
            names = [shorten(name, _CHOICE_CHARS) for name, _ in choices]
            if names != [combo.itemText(row) for row in range(combo.count())]:
                combo.clear()
                combo.addItems(names)
            for row, (_, index) in enumerate(choices):
                combo.setItemData(row, index)
            combo.setCurrentIndex(combo.findData(clip))

    def show_test(self, test: AbxTest) -> None:
        """Shows the current round, and the result of those before."""
        score = test.score
        self.question_label.setText(tr("Round {round}: is X A or B?", round=test.round_number))
        self.show_listening(test)
        verdict = {True: mark("Right."), False: mark("Wrong."), None: ""}[test.last_answer]
        undecided: str = ""
        if score.undecided:
            undecided = mark("No difference heard in {count}.", count=score.undecided)
        if score.rounds:
            chance = float(score.p_value)
            # One digit that is not 0, of a small chance.
            decimals = max(3, math.ceil(-math.log10(chance)))
            p_text = format_decimal(chance, decimals)
            result = mark(
                "{right} of {rounds} right, p = {p}.",
                right=score.right,
                rounds=score.rounds,
                p=p_text,
            )
            self.result_label.setText(tr(sentences(sentences(verdict, result), undecided)))
        else:
            self.result_label.setText(tr(undecided))
        self.result_label.setVisible(bool(self.result_label.text()))
        self.meaning_label.setText(tr(score.sentence))

    def show_listening(self, test: AbxTest) -> None:
        """Shows what is to be heard before an answer counts, in a line that is always there."""
        text = tr(test.listening_request) or tr("Enough was heard for an answer.")
        if text != self.listening_label.text():
            self.listening_label.setText(text)

    def _on_clip_chosen(self, side: int, row: int) -> None:
        self.clip_chosen.emit(side, self.pair_combos[side].itemData(row))

    def spoken_result(self) -> str:
        """Returns the result and what it means, for screen readers."""
        return f"{self.result_label.text()} {self.meaning_label.text()}".strip()
