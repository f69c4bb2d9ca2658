"""Words of two texts that differ from their first word on."""

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from producer_studio.domain.comparison.word_diff import diff_words
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.word_diff_label import WordDiffLabel


def test_a_replaced_first_word_is_apart_from_the_one_before_it(style: Style, qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    label = WordDiffLabel(style, "Sound", diff_words("calm piano", "loud piano"), parent)
    assert "calm</s> <span" in label.text()
